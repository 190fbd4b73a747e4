"""Who may go through a gate. Pure: what a scan loads goes in, a Refusal or None comes out."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from domain.admission.redemptions.model import Direction, Scan
from domain.admission.redemptions.uses import TicketRow, Use, may_enter, on_day, terms_of, use_of
from domain.admission.tickets.model import MediumStatus, TicketStatus
from domain.commerce.catalog.model import GateMode
from domain.kernel.clock import local_day
from domain.kernel.refusals import Refusal
from domain.operation.places.model import GateDirection, GateStatus

LAST_MINUTE, MIDNIGHT = "23:59", "24:00"  # the last that can be typed means until midnight


class Form(StrEnum):
    """What was read, as far as it can be told without the database."""

    SIGNED = "signed"  # a genuine ticket code
    MEDIUM = "medium"  # a short code or a card's UID, to be looked up
    DOCUMENT = "document"  # an identity document's number
    FACE = "face"  # a device's reference of a face
    FORGED = "forged"  # looks like a ticket code and is not genuine, or not fresh
    FOREIGN = "foreign"  # not one of ours


class Presented(NamedTuple):
    """A scan whose code was read: what the database is asked for. Holds no plain number."""

    scan: Scan  # without its code
    form: Form
    code_hash: str  # keyed: tells a repeat from another code, and nothing else
    token: int = 0
    serial: int = 0
    medium_code: str = ""
    documents: tuple[str, ...] = ()  # keyed hashes under every secret
    faces: tuple[str, ...] = ()  # likewise, of the face alone or beside a code
    ticket_id: str = ""  # whose face it is, once that is known
    card_id: str = ""


class Seen(TicketRow, Protocol):
    """What a scan loads in one row: gate, area, medium, ticket. No ticket: those are None."""

    gate_id: str
    gate_status: str
    gate_direction: str
    gate_has_sensor: bool
    gate_hold_seconds: int
    area_id: str
    spot_bit: int | None
    time_zone: str
    opens_at: str
    closes_at: str
    last_entry_at: str
    instant_capacity: int
    entries_held: bool | None
    day_closed: bool | None
    medium_id: str | None
    medium_status: str | None
    ticket_id: str | None
    ticket_area_id: str
    scope_bits: int
    issue_serial: int
    passback_minutes: int
    visit_on: date
    valid_from: datetime
    valid_until: datetime
    ended_at: datetime | None


def gate_bit(spot_bit: int | None) -> int:
    """A gate's bit in a ticket's scope: its spot's, or bit 0 for the area's own entrance."""
    return 1 << (spot_bit or 0)


def direction_at(gate_direction: str, said: str) -> Direction:
    """A gate that goes one way only knows better than a device that says nothing about it."""
    if gate_direction == GateDirection.BOTH:
        return Direction(said)
    return Direction(gate_direction)


def refusal_for(seen: Seen, presented: Presented, now: datetime) -> Refusal | None:
    """The first reason to say no. What no one can mend comes first. Whoever wants out gets out,
    with any ticket of ours, whatever has become of it."""
    if seen.gate_status != GateStatus.OPEN:
        return Refusal.GATE_CLOSED
    if refusal := code_refusal(seen, presented):
        return refusal
    if direction_at(seen.gate_direction, presented.scan.direction) is Direction.OUT:
        return None
    return (
        medium_refusal(seen, presented)
        or status_refusal(TicketStatus(seen.status))
        or scope_refusal(seen)
        or presented.scan.finding
        or window_refusal(seen, now)
        or use_refusal(seen, now)
        or hours_refusal(seen, now)
    )


def code_refusal(seen: Seen, presented: Presented) -> Refusal | None:
    if presented.form is Form.FORGED:
        return Refusal.BAD_CODE
    if seen.ticket_id is None:
        return Refusal.NOT_FOUND
    return None


def medium_refusal(seen: Seen, presented: Presented) -> Refusal | None:
    if presented.form in (Form.DOCUMENT, Form.FACE):
        return None  # the person is the medium
    if seen.medium_status == MediumStatus.LOST:
        return Refusal.LOST
    if seen.medium_status != MediumStatus.ACTIVE:
        return Refusal.MEDIUM_DEAD
    if presented.form is Form.SIGNED and presented.serial != seen.issue_serial:
        return Refusal.MEDIUM_DEAD
    return None


def status_refusal(status: TicketStatus) -> Refusal | None:
    return {
        TicketStatus.REFUNDED: Refusal.REFUNDED,
        TicketStatus.CHANGED: Refusal.CHANGED,
        TicketStatus.REFUND_PENDING: Refusal.LOCKED,
        TicketStatus.LOCKED: Refusal.LOCKED,
    }.get(status)


def scope_refusal(seen: Seen) -> Refusal | None:
    in_scope = seen.scope_bits & gate_bit(seen.spot_bit)
    return None if seen.ticket_area_id == seen.area_id and in_scope else Refusal.WRONG_SITE


def window_refusal(seen: Seen, now: datetime) -> Refusal | None:
    """`valid_from` and `valid_until` are the slot with its grace, or whole days: who comes on the
    right day and outside them has another slot."""
    if seen.ended_at is not None:
        return Refusal.EXPIRED
    if seen.valid_from <= now < seen.valid_until:
        return None
    if local_day(now, ZoneInfo(seen.time_zone)) == seen.visit_on:
        return Refusal.WRONG_SLOT
    return Refusal.NOT_YET if now < seen.valid_from else Refusal.EXPIRED


def use_refusal(seen: Seen, now: datetime) -> Refusal | None:
    terms = terms_of(seen)
    use = on_day(use_of(seen), now, ZoneInfo(seen.time_zone))
    if not may_enter(terms, use, gate_bit(seen.spot_bit)):
        left = terms.gate_mode is GateMode.RE_ENTRY and use.inside
        return Refusal.NOT_LEFT if left else Refusal.USED_UP
    if use.is_held(now):
        return Refusal.IN_USE
    if now < pause_ends_at(terms.gate_mode, use, seen.passback_minutes, now):
        return Refusal.PASSBACK
    return None


def pause_ends_at(mode: GateMode, use: Use, minutes: int, now: datetime) -> datetime:
    """Anti-passback: a ticket for several entries rests after each, so that it is not handed back
    over the fence; whoever was seen going out may come back at once."""
    if mode is not GateMode.MULTI_ENTRY or use.inside == 0 or use.last_passed_at is None:
        return now
    return use.last_passed_at + timedelta(minutes=minutes)


def hours_refusal(seen: Seen, now: datetime) -> Refusal | None:
    """Entrance hours are the area's; an area that closes after midnight closes before it opens."""
    local = now.astimezone(ZoneInfo(seen.time_zone))
    wall = f"{local.hour:02}:{local.minute:02}"
    opens_at, last_at = seen.opens_at, min_wall(seen)
    last_at = MIDNIGHT if last_at == LAST_MINUTE else last_at
    if opens_at <= last_at:
        is_open = opens_at <= wall < last_at
    else:
        is_open = wall >= opens_at or wall < last_at
    return None if is_open and not seen.day_closed else Refusal.AREA_CLOSED


def min_wall(seen: Seen) -> str:
    """When the last may come in: the last entry, or closing time when that is earlier."""
    opens_at, closes_at, last_at = seen.opens_at, seen.closes_at, seen.last_entry_at
    if (closes_at > opens_at) == (last_at > opens_at):
        return min(last_at, closes_at)
    return last_at if last_at > opens_at else closes_at
