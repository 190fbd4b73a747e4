"""Every statement over bills, and what is read of payments and the ledger beside them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.ledger.tables import ledger_entries, ledger_postings
from domain.commerce.orders.tables import orders
from domain.commerce.payments.tables import payments, payouts
from domain.commerce.reconciliation.tables import bill_items, bill_lines, bill_tries, bills
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset

_b, _l, _i, _t = bills.c, bill_lines.c, bill_items.c, bill_tries.c
_p, _x, _o = payments.c, payouts.c, orders.c
_e, _g = ledger_entries.c, ledger_postings.c
START, END = b("start", type_=UtcDateTime), b("end", type_=UtcDateTime)

ADD_BILL, ADD_LINE, ADD_ITEM = bills.insert(), bill_lines.insert(), bill_items.insert()
ADD_TRY = bill_tries.insert()
SAVE_BILL = (
    bills.update()
    .where(_b.id == b("bill"))
    .values(
        fetched_at=b("new_fetched_at", type_=UtcDateTime),
        lines=b("new_lines"),
        matched=b("new_matched"),
        charged_minor=b("new_charged_minor"),
        refunded_minor=b("new_refunded_minor"),
    )
)
FORGET_LINES = bill_lines.delete().where(_l.bill_id == b("bill"))
TRY_AGAIN = (
    bill_tries.update()
    .where(_t.tender == b("the_tender"), _t.day == b("the_day", type_=sa.Date))
    .values(tries=_t.tries + 1, tried_at=b("at", type_=UtcDateTime), outcome=b("said"))
    .returning(_t.tries)
)
GET_BILL = sa.select(bills).where(_b.id == b("id"))
BILLS_SINCE = sa.select(bills).where(_b.day >= b("day", type_=sa.Date))
TRIES_SINCE = sa.select(bill_tries).where(_t.day >= b("day", type_=sa.Date))
STILL_OPEN = (
    sa.select(_i.bill_id, sa.func.count().label("n"))
    .where(_i.status.in_(["open", "waiting"]))
    .group_by(_i.bill_id)
)
COUNT = sa.select(sa.func.count().label("n")).where(_i.status == b("status"))
BILL_OF_DAY = sa.select(bills).where(_b.tender == b("tender"), _b.day == b("day"))
LIST_BILLS = sa.select(bills).order_by(_b.day.desc(), _b.tender).limit(b("most"))
ITEMS_OF = sa.select(bill_items).where(_i.bill_id == b("bill")).order_by(_i.id)
OPEN_ITEMS = (
    sa.select(bill_items, _b.tender, _b.day)
    .join(bills, _b.id == _i.bill_id)
    .where(_i.status == "open")
    .order_by(_i.id)
    .limit(b("most"))
)
_paid_by = payments.alias("paid_by")  # what a payout gives back
_with_order = (
    sa.select(bill_items, _b.tender, _b.day, _o.id.label("order_id"), _o.number.label("order_no"))
    .join(bills, _b.id == _i.bill_id)
    .outerjoin(payments, _p.id == _i.subject_id)
    .outerjoin(payouts, _x.id == _i.subject_id)
    .outerjoin(_paid_by, _paid_by.c.id == _x.payment_id)
    .outerjoin(orders, _o.id == sa.func.coalesce(_p.order_id, _paid_by.c.order_id))
)
GET_ITEM = _with_order.where(_i.id == b("id"))


def _wanted(column: Any, name: str) -> Any:
    return sa.or_(b(name, type_=sa.String) == "", column == b(name, type_=sa.String))


ITEMS = Keyset.of(
    _with_order.where(
        sa.or_(
            among(_i.area_id, "areas"),
            sa.and_(_i.area_id.is_(None), b("everywhere", type_=sa.Integer) == 1),
        ),
        _wanted(_b.tender, "tender"),
        _wanted(_i.status, "status"),
        _wanted(_i.bill_id, "bill"),
    ),
    _i.id,
)
ON_ANY_BILL = (
    sa.select(_l.id)
    .join(bills, _b.id == _l.bill_id)
    .where(_l.number == b("number"), _l.kind == b("kind"), _b.tender == b("tender"))
    .limit(1)
)
MISSED = (  # few: what earlier bills lacked
    sa.select(_i.id, _i.kind, _i.number, _i.local_minor)
    .join(bills, _b.id == _i.bill_id)
    .where(_b.tender == b("tender"))
    .where(_i.status == "open", _i.finding == "local_only")
)
SAVE_OWNER = (
    bill_items.update()
    .where(_i.id == b("item"), _i.status == "open")
    .values(owner_id=b("owner"), note=b("the_note"))
    .returning(_i.id)
)
RESOLVE = (
    bill_items.update()
    .where(_i.id == b("item"), _i.status == "open")
    .values(
        status="resolved",
        resolution=b("words"),
        resolved_by=b("by"),
        resolved_at=b("at", type_=UtcDateTime),
    )
    .returning(_i.id)
)
ASK = (
    bill_items.update()
    .where(_i.id == b("item"), _i.status == "open")
    .values(status="waiting", approval_id=b("approval"), area_id=b("area"), resolution=b("words"))
    .returning(_i.id)
)
WRITE_OFF = (
    bill_items.update()
    .where(_i.id == b("item"), _i.status == "waiting")
    .values(
        status="resolved",
        written_off_minor=b("minor"),
        resolved_by=b("by"),
        resolved_at=b("at", type_=UtcDateTime),
    )
    .returning(_i.id)
)
OPEN_AGAIN = (
    bill_items.update()
    .where(_i.id == b("item"), _i.status == "waiting")
    .values(status="open", approval_id=None, resolution="")
)
SAVE_ITEM = (
    bill_items.update()
    .where(_i.id == b("item"), _i.status == "open")
    .values(
        finding=b("the_finding"),
        billed_minor=b("billed"),
        local_minor=b("ours"),
        ledger_minor=b("posted"),
        subject_id=b("subject"),
        area_id=b("area"),
    )
)


def _posted(noun: str, own: Any, text: str, account: str) -> Any:
    return (
        sa.select(sa.func.coalesce(sa.func.sum(_g.amount_minor), 0))
        .select_from(ledger_entries.join(ledger_postings, _g.entry_id == _e.id))
        .where(
            _e.cause_noun == noun,
            _e.cause_id == own,
            _e.text == text,
            # joined to an empty text: by its cause, not all that was ever posted to the account
            _g.account_kind.concat("") == account,
        )
        .scalar_subquery()
    )


_charge = sa.select(
    _p.id.label("number"),
    _p.id.label("subject_id"),
    _o.area_id,
    _p.amount_minor,
    (-_posted("payment", _p.id, "payment.paid", "deposits")).label("ledger_minor"),
    _p.status.in_(["paid", "part_refunded", "refunded"]).label("is_done"),
).join(orders, _o.id == _p.order_id)
CHARGE = _charge.where(_p.id == b("number"), _p.tender == b("tender"))
CHARGES = _charge.where(_p.tender == b("tender"), _p.paid_at >= START, _p.paid_at < END)
_refund = (
    sa.select(
        _x.number,
        _x.id.label("subject_id"),
        _o.area_id,
        _x.amount_minor,
        _posted("payout", _x.id, "payout.paid_out", "refunds_due").label("ledger_minor"),
        (_x.status == "paid_out").label("is_done"),
    )
    .join(payments, _p.id == _x.payment_id)
    .join(orders, _o.id == _p.order_id)
)
REFUND = _refund.where(_x.number == b("number"), _x.tender == b("tender"))
REFUNDS = _refund.where(_x.tender == b("tender"), _x.paid_out_at >= START, _x.paid_out_at < END)
