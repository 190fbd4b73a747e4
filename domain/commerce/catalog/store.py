"""Every statement over products, ticket types, prices and refund policies."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.commerce.catalog.tables import (
    price_rules,
    product_spots,
    products,
    refund_policies,
    ticket_type_drafts,
    ticket_type_versions,
    ticket_types,
    window_ticket_types,
)
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.operation.places.tables import areas, spots, windows

# by its name: the package of promotions stands above this one
promotions = sa.table("promotions", sa.column("area_id"), sa.column("status"))
ACTIVE: sa.ColumnElement[str] = sa.literal_column("'active'")  # as the partial index says it
_pr, _ps, _po = products, product_spots, refund_policies
_t, _d, _v, _r, _w = (
    ticket_types,
    ticket_type_drafts,
    ticket_type_versions,
    price_rules,
    window_ticket_types,
)

# -- what a sale needs to know of a ticket type, in one row

_offer = (
    sa.select(
        _t,
        _pr.c.code.label("product_code"),
        _pr.c.name_zh.label("product_name_zh"),
        _pr.c.name_en.label("product_name_en"),
        _pr.c.counts_capacity,
        _pr.c.slotted,
        _pr.c.seated,
        _pr.c.daily_quota,
        _pr.c.book_days_ahead,
        _pr.c.scope_bits,
        _pr.c.spot_shares,
        _po.c.tiers,
        _po.c.changes_allowed,
        areas.c.number.label("area_number"),
        areas.c.time_zone,
        areas.c.opens_at,
        # a window that does not sell everything sells what is listed for it
        sa.or_(
            b("window", type_=sa.String).is_(None),
            sa.exists().where(windows.c.id == b("window"), windows.c.sells_everything.is_(True)),
            sa.exists().where(_w.c.window_id == b("window"), _w.c.ticket_type_id == _t.c.id),
        ).label("sold_at_window"),
        # so that a sale asks for promotions only where there is one
        sa.exists()
        .where(promotions.c.area_id == _t.c.area_id, promotions.c.status == ACTIVE)
        .label("is_promoted"),
    )
    .join(_pr, _pr.c.id == _t.c.product_id)
    .join(_po, _po.c.id == _t.c.refund_policy_id)
    .join(areas, areas.c.id == _t.c.area_id)
)
OFFERS = _offer.where(among(_t.c.id, "ids"))
OFFERS_OF_AREA = _offer.where(
    _t.c.area_id == b("area"), _t.c.status == "on_sale", _pr.c.retired_at.is_(None)
).order_by(_t.c.position, _t.c.number)
RULES = sa.select(_r).where(among(_r.c.ticket_type_id, "ids"))

# -- products

GET_PRODUCT = sa.select(_pr).where(_pr.c.id == b("id"))
ADD_PRODUCT = _pr.insert()
CHANGE_PRODUCT = (
    _pr.update()
    .where(_pr.c.id == b("product"), _pr.c.version == b("seen"), _pr.c.retired_at.is_(None))
    .values(
        code=b("to_code"),
        name_zh=b("to_name_zh"),
        name_en=b("to_name_en"),
        description_zh=b("to_description_zh"),
        description_en=b("to_description_en"),
        opens_area=b("to_opens_area"),
        counts_capacity=b("to_counts_capacity"),
        slotted=b("to_slotted"),
        seated=b("to_seated"),
        daily_quota=b("to_daily_quota"),
        book_days_ahead=b("to_book_days_ahead"),
        scope_bits=b("to_scope_bits"),
        spot_shares=b("to_spot_shares"),
        version=_pr.c.version + 1,
    )
    .returning(_pr.c.version)
)
RETIRE_PRODUCT = (
    _pr.update()
    .where(_pr.c.id == b("product"), _pr.c.version == b("seen"), _pr.c.retired_at.is_(None))
    .where(
        ~sa.exists().where(_t.c.product_id == b("product"), _t.c.status.in_(["on_sale", "paused"]))
    )
    .values(retired_at=b("now", type_=UtcDateTime), version=_pr.c.version + 1)
    .returning(_pr.c.id)
)
_words = b("like", type_=sa.String)
LIST_PRODUCTS = (
    sa.select(_pr)
    .where(
        _pr.c.area_id == b("area"),
        sa.or_(_pr.c.retired_at.is_(None), b("retired", type_=sa.Boolean)),
        sa.or_(_pr.c.code.ilike(_words, escape="\\"), _pr.c.name_zh.ilike(_words, escape="\\")),
        _pr.c.code > b("after"),
    )
    .order_by(_pr.c.code)
    .limit(b("most"))
)
SPOTS_OF_PRODUCT = sa.select(_ps).where(_ps.c.product_id == b("product"))
DROP_SPOTS = _ps.delete().where(_ps.c.product_id == b("product"))
ADD_SPOT = _ps.insert()
SPOTS_OF_AREA = sa.select(spots.c.id, spots.c.scope_bit).where(spots.c.area_id == b("area"))

# -- refund policies

GET_POLICY = sa.select(_po).where(_po.c.id == b("id"))
LIST_POLICIES = (
    sa.select(_po)
    .where(sa.or_(_po.c.retired_at.is_(None), b("retired", type_=sa.Boolean)))
    .order_by(_po.c.code)
)
ADD_POLICY = _po.insert()
CHANGE_POLICY = (
    _po.update()
    .where(_po.c.id == b("policy"), _po.c.version == b("seen"), _po.c.retired_at.is_(None))
    .values(
        code=b("to_code"),
        name_zh=b("to_name_zh"),
        name_en=b("to_name_en"),
        tiers=b("to_tiers"),
        changes_allowed=b("to_changes_allowed"),
        version=_po.c.version + 1,
    )
    .returning(_po.c.version)
)
RETIRE_POLICY = (
    _po.update()
    .where(_po.c.id == b("policy"), _po.c.version == b("seen"), _po.c.retired_at.is_(None))
    .where(~sa.exists().where(_t.c.refund_policy_id == b("policy"), _t.c.status != "retired"))
    .values(retired_at=b("now", type_=UtcDateTime), version=_po.c.version + 1)
    .returning(_po.c.id)
)

# -- ticket types

GET_TYPE = sa.select(_t).where(_t.c.id == b("id"))
LAST_NUMBER = sa.select(sa.func.coalesce(sa.func.max(_t.c.number), 0).label("last"))
ADD_TYPE = _t.insert()
PUBLISH = (
    _t.update()
    .where(_t.c.id == b("type"), _t.c.version == b("seen"))
    .values(
        {
            name: b(f"to_{name}")
            for name in (
                "code",
                "name_zh",
                "name_en",
                "hint_zh",
                "hint_en",
                "kind",
                "list_price_minor",
                "gate_mode",
                "entries",
                "persons",
                "passback_minutes",
                "validity",
                "valid_days",
                "valid_from_on",
                "valid_until_on",
                "real_name",
                "most_per_order",
                "least_per_order",
                "group_min",
                "group_free_every",
                "concessions",
                "concession_only",
                "refund_policy_id",
                "channels",
                "medium",
                "hotkey",
                "position",
                "status",
                "published_at",
            )
        }
        | {"version": _t.c.version + 1}
    )
    .returning(_t.c.version)
)
SET_STATUS = (
    _t.update()
    .where(_t.c.id == b("type"), _t.c.status == b("from_status"))
    .values(status=b("to_status"), retired_at=b("ended_at", type_=UtcDateTime))
    .returning(_t.c.id)
)
LIST_TYPES = (
    sa.select(
        _t.c.id,
        _t.c.product_id,
        _t.c.number,
        _t.c.code,
        _t.c.name_zh,
        _t.c.name_en,
        _t.c.kind,
        _t.c.list_price_minor,
        _t.c.status,
        _t.c.version,
        _t.c.published_at,
        _pr.c.name_zh.label("product_name_zh"),
        _pr.c.name_en.label("product_name_en"),
        _d.c.saved_at.label("draft_saved_at"),
        _d.c.approval_id,
    )
    .join(_pr, _pr.c.id == _t.c.product_id)
    .outerjoin(_d, _d.c.ticket_type_id == _t.c.id)
    .where(
        _t.c.area_id == b("area"),
        sa.or_(_t.c.status != "retired", b("retired", type_=sa.Boolean)),
        sa.or_(_t.c.code.ilike(_words, escape="\\"), _t.c.name_zh.ilike(_words, escape="\\")),
        _t.c.number > b("after"),
    )
    .order_by(_t.c.number)
    .limit(b("most"))
)
GET_DRAFT = sa.select(_d).where(_d.c.ticket_type_id == b("type"))
_draft = insert(_d).values(
    ticket_type_id=b("type"),
    document=b("document"),
    based_on_version=b("based_on"),
    saved_by=b("by"),
    saved_at=b("now", type_=UtcDateTime),
    approval_id=None,
)
SAVE_DRAFT = _draft.on_conflict_do_update(
    index_elements=["ticket_type_id"],
    set_={
        "document": _draft.excluded.document,
        "based_on_version": _draft.excluded.based_on_version,
        "saved_by": _draft.excluded.saved_by,
        "saved_at": _draft.excluded.saved_at,
    },
    where=_d.c.approval_id.is_(None),
).returning(_d.c.ticket_type_id)
SUBMIT_DRAFT = (
    _d.update()
    .where(_d.c.ticket_type_id == b("type"), _d.c.approval_id.is_(None))
    .values(approval_id=b("approval"))
    .returning(_d.c.ticket_type_id)
)
REOPEN_DRAFT = _d.update().where(_d.c.ticket_type_id == b("type")).values(approval_id=None)
DROP_DRAFT = _d.delete().where(_d.c.ticket_type_id == b("type"))
DISCARD_DRAFT = (
    _d.delete()
    .where(_d.c.ticket_type_id == b("type"), _d.c.approval_id.is_(None))
    .returning(_d.c.ticket_type_id)
)
ADD_VERSION = _v.insert()
LIST_VERSIONS = sa.select(_v).where(_v.c.ticket_type_id == b("type")).order_by(_v.c.version.desc())
DROP_RULES = _r.delete().where(_r.c.ticket_type_id == b("type"))
ADD_RULE = _r.insert()
RULES_OF_TYPE = (
    sa.select(_r)
    .where(_r.c.ticket_type_id == b("type"))
    .order_by(_r.c.priority.desc(), _r.c.id.desc())
)

# -- what a window may sell

WINDOW_TYPES = sa.select(_w.c.ticket_type_id).where(_w.c.window_id == b("window"))
TYPES_OF_WINDOW_AREA = (
    sa.select(_t.c.id, _t.c.code)
    .select_from(windows.join(ticket_types, _t.c.area_id == windows.c.area_id))
    .where(windows.c.id == b("window"))
)
DROP_WINDOW_TYPES = _w.delete().where(_w.c.window_id == b("window"))
ADD_WINDOW_TYPE = _w.insert()
SET_WINDOW = (
    windows.update()
    .where(windows.c.id == b("window"))
    .values(sells_everything=b("everything", type_=sa.Boolean))
    .returning(windows.c.id)
)
