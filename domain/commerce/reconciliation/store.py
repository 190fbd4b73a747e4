"""Every statement over bills, and what is read of payments and the ledger beside them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.ledger.tables import ledger_entries, ledger_postings
from domain.commerce.orders.tables import orders
from domain.commerce.payments.tables import payments, payouts
from domain.commerce.reconciliation.tables import bill_items, bill_lines, bills
from domain.kernel.columns import UtcDateTime

_b, _l, _i = bills.c, bill_lines.c, bill_items.c
_p, _x, _o = payments.c, payouts.c, orders.c
_e, _g = ledger_entries.c, ledger_postings.c
START, END = b("start", type_=UtcDateTime), b("end", type_=UtcDateTime)

ADD_BILL, ADD_LINE, ADD_ITEM = bills.insert(), bill_lines.insert(), bill_items.insert()
BILL_OF_DAY = sa.select(bills).where(_b.tender == b("tender"), _b.day == b("day"))
LIST_BILLS = sa.select(bills).order_by(_b.day.desc(), _b.tender).limit(b("most"))
ITEMS_OF_BILL = sa.select(bill_items).where(_i.bill_id == b("bill_id")).order_by(_i.id)
OPEN_ITEMS = (
    sa.select(bill_items, _b.tender, _b.day)
    .join(bills, _b.id == _i.bill_id)
    .where(_i.status == "open")
    .order_by(_i.id)
    .limit(b("most"))
)
GET_ITEM = sa.select(bill_items).where(_i.id == b("id"))
ON_ANY_BILL = (
    sa.select(_l.id)
    .join(bills, _b.id == _l.bill_id)
    .where(_l.number == b("number"), _l.kind == b("kind"), _b.tender == b("tender"))
    .limit(1)
)
MISSED = (
    sa.select(_i.id, _i.local_minor)
    .join(bills, _b.id == _i.bill_id)
    .where(_i.number == b("number"), _i.kind == b("kind"), _b.tender == b("tender"))
    .where(_i.status == "open", _i.finding == "local_only")
)
SAVE_OWNER = (
    bill_items.update()
    .where(_i.id == b("item"), _i.status == "open")
    .values(owner_id=b("owner"))
    .returning(_i.id)
)
RESOLVE = (
    bill_items.update()
    .where(_i.id == b("item"), _i.status == "open")
    .values(status="resolved", resolution=b("words"), resolved_at=b("at", type_=UtcDateTime))
    .returning(_i.id)
)


def _posted(noun: str, own: Any, text: str, account: str) -> Any:
    return (
        sa.select(sa.func.coalesce(sa.func.sum(_g.amount_minor), 0))
        .select_from(ledger_entries.join(ledger_postings, _g.entry_id == _e.id))
        .where(
            _e.cause_noun == noun,
            _e.cause_id == own,
            _e.text == text,
            _g.account_kind == account,
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
