"""Every statement over tickets and their media, but for what a gate does to them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.redemptions.tables import incidents, passages, redemptions
from domain.admission.tickets.tables import media, ticket_seats, tickets
from domain.commerce.capacity.tables import slots
from domain.commerce.catalog.tables import ticket_types
from domain.commerce.orders.tables import order_lines, order_visitors, orders
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.operation.places.tables import areas, gates, spots, units, windows
from domain.operation.staff.tables import staff

_t, _m, _l, _v, _o = tickets.c, media.c, order_lines.c, order_visitors.c, orders.c


def _moment(name: str) -> sa.BindParameter[Any]:
    return b(name, type_=UtcDateTime)


_unheld = sa.or_(_t.held_until.is_(None), _t.held_until <= _moment("now"))
_seen = sa.and_(_t.id == b("ticket_id"), _t.version == b("seen_version"))
_as_used = sa.case(
    (sa.and_(_t.entries_used > 0, _t.entries_left == 0, _t.entries != 0), "used"),
    (_t.entries_used > 0, "partly_used"),
    else_="sold",
)

ADD_TICKET, ADD_MEDIUM = tickets.insert(), media.insert()
COUNT_OF_ORDER = sa.select(sa.func.count().label("many")).where(_t.order_id == b("order_id"))

PRINTS_OF_SHIFT = (
    sa.select(
        sa.func.count().label("printed"),
        sa.func.count(sa.case((_m.issue_serial > 1, 1))).label("reprinted"),
    )
    .select_from(media)
    .join(tickets, _t.id == _m.ticket_id)
    .join(orders, _o.id == _t.order_id)
    .where(_o.shift_id == b("shift_id"), _m.printed_at.is_not(None))
)

GET_TICKET = sa.select(tickets).where(_t.id == b("id"))
OWNED = (
    sa.select(tickets, _l.terms)
    .join(order_lines, _l.id == _t.order_line_id)
    .where(_t.order_id == b("order_id"))
    .order_by(_t.position)
)
IDS_OF_ORDER = sa.select(_t.id).where(_t.order_id == b("order_id")).order_by(_t.position)

# -- statuses: each names where it may come from, and wins only against what it saw


def _to(status: Any, *from_statuses: str) -> sa.UpdateBase:
    return (
        tickets.update()
        .where(_seen, _t.status.in_(from_statuses), _unheld)
        .values(
            status=status,
            held_by=None,
            held_until=None,
            held_persons=0,
            version=_t.version + 1,
        )
        .returning(_t.id)
    )


PEND = _to("refund_pending", "sold", "partly_used")
UNPEND = _to(_as_used, "refund_pending")
REFUND = _to("refunded", "sold", "partly_used", "refund_pending")
LOCK = _to("locked", "sold", "partly_used", "used")
UNLOCK = _to(_as_used, "locked")
END = (
    tickets.update()
    .where(_seen, _unheld, _t.ended_at.is_(None))
    .values(
        ended_at=_moment("now"),
        valid_until=sa.case(
            (_t.valid_until > _moment("now"), _moment("now")), else_=_t.valid_until
        ),
        version=_t.version + 1,
    )
    .returning(_t.id)
)
CHANGE = (
    tickets.update()
    .where(_seen, _t.status == "sold", _unheld)
    .values(status="changed", changed_to_id=b("successor_id"), version=_t.version + 1)
    .returning(_t.id)
)

# -- seats

_s = ticket_seats.c
LOCK_SLOT = sa.select(slots.c.quota).where(slots.c.id == b("slot_id")).with_for_update()
SEATS_OF_SLOT = sa.select(_s.seat).where(_s.slot_id == b("slot_id"))
SEATS_OF = sa.select(ticket_seats).where(among(_s.ticket_id, "ids")).order_by(_s.seat)
ADD_SEAT = ticket_seats.insert()
DROP_SEAT = ticket_seats.delete().where(_s.slot_id == b("slot_id"), _s.seat == b("seat"))
WRITE_SEATS = tickets.update().where(_t.id == b("of_ticket")).values(seats=b("text"))
WRONG_SEATS = (  # of another slot, of a ticket that is not good any more, or of none
    sa.select(_t.number, _s.seat, _t.status)
    .join(ticket_seats, _s.ticket_id == _t.id)
    .where(sa.or_(_s.slot_id != _t.slot_id, _t.status == "changed", _t.seats == ""))
    .limit(b("most", type_=sa.Integer))
)

# -- media

REISSUE = (
    tickets.update()
    .where(_seen, _t.status.in_(["sold", "partly_used"]))
    .values(
        issue_serial=_t.issue_serial + 1,
        reprints=_t.reprints + 1,
        version=_t.version + 1,
    )
    .returning(_t.issue_serial, _t.reprints)
)
TOUCH = tickets.update().where(_seen).values(version=_t.version + 1).returning(_t.id)
KILL_MEDIA = (
    media.update()
    .where(_m.ticket_id == b("of_ticket_id"), _m.status == "active", _m.issue_serial > 0)
    .values(status="dead", died_at=_moment("now"), reason=b("why"))
)
LOSE_MEDIA = (
    media.update()
    .where(_m.ticket_id == b("of_ticket_id"), _m.status == "active")
    .values(status="lost", reason=b("why"))
    .returning(_m.id)
)
FIND_MEDIA = (
    media.update()
    .where(
        _m.ticket_id == b("of_ticket_id"),
        _m.status == "lost",
        sa.or_(_m.issue_serial == 0, _m.issue_serial == b("serial")),
    )
    .values(status="active", reason="")
    .returning(_m.id)
)
MARK_PRINTED = (
    media.update()
    .where(among(_m.ticket_id, "ids"), _m.status == "active", _m.printed_at.is_(None))
    .values(printed_at=_moment("now"))
    .returning(_m.ticket_id, _m.issue_serial)
)
DOCUMENT_OF = sa.select(_v.document_hash, _v.document_mask).where(_v.id == b("visitor_id"))
TERMS = sa.select(_l.terms).where(_l.id == b("line_id"))

# -- finding and showing

UNUSED = (
    sa.select(_t.id)
    .where(
        _t.area_id == b("area_id"),
        _t.visit_on == b("visit_on"),
        _t.status == "sold",
        _t.scope_bits.bitwise_and(b("gate_bit", type_=sa.BigInteger)) != 0,
        _t.valid_from <= _moment("now"),
        _t.valid_until > _moment("now"),
        _unheld,
    )
    .order_by(_t.id)
    .limit(b("most", type_=sa.Integer))
)
INSIDE = (
    sa.select(_t.id)
    .where(_t.area_id == b("area_id"), _t.visit_on == b("visit_on"), _t.inside > 0, _unheld)
    .order_by(_t.last_passed_at)
    .limit(b("most", type_=sa.Integer))
)
BY_NUMBER = sa.select(tickets).where(_t.number == b("number"))
BY_TOKEN = sa.select(tickets).where(_t.token == b("token"))
BY_MEDIUM = sa.select(tickets).join(media, _m.ticket_id == _t.id).where(_m.code == b("code"))
BY_DOCUMENT = (
    sa.select(tickets)
    .join(order_visitors, _v.id == _t.visitor_id)
    .where(among(_v.document_hash, "marks"))
    .order_by(_t.visit_on.desc(), _t.id.desc())
    .limit(b("most", type_=sa.Integer))
)
MEDIA_OF = sa.select(media).where(_m.ticket_id == b("ticket_id")).order_by(_m.issued_at, _m.id)
_r, _p = redemptions.c, passages.c
SCANS_OF = (
    sa.select(
        _r.id,
        _r.scanned_at,
        _r.decision,
        _r.refusal,
        _r.kind,
        _r.direction,
        _r.persons,
        _r.deadline_at,
        _r.staff_id,
        _r.reason,
        gates.c.id.label("gate_id"),
        gates.c.name_zh.label("gate_zh"),
        gates.c.name_en.label("gate_en"),
    )
    .join(gates, gates.c.id == _r.gate_id)
    .where(_r.ticket_id == b("ticket_id"))
    .order_by(_r.scanned_at.desc(), _r.id.desc())
    .limit(b("most", type_=sa.Integer))
)
OF_ORDER = (
    sa.select(
        _t.id,
        _t.number,
        _t.order_line_id,
        _t.status,
        _t.visit_on,
        _t.persons,
        _t.entries,
        _t.entries_left,
        _t.entries_used,
        _t.price_paid_minor,
        _t.holder_name,
        _t.seats,
        _t.reprints,
        _t.gate_mode,
        _t.product_id,
        _t.slot_id,
        _t.issue_serial,
        _t.changed_to_id,
        _t.last_passed_at,
        _t.valid_until,
        _l.name_zh,
        _l.name_en,
        _m.printed_at,
        _v.document_mask,
        gates.c.name_zh.label("gate_zh"),
        gates.c.name_en.label("gate_en"),
    )
    .select_from(
        tickets.join(order_lines, _l.id == _t.order_line_id)
        .join(media, sa.and_(_m.ticket_id == _t.id, _m.issue_serial == _t.issue_serial))
        .outerjoin(order_visitors, _v.id == _t.visitor_id)
        .outerjoin(gates, gates.c.id == _t.last_gate_id)
    )
    .where(_t.order_id == b("order_id"))
    .order_by(_t.position)
)
SCANS_OF_ORDER = (
    sa.select(
        _r.scanned_at,
        _r.decision,
        _r.refusal,
        _r.direction,
        _r.persons,
        _t.number,
        gates.c.name_zh.label("gate_zh"),
        gates.c.name_en.label("gate_en"),
    )
    .join(tickets, _t.id == _r.ticket_id)
    .join(gates, gates.c.id == _r.gate_id)
    .where(_t.order_id == b("order_id"))
    .order_by(_r.scanned_at.desc(), _r.id.desc())
    .limit(b("most", type_=sa.Integer))
)
PASSAGES_OF = (
    sa.select(
        _p.id,
        _p.redemption_id,
        _p.passed_at,
        _p.result,
        _p.direction,
        _p.persons,
        _p.counted,
        gates.c.id.label("gate_id"),
        gates.c.name_zh.label("gate_zh"),
        gates.c.name_en.label("gate_en"),
    )
    .join(gates, gates.c.id == _p.gate_id)
    .where(_p.ticket_id == b("ticket_id"))
    .order_by(_p.passed_at.desc(), _p.id.desc())
    .limit(b("most", type_=sa.Integer))
)

# -- what a print needs

PRINTED = (
    sa.select(
        _t.id,
        _t.number,
        _t.token,
        _t.order_id,
        _t.visit_on,
        _t.gate_mode,
        _t.scope_bits,
        _t.persons,
        _t.entries,
        _t.valid_from,
        _t.valid_until,
        _t.price_paid_minor,
        _t.concession,
        _t.holder_name,
        _t.seats,
        _t.issue_serial,
        _t.reprints,
        _t.status,
        _m.id.label("medium_id"),
        _m.kind.label("medium_kind"),
        _m.code.label("short_code"),
        _m.kid,
        _l.name_zh,
        _l.name_en,
        _l.unit_price_minor,
        _l.list_price_minor,
        _l.quantity,
        _l.free_persons,
        _l.amount_minor,
        _l.terms,
        _v.name.label("visitor_name"),
        _v.document_mask,
        _o.number.label("order_number"),
        _o.contact_name,
        _o.phone_mask,
        _o.placed_at,
        ticket_types.c.number.label("type_number"),
        areas.c.id.label("area_id"),
        areas.c.number.label("area_number"),
        areas.c.name_zh.label("area_zh"),
        areas.c.name_en.label("area_en"),
        areas.c.time_zone,
        areas.c.phone.label("area_phone"),
        units.c.name_zh.label("unit_zh"),
        units.c.name_en.label("unit_en"),
        slots.c.starts_at,
        slots.c.ends_at,
        slots.c.whole_day,
        windows.c.name_zh.label("window_zh"),
        windows.c.name_en.label("window_en"),
        staff.c.name.label("cashier"),
    )
    .select_from(
        tickets.join(media, sa.and_(_m.ticket_id == _t.id, _m.issue_serial == _t.issue_serial))
        .join(order_lines, _l.id == _t.order_line_id)
        .join(orders, _o.id == _t.order_id)
        .join(ticket_types, ticket_types.c.id == _t.ticket_type_id)
        .join(areas, areas.c.id == _t.area_id)
        .join(units, units.c.id == areas.c.unit_id)
        .outerjoin(order_visitors, _v.id == _t.visitor_id)
        .outerjoin(slots, slots.c.id == _t.slot_id)
        .outerjoin(windows, windows.c.id == _o.window_id)
        .outerjoin(staff, staff.c.id == _o.staff_id)
    )
    .where(among(_t.id, "ids"))
    .order_by(_o.placed_at, _o.id, _t.position)
)
SPOTS_OF_AREAS = (
    sa.select(spots.c.area_id, spots.c.scope_bit, spots.c.name_zh, spots.c.name_en)
    .where(among(spots.c.area_id, "ids"), spots.c.retired_at.is_(None))
    .order_by(spots.c.scope_bit)
)

# -- recomputing

_passed = (  # less those who were taken back
    sa.select(_p.ticket_id, sa.func.sum(_p.counted).label("heads"))
    .where(_p.direction == "in", _p.ticket_id.is_not(None))
    .where(_p.result.in_(["passed", "reverse"]))
    .group_by(_p.ticket_id)
    .subquery()
)
_over = (
    sa.select(incidents.c.ticket_id, sa.func.sum(incidents.c.heads).label("heads"))
    .where(incidents.c.kind == "dup_pass", incidents.c.ticket_id.is_not(None))
    .group_by(incidents.c.ticket_id)
    .subquery()
)
_by_gates = sa.func.coalesce(_passed.c.heads, 0) - sa.func.coalesce(_over.c.heads, 0)
WRONG_USES = (
    sa.select(_t.id, _t.number, _t.entries_used, _by_gates.label("passed"))
    .select_from(
        tickets.outerjoin(_passed, _passed.c.ticket_id == _t.id).outerjoin(
            _over, _over.c.ticket_id == _t.id
        )
    )
    .where(
        sa.or_(
            sa.and_(_t.gate_mode != "re_entry", _t.entries_used != _by_gates),
            sa.and_(_t.gate_mode == "re_entry", _t.entries_used > _by_gates),
        )
    )
    .limit(b("most", type_=sa.Integer))
)
WRONG_STATUSES = (
    sa.select(_t.id, _t.number, _t.status, _as_used.label("as_used"))
    .where(_t.status.in_(["sold", "partly_used", "used"]), _t.status != _as_used)
    .limit(b("most", type_=sa.Integer))
)
_live = (
    sa.select(sa.func.count())
    .select_from(media)
    .where(
        _m.ticket_id == _t.id,
        _m.issue_serial == _t.issue_serial,
        _m.status.in_(["active", "lost"]),
    )
    .scalar_subquery()
)
_older = (
    sa.select(sa.func.count())
    .select_from(media)
    .where(
        _m.ticket_id == _t.id,
        _m.issue_serial > 0,
        _m.issue_serial != _t.issue_serial,
        _m.status == "active",
    )
    .scalar_subquery()
)
WRONG_MEDIA = (
    sa.select(_t.id, _t.number, _live.label("live"), _older.label("older"))
    .where(sa.or_(_live != 1, _older > 0))
    .limit(b("most", type_=sa.Integer))
)
WRONG_SUCCESSORS = (
    sa.select(_t.id, _t.number)
    .where(sa.or_(_t.status == "changed", _t.changed_to_id.is_not(None)))
    .where(sa.or_(_t.status != "changed", _t.changed_to_id.is_(None)))
    .limit(b("most", type_=sa.Integer))
)
