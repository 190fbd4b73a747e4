"""What promotions take off an order, and why others do not. Pure: no database, no clock.

Promotions are tried in the order of their priority, the highest first, of equals by their code.
Each works on what is left of a line after the ones before it, percentages too. A line that an
exclusive one has lowered is closed to others; an exclusive one lowers no line that another has
lowered; of one stacking group only the first lowers a line. No ticket falls below the floor of its
type. What is taken off a line belongs to all its tickets alike.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce.orders.lines import Line
from domain.commerce.promotions.inputs import PromotionInput
from domain.commerce.promotions.model import CodeUse, PromotionKind, Scope
from domain.kernel.channels import Channel
from domain.kernel.errors import Message, say
from domain.kernel.money import share, split, to_text


class Deal(NamedTuple):
    """A promotion in force, and what it has cost so far."""

    id: str
    terms: PromotionInput
    used: int
    given_minor: int


class Facts(NamedTuple):
    """All about a sale that is not in its lines. `used` counts by promotion, scope and what is
    counted; `unlocked` are the promotions whose code was shown."""

    channel: Channel
    now: datetime
    zone: ZoneInfo
    unlocked: frozenset[str] = frozenset()
    member_id: str = ""
    member_level: int | None = None
    phone_hash: str = ""
    is_new_phone: bool = False
    floors: Mapping[str, int] = {}
    used: Mapping[tuple[str, str, str], int] = {}

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


class Part(NamedTuple):
    """What one promotion takes off one line."""

    line_id: str
    minor: int


class Applied(NamedTuple):
    deal: Deal
    parts: Sequence[Part]

    @property
    def minor(self) -> int:
        return sum(part.minor for part in self.parts)


class Passed(NamedTuple):
    """A promotion that lowers nothing here, and why."""

    deal: Deal
    reason: Message


class Outcome(NamedTuple):
    lines: Sequence[Line]
    applied: Sequence[Applied]
    passed: Sequence[Passed]


class Standing(NamedTuple):
    """A line while promotions are tried: what is left of its amount, and who lowered it."""

    line: Line
    left: int
    by: tuple[Deal, ...] = ()

    @property
    def paid_heads(self) -> int:
        """What its price was counted by: tickets, or the paying heads of a group."""
        line = self.line
        whole = line.unit_price_minor * line.quantity
        if line.amount_minor == whole:
            return line.quantity
        return max(1, line.persons - line.free_persons)

    def room(self, floors: Mapping[str, int]) -> int:
        """How much may be taken off before the floor of the ticket type."""
        floor = floors.get(self.line.ticket_type_id or "", 0)
        return max(0, self.left - floor * self.paid_heads)


def outcome(deals: Sequence[Deal], lines: Sequence[Line], facts: Facts) -> Outcome:
    """Every promotion in its turn: what it takes off, or why it does not."""
    standing = {line.id: Standing(line, line.amount_minor) for line in lines}
    applied: list[Applied] = []
    passed: list[Passed] = []
    for deal in sorted(deals, key=lambda one: (-one.terms.priority, one.terms.code)):
        reason = reason_against(deal, facts)
        parts: list[Part] = []
        if reason is None:
            chosen = [one for one in standing.values() if is_for(deal, one, facts)]
            reason, parts = taken_off(deal, chosen, facts)
        if reason is not None:
            passed.append(Passed(deal, reason))
            continue
        applied.append(Applied(deal, parts))
        for part in parts:
            old = standing[part.line_id]
            lowered = old._replace(left=old.left - part.minor, by=(*old.by, deal))
            standing[part.line_id] = lowered
    return Outcome([as_sold(one, applied) for one in standing.values()], applied, passed)


def as_sold(standing: Standing, applied: Sequence[Applied]) -> Line:
    """The line as it is sold: its terms say which promotion took off what."""
    line = standing.line
    if not standing.by:
        return line
    said = [
        {
            "id": one.deal.id,
            "name_zh": one.deal.terms.name_zh,
            "name_en": one.deal.terms.name_en,
            "minor": part.minor,
        }
        for one in applied
        for part in one.parts
        if part.line_id == line.id
    ]
    return line._replace(
        amount_minor=standing.left,
        discount_minor=line.amount_minor - standing.left,
        terms={**line.terms, "promotions": said},
    )


def reason_against(deal: Deal, facts: Facts) -> Message | None:
    """Why a promotion is not for this sale at all, whatever is bought."""
    terms, today = deal.terms, facts.today
    if terms.code_use is not CodeUse.NONE and deal.id not in facts.unlocked:
        return say("Its code was not shown.")
    if facts.channel not in terms.channels:
        return say("It does not hold in this channel.")
    if not within(today, terms.sale_from, terms.sale_until):
        return say("It does not hold for sales of today.")
    clock = facts.now.astimezone(facts.zone).strftime("%H:%M")
    if not (terms.clock_from or "") <= clock < (terms.clock_until or "99"):
        return say("It does not hold at this time of day.")
    if terms.least_member_level is not None and (
        facts.member_level is None or facts.member_level < terms.least_member_level
    ):
        return say("It is for members of a higher level.")
    if terms.new_phone and not facts.phone_hash:
        return say("The buyer's phone number is needed.")
    if terms.new_phone and not facts.is_new_phone:
        return say("It is for a phone number that has bought nothing before.")
    return limit_against(deal, facts)


def within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def limit_against(deal: Deal, facts: Facts) -> Message | None:
    """Which of its limits is reached; those by document are looked at with the lines."""
    terms = deal.terms
    if terms.limit_total is not None and deal.used >= terms.limit_total:
        return say("All of its uses are taken.")
    if terms.limit_phone is not None and not facts.phone_hash:
        return say("The buyer's phone number is needed.")
    if terms.limit_member is not None and not facts.member_id:
        return say("A member card is needed.")
    for scope, counted, limit in limits(deal, facts, []):
        if facts.used.get((deal.id, scope.value, counted), 0) >= limit:
            return REACHED[scope]
    return None


REACHED = {
    Scope.DAY: say("Its uses of today are taken."),
    Scope.PHONE: say("This phone number has used it."),
    Scope.DOCUMENT: say("A visitor with this document has used it."),
    Scope.MEMBER: say("This member has used it."),
}


def limits(deal: Deal, facts: Facts, lines: Sequence[Line]) -> list[tuple[Scope, str, int]]:
    """What a use counts against: scope, what is counted, the limit."""
    terms = deal.terms
    found: list[tuple[Scope, str, int]] = []
    if terms.limit_day is not None:
        found.append((Scope.DAY, facts.today.isoformat(), terms.limit_day))
    if terms.limit_phone is not None:
        found.append((Scope.PHONE, facts.phone_hash, terms.limit_phone))
    if terms.limit_member is not None:
        found.append((Scope.MEMBER, facts.member_id, terms.limit_member))
    if terms.limit_document is not None:
        marks = {one.document_hash or "" for line in lines for one in line.visitors}
        found += [(Scope.DOCUMENT, mark, terms.limit_document) for mark in sorted(marks - {""})]
    return found


def is_for(deal: Deal, standing: Standing, facts: Facts) -> bool:
    """Whether a promotion may lower a line as it stands."""
    terms, line = deal.terms, standing.line
    if not standing.left or any(one.terms.exclusive for one in standing.by):
        return False
    if standing.by and terms.exclusive:
        return False
    if terms.stack_group in {one.terms.stack_group for one in standing.by} - {""}:
        return False
    if terms.ticket_type_ids and line.ticket_type_id not in terms.ticket_type_ids:
        return False
    if is_reduced(line.terms, line.concession) and not terms.on_reduced:
        return False
    if not within(line.visit_on, terms.visit_from, terms.visit_until):
        return False
    if not terms.weekdays >> line.visit_on.weekday() & 1:
        return False
    if (line.visit_on - facts.today).days < terms.days_ahead:
        return False
    return is_in_slot(terms, line, facts.zone) and (terms.limit_document is None or named(line))


def is_reduced(terms: Mapping[str, Any], concession: str) -> bool:
    """Sold at a concession, a member's or a group's price."""
    return bool(concession or terms.get("member") or terms.get("is_group"))


def is_in_slot(terms: PromotionInput, line: Line, zone: ZoneInfo) -> bool:
    if terms.slot_from is None and terms.slot_until is None:
        return True
    if line.slot_id is None:
        return False
    begins = line.moment("starts_at").astimezone(zone).strftime("%H:%M")
    return (terms.slot_from or "") <= begins < (terms.slot_until or "99")


def named(line: Line) -> bool:
    """Every ticket of the line says whose it is."""
    documents = [one for one in line.visitors if one.document_hash]
    return len(documents) >= line.quantity


def taken_off(
    deal: Deal, chosen: Sequence[Standing], facts: Facts
) -> tuple[Message | None, list[Part]]:
    """What a promotion takes off these lines; a reason when that is nothing."""
    terms = deal.terms
    if not chosen:
        return say("No ticket here is one of its own, or another promotion was first."), []
    if sum(one.paid_heads for one in chosen) < terms.least_quantity:
        return say("It begins at {number} tickets.", number=terms.least_quantity), []
    if sum(one.left for one in chosen) < terms.least_minor:
        return say("It begins at {amount} yuan.", amount=to_text(terms.least_minor)), []
    lines = [one.line for one in chosen]
    for scope, counted, limit in limits(deal, facts, lines):
        if facts.used.get((deal.id, scope.value, counted), 0) >= limit:
            return REACHED[scope], []
    rooms = [one.room(facts.floors) for one in chosen]
    wanted = wanted_off(terms, chosen, rooms)
    parts = [min(minor, room) for minor, room in zip(wanted, rooms, strict=True)]
    found = [Part(one.line.id, minor) for one, minor in zip(chosen, parts, strict=True) if minor]
    if not found:
        floored = any(wanted)
        return (FLOOR if floored else say("It takes nothing off these tickets.")), []
    if terms.budget_minor is not None and deal.given_minor + sum(parts) > terms.budget_minor:
        return say("What is left of its budget is not enough."), []
    return None, found


FLOOR = say("The price would fall below the lowest price of the ticket type.")


def wanted_off(terms: PromotionInput, chosen: Sequence[Standing], rooms: list[int]) -> list[int]:
    """What each line would lose without floors, but for an amount off the order: that is spread
    over what may be taken off."""
    if terms.kind is PromotionKind.ORDER_AMOUNT:
        if not sum(rooms):
            return [one.left for one in chosen]  # all of them at the floor: it says so
        return split(min(terms.amount_minor, sum(rooms)), rooms)
    left_of_most = terms.most_quantity or sum(one.paid_heads for one in chosen)
    wanted: list[int] = []
    for one in chosen:
        counted = min(left_of_most, one.paid_heads)
        left_of_most -= counted
        wanted.append(off_line(terms, one, counted))
    return wanted


def off_line(terms: PromotionInput, standing: Standing, counted: int) -> int:
    """What a promotion takes off `counted` of a line's tickets."""
    heads = standing.paid_heads
    base = standing.left * counted // heads
    if terms.kind is PromotionKind.PERCENT:
        return share(base, terms.bps)
    if terms.kind is PromotionKind.AMOUNT:
        return min(base, terms.amount_minor * counted)
    if terms.kind is PromotionKind.FIXED:
        return max(0, base - terms.amount_minor * counted)
    free = heads // (terms.buy + terms.get) * terms.get
    return standing.left * min(free, counted) // heads
