"""Every statement over blank tickets and cards."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.commerce.stock.tables import (
    stock_document_lines,
    stock_documents,
    stock_feeds,
    stock_holdings,
    stock_kinds,
    stock_lots,
    stock_moves,
    stock_numbers,
    stock_shift_counts,
    stock_shortfalls,
    stock_thresholds,
)
from domain.kernel.columns import Json, UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.imports.tables import import_rows
from domain.operation.places.tables import areas, warehouses, windows

_k, _h, _d, _l = stock_kinds, stock_holdings, stock_documents, stock_document_lines
_m, _f, _t, _c = stock_moves, stock_feeds, stock_thresholds, stock_shift_counts
_lots, _n, _s = stock_lots, stock_numbers, stock_shortfalls

BY_HOLDER = among(_h.c.holder_id, "holders")


def big(name: str) -> sa.BindParameter[int]:
    return b(name, type_=sa.BigInteger)


# -- kinds

GET_KIND = sa.select(_k).where(_k.c.id == b("id"))
KINDS = sa.select(_k).order_by(_k.c.area_id, _k.c.code)
ADD_KIND = _k.insert()
CHANGE_KIND = (
    _k.update()
    .where(_k.c.id == b("kind"), _k.c.version == b("seen"), _k.c.retired_at.is_(None))
    .values(
        code=b("new_code"),
        name_zh=b("zh"),
        name_en=b("en"),
        form=b("new_form"),
        paper=b("new_paper"),
        version=_k.c.version + 1,
    )
    .returning(_k.c.version)
)
RETIRE_KIND = (
    _k.update()
    .where(_k.c.id == b("kind"), _k.c.version == b("seen"), _k.c.retired_at.is_(None))
    .values(retired_at=b("at", type_=UtcDateTime), version=_k.c.version + 1)
    .returning(_k.c.id)
)
LOCK_KIND = (  # whoever moves ranges of a kind takes turns
    _k.update().where(_k.c.id == b("kind")).values(edition=_k.c.edition + 1).returning(*_k.c)
)
ANY_HOLDING = sa.select(_h.c.id).where(_h.c.kind_id == b("kind")).limit(1)
ANY_LOT = sa.select(_lots.c.id).where(_lots.c.kind_id == b("kind")).limit(1)

# -- holders: warehouses and windows

_named = ["id", "area_id", "code", "name_zh", "name_en", "retired_at"]
HOLDERS = sa.union_all(
    sa.select(sa.literal("warehouse").label("kind"), *(warehouses.c[name] for name in _named)),
    sa.select(sa.literal("window").label("kind"), *(windows.c[name] for name in _named)),
)
HOLDER = sa.union_all(
    sa.select(
        sa.literal("warehouse").label("kind"), *(warehouses.c[name] for name in _named)
    ).where(warehouses.c.id == b("id")),
    sa.select(sa.literal("window").label("kind"), *(windows.c[name] for name in _named)).where(
        windows.c.id == b("id")
    ),
)
AREA = sa.select(areas.c.id, areas.c.number, areas.c.time_zone).where(areas.c.id == b("area"))

# -- what was ever received, and what lies where

ADD_LOT = _lots.insert()
DROP_LOT = _lots.delete().where(_lots.c.document_id == b("document")).returning(_lots.c.id)
LOTS_MEETING = sa.select(_lots).where(
    _lots.c.kind_id == b("kind"),
    _lots.c.prefix == b("letters"),
    _lots.c.width == b("digits"),
    _lots.c.from_no <= big("last"),
    _lots.c.to_no >= big("first"),
)
ADD_HOLDING = _h.insert()
DROP_HOLDING = (
    _h.delete()
    .where(_h.c.id == b("holding"), _h.c.from_no == big("first"), _h.c.to_no == big("last"))
    .returning(_h.c.id)
)
SHRINK_HOLDING = (
    _h.update()
    .where(_h.c.id == b("holding"), _h.c.from_no == big("first"), _h.c.to_no == big("last"))
    .values(from_no=big("new_first"))
    .returning(_h.c.id)
)
SEEN = (
    sa.select(_h)
    .where(_h.c.holder_id == b("holder"), _h.c.kind_id == b("kind"))
    .order_by(_h.c.prefix, _h.c.width, _h.c.from_no)
)
HELD = SEEN.with_for_update()
HELD_BY = (
    sa.select(_h)
    .where(_h.c.holder_id == b("holder"))
    .order_by(_h.c.kind_id, _h.c.prefix, _h.c.width, _h.c.from_no)
)
CARDS_HELD_BY = (
    sa.select(_h)
    .join(stock_kinds, stock_kinds.c.id == _h.c.kind_id)
    .where(_h.c.holder_id == b("holder"), stock_kinds.c.form == "card")
    .order_by(stock_kinds.c.code, _h.c.prefix, _h.c.width, _h.c.from_no)
)
HOLDINGS_MEETING = sa.select(_h).where(
    _h.c.kind_id == b("kind"),
    _h.c.prefix == b("letters"),
    _h.c.width == b("digits"),
    _h.c.from_no <= big("last"),
    _h.c.to_no >= big("first"),
)
HOLDING_OF_SERIAL = sa.select(_h).where(
    _h.c.prefix == b("letters"),
    _h.c.width == b("digits"),
    _h.c.from_no <= big("serial"),
    _h.c.to_no >= big("serial"),
)
LOT_OF_SERIAL = sa.select(_lots).where(
    _lots.c.prefix == b("letters"),
    _lots.c.width == b("digits"),
    _lots.c.from_no <= big("serial"),
    _lots.c.to_no >= big("serial"),
)
_pieces: sa.ColumnElement[int] = sa.func.sum(_h.c.to_no - _h.c.from_no + 1)
SUMS = sa.select(
    _h.c.holder_id, _h.c.kind_id, _pieces.label("pieces"), sa.func.count().label("ranges")
).group_by(_h.c.holder_id, _h.c.kind_id)
SUM_HELD = sa.select(sa.func.coalesce(_pieces, 0).label("pieces")).where(
    _h.c.holder_id == b("holder"), _h.c.kind_id == b("kind")
)
RANGES = Keyset.of(
    sa.select(_h).where(
        BY_HOLDER,
        sa.or_(b("kind", type_=sa.String) == "", _h.c.kind_id == b("kind", type_=sa.String)),
    ),
    _h.c.holder_id,
    _h.c.kind_id,
    _h.c.prefix,
    _h.c.width,
    _h.c.from_no,
    _h.c.id,
    ascending=True,
)

# -- moves

ADD_MOVE = _m.insert()
MOVES_OF_CAUSE = (
    sa.select(_m)
    .where(_m.c.cause_noun == b("noun"), _m.c.cause_id == b("cause"))
    .order_by(_m.c.seq)
)
MOVES_OF_HOLDER = Keyset.of(
    sa.select(_m).where(_m.c.holder_id == b("holder"), _m.c.kind_id == b("kind")), _m.c.seq
)
MOVES_OF_HOLDER_ALL = Keyset.of(sa.select(_m).where(_m.c.holder_id == b("holder")), _m.c.seq)
MOVES_OF_HOLDERS = Keyset.of(sa.select(_m).where(among(_m.c.holder_id, "holders")), _m.c.seq)
MOVES_OF_SERIAL = sa.union_all(
    sa.select(_m).where(
        _m.c.prefix == b("letters"),
        _m.c.width == b("digits"),
        _m.c.from_no == big("serial"),
        _m.c.to_no == big("serial"),
    ),
    sa.select(_m).where(
        _m.c.prefix == b("letters"),
        _m.c.width == b("digits"),
        _m.c.to_no >= big("serial"),
        _m.c.from_no <= big("serial"),
        _m.c.to_no > _m.c.from_no,
    ),
)
SHIFT_SUMS = (
    sa.select(_m.c.kind_id, _m.c.act, sa.func.sum(_m.c.pieces).label("pieces"))
    .where(_m.c.shift_id == b("shift"))
    .group_by(_m.c.kind_id, _m.c.act)
)
USED_IN_SHIFT = sa.select(
    sa.func.coalesce(sa.func.sum(-_m.c.pieces), 0).label("pieces"),
).where(
    _m.c.shift_id == b("shift"),
    _m.c.kind_id == b("kind"),
    _m.c.prefix == b("letters"),
    _m.c.width == b("digits"),
    _m.c.from_no >= big("first"),
    _m.c.to_no <= big("last"),
)
LAST_USED = sa.select(sa.func.max(_m.c.to_no).label("last")).where(
    _m.c.shift_id == b("shift"),
    _m.c.kind_id == b("kind"),
    _m.c.prefix == b("letters"),
    _m.c.width == b("digits"),
    _m.c.pieces < 0,
)
BALANCE_BEFORE = sa.select(sa.func.coalesce(sa.func.sum(_m.c.pieces), 0).label("pieces")).where(
    _m.c.holder_id == b("holder"), _m.c.kind_id == b("kind"), _m.c.seq <= big("seq")
)

# -- documents

_next = insert(_n).values(area_id=b("area"), day=b("on_day", type_=sa.Date), last=1)
NEXT_NUMBER = _next.on_conflict_do_update(
    index_elements=["area_id", "day"], set_={"last": _n.c.last + 1}
).returning(_n.c.last)
ADD_DOCUMENT, ADD_LINE = _d.insert(), _l.insert()
GET_DOCUMENT = sa.select(_d).where(_d.c.id == b("id"))
FIND_REQUEST = sa.select(_d).where(_d.c.request_id == b("request_id"))
LINES = sa.select(_l).where(_l.c.document_id == b("document")).order_by(_l.c.role, _l.c.position)
DROP_LINES = _l.delete().where(_l.c.document_id == b("document"))
DROP_DIFFERENCES = DROP_LINES.where(_l.c.role != "listed")
CHANGE_DRAFT = (
    _d.update()
    .where(
        _d.c.id == b("document"),
        _d.c.status == "draft",
        _d.c.version == b("seen"),
        _d.c.approval_id.is_(None),
    )
    .values(
        stock_kind_id=b("stock_kind"),
        from_id=b("source"),
        to_id=b("target"),
        received_by=b("receiver"),
        pieces=big("many"),
        note=b("the_note"),
        version=_d.c.version + 1,
    )
    .returning(_d.c.version)
)
ASK = (
    _d.update()
    .where(_d.c.id == b("document"), _d.c.status == "draft", _d.c.version == b("seen"))
    .values(approval_id=b("approval"), version=_d.c.version + 1)
    .returning(_d.c.version)
)
MOVE = (
    _d.update()
    .where(_d.c.id == b("document"), _d.c.status == b("seen"), _d.c.version == b("seen_version"))
    .values(
        status=b("to_status"),
        approval_id=b("approval"),
        approved_by=b("approver"),
        approved_at=b("approved", type_=UtcDateTime),
        posted_by=b("poster"),
        posted_at=b("posted", type_=UtcDateTime),
        reversed_by=b("reverser"),
        reversed_at=b("was_reversed", type_=UtcDateTime),
        reverse_reason=b("why"),
        version=_d.c.version + 1,
    )
    .returning(_d.c.version)
)
DOCUMENTS = Keyset.of(
    sa.select(_d).where(
        among(_d.c.area_id, "areas"),
        sa.or_(b("kind", type_=sa.String) == "", _d.c.kind == b("kind", type_=sa.String)),
        sa.or_(b("status", type_=sa.String) == "", _d.c.status == b("status", type_=sa.String)),
        sa.or_(
            b("holder", type_=sa.String) == "",
            _d.c.from_id == b("holder", type_=sa.String),
            _d.c.to_id == b("holder", type_=sa.String),
        ),
    ),
    _d.c.made_at,
    _d.c.id,
)

# -- what a window prints on

FEED = sa.select(_f).where(_f.c.window_id == b("window"), _f.c.paper == b("on_paper"))
FEEDS = sa.select(_f).where(_f.c.window_id == b("window")).order_by(_f.c.paper)
ALL_FEEDS = sa.select(_f).order_by(_f.c.window_id, _f.c.paper)
FEEDS_OF_KIND = sa.select(_f).where(_f.c.window_id == b("window"), _f.c.kind_id == b("kind"))
_feed: Any = insert(_f).values(
    window_id=b("window"),
    paper=b("on_paper"),
    kind_id=b("kind"),
    is_on=b("on", type_=sa.Boolean),
    prefix=b("letters"),
    width=b("digits"),
    next_no=big("next"),
)
SAVE_FEED = _feed.on_conflict_do_update(
    index_elements=["window_id", "paper"],
    set_={
        name: _feed.excluded[name] for name in ("kind_id", "is_on", "prefix", "width", "next_no")
    },
)
ADD_SHORTFALL = _s.insert()
SHORTFALLS = (
    sa.select(_s.c.kind_id, sa.func.count().label("pieces"))
    .where(_s.c.shift_id == b("shift"))
    .group_by(_s.c.kind_id)
)

# -- the end of a shift

GET_COUNT = sa.select(_c).where(_c.c.shift_id == b("shift"))
_count: Any = insert(_c).values(
    shift_id=b("shift"),
    counted=b("found", type_=Json),
    lines=b("differences", type_=Json),
    report=b("told", type_=Json),
    counted_at=b("at", type_=UtcDateTime),
)
SAVE_COUNT = _count.on_conflict_do_update(
    index_elements=["shift_id"],
    set_={name: _count.excluded[name] for name in ("counted", "lines", "report", "counted_at")},
)

# -- thresholds

_least: Any = insert(_t).values(holder_id=b("holder"), kind_id=b("kind"), least=big("at_least"))
SAVE_THRESHOLD = _least.on_conflict_do_update(
    index_elements=["holder_id", "kind_id"], set_={"least": _least.excluded["least"]}
)
DROP_THRESHOLD = _t.delete().where(_t.c.holder_id == b("holder"), _t.c.kind_id == b("kind"))
GET_THRESHOLD = sa.select(_t).where(_t.c.holder_id == b("holder"), _t.c.kind_id == b("kind"))
THRESHOLDS = sa.select(_t)

# -- verification: every sum a second time, from the moves

_moved = (
    sa.select(_m.c.holder_id, _m.c.kind_id, sa.func.sum(_m.c.pieces).label("pieces"))
    .group_by(_m.c.holder_id, _m.c.kind_id)
    .subquery()
)
_lying = (
    sa.select(_h.c.holder_id, _h.c.kind_id, _pieces.label("pieces"))
    .group_by(_h.c.holder_id, _h.c.kind_id)
    .subquery()
)
_same = sa.and_(_lying.c.holder_id == _moved.c.holder_id, _lying.c.kind_id == _moved.c.kind_id)
_held_sum = sa.func.coalesce(_lying.c.pieces, 0)
_moved_sum = sa.func.coalesce(_moved.c.pieces, 0)
WRONG_SUMS = (
    sa.select(
        sa.func.coalesce(_moved.c.holder_id, _lying.c.holder_id).label("holder_id"),
        sa.func.coalesce(_moved.c.kind_id, _lying.c.kind_id).label("kind_id"),
        _held_sum.label("held"),
        _moved_sum.label("moved"),
    )
    .select_from(_moved.outerjoin(_lying, _same, full=True))
    .where(_held_sum != _moved_sum)
    .limit(b("most"))
)
_other = _h.alias("other")
OVERLAPPING = (
    sa.select(_h.c.id, _h.c.prefix, _h.c.width, _h.c.from_no, _h.c.to_no)
    .where(
        sa.exists().where(
            _other.c.id != _h.c.id,
            _other.c.kind_id == _h.c.kind_id,
            _other.c.prefix == _h.c.prefix,
            _other.c.width == _h.c.width,
            _other.c.from_no <= _h.c.to_no,
            _other.c.to_no >= _h.c.from_no,
        )
    )
    .limit(b("most"))
)
ALL_LOTS = sa.select(_lots).order_by(_lots.c.kind_id)
ALL_HOLDINGS = sa.select(_h).order_by(_h.c.kind_id)
GONE = (  # what left the holders for good, by kind: received, found and written off included
    sa.select(_m.c.kind_id, sa.func.sum(_m.c.pieces).label("pieces")).group_by(_m.c.kind_id)
)

# -- from an old system

_subjects = sa.select(import_rows.c.subject_id).where(
    import_rows.c.import_id == b("import_id"), import_rows.c.subject_id.is_not(None)
)
BROUGHT_BY = sa.select(
    sa.select(sa.func.count())
    .select_from(stock_documents)
    .where(stock_documents.c.id.in_(_subjects), stock_documents.c.status == "posted")
    .scalar_subquery()
    .label("ranges"),
    sa.select(sa.func.sum(_m.c.pieces))
    .where(_m.c.cause_id.in_(_subjects), _m.c.act == "received")
    .scalar_subquery()
    .label("pieces"),
)
IN_WAREHOUSES = (
    sa.select(
        sa.func.count().label("ranges"),
        sa.func.sum(_h.c.to_no - _h.c.from_no + 1).label("pieces"),
    )
    .join(warehouses, warehouses.c.id == _h.c.holder_id)
    .where(warehouses.c.area_id == b("area"))
)
