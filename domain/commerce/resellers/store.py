"""Every statement over bookings of resellers."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.orders.tables import orders
from domain.commerce.resellers.tables import reseller_bookings
from domain.kernel.columns import Bytes, Json, UtcDateTime

_b, _o = reseller_bookings.c, orders.c

ADD = reseller_bookings.insert()
BY_ID = sa.select(reseller_bookings).where(_b.id == b("id"))
BY_UUID = sa.select(reseller_bookings).where(_b.agent_id == b("agent"), _b.uuid == b("uuid"))
LOCK = BY_UUID.with_for_update()
SAVE = (
    reseller_bookings.update()
    .where(_b.id == b("booking"), _b.version == b("seen"))
    .values(
        order_id=b("to_order"),
        availability_id=b("to_availability"),
        visit_on=b("to_day", type_=sa.Date),
        cart_id=b("to_cart"),
        reseller_reference=b("to_reference"),
        notes=b("to_notes"),
        contact_sealed=b("to_contact", type_=Bytes),
        items=b("to_items", type_=Json),
        held_until=b("to_held", type_=UtcDateTime),
        updated_at=b("now", type_=UtcDateTime),
        confirmed_at=b("to_confirmed", type_=UtcDateTime),
        cancelled_at=b("to_cancelled", type_=UtcDateTime),
        cancel_reason=b("to_reason"),
        given=b("to_given"),
        version=_b.version + 1,
    )
    .returning(_b.version)
)
_reference, _number = b("reference", type_=sa.String), b("number", type_=sa.String)
_first, _last = b("first", type_=sa.Date), b("last", type_=sa.Date)
FIND = (
    sa.select(reseller_bookings)
    .outerjoin(orders, _o.id == _b.order_id)
    .where(
        _b.agent_id == b("agent"),
        sa.or_(_reference.is_(None), _b.reseller_reference == _reference),
        sa.or_(_number.is_(None), _o.number == _number),
        sa.or_(_first.is_(None), _b.visit_on >= _first),
        sa.or_(_last.is_(None), _b.visit_on <= _last),
    )
    .order_by(_b.created_at.desc(), _b.id.desc())
    .limit(b("most"))
)
BY_ORDER = sa.select(reseller_bookings).where(_b.order_id == b("order"), _b.agent_id == b("agent"))
BY_REFERENCE = (
    sa.select(reseller_bookings)
    .where(
        _b.agent_id == b("agent"),
        sa.or_(
            _b.uuid == b("reference"),
            _b.reseller_reference == b("reference"),
            _b.order_id.in_(sa.select(_o.id).where(_o.number == b("reference"))),
        ),
    )
    .order_by(_b.created_at.desc(), _b.id.desc())
    .limit(b("most"))
)
OF_CART = (
    sa.select(reseller_bookings)
    .where(_b.agent_id == b("agent"), _b.cart_id == b("cart"))
    .order_by(_b.created_at, _b.id)
)

# -- what nobody needs any more, and what cannot be

FORGET_TESTS = reseller_bookings.delete().where(
    _b.order_id.is_(None), _b.created_at < b("before", type_=UtcDateTime)
)
_is_unpaid = sa.and_(
    _b.confirmed_at.is_not(None),
    _b.cancelled_at.is_(None),
    _o.status.in_(["held", "cancelled"]),
)
_is_kept = sa.and_(
    _b.cancelled_at.is_not(None),
    _b.given == "FULL",
    _o.status.in_(["paid", "part_refunded"]),
    _o.refunded_minor < _o.total_minor,
)
WRONG = (
    sa.select(_b.id, _o.number, _o.status)
    .join(orders, _o.id == _b.order_id)
    .where(sa.or_(_is_unpaid, _is_kept))
    .limit(b("most"))
)
