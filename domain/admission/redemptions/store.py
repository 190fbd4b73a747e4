"""Every statement over redemptions, passages and incidents, and what a gate does to a ticket."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.devices.tables import devices
from domain.admission.occupancy.tables import area_states
from domain.admission.redemptions.tables import incidents, passages, redemptions
from domain.admission.redemptions.uses import Use
from domain.admission.tickets.tables import media, tickets
from domain.commerce.capacity.tables import area_days
from domain.commerce.catalog.tables import ticket_types
from domain.commerce.orders.tables import order_visitors, orders
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.places.tables import areas, gates, spots
from domain.operation.staff.tables import staff

_t, _g, _a, _r, _p = tickets.c, gates.c, areas.c, redemptions.c, passages.c

USE = [
    _t.status,
    _t.gate_mode,
    _t.persons,
    _t.entries,
    _t.entries_left,
    _t.entries_used,
    _t.spots_used,
    _t.inside,
    _t.away,
    _t.held_by,
    _t.held_until,
    _t.held_persons,
    _t.last_passed_at,
    _t.last_gate_id,
    _t.version.label("ticket_version"),
]
GATE = [
    _g.id.label("gate_id"),
    _g.status.label("gate_status"),
    _g.direction.label("gate_direction"),
    _g.has_sensor.label("gate_has_sensor"),
    _g.hold_seconds.label("gate_hold_seconds"),
    _g.area_id,
    _g.spot_id,
    spots.c.scope_bit.label("spot_bit"),
    _a.time_zone,
]
SEEN = [
    *GATE,
    _a.opens_at,
    _a.closes_at,
    _a.last_entry_at,
    _a.instant_capacity,
    area_states.c.entries_held,
    area_days.c.closed.label("day_closed"),
    media.c.id.label("medium_id"),
    media.c.status.label("medium_status"),
    _t.id.label("ticket_id"),
    _t.number.label("ticket_number"),
    _t.area_id.label("ticket_area_id"),
    _t.scope_bits,
    _t.issue_serial,
    _t.passback_minutes,
    _t.visit_on,
    _t.valid_from,
    _t.valid_until,
    _t.ended_at,
    _t.holder_name,
    _t.seats,
    _t.concession,
    *USE,
    ticket_types.c.name_zh.label("type_zh"),
    ticket_types.c.name_en.label("type_en"),
]
EARLIER = [
    _r.id.label("earlier_id"),
    _r.code_hash.label("earlier_code_hash"),
    _r.decision.label("earlier_decision"),
    _r.refusal.label("earlier_refusal"),
    _r.ticket_id.label("earlier_ticket_id"),
    _r.persons.label("earlier_persons"),
    _r.deadline_at.label("earlier_deadline_at"),
    _r.detail.label("earlier_detail"),
]


def _at_gate() -> sa.FromClause:
    return (
        gates.join(areas, _a.id == _g.area_id)
        .outerjoin(spots, spots.c.id == _g.spot_id)
        .outerjoin(area_states, area_states.c.area_id == _g.area_id)
        .outerjoin(
            area_days,
            sa.and_(area_days.c.area_id == _g.area_id, area_days.c.visit_on == b("today")),
        )
    )


def _with_earlier(found: sa.FromClause) -> sa.Select[Any]:
    joined = found.outerjoin(ticket_types, ticket_types.c.id == _t.ticket_type_id).outerjoin(
        redemptions,
        sa.and_(_r.asker_id == b("asker_id"), _r.scan_id == b("scan_id")),
    )
    return (
        sa.select(*SEEN, *EARLIER)
        .select_from(joined)
        .where(_g.id == b("gate_id"), _g.retired_at.is_(None))
    )


SEEN_BY_TOKEN = _with_earlier(
    _at_gate()
    .outerjoin(tickets, _t.token == b("token"))
    .outerjoin(media, sa.and_(media.c.ticket_id == _t.id, media.c.issue_serial == b("serial")))
)
SEEN_BY_MEDIUM = _with_earlier(
    _at_gate()
    .outerjoin(media, media.c.code == b("medium_code"))
    .outerjoin(tickets, _t.id == media.c.ticket_id)
)
SEEN_BY_TICKET = _with_earlier(
    _at_gate()
    .outerjoin(tickets, _t.id == b("ticket_id"))
    .outerjoin(media, media.c.id == "")  # none: the person is the medium
)
AREA_OF_GATE = sa.select(_g.area_id).where(_g.id == b("gate_id"))
# A person may have several tickets: those that are still good first, then the earliest.
SEEN_BY_DOCUMENT = (
    sa.select(*SEEN)
    .select_from(
        _at_gate()
        .join(order_visitors, order_visitors.c.area_id == _g.area_id)
        .join(tickets, _t.visitor_id == order_visitors.c.id)
        .outerjoin(media, media.c.id == "")  # none: `false` would look at each
        .join(ticket_types, ticket_types.c.id == _t.ticket_type_id)
    )
    .where(_g.id == b("gate_id"), among(order_visitors.c.document_hash, "documents"))
    .order_by(
        sa.case((_t.valid_until > b("now", type_=UtcDateTime), 0), else_=1),
        _t.valid_from,
        _t.id,
    )
    .limit(20)
)
UNPAID_BY_DOCUMENT = (
    sa.select(orders.c.id)
    .select_from(
        order_visitors.join(orders, orders.c.id == order_visitors.c.order_id).join(
            gates, _g.area_id == order_visitors.c.area_id
        )
    )
    .where(
        _g.id == b("gate_id"),
        among(order_visitors.c.document_hash, "documents"),
        order_visitors.c.released_at.is_(None),
        orders.c.status == "held",
        orders.c.held_until > b("now", type_=UtcDateTime),
    )
    .limit(1)
)
DAY_CLOSED = sa.select(area_days.c.closed).where(
    area_days.c.area_id == b("area_id"), area_days.c.visit_on == b("today")
)

# Compare and swap: whoever read the same version first wins, the other gets no row and looks again.
SAVE_USE = (
    tickets.update()
    .where(_t.id == b("ticket_id"), _t.version == b("seen_version"))
    .values(
        status=b("new_status"),
        entries_left=b("new_entries_left"),
        entries_used=b("new_entries_used"),
        spots_used=b("new_spots_used"),
        inside=b("new_inside"),
        away=b("new_away"),
        held_by=b("new_held_by"),
        held_until=b("new_held_until"),
        held_persons=b("new_held_persons"),
        last_passed_at=b("new_last_passed_at"),
        last_gate_id=b("new_last_gate_id"),
        version=_t.version + 1,
    )
    .returning(_t.id)
)
HOLD = (
    tickets.update()
    .where(_t.id == b("ticket_id"), _t.version == b("seen_version"))
    .values(
        held_by=b("new_held_by"),
        held_until=b("new_held_until"),
        held_persons=b("new_held_persons"),
        version=_t.version + 1,
    )
    .returning(_t.id)
)


NEW_USE = tuple(f"new_{name}" for name in Use._fields)


def new_use(use: Use) -> dict[str, Any]:
    """A use as the values of SAVE_USE."""
    return dict(zip(NEW_USE, use, strict=True), new_status=use.status.value)


ADD_REDEMPTION = redemptions.insert()
ADD_PASSAGE = passages.insert()
ADD_INCIDENT = incidents.insert()


def _last_entry(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(
            _p.passed_at,
            _p.gate_id,
            _g.name_zh.label("gate_zh"),
            _g.name_en.label("gate_en"),
        )
        .select_from(passages.join(gates, _g.id == _p.gate_id))
        .where(_p.ticket_id == b("ticket_id"), _p.counted > 0, *where)
        .order_by(_p.passed_at.desc(), _p.id.desc())
        .limit(1)
    )


LAST_ENTRY = _last_entry()
LAST_ENTRY_TO_AREA = _last_entry(_p.spot_id.is_(None))
LAST_ENTRY_TO_SPOT = _last_entry(_p.spot_id == b("spot_id"))

# One-out-one-in: the row of the area's state is the turnstile in front of all its gates.
LOCK_AREA = (
    area_states.update()
    .where(area_states.c.area_id == b("of_area_id"))
    .values(entries_held=area_states.c.entries_held)
    .returning(area_states.c.area_id)
)
PENDING = sa.select(sa.func.coalesce(sa.func.sum(_t.held_persons), 0).label("heads")).where(
    _t.id.in_(
        sa.select(_r.ticket_id).where(
            _r.area_id == b("area_id"),
            _r.scanned_at > b("since", type_=UtcDateTime),
            _r.decision == "allow",
            _r.direction == "in",
        )
    ),
    _t.held_until > b("now", type_=UtcDateTime),
)

# a card's hold is its keeper's: here it is a yes that nobody has walked on yet
PENDING_CARDS = sa.select(sa.func.count().label("heads")).where(
    _r.area_id == b("area_id"),
    _r.scanned_at > b("since", type_=UtcDateTime),
    _r.card_id.is_not(None),
    _r.decision == "allow",
    _r.direction == "in",
    _r.deadline_at > b("now", type_=UtcDateTime),
    ~sa.exists().where(_p.redemption_id == _r.id),
)

PASSING = (
    sa.select(
        *GATE,
        _p.id.label("earlier_id"),
        _p.counted.label("earlier_counted"),
        _p.ticket_id.label("earlier_ticket_id"),
        _p.redemption_id.label("earlier_redemption_id"),
        _p.result.label("earlier_result"),
        _r.id.label("redemption_id"),
        _r.decision,
        _r.refusal,
        _r.direction.label("redemption_direction"),
        _r.deadline_at,
        _r.persons.label("redemption_persons"),
        _r.card_id,
        _t.id.label("ticket_id"),
        *USE,
    )
    .select_from(
        gates.join(areas, _a.id == _g.area_id)
        .outerjoin(spots, spots.c.id == _g.spot_id)
        .outerjoin(passages, sa.and_(_p.asker_id == b("asker_id"), _p.key == b("key")))
        .outerjoin(redemptions, sa.and_(_r.asker_id == b("asker_id"), _r.scan_id == b("scan_id")))
        .outerjoin(tickets, _t.id == _r.ticket_id)
    )
    .where(_g.id == b("gate_id"))
)
INCIDENT_OF_PASSAGE = (
    sa.select(incidents.c.kind)
    .where(incidents.c.passage_id == b("passage_id"))
    .order_by(incidents.c.id)
    .limit(1)
)

# -- a yes that nobody walked on

LAPSED = (
    sa.select(_t.id)
    .where(_t.held_until.is_not(None), _t.held_until <= b("now", type_=UtcDateTime))
    .order_by(_t.held_until)
    .limit(b("most", type_=sa.Integer))
)
HELD = sa.select(
    _t.held_by, _t.held_until, _t.held_persons, _t.version.label("ticket_version")
).where(
    _t.id == b("ticket_id"),
    _t.held_until.is_not(None),
    _t.held_until <= b("now", type_=UtcDateTime),
)
END_HOLD = (
    tickets.update()
    .where(_t.id == b("ticket_id"), _t.version == b("seen_version"))
    .values(held_until=None, version=_t.version + 1)
    .returning(_t.id)
)
ANNULLING = (
    sa.select(
        _r.id,
        _r.asker_id,
        _r.ticket_id,
        _r.gate_id,
        _r.area_id,
        _r.direction,
        _g.spot_id,
        _r.card_id,
        _r.persons,
        _r.deadline_at,
    )
    .select_from(redemptions.join(gates, _g.id == _r.gate_id))
    .where(_r.id == b("redemption_id"))
)
LAPSED_CARDS = (
    sa.select(_r.id)
    .where(
        _r.card_id.is_not(None),
        _r.deadline_at > b("since", type_=UtcDateTime),
        _r.deadline_at <= b("now", type_=UtcDateTime),
        _r.decision == "allow",
        _r.direction == "in",
        ~sa.exists().where(_p.redemption_id == _r.id),
    )
    .order_by(_r.deadline_at)
    .limit(b("most", type_=sa.Integer))
)
ANY_PASSAGE = sa.select(_p.id).where(_p.redemption_id == b("redemption_id")).limit(1)

# -- by hand

ADMITTING = (
    sa.select(
        *GATE,
        _r.id.label("earlier_id"),
        _r.persons.label("earlier_persons"),
        _r.ticket_id.label("earlier_ticket_id"),
        _t.id.label("ticket_id"),
        sa.null().label("medium_id"),
        *USE,
    )
    .select_from(
        gates.join(areas, _a.id == _g.area_id)
        .outerjoin(spots, spots.c.id == _g.spot_id)
        .outerjoin(redemptions, sa.and_(_r.asker_id == _g.id, _r.scan_id == b("scan_id")))
        .outerjoin(tickets, _t.id == b("ticket_id"))
    )
    .where(_g.id == b("gate_id"), _g.retired_at.is_(None))
)
TAKING_BACK = (
    sa.select(*GATE, _p.id.label("earlier_id"), _t.id.label("ticket_id"), *USE)
    .select_from(
        redemptions.join(gates, _g.id == _r.gate_id)
        .join(areas, _a.id == _g.area_id)
        .outerjoin(spots, spots.c.id == _g.spot_id)
        .outerjoin(tickets, _t.id == _r.ticket_id)
        .outerjoin(passages, sa.and_(_p.asker_id == _g.id, _p.key == b("key")))
    )
    .where(_r.id == b("redemption_id"), _r.gate_id == b("gate_id"), _r.decision == "allow")
)
LAST_BY_PROGRAM = (  # neither a device nor staff: an agent's program
    sa.select(_r.id)
    .where(
        _r.ticket_id == b("ticket_id"),
        _r.gate_id == b("gate_id"),
        _r.device_id.is_(None),
        _r.staff_id.is_(None),
        _r.decision == "allow",
    )
    .order_by(_r.scanned_at.desc(), _r.id.desc())
    .limit(1)
)
COUNTED_BY = sa.select(
    sa.func.coalesce(sa.func.sum(_p.counted), 0).label("heads"),
    sa.func.max(_p.passed_at).label("last_at"),
).where(_p.redemption_id == b("redemption_id"), _p.direction == "in")

_i = incidents.c
_assignee = staff.alias("assignee")
_listed_incidents = (
    sa.select(
        incidents,
        _g.name_zh.label("gate_zh"),
        _g.name_en.label("gate_en"),
        _t.number.label("ticket_number"),
        staff.c.name.label("resolver"),
        _assignee.c.name.label("assignee"),
    )
    .select_from(
        incidents.outerjoin(gates, _g.id == _i.gate_id)
        .outerjoin(tickets, _t.id == _i.ticket_id)
        .outerjoin(staff, staff.c.id == _i.resolved_by)
        .outerjoin(_assignee, _assignee.c.id == _i.assigned_to)
    )
    .where(_i.status == b("of_status"))
)
LIST_INCIDENTS = Keyset.of(_listed_incidents, _i.raised_at, _i.id)
LIST_INCIDENTS_AT = Keyset.of(
    _listed_incidents.where(sa.or_(among(_i.area_id, "places"), among(_i.gate_id, "places"))),
    _i.raised_at,
    _i.id,
)
COUNT_OPEN_INCIDENTS = sa.select(sa.func.count().label("many")).select_from(
    sa.select(_i.id).where(_i.status == "open").limit(1_000).subquery()
)
INCIDENTS_BY_ID = sa.select(incidents, _g.name_zh.label("gate_zh")).select_from(
    incidents.outerjoin(gates, _g.id == _i.gate_id)
)
INCIDENTS_BY_ID = INCIDENTS_BY_ID.where(among(_i.id, "ids"), _i.status == "open")
ASSIGN_INCIDENT = (
    incidents.update()
    .where(_i.id == b("incident_id"), _i.status == "open")
    .values(assigned_to=b("to"))
    .returning(_i.id)
)
INCIDENT_LOAD = (
    sa.select(_i.assigned_to, sa.func.count().label("many"))
    .where(_i.status == "open", _i.assigned_to.is_not(None))
    .group_by(_i.assigned_to)
)
RESOLVE_INCIDENT = (
    incidents.update()
    .where(_i.id == b("incident_id"), _i.status == "open")
    .values(
        status="resolved",
        resolved_by=b("by"),
        resolved_at=b("at", type_=UtcDateTime),
        note=b("the_note"),
    )
    .returning(_i.id)
)

# -- looking back

_since, _until = b("since", type_=UtcDateTime), b("until", type_=UtcDateTime)
HEADS_AT_GATE = sa.select(
    sa.func.coalesce(sa.func.sum(sa.case((_p.counted > 0, _p.counted), else_=0)), 0).label("came"),
    sa.func.coalesce(sa.func.sum(sa.case((_p.counted < 0, -_p.counted), else_=0)), 0).label("left"),
).where(_p.gate_id == b("gate_id"), _p.passed_at >= _since, _p.passed_at < _until)
ANNULLED_AT_GATE = sa.select(sa.func.count().label("many")).where(
    _p.gate_id == b("gate_id"),
    _p.passed_at >= _since,
    _p.passed_at < _until,
    _p.counted == 0,
    _p.result == "timeout",
)
REFUSED_AT_GATE = sa.select(sa.func.count().label("many")).where(
    _r.gate_id == b("gate_id"),
    _r.scanned_at >= _since,
    _r.scanned_at < _until,
    _r.decision == "deny",
)
GET_REDEMPTION = sa.select(redemptions).where(_r.id == b("id"))
GET_INCIDENT = sa.select(incidents).where(_i.id == b("id"))
NEWEST_MEDIUM = (
    sa.select(media.c.code)
    .where(media.c.ticket_id == b("ticket_id"))
    .order_by(media.c.issue_serial.desc())
    .limit(1)
)
_gate_names = [_g.name_zh.label("gate_zh"), _g.name_en.label("gate_en")]


_heads_through = (
    sa.select(sa.func.abs(sa.func.sum(_p.counted)))
    .where(_p.redemption_id == _r.id)
    .correlate(redemptions)
    .scalar_subquery()
)
_came_back = (
    sa.select(sa.func.max(_p.result))
    .where(_p.redemption_id == _r.id, _p.counted <= 0, _p.result.in_(["timeout", "reverse"]))
    .correlate(redemptions)
    .scalar_subquery()
)


def _scans(*where: sa.ColumnElement[bool]) -> Keyset:
    shown = sa.select(
        redemptions,
        *_gate_names,
        _t.number.label("ticket_number"),
        staff.c.name.label("staff_name"),
        devices.c.name.label("device_name"),
        _heads_through.label("heads_through"),
        _came_back.label("annulled_as"),
    ).select_from(
        redemptions.join(gates, _g.id == _r.gate_id)
        .outerjoin(tickets, _t.id == _r.ticket_id)
        .outerjoin(staff, staff.c.id == _r.staff_id)
        .outerjoin(devices, devices.c.id == _r.device_id)
    )
    within = shown.where(_r.scanned_at >= _since, _r.scanned_at < _until, *where)
    return Keyset.of(within, _r.scanned_at, _r.id)


_of = {"area": _r.area_id == b("of_id"), "gate": _r.gate_id == b("of_id")}
_said = {
    "": sa.true(),
    "decision": _r.decision == b("said"),
    "refusal": _r.refusal == b("said"),
}
LIST_SCANS = {(at, by): _scans(_of[at], _said[by]) for at in _of for by in _said}
LIST_SCANS_OF_TICKET = {at: _scans(_of[at], _r.ticket_id == b("of_ticket_id")) for at in _of}


def _passages(*where: sa.ColumnElement[bool]) -> Keyset:
    shown = (
        sa.select(passages, *_gate_names, _t.number.label("ticket_number"))
        .select_from(
            passages.join(gates, _g.id == _p.gate_id).outerjoin(tickets, _t.id == _p.ticket_id)
        )
        .where(_p.passed_at >= _since, _p.passed_at < _until, *where)
    )
    return Keyset.of(shown, _p.passed_at, _p.id)


LIST_PASSAGES = {
    "area": _passages(_p.area_id == b("of_id")),
    "gate": _passages(_p.gate_id == b("of_id")),
}
