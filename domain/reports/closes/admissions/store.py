"""What a day's tickets and passages are read from."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.redemptions.tables import incidents, passages
from domain.admission.tickets.tables import tickets
from domain.commerce.changes.tables import change_lines, changes
from domain.commerce.orders.tables import order_lines, orders
from domain.commerce.refunds.tables import refund_lines, refunds
from domain.kernel.columns import UtcDateTime
from domain.operation.approvals.tables import approvals
from domain.operation.places.tables import gates

_t, _p, _i, _o, _l = tickets.c, passages.c, incidents.c, orders.c, order_lines.c
START, END = b("day_start", type_=UtcDateTime), b("day_end", type_=UtcDateTime)
NEVER = sa.bindparam("never", datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime)
DECIDED = ("approved", "paid_out", "failed")


def within(column: Any) -> sa.ColumnElement[bool]:
    return sa.and_(column >= START, column < END)


def _first(moment: Any, source: Any, *where: Any) -> Any:
    earliest = sa.select(sa.func.min(moment)).select_from(source).where(*where)
    return sa.func.coalesce(earliest.scalar_subquery(), NEVER)


_used = _first(_p.passed_at, passages, _p.ticket_id == _t.id, _p.counted > 0, _p.direction == "in")
_refunded = _first(
    sa.func.coalesce(approvals.c.decided_at, refunds.c.requested_at),
    refund_lines.join(refunds, refunds.c.id == refund_lines.c.refund_id).outerjoin(
        approvals, approvals.c.id == refunds.c.approval_id
    ),
    refund_lines.c.subject_id == _t.id,
    refunds.c.status.in_(DECIDED),
)
_changed = _first(
    changes.c.changed_at,
    change_lines.join(changes, changes.c.id == change_lines.c.change_id),
    change_lines.c.old_subject_id == _t.id,
)
_successor = sa.exists().where(change_lines.c.new_subject_id == _t.id)
_seen = (
    sa.select(
        _t.persons,
        _t.price_paid_minor,
        _t.sold_at,
        _t.valid_until,
        _used.label("used_at"),
        _refunded.label("refunded_at"),
        _changed.label("changed_at"),
        _successor.label("is_successor"),
    )
    .where(_t.area_id == b("area_id"), _t.valid_until > START, _t.sold_at < END)
    .subquery()
)
_v = _seen.c
_came = sa.case(
    (_v.sold_at < START, "opening"), (_v.is_successor, "changed_in"), else_="sold"
).label("came")
# whatever happened first ends its being unused
_went = sa.case(
    (
        sa.and_(_v.used_at < END, _v.used_at <= _v.refunded_at, _v.used_at <= _v.changed_at),
        "used",
    ),
    (sa.and_(_v.refunded_at < END, _v.refunded_at <= _v.changed_at), "refunded"),
    (_v.changed_at < END, "changed_out"),
    (_v.valid_until <= END, "expired"),
    else_="closing",
).label("went")
_moves = (
    sa.select(_came, _went, _v.persons, _v.price_paid_minor)
    .where(_v.used_at >= START, _v.refunded_at >= START, _v.changed_at >= START)
    .subquery()
)
USES = sa.select(
    _moves.c.came,
    _moves.c.went,
    sa.func.count().label("tickets"),
    sa.func.sum(_moves.c.persons).label("heads"),
    sa.func.sum(_moves.c.price_paid_minor).label("minor"),
).group_by(_moves.c.came, _moves.c.went)

HEADS = (
    sa.select(
        sa.case(
            (_p.ticket_id.is_not(None), "ticket"), (_p.card_id.is_not(None), "card"), else_="none"
        ).label("by"),
        sa.func.sum(sa.case((_p.direction == "in", _p.counted), else_=0)).label("entered"),
        sa.func.sum(sa.case((_p.direction == "out", -_p.counted), else_=0)).label("left"),
    )
    .where(_p.area_id == b("area_id"), within(_p.passed_at))
    .group_by(sa.text("1"))
)

# -- what is wrong with single tickets

_made = sa.select(sa.func.count()).where(_t.order_line_id == _l.id).scalar_subquery()
_sold_lines = sa.select(_o.id.label("order_id"), _o.number, _l.quantity, _made.label("made")).where(
    _l.kind == "ticket", _made != _l.quantity
)
LINES_WITHOUT_TICKETS = (
    _sold_lines.select_from(orders.join(order_lines, _l.order_id == _o.id)).where(
        _o.area_id == b("area_id"), within(_o.paid_at), _l.changed_from_id.is_(None)
    ),
    _sold_lines.select_from(
        changes.join(orders, _o.id == changes.c.order_id)
        .join(change_lines, change_lines.c.change_id == changes.c.id)
        .join(order_lines, _l.id == change_lines.c.new_line_id)
    ).where(_o.area_id.concat("") == b("area_id"), within(changes.c.changed_at)),
)
WITHOUT_ORDER = (  # tickets of this day for an order that was not paid on it
    sa.select(_o.id.label("order_id"), _o.number, sa.func.count().label("made"))
    .select_from(tickets.join(orders, _o.id == _t.order_id))
    .where(_t.area_id == b("area_id"), _t.valid_until > START, within(_t.sold_at), ~_successor)
    .where(sa.or_(_o.paid_at.is_(None), ~within(_o.paid_at)))
    .group_by(_o.id, _o.number)
)
INCIDENTS = (
    sa.select(
        _i.id,
        _i.kind,
        _i.heads,
        _i.reason,
        _i.note,
        _i.status,
        sa.func.coalesce(gates.c.code, "").label("gate"),
    )
    .select_from(incidents.outerjoin(gates, gates.c.id == _i.gate_id))
    .where(_i.area_id == b("area_id"), within(_i.raised_at))
    .order_by(_i.raised_at, _i.id)
)
_today = sa.and_(_p.area_id == b("area_id"), within(_p.passed_at), _p.ticket_id.is_not(None))
PASSED_AFTER = (
    sa.select(_t.id, _t.number, sa.func.sum(_p.counted).label("heads"))
    .select_from(passages.join(tickets, _t.id == _p.ticket_id))
    .where(_today, _p.counted > 0, _p.direction == "in")
    .where(
        sa.or_(
            _t.valid_until <= _p.passed_at,
            sa.and_(_t.status == "refunded", _refunded < _p.passed_at),
            sa.and_(_t.status == "changed", _changed < _p.passed_at),
        )
    )
    .group_by(_t.id, _t.number)
)
_all = passages.alias("all_passages").c
_over = (
    sa.select(sa.func.coalesce(sa.func.sum(_i.heads), 0))
    .where(_i.ticket_id == _t.id, _i.kind == "dup_pass")
    .scalar_subquery()
)
_heads = (
    sa.select(sa.func.coalesce(sa.func.sum(_all.counted), 0))
    .where(_all.ticket_id == _t.id, _all.direction == "in")
    .where(_all.result.in_(("passed", "reverse")))
    .scalar_subquery()
)
_by_gates = _heads - _over
_ids_today = sa.select(_p.ticket_id).where(_today)
WRONG_USES = (
    sa.select(_t.id, _t.number, _t.entries_used, _by_gates.label("passed"))
    .where(_t.id.in_(_ids_today))
    .where(
        sa.or_(
            sa.and_(_t.gate_mode != "re_entry", _t.entries_used != _by_gates),
            sa.and_(_t.gate_mode == "re_entry", _t.entries_used > _by_gates),
        )
    )
)
# used by its own word on this day, and no gate saw it
USED_UNSEEN = (
    sa.select(_t.id, _t.number, _t.entries_used)
    .where(_t.area_id == b("area_id"), _t.valid_until > START, _t.sold_at < END)
    .where(_t.entries_used > 0, _heads == 0)
)
