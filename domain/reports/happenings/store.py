"""Every statement over what happened to sales afterwards, and over shifts: a row for each."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.tickets.tables import media, tickets
from domain.commerce.changes.tables import change_lines, changes
from domain.commerce.orders.tables import order_lines, orders
from domain.commerce.refunds.tables import refund_lines, refunds
from domain.commerce.shifts.tables import cash_moves, shifts
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.operation.approvals.tables import approvals

_o, _l, _r, _rl, _s = orders.c, order_lines.c, refunds.c, refund_lines.c, shifts.c
START, END = b("start", type_=UtcDateTime), b("end", type_=UtcDateTime)
MOST = b("most", type_=sa.Integer)
DECIDED = ("approved", "paid_out", "failed")


def _of_areas(column: sa.Column[str]) -> sa.ColumnElement[bool]:
    """Joined to an empty text, so that no index on areas is used: rows are found by their moment,
    and an area has too many."""
    return among(column.concat(""), "areas")


def _within(column: Any) -> sa.ColumnElement[bool]:
    return sa.and_(column >= START, column < END)


_refund = (
    sa.select(
        _o.area_id,
        _r.id,
        _r.number,
        _r.order_id,
        _r.cause,
        _r.requested_by.label("staff_id"),
        _l.kind,
        _l.ticket_type_id,
        _o.window_id,
        _o.channel,
        _rl.paid_minor,
        _rl.fee_minor,
        _rl.amount_minor,
    )
    .join(refunds, _r.id == _rl.refund_id)
    .join(order_lines, _l.id == _rl.order_line_id)
    .join(orders, _o.id == _r.order_id)
    .where(_of_areas(_o.area_id))
    .limit(MOST)
)
REFUNDS = (
    _refund.add_columns(_r.requested_at.label("at"))
    .where(_within(_r.requested_at), _r.approval_id.is_(None), _r.status.in_(DECIDED))
    .order_by(_r.requested_at, _rl.id)
)
REFUNDS_LATER = (
    _refund.add_columns(approvals.c.decided_at.label("at"))
    .join(approvals, approvals.c.id == _r.approval_id)
    .where(_within(approvals.c.decided_at), _r.status.concat("").in_(DECIDED))
    .order_by(approvals.c.decided_at, _rl.id)
)
CHANGES = (
    sa.select(
        _o.area_id,
        changes.c.changed_at.label("at"),
        changes.c.changed_by.label("staff_id"),
        changes.c.order_id,
        changes.c.window_id,
        _o.channel,
        _l.kind,
        _l.ticket_type_id,
        change_lines.c.old_minor,
        change_lines.c.new_minor,
    )
    .join(changes, changes.c.id == change_lines.c.change_id)
    .join(order_lines, _l.id == change_lines.c.old_line_id)
    .join(orders, _o.id == changes.c.order_id)
    .where(_of_areas(_o.area_id), _within(changes.c.changed_at))
    .order_by(changes.c.changed_at, change_lines.c.id)
    .limit(MOST)
)
REPRINTS = (
    sa.select(
        tickets.c.area_id,
        media.c.issued_at.label("at"),
        media.c.issued_by.label("staff_id"),
        media.c.issue_serial,
        tickets.c.id.label("ticket_id"),
        tickets.c.number,
        tickets.c.ticket_type_id,
    )
    .join(tickets, tickets.c.id == media.c.ticket_id)
    .where(_within(media.c.issued_at), media.c.issue_serial > sa.literal_column("1"))
    .where(_of_areas(tickets.c.area_id))
    .order_by(media.c.issued_at, media.c.id)
    .limit(MOST)
)
_dropped = (
    sa.select(sa.func.coalesce(-sa.func.sum(cash_moves.c.amount_minor), 0))
    .where(cash_moves.c.shift_id == _s.id, cash_moves.c.kind == "drop")
    .scalar_subquery()
)
SHIFTS = (
    sa.select(
        _s.id,
        _s.number,
        _s.area_id,
        _s.window_id,
        _s.staff_id,
        _s.status,
        _s.opened_at.label("at"),
        _s.closed_at,
        _s.float_minor,
        _s.expected_minor,
        _s.counted_minor,
        _s.difference_note,
        _dropped.label("dropped_minor"),
    )
    .where(among(_s.area_id, "areas"), _within(_s.opened_at))
    .order_by(_s.opened_at, _s.id)
    .limit(MOST)
)
