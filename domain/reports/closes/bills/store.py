"""What a day's bills are read from: each statement one day of an area."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.orders.tables import orders
from domain.commerce.payments.tables import payments, payouts
from domain.commerce.reconciliation.tables import bill_items, bill_lines, bills
from domain.kernel.columns import UtcDateTime
from domain.operation.places.tables import areas

_b, _l, _i, _p, _x, _o = bills.c, bill_lines.c, bill_items.c, payments.c, payouts.c, orders.c
START, END = b("day_start", type_=UtcDateTime), b("day_end", type_=UtcDateTime)
FROM, TO = b("from_day", type_=sa.Date), b("to_day", type_=sa.Date)
_paid_by = payments.alias("paid_by")
HERE = _o.area_id.concat("") == b("area_id")  # the day leads, not all that an area ever sold

TAKEN = sa.select(_b.tender, _b.day).where(_b.day >= FROM, _b.day <= TO)
_sum = sa.func.coalesce(sa.func.sum(_l.amount_minor), 0).label("minor")
CHARGED = (
    sa.select(_b.tender, _sum)
    .select_from(payments)
    .join(orders, _o.id == _p.order_id)
    .join(bill_lines, sa.and_(_l.number == _p.id, _l.kind == "charge"))
    .join(bills, sa.and_(_b.id == _l.bill_id, _b.tender == _p.tender))
    .where(HERE, _p.paid_at >= START, _p.paid_at < END, _l.is_done.is_(True))
    .group_by(_b.tender)
)
REFUNDED = (
    sa.select(_b.tender, _sum)
    .select_from(payouts)
    .join(payments, _p.id == _x.payment_id)
    .join(orders, _o.id == _p.order_id)
    .join(bill_lines, sa.and_(_l.number == _x.number, _l.kind == "refund"))
    .join(bills, sa.and_(_b.id == _l.bill_id, _b.tender == _x.tender))
    .where(HERE, _x.paid_out_at >= START, _x.paid_out_at < END, _l.is_done.is_(True))
    .group_by(_b.tender)
)
ITEMS = (
    sa.select(
        bill_items,
        _b.tender,
        _b.day,
        _o.number.label("order_no"),
        sa.func.coalesce(_p.paid_at, _x.paid_out_at).label("happened_at"),
    )
    .join(bills, _b.id == _i.bill_id)
    .outerjoin(payments, _p.id == _i.subject_id)
    .outerjoin(payouts, _x.id == _i.subject_id)
    .outerjoin(_paid_by, _paid_by.c.id == _x.payment_id)
    .outerjoin(orders, _o.id == sa.func.coalesce(_p.order_id, _paid_by.c.order_id))
    .where(
        _b.day >= FROM,
        _b.day <= TO,
        sa.or_(_i.area_id == b("area_id"), _i.area_id.is_(None)),
    )
    .order_by(_i.id)
)
FIRST_AREA = sa.select(sa.func.min(areas.c.id).label("id"))
WAITING = (
    sa.select(_p.id, _p.amount_minor, _o.number)
    .join(orders, _o.id == _p.order_id)
    .where(HERE, _p.created_at >= START, _p.created_at < END)
    .where(_p.status.in_(["created", "pending"]))
    .order_by(_p.id)
)
