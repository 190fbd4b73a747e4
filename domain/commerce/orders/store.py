"""Every statement over orders, their lines and visitors."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.commerce.capacity.tables import area_days, slot_holds, slots
from domain.commerce.ledger.model import INCOME
from domain.commerce.ledger.tables import ledger_entries, ledger_postings
from domain.commerce.orders.tables import (
    order_events,
    order_lines,
    order_numbers,
    order_visitors,
    orders,
)
from domain.commerce.payments.tables import payments, payouts
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.operation.places.tables import areas, windows

_o, _l, _v, _n, _e = orders, order_lines, order_visitors, order_numbers, order_events

AREA = sa.select(areas.c.id, areas.c.number, areas.c.time_zone).where(areas.c.id == b("area"))
WINDOW = sa.select(windows.c.id).where(
    windows.c.id == b("window"), windows.c.area_id == b("area"), windows.c.retired_at.is_(None)
)
_next = insert(_n).values(area_id=b("area"), day=b("on_day", type_=sa.Date), last=1)
NEXT_NUMBER = _next.on_conflict_do_update(
    index_elements=["area_id", "day"], set_={"last": _n.c.last + 1}
).returning(_n.c.last)

ADD_ORDER, ADD_LINE, ADD_VISITOR = _o.insert(), _l.insert(), _v.insert()
ADD_EVENT = _e.insert()

FIND_REQUEST = sa.select(_o.c.id, _o.c.request_hash).where(_o.c.request_id == b("request_id"))
CONTACT_OF = sa.select(_o.c.phone_sealed, _o.c.language).where(_o.c.id == b("id"))
GET_ORDER = sa.select(_o).where(_o.c.id == b("id"))
LOCK_ORDER = sa.select(_o).where(_o.c.id == b("id")).with_for_update()
LINES = sa.select(_l).where(_l.c.order_id == b("order_id")).order_by(_l.c.position)
LINES_OF = sa.select(_l).where(among(_l.c.order_id, "ids")).order_by(_l.c.order_id, _l.c.position)
LINE_NAMES_OF = (
    sa.select(_l.c.order_id, _l.c.name_zh, _l.c.name_en, _l.c.quantity)
    .where(among(_l.c.order_id, "ids"))
    .order_by(_l.c.order_id, _l.c.position)
)
SET_CONTACT = (
    _o.update()
    .where(_o.c.id == b("order"))
    .values(
        contact_name=b("name"),
        phone_sealed=b("sealed"),
        phone_hash=b("hashed"),
        phone_mask=b("mask"),
        version=_o.c.version + 1,
    )
)
HOLD_UNTIL = (
    _o.update()
    .where(_o.c.id == b("order"), _o.c.status == "held")
    .values(held_until=b("until", type_=UtcDateTime), version=_o.c.version + 1)
)
VISITORS = (
    sa.select(_v).where(_v.c.order_id == b("order_id")).order_by(_v.c.order_line_id, _v.c.position)
)
VISITORS_BY_MARK = (
    sa.select(
        _v.c.id,
        _v.c.document_hash,
        _v.c.product_id,
        _v.c.visit_on,
        _v.c.order_id,
        _o.c.status,
        _o.c.held_until,
    )
    .join(_o, _o.c.id == _v.c.order_id)
    .where(among(_v.c.document_hash, "marks"), _v.c.released_at.is_(None))
)
RELEASE_VISITORS = (
    _v.update()
    .where(_v.c.order_id == b("of_order"), _v.c.released_at.is_(None))
    .values(released_at=b("now", type_=UtcDateTime))
)
RELEASE_VISITOR = (
    _v.update()
    .where(_v.c.id == b("visitor"), _v.c.released_at.is_(None))
    .values(released_at=b("now", type_=UtcDateTime))
)
MOVE_VISITOR = (  # 改签: the same person, on the successor
    _v.update()
    .where(_v.c.id == b("visitor"))
    .values(order_line_id=b("line"), position=b("at_position"), visit_on=b("to_day", type_=sa.Date))
)

SETTLE = (
    _o.update()
    .where(_o.c.id == b("order"), _o.c.status == "held")
    .values(status="paid", paid_at=b("now", type_=UtcDateTime), version=_o.c.version + 1)
    .returning(_o.c.version)
)
GIVE_UP = (
    _o.update()
    .where(_o.c.id == b("order"), _o.c.status == "held")
    .values(status="cancelled", closed_at=b("now", type_=UtcDateTime), version=_o.c.version + 1)
    .returning(_o.c.version)
)
HELD: sa.ColumnElement[str] = sa.literal_column("'held'")  # as the partial index says it
_lapsed = (
    sa.select(_o.c.id)
    .where(_o.c.status == HELD, _o.c.held_until <= b("now", type_=UtcDateTime))
    .order_by(_o.c.held_until)
    .limit(b("most"))
)
LAPSED = _lapsed
LAPSED_IN_AREA = _lapsed.where(_o.c.area_id == b("area"))
LET_GO = (
    _l.update()
    .where(_l.c.id == b("line"))
    .values(places_held=_l.c.places_held - b("heads", type_=sa.Integer))
)
# what refunds and changes write on an order
ADD_REFUNDED = (
    _o.update()
    .where(_o.c.id == b("order"), _o.c.status.in_(["paid", "part_refunded"]))
    .values(
        refunded_minor=_o.c.refunded_minor + b("minor", type_=sa.BigInteger),
        status=b("to_status"),
        version=_o.c.version + 1,
    )
    .returning(_o.c.version)
)
ADD_TOTAL = (
    _o.update()
    .where(_o.c.id == b("order"))
    .values(
        total_minor=_o.c.total_minor + b("minor", type_=sa.BigInteger),
        visit_on=b("to_day", type_=sa.Date),
        version=_o.c.version + 1,
    )
    .returning(_o.c.version)
)

# -- events

NEXT_VERSION = (
    _o.update()
    .where(_o.c.id == b("order"))
    .values(version=_o.c.version + 1)
    .returning(_o.c.version)
)
EVENTS_OF = (
    sa.select(_e.c.version, _e.c.kind, _e.c.at)
    .where(_e.c.order_id == b("order_id"))
    .order_by(_e.c.version)
)
LATEST_EVENT = (
    sa.select(_e.c.version, _e.c.kind, _e.c.at)
    .where(_e.c.order_id == b("order_id"))
    .order_by(_e.c.version.desc())
    .limit(1)
)

# -- finding: by what people know

BY_NUMBER = sa.select(_o).where(_o.c.number == b("number"))
BY_PHONE = (
    sa.select(_o)
    .where(among(_o.c.phone_hash, "marks"))
    .order_by(_o.c.placed_at.desc())
    .limit(b("most"))
)
_by_visitor = sa.select(_o).join(_v, _v.c.order_id == _o.c.id).distinct()
BY_DOCUMENT = (
    _by_visitor.where(among(_v.c.document_hash, "marks"))
    .order_by(_o.c.placed_at.desc())
    .limit(b("most"))
)
BY_VISITOR = (
    _by_visitor.where(_v.c.name == b("name")).order_by(_o.c.placed_at.desc()).limit(b("most"))
)
BY_CONTACT = (
    sa.select(_o)
    .where(_o.c.contact_name == b("name"))
    .order_by(_o.c.placed_at.desc())
    .limit(b("most"))
)

# -- the list: newest first; a filter that is set is a condition, and each has its index

CONDITIONS: dict[str, Any] = {
    "area_id": _o.c.area_id == b("area_id"),
    "status": _o.c.status == b("status"),
    "channel": _o.c.channel == b("channel"),
    "window_id": _o.c.window_id == b("window_id"),
    "staff_id": _o.c.staff_id == b("staff_id"),
    "shift_id": _o.c.shift_id == b("shift_id"),
    "visit_on": _o.c.visit_on == b("visit_on"),
    "placed_from": _o.c.placed_at >= b("placed_from", type_=UtcDateTime),
    "placed_until": _o.c.placed_at < b("placed_until", type_=UtcDateTime),
    "ticket_type_id": sa.exists().where(  # hidden, or all lines of a type are read for each order
        _l.c.order_id == _o.c.id,
        _l.c.ticket_type_id.concat("") == b("ticket_type_id", type_=sa.String),
    ),
    "before": sa.tuple_(_o.c.placed_at, _o.c.id)
    < sa.tuple_(b("before_at", type_=UtcDateTime), b("before_id", type_=sa.String)),
    "behind": sa.tuple_(_o.c.placed_at, _o.c.id)
    > sa.tuple_(b("before_at", type_=UtcDateTime), b("before_id", type_=sa.String)),
}


BRIEF = (  # what a file of many orders says of each
    _o.c.id,
    _o.c.number,
    _o.c.area_id,
    _o.c.channel,
    _o.c.window_id,
    _o.c.staff_id,
    _o.c.status,
    _o.c.contact_name,
    _o.c.phone_mask,
    _o.c.visit_on,
    _o.c.tickets,
    _o.c.persons,
    _o.c.total_minor,
    _o.c.refunded_minor,
    _o.c.placed_at,
)


@cache
def page_of(filters: frozenset[str], driver: str, *, is_brief: bool = False) -> sa.Select[Any]:
    """The statement for a set of filters: there are few sets, each is compiled once.

    `driver` is the filter whose index is walked. SQLite would choose one by the order of their
    making, so the others are hidden from it (`column || ''`).
    """
    key = [_o.c.placed_at, _o.c.id]
    order = key if "behind" in filters else [column.desc() for column in key]
    rows = sa.select(*BRIEF) if is_brief else sa.select(_o)
    return narrowed(rows, filters, driver).order_by(*order).limit(b("most"))


@cache
def sum_of(filters: frozenset[str], driver: str) -> sa.Select[Any]:
    """How many orders a list has and what they cost, counted up to `most`."""
    some = narrowed(sa.select(_o.c.total_minor), filters, driver).limit(b("most")).subquery()
    total: Any = sa.func.coalesce(sa.func.sum(some.c.total_minor), 0)
    return sa.select(sa.func.count().label("many"), total.label("total_minor")).select_from(some)


def narrowed(page: sa.Select[Any], filters: frozenset[str], driver: str) -> sa.Select[Any]:
    for name in sorted(filters):
        condition = CONDITIONS[name]
        if name in HIDDEN and name != driver:
            condition = _o.c[name].concat("") == b(name, type_=sa.String)
        page = page.where(condition)
    return page


# filters of text, each with an index over the time of placing
HIDDEN = {"area_id", "status", "channel", "window_id", "staff_id"}


# -- verification

_h = slot_holds.c
_kept: Any = sa.func.coalesce(sa.func.sum(_l.c.places_held), 0) + sa.func.coalesce(
    sa.select(sa.func.sum(_h.heads))
    .where(_h.slot_id == slots.c.id)
    .correlate(slots)
    .scalar_subquery(),
    0,
)
WRONG_SLOTS = (
    sa.select(slots.c.id, slots.c.taken, _kept.label("kept"))
    .outerjoin(_l, _l.c.slot_id == slots.c.id)
    .group_by(slots.c.id, slots.c.taken)
    .having(slots.c.taken != _kept)
    .limit(b("most"))
)
_by_day = (
    sa.select(_o.c.area_id, _l.c.visit_on, sa.func.sum(_l.c.places_held).label("kept"))
    .join(_o, _o.c.id == _l.c.order_id)
    .where(_l.c.counts_day.is_(True))
    .group_by(_o.c.area_id, _l.c.visit_on)
    .subquery()
)
_day_kept: Any = sa.func.coalesce(_by_day.c.kept, 0) + sa.func.coalesce(
    sa.select(sa.func.sum(_h.heads))
    .where(
        _h.area_id == area_days.c.area_id,
        _h.visit_on == area_days.c.visit_on,
        _h.counts_day.is_(True),
    )
    .correlate(area_days)
    .scalar_subquery(),
    0,
)
WRONG_DAYS = (
    sa.select(area_days.c.area_id, area_days.c.visit_on, area_days.c.taken, _day_kept.label("kept"))
    .outerjoin(
        _by_day,
        sa.and_(
            _by_day.c.area_id == area_days.c.area_id, _by_day.c.visit_on == area_days.c.visit_on
        ),
    )
    .where(area_days.c.taken != _day_kept)
    .limit(b("most"))
)
_returned = sa.exists().where(payouts.c.payment_id == payments.c.id, payouts.c.refund_id.is_(None))
_captured = (  # of what came too late, or for an order given up, nothing was kept
    sa.select(
        payments.c.order_id,
        sa.func.sum(payments.c.amount_minor).label("minor"),
        sa.func.sum(payments.c.refunded_minor).label("refunded"),
    )
    .where(payments.c.status.in_(["paid", "part_refunded", "refunded"]), ~_returned)
    .group_by(payments.c.order_id)
    .subquery()
)
_sold = (
    sa.select(ledger_entries.c.cause_id, sa.func.sum(ledger_postings.c.amount_minor).label("minor"))
    .join(ledger_postings, ledger_postings.c.entry_id == ledger_entries.c.id)
    .where(ledger_entries.c.cause_noun == "order", ledger_postings.c.account_kind.in_(INCOME))
    .group_by(ledger_entries.c.cause_id)
    .subquery()
)
_paid_statuses = ["paid", "part_refunded", "refunded"]
_zero_captured: Any = sa.func.coalesce(_captured.c.minor, 0)
_zero_refunded: Any = sa.func.coalesce(_captured.c.refunded, 0)
_zero_sold: Any = sa.func.coalesce(_sold.c.minor, 0)
WRONG_ORDERS = (
    sa.select(
        _o.c.id,
        _o.c.number,
        _o.c.status,
        _o.c.total_minor,
        _o.c.refunded_minor,
        _zero_captured.label("captured"),
        _zero_refunded.label("refunded"),
        _zero_sold.label("sold"),
    )
    .outerjoin(_captured, _captured.c.order_id == _o.c.id)
    .outerjoin(_sold, _sold.c.cause_id == _o.c.id)
    .where(
        sa.or_(
            sa.and_(
                _o.c.status.in_(_paid_statuses),
                sa.or_(
                    _zero_captured != _o.c.total_minor,
                    _zero_refunded != _o.c.refunded_minor,
                    -_zero_sold != _o.c.total_minor,
                ),
            ),
            sa.and_(_o.c.status.not_in(_paid_statuses), _zero_sold != 0),
            sa.and_(_o.c.status == "cancelled", _zero_captured != 0),
        )
    )
    .limit(b("most"))
)
