"""Every statement over customers, their browsers and those they travel with."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.customers.tables import (
    customer_orders,
    customer_visits,
    customers,
    travellers,
)
from domain.commerce.orders.tables import orders
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among

_c, _v, _k, _t, _o = (
    customers.c,
    customer_visits.c,
    customer_orders.c,
    travellers.c,
    orders.c,
)

ADD_CUSTOMER, ADD_VISIT = customers.insert(), customer_visits.insert()
ADD_ORDER, ADD_TRAVELLER = customer_orders.insert(), travellers.insert()

GET_CUSTOMER = sa.select(customers).where(_c.id == b("customer"))
BY_PHONE = sa.select(customers).where(among(_c.phone_hash, "marks")).limit(1)
SEE_CUSTOMER = (
    customers.update()
    .where(_c.id == b("customer"))
    .values(seen_at=b("now", type_=UtcDateTime), language=b("spoken"))
)

FIND_VISIT = (
    sa.select(
        _v.id,
        _v.customer_id,
        _c.phone_mask,
        _c.phone_sealed,
    )
    .select_from(customer_visits)
    .outerjoin(customers, _c.id == _v.customer_id)
    .where(_v.token_hash == b("token"), _v.ends_at > b("now", type_=UtcDateTime))
)
KNOW_VISIT = (
    customer_visits.update()
    .where(_v.id == b("visit"))
    .values(customer_id=b("customer"), ends_at=b("until", type_=UtcDateTime))
    .returning(_v.id)
)
RENEW_VISIT = customer_visits.update().where(_v.id == b("visit")).values(token_hash=b("token"))
END_VISIT = (
    customer_visits.update().where(_v.id == b("visit")).values(ends_at=b("now", type_=UtcDateTime))
)
FORGET_VISITS = customer_visits.delete().where(_v.ends_at < b("before", type_=UtcDateTime))

PLACED_BY = sa.select(_k.visit_id).where(_k.order_id == b("order_id"))
ORDERS_OF_VISIT = (
    sa.select(_o.id, _o.placed_at)
    .join(customer_orders, _k.order_id == _o.id)
    .where(_k.visit_id == b("visit"))
    .order_by(_k.at.desc())
    .limit(b("most", type_=sa.Integer))
)
ORDERS_OF_PHONE = (
    sa.select(_o.id, _o.placed_at)
    .where(among(_o.phone_hash, "marks"))
    .order_by(_o.placed_at.desc())
    .limit(b("most", type_=sa.Integer))
)
PHONE_OF_ORDER = sa.select(_o.phone_hash).where(_o.id == b("order_id"))
UNPAID = sa.select(sa.func.count().label("many")).where(
    _o.phone_hash == b("phone"),
    _o.status == sa.literal_column("'held'"),
    _o.request_id != b("but"),
)
UNPAID_OF_ADDRESS = (
    sa.select(sa.func.count().label("many"))
    .select_from(customer_orders)
    .join(orders, _o.id == _k.order_id)
    .where(
        among(_k.address_hash, "marks"),
        _o.status == sa.literal_column("'held'"),
        _o.request_id != b("but"),
    )
)

TRAVELLERS = (
    sa.select(travellers).where(_t.customer_id == b("customer")).order_by(_t.created_at, _t.id)
)
DROP_TRAVELLER = (
    travellers.delete()
    .where(_t.id == b("traveller"), _t.customer_id == b("customer"))
    .returning(_t.id)
)
