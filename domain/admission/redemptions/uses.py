"""How going through gates uses a ticket up. Pure: a ticket's use before, heads, its use after.

`entries_left` counts heads that may still come in for the first time: the persons of a group, or
persons times entries. What each gate mode makes of it (domain.md, 5):

- ONE_ONE: everybody on the ticket goes in once.
- ONE_MANY: one code, so many heads, in as many turns as they like.
- MULTI_ENTRY: so many entries, 0 for any number, with a pause between two (anti-passback).
- RE_ENTRY: whoever went out may come back on the same day and costs no entry.
- MULTI_SPOT: each spot of the scope once; `spots_used` has a bit for each.
"""

from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from domain.admission.tickets.model import TicketStatus
from domain.commerce.catalog.model import GateMode
from domain.kernel.clock import local_day

USABLE = frozenset({TicketStatus.SOLD, TicketStatus.PARTLY_USED, TicketStatus.USED})


class TicketRow(Protocol):
    """The columns of a ticket that its use depends on."""

    status: str
    gate_mode: str
    persons: int
    entries: int
    entries_left: int
    entries_used: int
    spots_used: int
    inside: int
    away: int
    held_by: str | None
    held_until: datetime | None
    held_persons: int
    last_passed_at: datetime | None
    last_gate_id: str | None


class Terms(NamedTuple):
    """What a ticket grants; never changes."""

    gate_mode: GateMode
    persons: int
    entries: int  # 0: unlimited

    @property
    def unlimited(self) -> bool:
        return self.entries == 0 and self.gate_mode in (GateMode.MULTI_ENTRY, GateMode.RE_ENTRY)


class Use(NamedTuple):
    """What of a ticket was used; changed by every passage."""

    status: TicketStatus
    entries_left: int
    entries_used: int
    spots_used: int
    inside: int
    away: int
    held_by: str | None
    held_until: datetime | None
    held_persons: int
    last_passed_at: datetime | None
    last_gate_id: str | None

    @property
    def is_live(self) -> bool:
        return self.status in USABLE

    def is_held(self, now: datetime) -> bool:
        return self.held_until is not None and self.held_until > now


class Turn(NamedTuple):
    """An arm that turned: when, at which gate, and that gate's bit in a ticket's scope."""

    at: datetime
    gate_id: str
    gate_bit: int
    zone: ZoneInfo


def terms_of(row: TicketRow) -> Terms:
    return Terms(GateMode(row.gate_mode), row.persons, row.entries)


def use_of(row: TicketRow) -> Use:
    return Use(
        TicketStatus(row.status),
        row.entries_left,
        row.entries_used,
        row.spots_used,
        row.inside,
        row.away,
        row.held_by,
        row.held_until,
        row.held_persons,
        row.last_passed_at,
        row.last_gate_id,
    )


def on_day(use: Use, now: datetime, zone: ZoneInfo) -> Use:
    """The same use today: who was inside yesterday evening has gone home, scanned or not."""
    if use.inside == 0 == use.away or use.last_passed_at is None:
        return use
    if local_day(use.last_passed_at, zone) >= local_day(now, zone):
        return use
    return use._replace(inside=0, away=0)


def is_of_an_earlier_day(use: Use, turn: Turn) -> bool:
    """Told late, by a gate that was offline: it uses the ticket up, but nobody is inside of it."""
    if use.last_passed_at is None or turn.at >= use.last_passed_at:
        return False
    return local_day(turn.at, turn.zone) < local_day(use.last_passed_at, turn.zone)


def may_enter(terms: Terms, use: Use, gate_bit: int) -> int:
    """How many heads the ticket could still let in at this gate, were nobody holding it."""
    if not use.is_live:
        return 0
    left = terms.persons if terms.unlimited else use.entries_left
    if terms.gate_mode is GateMode.ONE_MANY:
        return left
    if terms.gate_mode is GateMode.MULTI_SPOT and use.spots_used & gate_bit:
        return 0
    if terms.gate_mode is GateMode.RE_ENTRY:
        return max(0, min(terms.persons - use.inside, use.away + left))
    return min(terms.persons, left)


