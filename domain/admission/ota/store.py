"""Every statement over OTAs, their products, orders and calls."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.admission.ota.tables import (
    ota_accounts,
    ota_calls,
    ota_items,
    ota_orders,
    ota_products,
    ota_tickets,
)
from domain.admission.tickets.tables import tickets
from domain.commerce.agents.tables import agents
from domain.commerce.catalog.tables import products, ticket_types
from domain.commerce.orders.tables import orders
from domain.commerce.refunds.tables import refunds
from domain.kernel.columns import Bytes, UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset

_a, _p, _o = ota_accounts.c, ota_products.c, ota_orders.c
_i, _k, _c = ota_items.c, ota_tickets.c, ota_calls.c
_t, _g, _y = tickets.c, agents.c, ticket_types.c
NOW = b("now", type_=UtcDateTime)
MOST = b("most", type_=sa.Integer)

# -- accounts

ADD_ACCOUNT = ota_accounts.insert()
_account = sa.select(ota_accounts, _g.code.label("agent_code"), _g.name.label("agent_name")).join(
    agents, _g.id == _a.agent_id
)
GET_ACCOUNT = _account.where(_a.id == b("id"))
FIND_ACCOUNT = _account.where(_a.account_id == b("account_id"))
LIST_ACCOUNTS = Keyset.of(_account.where(among(_a.area_id, "areas")), _a.created_at, _a.id)
CHANGE_ACCOUNT = (
    ota_accounts.update()
    .where(_a.id == b("account"), _a.version == b("seen"))
    .values(
        keys_sealed=b("to_keys", type_=Bytes),
        is_sealed=b("to_sealed"),
        notice_url=b("to_url"),
        status=b("to_status"),
        version=_a.version + 1,
    )
    .returning(_a.id)
)

# -- products

ADD_PRODUCT = ota_products.insert()
GET_PRODUCT = sa.select(ota_products, _a.area_id).join(ota_accounts).where(_p.id == b("id"))
BY_PLU = (
    sa.select(ota_products, _y.product_id.label("sold_product_id"), products.c.slotted)
    .select_from(
        ota_products.join(ticket_types, _y.id == _p.ticket_type_id).join(
            products, products.c.id == _y.product_id
        )
    )
    .where(_p.account_id == b("account"), among(_p.plu, "plus"))
)
LIST_PRODUCTS = Keyset.of(
    sa.select(ota_products, _y.name_zh, _y.name_en, _y.code)
    .join(ticket_types, _y.id == _p.ticket_type_id)
    .where(_p.account_id == b("account")),
    _p.created_at,
    _p.id,
)
CHANGE_PRODUCT = (
    ota_products.update()
    .where(_p.id == b("product"), _p.version == b("seen"))
    .values(
        ticket_type_id=b("to_type"),
        slot_at=b("to_slot"),
        status=b("to_status"),
        version=_p.version + 1,
    )
    .returning(_p.id)
)
SLOTTED = (
    sa.select(products.c.slotted, _y.area_id, _y.group_min, _y.retired_at)
    .select_from(ticket_types.join(products, products.c.id == _y.product_id))
    .where(_y.id == b("type"))
)

# -- orders

ADD_ORDER, ADD_ITEM, ADD_TICKET = ota_orders.insert(), ota_items.insert(), ota_tickets.insert()
FIND_ORDER = (
    sa.select(ota_orders, orders.c.number, orders.c.area_id, orders.c.status)
    .join(orders, orders.c.id == _o.order_id)
    .where(_o.account_id == b("account"), _o.ota_order_id == b("ota_order"))
)
GET_ORDER = (
    sa.select(ota_orders, orders.c.number, orders.c.area_id)
    .join(orders, orders.c.id == _o.order_id)
    .where(_o.order_id == b("order"))
)
ITEMS_OF = (
    sa.select(
        _i.id, _i.item_id, _i.quantity, _i.position, _p.plu, _p.slot_at,
        _y.product_id.label("sold_product_id"),
    )
    .select_from(
        ota_items.join(ota_products, _p.id == _i.product_id).join(
            ticket_types, _y.id == _p.ticket_type_id
        )
    )
    .where(_i.order_id == b("order"))
    .order_by(_i.position)
)  # fmt: skip
TICKETS_OF = (
    sa.select(
        _k.item_id, _t.id, _t.number, _t.status, _t.entries_used, _t.visit_on, _t.valid_until,
        _t.ended_at, _t.held_until, _k.told_at,
    )
    .select_from(ota_tickets.join(tickets, _t.id == _k.ticket_id))
    .where(_t.order_id == b("order"))
    .order_by(_t.position)
)  # fmt: skip
DAY_OF_TICKET = sa.select(_t.visit_on).where(_t.id == b("ticket"))

# -- calls

_new = insert(ota_calls)
CLAIM = _new.on_conflict_do_nothing(
    index_elements=[_c.account_id, _c.service, _c.sequence_id]
).returning(_c.id)
FINISH = (
    ota_calls.update()
    .where(_c.id == b("call"))
    .values(
        result_code=b("to_code"),
        result_message=b("to_message"),
        answer_sealed=b("to_answer", type_=Bytes),
        order_id=b("to_order"),
        refund_id=b("to_refund"),
    )
)
ADD_CALL = ota_calls.insert()
EARLIER = sa.select(ota_calls).where(
    _c.account_id == b("account"), _c.service == b("service"), _c.sequence_id == b("sequence")
)
LIST_CALLS = Keyset.of(
    sa.select(ota_calls, _a.account_id.label("account_word"), _g.name.label("agent_name"))
    .select_from(
        ota_calls.join(ota_accounts, _a.id == _c.account_id).join(agents, _g.id == _a.agent_id)
    )
    .where(
        among(_c.area_id, "areas"),
        sa.or_(b("of", type_=sa.String) == "", _c.account_id == b("of", type_=sa.String)),
        sa.or_(b("by", type_=sa.String) == "", _c.service == b("by", type_=sa.String)),
        sa.or_(sa.not_(b("failed", type_=sa.Boolean)), _c.result_code != "0000"),
        sa.or_(
            b("words", type_=sa.String) == "",
            _c.sequence_id == b("words", type_=sa.String),
            _c.result_code == b("words", type_=sa.String),
        ),
    ),
    _c.at,
    _c.id,
)
GET_CALL = (
    sa.select(
        ota_calls,
        _a.account_id.label("account_word"),
        _g.name.label("agent_name"),
        orders.c.number.label("order_number"),
    )
    .select_from(
        ota_calls.join(ota_accounts, _a.id == _c.account_id)
        .join(agents, _g.id == _a.agent_id)
        .outerjoin(orders, orders.c.id == _c.order_id)
    )
    .where(_c.id == b("id"))
)

# -- what they are to be told

USED_UNTOLD = (
    sa.select(_t.order_id, _k.ticket_id)
    .select_from(ota_tickets.join(tickets, _t.id == _k.ticket_id))
    .where(_k.told_at.is_(None), _k.visit_on <= b("day", type_=sa.Date), _t.entries_used > 0)
    .order_by(_k.visit_on, _k.ticket_id)
    .limit(MOST)
)
MARK_TOLD = (
    ota_tickets.update()
    .where(_k.ticket_id == b("ticket"), _k.told_at.is_(None))
    .values(told_at=NOW)
    .returning(_k.ticket_id)
)
FORGET_OVER = (  # nobody comes on it any more: it need not be looked at again
    ota_tickets.update()
    .where(
        _k.told_at.is_(None),
        sa.exists().where(  # looked up for each that is not told; `IN` would read all tickets
            _t.id == _k.ticket_id,
            _t.entries_used == 0,
            sa.or_(
                _t.valid_until < b("over", type_=UtcDateTime),
                _t.status.in_(["refunded", "changed"]),
            ),
        ),
    )
    .values(told_at=NOW)
)
DECIDED = (
    sa.select(_c.id, _c.order_id, refunds.c.status)
    .select_from(ota_calls.join(refunds, refunds.c.id == _c.refund_id))
    .where(_c.refund_id.is_not(None), _c.confirmed_at.is_(None))
    .where(refunds.c.status != "requested")
    .order_by(_c.refund_id)  # the index of the few that wait; by id all calls would be read
    .limit(MOST)
)
CONFIRM = (
    ota_calls.update()
    .where(_c.id == b("call"), _c.confirmed_at.is_(None))
    .values(confirmed_at=NOW)
    .returning(_c.id, _c.sequence_id, _c.account_id, _c.order_id, _c.shown)
)

# -- verification

_sold = (
    sa.select(_i.order_id, sa.func.sum(_i.quantity).label("many")).group_by(_i.order_id).subquery()
)
_made = (
    sa.select(_t.order_id, sa.func.count().label("many"))
    .select_from(ota_tickets.join(tickets, _t.id == _k.ticket_id))
    .where(_t.status != "changed")
    .group_by(_t.order_id)
    .subquery()
)
WRONG_ORDERS = (
    sa.select(orders.c.number, _sold.c.many.label("sold"), _made.c.many.label("made"))
    .select_from(
        ota_orders.join(orders, orders.c.id == _o.order_id)
        .outerjoin(_sold, _sold.c.order_id == _o.order_id)
        .outerjoin(_made, _made.c.order_id == _o.order_id)
    )
    .where(sa.func.coalesce(_sold.c.many, 0) != sa.func.coalesce(_made.c.many, 0))
    .limit(MOST)
)
_created = (
    sa.select(_c.order_id)
    .where(_c.service == "CreateOrder", _c.result_code == "0000")
    .distinct()
    .subquery()
)
UNANSWERED_ORDERS = (  # an order that no stored answer speaks of
    sa.select(orders.c.number)
    .select_from(
        ota_orders.join(orders, orders.c.id == _o.order_id).outerjoin(
            _created, _created.c.order_id == _o.order_id
        )
    )
    .where(_created.c.order_id.is_(None))
    .limit(MOST)
)
ANSWERED_NOTHING = (  # a yes without what it speaks of
    sa.select(_c.sequence_id, _c.service)
    .select_from(ota_calls.outerjoin(ota_orders, _o.order_id == _c.order_id))
    .where(
        _c.service.in_(["CreateOrder", "CancelOrder", "EditOrder"]),
        _c.result_code == "0000",
        sa.or_(_o.order_id.is_(None), _c.answer_sealed.is_(None)),
    )
    .limit(MOST)
)
