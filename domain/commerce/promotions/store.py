"""Every statement over promotions, their uses, coupons and floor prices."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.commerce.ledger.tables import ledger_entries, ledger_postings
from domain.commerce.orders.tables import order_lines, orders
from domain.commerce.promotions.tables import (
    coupons,
    price_floors,
    promotion_counters,
    promotion_funders,
    promotion_moves,
    promotion_use_lines,
    promotion_uses,
    promotions,
)
from domain.kernel.columns import Json, UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.places.tables import areas, units

_p, _f, _k = promotions.c, promotion_funders.c, promotion_counters.c
_u, _l, _m, _c = promotion_uses.c, promotion_use_lines.c, promotion_moves.c, coupons.c

# -- selling

ACTIVE: sa.ColumnElement[str] = sa.literal_column("'active'")  # as the partial index says it
_deal = sa.select(_p.id, _p.terms, _p.used, _p.given_minor)
DEALS = _deal.where(_p.area_id == b("area"), _p.status == ACTIVE)
DEALS_BY_ID = _deal.where(among(_p.id, "ids"))
ZONE = sa.select(areas.c.time_zone).where(areas.c.id == b("area"))
FLOORS = sa.select(price_floors).where(among(price_floors.c.ticket_type_id, "types"))
COUNTERS = sa.select(promotion_counters).where(
    among(_k.promotion_id, "ids"), among(_k.counted, "keys")
)
UNLOCKED = sa.select(_p.id, _p.shared_code.label("code")).where(
    _p.area_id == b("area"), _p.status == ACTIVE, among(_p.shared_code, "codes")
)
WITH_CODES = (
    sa.select(_p.id)
    .where(_p.area_id == b("area"), _p.status == ACTIVE, _p.code_use != "none")
    .limit(1)
)
OPEN_COUPONS = (
    sa.select(_c.id, _c.promotion_id, _c.code)
    .join(promotions, _p.id == _c.promotion_id)
    .where(_p.area_id == b("area"), _c.status == "open", among(_c.code, "codes"))
    .order_by(_c.code)
)
HAS_BOUGHT = (
    sa.select(orders.c.id)
    .where(
        orders.c.phone_hash == b("phone"),
        orders.c.status.in_(["paid", "part_refunded", "refunded"]),
    )
    .limit(1)
)
CLAIM = (
    promotions.update()
    .where(
        _p.id == b("promotion"),
        _p.status == "active",
        sa.or_(_p.limit_total.is_(None), _p.used < _p.limit_total),
        sa.or_(
            _p.budget_minor.is_(None),
            _p.given_minor + b("minor", type_=sa.BigInteger) <= _p.budget_minor,
        ),
    )
    .values(used=_p.used + 1, given_minor=_p.given_minor + b("minor", type_=sa.BigInteger))
    .returning(_p.id)
)
_count = insert(promotion_counters).values(
    promotion_id=b("promotion"), scope=b("of_scope"), counted=b("key"), used=1
)
COUNT = _count.on_conflict_do_update(
    index_elements=["promotion_id", "scope", "counted"],
    set_={"used": _k.used + 1},
    where=_k.used < b("limit", type_=sa.Integer),
).returning(_k.used)
TAKE_COUPON = (
    coupons.update()
    .where(_c.id == b("coupon"), _c.status == "open")
    .values(status="taken", taken_at=b("now", type_=UtcDateTime))
    .returning(_c.id)
)
FREE_COUPON = (
    coupons.update()
    .where(_c.id == b("coupon"), _c.status == "taken")
    .values(status="open", taken_at=None)
)
ADD_USE, ADD_USE_LINE = promotion_uses.insert(), promotion_use_lines.insert()
ADD_MOVE = promotion_moves.insert()

# -- after the sale

_use = sa.select(
    promotion_uses, _p.area_id, _p.terms, areas.c.time_zone, _p.name_zh, _p.name_en
).select_from(
    promotion_uses.join(promotions, _p.id == _u.promotion_id).join(areas, areas.c.id == _p.area_id)
)
USES_OF_ORDER = _use.where(_u.order_id == b("order_id")).order_by(_u.promotion_id)
LINES_OF_USE = (
    sa.select(promotion_use_lines).where(_l.use_id == b("use_id")).order_by(_l.order_line_id)
)
LINES_OF_ORDER = (
    sa.select(promotion_use_lines, _u.promotion_id)
    .join(promotion_uses, _u.id == _l.use_id)
    .where(_u.order_id == b("order_id"))
    .order_by(_u.promotion_id, _l.order_line_id)
)
SET_USE = (
    promotion_uses.update()
    .where(_u.id == b("use"), _u.status == b("seen"))
    .values(status=b("to_status"))
    .returning(_u.id)
)
RETURN_PART = (
    promotion_uses.update()
    .where(_u.id == b("use"))
    .values(returned_minor=_u.returned_minor + b("back", type_=sa.BigInteger))
)
RETURN_LINE = (
    promotion_use_lines.update()
    .where(_l.use_id == b("use"), _l.order_line_id == b("line"))
    .values(returned_minor=_l.returned_minor + b("back", type_=sa.BigInteger))
)
LOWER = (
    promotions.update()
    .where(_p.id == b("promotion"))
    .values(
        used=_p.used - b("uses", type_=sa.Integer),
        given_minor=_p.given_minor - b("minor", type_=sa.BigInteger),
    )
)
UNCOUNT = (
    promotion_counters.update()
    .where(_k.promotion_id == b("promotion"), _k.scope == b("of_scope"), _k.counted == b("key"))
    .values(used=_k.used - 1)
)
FUNDERS = (
    sa.select(promotion_funders)
    .where(among(_f.promotion_id, "ids"))
    .order_by(_f.promotion_id, _f.position)
)

# -- making them

GET = (
    sa.select(promotions, areas.c.time_zone, areas.c.name_zh.label("area_zh"))
    .join(areas, areas.c.id == _p.area_id)
    .where(_p.id == b("id"))
)
_status = b("status", type_=sa.String)
LIST = Keyset.of(
    sa.select(promotions).where(
        among(_p.area_id, "areas"), sa.or_(_status == "", _p.status == _status)
    ),
    _p.created_at,
    _p.id,
)
ADD = promotions.insert()
ADD_FUNDER = promotion_funders.insert()
CLEAR_FUNDERS = promotion_funders.delete().where(_f.promotion_id == b("of_promotion"))
SAVE = (
    promotions.update()
    .where(_p.id == b("promotion"), _p.version == b("seen"), _p.status == "draft")
    .values(
        code=b("to_code"),
        name_zh=b("to_name_zh"),
        name_en=b("to_name_en"),
        kind=b("to_kind"),
        code_use=b("to_code_use"),
        shared_code=b("to_shared_code"),
        terms=b("to_terms", type_=Json),
        priority=b("to_priority"),
        limit_total=b("to_limit_total"),
        budget_minor=b("to_budget_minor"),
        version=_p.version + 1,
    )
    .returning(_p.version)
)
MOVE = (
    promotions.update()
    .where(_p.id == b("promotion"), _p.status == b("seen_status"))
    .values(status=b("to_status"), version=_p.version + 1)
    .returning(_p.version)
)
SET_APPROVAL = promotions.update().where(_p.id == b("promotion")).values(approval_id=b("approval"))
ACTIVATED = (
    promotions.update()
    .where(_p.id == b("promotion"))
    .values(activated_at=b("now", type_=UtcDateTime))
)
ENDED = (
    promotions.update().where(_p.id == b("promotion")).values(ended_at=b("now", type_=UtcDateTime))
)
UNITS = sa.select(units.c.id, units.c.name_zh, units.c.name_en).where(units.c.retired_at.is_(None))
_floor = insert(price_floors).values(
    ticket_type_id=b("type"),
    floor_minor=b("minor", type_=sa.BigInteger),
    set_by=b("by"),
    set_at=b("now", type_=UtcDateTime),
)
SET_FLOOR = _floor.on_conflict_do_update(
    index_elements=["ticket_type_id"],
    set_={
        "floor_minor": _floor.excluded.floor_minor,
        "set_by": _floor.excluded.set_by,
        "set_at": _floor.excluded.set_at,
    },
)

# -- coupons

ADD_COUPON = coupons.insert()
LAST_BATCH = sa.select(sa.func.coalesce(sa.func.max(_c.batch), 0).label("last")).where(
    _c.promotion_id == b("promotion")
)
BATCHES = (
    sa.select(
        _c.batch,
        sa.func.min(_c.made_at).label("made_at"),
        sa.func.count().label("made"),
        sa.func.sum(sa.case((_c.status == "taken", 1), else_=0)).label("taken"),
        sa.func.sum(sa.case((_c.status == "void", 1), else_=0)).label("void"),
    )
    .where(_c.promotion_id == b("promotion"))
    .group_by(_c.batch)
    .order_by(_c.batch.desc())
)
COUPONS = Keyset.of(
    sa.select(coupons).where(_c.promotion_id == b("promotion"), _c.batch == b("of_batch")),
    _c.id,
    ascending=True,
)
VOID_BATCH = (
    coupons.update()
    .where(_c.promotion_id == b("promotion"), _c.batch == b("of_batch"), _c.status == "open")
    .values(status="void")
    .returning(_c.id)
)

# -- looking

USES = Keyset.of(
    sa.select(promotion_uses, orders.c.number, orders.c.channel)
    .join(orders, orders.c.id == _u.order_id)
    .where(_u.promotion_id == b("promotion")),
    _u.used_at,
    _u.id,
)
COST_BY_FUNDER = (
    sa.select(_m.kind, _m.owner_id, sa.func.sum(_m.minor).label("minor"))
    .where(_m.promotion_id == b("promotion"))
    .group_by(_m.kind, _m.owner_id)
)
# for the shares of units: what a type's tickets cost its funders on a day
BORNE = (
    sa.select(
        _m.day,
        _m.area_id,
        order_lines.c.kind.label("line_kind"),
        sa.func.coalesce(order_lines.c.ticket_type_id, "").label("ticket_type_id"),
        _m.kind,
        _m.owner_id,
        sa.func.sum(_m.minor).label("minor"),
    )
    .join(order_lines, order_lines.c.id == _m.order_line_id)
    .where(
        among(_m.area_id, "areas"),
        _m.day >= b("first", type_=sa.Date),
        _m.day <= b("last", type_=sa.Date),
    )
    .group_by(
        _m.day,
        _m.area_id,
        order_lines.c.kind,
        order_lines.c.ticket_type_id,
        _m.kind,
        _m.owner_id,
    )
    .having(sa.func.sum(_m.minor) != 0)
)

# -- recomputing

_counted = (
    sa.select(
        _u.promotion_id,
        sa.func.count().label("uses"),
        sa.func.sum(_u.minor - _u.returned_minor).label("minor"),
    )
    .where(_u.status != "returned")
    .group_by(_u.promotion_id)
    .subquery()
)
_uses, _minor = (
    sa.func.coalesce(_counted.c.uses, 0),
    sa.func.coalesce(_counted.c.minor, 0),
)
WRONG_COUNTS = (
    sa.select(_p.code, _p.used, _p.given_minor, _uses.label("uses"), _minor.label("minor"))
    .outerjoin(_counted, _counted.c.promotion_id == _p.id)
    .where(sa.or_(_p.used != _uses, _p.given_minor != _minor))
    .limit(b("most"))
)
_by_line = (
    sa.select(_l.order_line_id, sa.func.sum(_l.minor).label("minor"))
    .group_by(_l.order_line_id)
    .subquery()
)
_of_uses: sa.ColumnElement[int] = sa.func.coalesce(_by_line.c.minor, 0)
WRONG_LINES = (
    sa.select(order_lines.c.id, order_lines.c.discount_minor, _of_uses.label("minor"))
    .outerjoin(_by_line, _by_line.c.order_line_id == order_lines.c.id)
    .where(order_lines.c.discount_minor != _of_uses)
    .limit(b("most"))
)
_borne = sa.select(_m.use_id, sa.func.sum(_m.minor).label("minor")).group_by(_m.use_id).subquery()
_posted = (
    sa.select(ledger_entries.c.cause_id, sa.func.sum(ledger_postings.c.amount_minor).label("minor"))
    .join(ledger_postings, ledger_postings.c.entry_id == ledger_entries.c.id)
    .where(
        ledger_entries.c.cause_noun == "promotion_use",
        ledger_postings.c.account_kind == "promotion_costs",
    )
    .group_by(ledger_entries.c.cause_id)
    .subquery()
)
_due = sa.case((_u.status == "used", _u.minor - _u.returned_minor), else_=0)
_moved: sa.ColumnElement[int] = sa.func.coalesce(_borne.c.minor, 0)
_ledger: sa.ColumnElement[int] = sa.func.coalesce(_posted.c.minor, 0)
WRONG_COSTS = (
    sa.select(_u.id, _due.label("due"), _moved.label("moved"), _ledger.label("ledger"))
    .outerjoin(_borne, _borne.c.use_id == _u.id)
    .outerjoin(_posted, _posted.c.cause_id == _u.id)
    .where(sa.or_(_due != _moved, _due != _ledger))
    .limit(b("most"))
)
