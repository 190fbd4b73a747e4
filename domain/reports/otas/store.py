"""Every statement over what OTAs ordered, beside what it did to their agents' accounts."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.ota.tables import ota_accounts, ota_orders
from domain.admission.redemptions.tables import passages
from domain.admission.tickets.tables import tickets
from domain.commerce.agents.tables import agent_entries
from domain.commerce.changes.tables import change_lines, changes
from domain.commerce.orders.tables import order_lines, orders
from domain.commerce.refunds.tables import refund_lines, refunds
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.operation.approvals.tables import approvals

_a, _x, _o, _l = ota_accounts.c, ota_orders.c, orders.c, order_lines.c
_r, _rl, _e = refunds.c, refund_lines.c, agent_entries.c
_p, _t, _before = passages.c, tickets.c, passages.alias("before").c
_type = _l.ticket_type_id
START, END = b("start", type_=UtcDateTime), b("end", type_=UtcDateTime)
MOST = b("most", type_=sa.Integer)
DECIDED = ("approved", "paid_out", "failed")


def _of_otas(at: Any, *figures: Any, area: Any = _a.area_id) -> sa.Select[Any]:
    """The account, its area, the moment, and figures, of accounts of the areas within the span."""
    return (
        sa.select(_a.id.label("account_id"), _a.area_id, at.label("at"), *figures)
        .where(among(area, "areas"), at >= START, at < END)
        .limit(MOST)
    )


# Joined to an empty text, so that rows are found by their moment, not by all orders of an account.
_ANY_AREA = _a.area_id.concat("")
SOLD = (
    _of_otas(_o.paid_at, _type, _l.quantity.label("tickets"), _l.amount_minor.label("sold_minor"))
    .join_from(orders, ota_orders, _x.order_id == _o.id)
    .join(ota_accounts, _a.id == _x.account_id)
    .join(order_lines, _l.order_id == _o.id)
    .where(_o.area_id == _a.area_id, _l.changed_from_id.is_(None))
)
CHANGED = (
    _of_otas(
        changes.c.changed_at,
        _type,
        (change_lines.c.new_minor - change_lines.c.old_minor).label("changed_minor"),
        area=_ANY_AREA,
    )
    .join_from(changes, ota_orders, _x.order_id == changes.c.order_id)
    .join(ota_accounts, _a.id == _x.account_id)
    .join(change_lines, change_lines.c.change_id == changes.c.id)
    .join(order_lines, _l.id == change_lines.c.new_line_id)
)
_returned = (_type, _rl.amount_minor.label("returned_minor"))
RETURNED = (
    _of_otas(_r.requested_at, *_returned, area=_ANY_AREA)
    .join_from(refunds, ota_orders, _x.order_id == _r.order_id)
    .join(ota_accounts, _a.id == _x.account_id)
    .join(refund_lines, _rl.refund_id == _r.id)
    .join(order_lines, _l.id == _rl.order_line_id)
    .where(_r.status.in_(DECIDED), _r.approval_id.is_(None))
)
RETURNED_LATER = (
    _of_otas(approvals.c.decided_at, *_returned, area=_ANY_AREA)
    .join_from(approvals, refunds, _r.approval_id == approvals.c.id)
    .join(ota_orders, _x.order_id == _r.order_id)
    .join(ota_accounts, _a.id == _x.account_id)
    .join(refund_lines, _rl.refund_id == _r.id)
    .join(order_lines, _l.id == _rl.order_line_id)
    .where(_r.status.concat("").in_(DECIDED))
)
_went_in = sa.and_(_p.direction == "in", _p.counted > 0)
_went_in_before = sa.exists().where(
    _before.ticket_id == _p.ticket_id,
    _before.direction == "in",
    _before.counted > 0,
    sa.tuple_(_before.passed_at, _before.id) < sa.tuple_(_p.passed_at, _p.id),
)
USED = (  # a ticket is used once, however often it lets people in
    _of_otas(_p.passed_at, _t.ticket_type_id, area=_p.area_id)
    .join_from(passages, tickets, _t.id == _p.ticket_id)
    .join(ota_orders, _x.order_id == _t.order_id)
    .join(ota_accounts, _a.id == _x.account_id)
    .where(_went_in, ~_went_in_before)
)
BOOKED = (
    _of_otas(_e.at, (_e.owed_minor - _e.prepaid_minor).label("booked_minor"))
    .join_from(agent_entries, ota_accounts, _a.agent_id == _e.agent_id)
    .join(ota_orders, sa.and_(_x.order_id == _e.order_id, _x.account_id == _a.id))
)
