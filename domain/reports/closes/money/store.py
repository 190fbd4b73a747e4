"""What a day's money and sales are read from: each statement one day of an area."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.changes.tables import change_lines, changes
from domain.commerce.ledger.tables import ledger_entries, ledger_postings
from domain.commerce.orders.tables import order_lines, orders
from domain.commerce.payments.tables import payments, payouts
from domain.commerce.refunds.tables import refund_lines, refunds
from domain.commerce.shifts.tables import cash_moves, shifts
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.operation.approvals.tables import approvals

_o, _l, _p, _x = orders.c, order_lines.c, payments.c, payouts.c
_r, _rl, _s, _m = refunds.c, refund_lines.c, shifts.c, cash_moves.c
START, END = b("day_start", type_=UtcDateTime), b("day_end", type_=UtcDateTime)
TAKEN = ("paid", "part_refunded", "refunded")
DECIDED = ("approved", "paid_out", "failed")
HERE = _o.area_id == b("area_id")
# The day leads: joined to an empty text a column is no index's, else a planner without statistics
# reads all that an area ever sold, or all that was ever posted to an account.
OF_AREA = _o.area_id.concat("") == b("area_id")


def _is(column: sa.ColumnElement[Any], *values: str) -> sa.ColumnElement[bool]:
    return column.concat("").in_(values)


def within(column: Any) -> sa.ColumnElement[bool]:
    return sa.and_(column >= START, column < END)


def _sum(column: Any) -> sa.Label[int]:
    return sa.func.coalesce(sa.func.sum(column), 0).label("minor")


_returned_payout = payouts.alias("returned_payout")
_is_returned = (
    sa.exists()
    .where(_returned_payout.c.payment_id == _p.id, _returned_payout.c.refund_id.is_(None))
    .label("is_returned")
)
PAYMENTS = (
    sa.select(
        _p.id,
        _p.order_id,
        _o.number,
        _p.tender,
        _p.amount_minor,
        _p.shift_id,
        _o.paid_at.label("settled_at"),
        _is_returned,
    )
    .select_from(payments.join(orders, _o.id == _p.order_id))
    .where(within(_p.paid_at), _is(_p.status, *TAKEN), OF_AREA)
)
USED_TODAY = (  # paid before, settled today
    sa.select(_o.id.label("order_id"), _o.number, _sum(_p.amount_minor))
    .select_from(orders.join(payments, _p.order_id == _o.id))
    .where(
        HERE, within(_o.paid_at), _p.paid_at < START, _p.status.in_(TAKEN), ~_is_returned.element
    )
    .group_by(_o.id, _o.number)
)
PAYOUTS = (
    sa.select(
        _x.id,
        _x.number.label("payout_number"),
        _x.refund_id,
        _p.order_id,
        _o.number,
        _x.tender,
        _x.amount_minor,
        _x.shift_id,
    )
    .select_from(payouts.join(payments, _p.id == _x.payment_id).join(orders, _o.id == _p.order_id))
    .where(within(_x.paid_out_at), _is(_x.status, "paid_out"), OF_AREA)
)
SOLD = (
    sa.select(_o.id.label("order_id"), _o.number, _sum(_l.amount_minor))
    .select_from(orders.outerjoin(order_lines, _l.order_id == _o.id))
    .where(HERE, within(_o.paid_at), _l.changed_from_id.is_(None))
    .group_by(_o.id, _o.number)
)
CHANGED = (
    sa.select(
        _o.id.label("order_id"),
        _o.number,
        _sum(change_lines.c.new_minor - change_lines.c.old_minor),
    )
    .select_from(
        changes.join(change_lines, change_lines.c.change_id == changes.c.id).join(
            orders, _o.id == changes.c.order_id
        )
    )
    .where(OF_AREA, within(changes.c.changed_at))
    .group_by(_o.id, _o.number)
)


def _refunds(columns: Any, *where: sa.ColumnElement[bool], lines: bool, decided: bool) -> Any:
    source: Any = refunds.join(orders, _o.id == _r.order_id)
    if lines:
        source = source.join(refund_lines, _rl.refund_id == _r.id)
    if decided:
        source = source.join(approvals, approvals.c.id == _r.approval_id)
    return sa.select(*columns).select_from(source).where(OF_AREA, _is(_r.status, *DECIDED), *where)


_AT_ONCE = (within(_r.requested_at), _r.approval_id.is_(None))
_BY_APPROVAL = (within(approvals.c.decided_at),)
_of_order = (_o.id.label("order_id"), _o.number, _sum(_rl.amount_minor))
RETURNED = tuple(
    _refunds(_of_order, *where, lines=True, decided=decided).group_by(_o.id, _o.number)
    for where, decided in ((_AT_ONCE, False), (_BY_APPROVAL, True))
)
_head = (
    _r.id,
    _r.number,
    _r.status,
    _r.amount_minor,
    _o.id.label("order_id"),
    _o.number.label("order_number"),
)
DECIDED_TODAY = tuple(
    _refunds(_head, *where, lines=False, decided=decided)
    for where, decided in ((_AT_ONCE, False), (_BY_APPROVAL, True))
)
REFUNDS = sa.select(_r.id, _r.number).where(among(_r.id, "ids"))

# -- the ledger's own word, payment by payment (cash: drawer by drawer)

_e, _g = ledger_entries.c, ledger_postings.c


def _posted(noun: str, account: str) -> sa.ScalarSelect[Any]:
    own = _p.id if noun == "payment" else _x.id
    return (
        sa.select(sa.func.coalesce(sa.func.sum(_g.amount_minor), 0))
        .select_from(ledger_entries.join(ledger_postings, _g.entry_id == _e.id))
        .where(
            _e.cause_noun == noun,
            _e.cause_id == own,
            _e.text == f"{noun}.paid" + ("" if noun == "payment" else "_out"),
            _is(_g.account_kind, account),
        )
        .scalar_subquery()
    )


_posted_in, _posted_out = _posted("payment", "deposits"), _posted("payout", "refunds_due")
# what was given back without a refund lay in the order's deposits, and went from there
LEDGER_PAYMENTS = (
    sa.select(_p.id, _o.number, _p.amount_minor, (-_posted_in).label("posted"))
    .select_from(payments.join(orders, _o.id == _p.order_id))
    .where(within(_p.paid_at), _is(_p.status, *TAKEN), OF_AREA, _p.tender != "cash")
    .where(-_posted_in != _p.amount_minor)
)
LEDGER_PAYOUTS = (
    sa.select(_x.id, _o.number, _x.amount_minor, _posted_out.label("posted"))
    .select_from(payouts.join(payments, _p.id == _x.payment_id).join(orders, _o.id == _p.order_id))
    .where(within(_x.paid_out_at), _is(_x.status, "paid_out"), OF_AREA)
    .where(_posted_out != _x.amount_minor)
)

# -- drawers

SHIFTS = (
    sa.select(shifts)
    .where(_s.area_id == b("area_id"), _s.opened_at < END)
    .where(sa.or_(_s.closed_at.is_(None), _s.closed_at >= START))
    .order_by(_s.opened_at, _s.id)
)


def _split(moment: Any, amount: Any) -> tuple[Any, Any]:
    """Before the day, and on it."""
    before = sa.func.coalesce(sa.func.sum(sa.case((moment < START, amount), else_=0)), 0)
    during = sa.func.coalesce(sa.func.sum(sa.case((moment >= START, amount), else_=0)), 0)
    return before.label("before"), during.label("during")


CASH_IN = (
    sa.select(_p.shift_id, *_split(_p.paid_at, _p.amount_minor))
    .where(among(_p.shift_id, "shifts"), _p.tender == "cash")
    .where(_is(_p.status, *TAKEN), _p.paid_at < END)
    .group_by(_p.shift_id)
)
CASH_OUT = (
    sa.select(_x.shift_id, *_split(_x.paid_out_at, _x.amount_minor))
    .where(among(_x.shift_id, "shifts"), _x.tender == "cash")
    .where(_is(_x.status, "paid_out"), _x.paid_out_at < END)
    .group_by(_x.shift_id)
)
CASH_MOVED = (
    sa.select(_m.shift_id, _m.kind, *_split(_m.moved_at, _m.amount_minor))
    .where(among(_m.shift_id, "shifts"), _m.moved_at < END)
    .group_by(_m.shift_id, _m.kind)
)
DRAWERS = (
    sa.select(_g.owner_id.label("shift_id"), _sum(_g.amount_minor))
    .where(_g.account_kind == "drawer", among(_g.owner_id, "shifts"), _g.at < END)
    .group_by(_g.owner_id)
)