def hold(use: Use, redemption_id: str, heads: int, until: datetime) -> Use:
    """Keep it for so many heads that are walking through a gate now."""
    return use._replace(held_by=redemption_id, held_until=until, held_persons=heads)


def free(use: Use, redemption_id: str) -> Use:
    """Nobody went, or no one else will: what this redemption still held is free."""
    if use.held_by != redemption_id:
        return use
    return use._replace(held_by=None, held_until=None, held_persons=0)


class Permit(NamedTuple):
    """The yes that these heads walk on: for how many it was, and how long those behind have."""

    redemption_id: str
    heads: int
    hold_for: timedelta


def enter(terms: Terms, use: Use, heads: int, turn: Turn, permit: Permit) -> tuple[Use, int]:
    """The use after so many heads came in, and how many of them the ticket did not cover: who
    came too late, or more than were let in, is covered while the ticket still has entries."""
    use = on_day(use, turn.at, turn.zone)
    own_hold = use.held_by == permit.redemption_id
    covered = may_enter(terms, use, turn.gate_bit)
    if own_hold and follows(terms, use, permit):
        covered = max(covered, min(use.held_persons, use.entries_left))
    taken = min(heads, covered)
    use = spend(terms, use, taken, turn)
    if own_hold:
        use = after_turn(use, heads, turn.at + permit.hold_for)
    return use, heads - taken


def follows(terms: Terms, use: Use, permit: Permit) -> bool:
    """A spot is marked by the first of a family; those behind were let in together with him."""
    several = terms.gate_mode is GateMode.MULTI_SPOT and use.is_live
    return several and use.held_persons < permit.heads


def spend(terms: Terms, use: Use, heads: int, turn: Turn) -> Use:
    if heads == 0:
        return use
    late = is_of_an_earlier_day(use, turn)
    back = min(heads, use.away) if terms.gate_mode is GateMode.RE_ENTRY and not late else 0
    new = heads - back
    left = use.entries_left if terms.unlimited else max(0, use.entries_left - new)
    used_up = left == 0 and not terms.unlimited
    bit = turn.gate_bit if terms.gate_mode is GateMode.MULTI_SPOT else 0
    use = use._replace(
        status=TicketStatus.USED if used_up else TicketStatus.PARTLY_USED,
        entries_left=left,
        entries_used=use.entries_used + new,
        spots_used=use.spots_used | bit,
    )
    return use if late else seen_at(use, turn, inside=use.inside + heads, away=use.away - back)


def seen_at(use: Use, turn: Turn, *, inside: int, away: int) -> Use:
    at, gate_id = turn.at, turn.gate_id
    if use.last_passed_at is not None and use.last_passed_at > at:
        at, gate_id = use.last_passed_at, use.last_gate_id or gate_id
    return use._replace(inside=inside, away=away, last_passed_at=at, last_gate_id=gate_id)


def after_turn(use: Use, heads: int, until: datetime) -> Use:
    """The hold after some of its heads went: those who follow get their time again."""
    still = use.held_persons - heads
    if still <= 0:
        return use._replace(held_by=None, held_until=None, held_persons=0)
    return use._replace(held_until=until, held_persons=still)


def leave(use: Use, heads: int, turn: Turn) -> Use:
    """The use after so many heads went out."""
    if is_of_an_earlier_day(use, turn):
        return use
    use = on_day(use, turn.at, turn.zone)
    gone = min(heads, use.inside)
    return seen_at(use, turn, inside=use.inside - gone, away=use.away + gone)


def take_back(use: Use, heads: int) -> Use:
    """The use after heads that were counted turned out not to have come."""
    left, used = use.entries_left + heads, use.entries_used - heads
    return use._replace(
        status=TicketStatus.SOLD if used == 0 else TicketStatus.PARTLY_USED,
        entries_left=left,
        entries_used=used,
        inside=max(0, use.inside - heads),
    )
