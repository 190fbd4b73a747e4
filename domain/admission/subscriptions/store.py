"""Every statement over subscriptions, and over what was told."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.subscriptions.tables import (
    reseller_subscriptions,
    told_bookings,
    told_products,
)
from domain.admission.tickets.tables import tickets
from domain.commerce.orders.tables import orders
from domain.commerce.resellers.tables import reseller_bookings
from domain.kernel.columns import Bytes, Json
from domain.kernel.db import among

_s, _b, _o, _t = reseller_subscriptions.c, reseller_bookings.c, orders.c, tickets.c
_tb, _tp = told_bookings.c, told_products.c

ADD = reseller_subscriptions.insert()
GET = sa.select(reseller_subscriptions).where(_s.id == b("id"), _s.agent_id == b("agent"))
GET_ANY = sa.select(reseller_subscriptions).where(_s.id == b("id"))
OF_AGENT = sa.select(reseller_subscriptions).where(_s.agent_id == b("agent")).order_by(_s.id)
ALL = sa.select(_s.id, _s.agent_id, _s.area_id, _s.types, _s.made_at).order_by(_s.id)
SAVE = (
    reseller_subscriptions.update()
    .where(_s.id == b("subscription"), _s.version == b("seen"))
    .values(
        url=b("to_url"),
        types=b("to_types", type_=Json),
        kept_sealed=b("to_kept", type_=Bytes),
        version=_s.version + 1,
    )
    .returning(_s.version)
)
REMOVE = reseller_subscriptions.delete().where(_s.id == b("id")).returning(_s.id)

# -- bookings: what a gate, an office or the program itself did shows in these numbers
_tickets_seen = (
    sa.select(sa.func.coalesce(sa.func.sum(_t.version), 0))
    .where(_t.order_id == _b.order_id)
    .scalar_subquery()
)
STANDINGS = (
    sa.select(
        _b.id,
        _b.agent_id,
        _b.area_id,
        _b.uuid,
        _b.created_at,
        _b.version,
        sa.func.coalesce(_o.status, "").label("order_status"),
        _tickets_seen.label("seen"),
        _tb.mark,
    )
    .outerjoin(orders, _o.id == _b.order_id)
    .outerjoin(told_bookings, _tb.booking_id == _b.id)
    .where(_b.visit_on >= b("since", type_=sa.Date))
)
OF_AGENTS = STANDINGS.where(among(_b.agent_id, "agents"))
ONE_STANDING = STANDINGS.where(_b.id == b("booking"))


ADD_BOOKING_MARK = told_bookings.insert()
SAVE_BOOKING_MARK = (
    told_bookings.update()
    .where(_tb.booking_id == b("booking"), _tb.mark == b("seen_mark"))
    .values(mark=b("to_mark"))
    .returning(_tb.booking_id)
)
PRODUCT_MARKS = sa.select(told_products).where(_tp.area_id == b("area"))
ADD_PRODUCT_MARK = told_products.insert()
SAVE_PRODUCT_MARK = (
    told_products.update()
    .where(_tp.product_id == b("product"), _tp.mark == b("seen_mark"))
    .values(mark=b("to_mark"), days=b("to_days", type_=Json))
    .returning(_tp.product_id)
)
