"""How tickets are sold: the rules of the catalogue, and places from capacity."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeGuard

from domain.commerce import capacity, catalog
from domain.commerce.capacity import Places
from domain.commerce.catalog import Offer, concessions
from domain.commerce.catalog.concessions import Claim, Concession
from domain.commerce.catalog.model import GateMode, TicketKind, Validity
from domain.commerce.catalog.prices import group_price
from domain.commerce.catalog.validity import SlotTimes, ValidityRule, opening, window_of
from domain.commerce.orders import discounts, members
from domain.commerce.orders.lapsing import free_lapsed
from domain.commerce.orders.lines import Line, Market, Sold, Visitor, Wanted, register
from domain.commerce.orders.members import Rate
from domain.commerce.orders.model import LineKind
from domain.kernel import ids
from domain.kernel.clock import day_bounds
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation import settings

# whom a member's price is for: what others pay is a concession already
AT_FULL_PRICE = frozenset({TicketKind.ADULT, TicketKind.FAMILY, TicketKind.OTHER})


class Bucket(NamedTuple):
    """Tickets of one line that cost the same for the same reason."""

    concession: Concession | None
    price_minor: int
    quantity: int
    visitors: tuple[Visitor, ...]
    rate: Rate | None = None  # a member's, when it is why


class Setting(NamedTuple):
    """What pricing one wanted line needs besides the line."""

    offer: Offer
    slot: Any | None
    market: Market
    grace: timedelta
    rate: Rate | None = None


class TicketOffer:
    """Registered for LineKind.TICKET; admission registers what a ticket line becomes."""

    async def price(
        self, tx: Tx, wanted: Sequence[Wanted], market: Market, first: int
    ) -> list[Line]:
        type_ids = [one.subject_id for one in wanted]
        offers = await catalog.offers_by_id(tx, type_ids, market.window_id)
        slot_ids = [one.slot_id for one in wanted if one.slot_id is not None]
        slots = await capacity.slots_by_id(tx, slot_ids)
        grace = timedelta()
        if slots:
            current = await settings.current(tx, market.area_id)
            grace = timedelta(minutes=current.slot_grace_minutes)
        rate = await members.rate_of(tx, market)
        lines: list[Line] = []
        for one in wanted:
            offer = offer_for(one, offers, market)
            own = members.as_sold(one.details or {}) or (rate.of(one.subject_id) if rate else None)
            setting = Setting(offer, slot_for(one, offer, slots, market), market, grace, own)
            lines += lines_of(one, setting)
        check_limits(wanted, offers)
        check_adults(lines, market)
        if market.is_sale and any(offer.row.is_promoted for offer in offers.values()):
            lines = await discounts.reduced(tx, lines, market)
        return [line._replace(position=first + n) for n, line in enumerate(lines)]

    async def hold(self, tx: Tx, lines: Sequence[Line], market: Market) -> list[Line]:
        held = [await with_day_slot(tx, line, market.area_id) for line in lines]
        places = [places_of(line, market.area_id, line.persons) for line in held]
        await capacity.take(tx, places, market.channel, free_lapsed, market.now)
        return [line._replace(places_held=line.persons) for line in held]

    async def release(
        self, tx: Tx, order: Sold, lines: Sequence[tuple[Line, int]], now: datetime
    ) -> list[tuple[str, int]]:
        back = [
            (line, min(heads, line.places_held))
            for line, heads in lines
            if now < line.moment("ends_at")
        ]
        places = [places_of(line, order.area_id, heads) for line, heads in back]
        await capacity.give_back(tx, places, order.channel, now)
        return [(line.id, heads) for line, heads in back if heads]


def places_of(line: Line, area_id: str, heads: int) -> Places:
    return Places(
        area_id, line.visit_on, line.slot_id, heads, line.counts_day, line.moment("ends_at")
    )


async def with_day_slot(tx: Tx, line: Line, area_id: str) -> Line:
    """A product with a daily quota has one slot a day that nobody chooses."""
    quota = line.terms["daily_quota"]
    if quota is None or line.slot_id is not None or line.product_id is None:
        return line
    slot = await capacity.whole_day_slot(tx, line.product_id, area_id, line.visit_on, quota)
    return line._replace(slot_id=slot.id)


def offer_for(one: Wanted, offers: Mapping[str, Offer], market: Market) -> Offer:
    """Raises Refused NOT_ON_SALE unless the type is sold here, now, for that day."""
    offer = offers.get(one.subject_id)
    if offer is None or offer.row.area_id != market.area_id or not offer.is_sold_in(market.channel):
        raise Refused(Refusal.NOT_ON_SALE)
    if not catalog.is_bookable(offer, one.visit_on, market.now):
        raise Refused(
            Refusal.NOT_ON_SALE,
            say("{name} is not sold for {day}.", name=offer.row.name_zh, day=one.visit_on),
        )
    return offer


def slot_for(one: Wanted, offer: Offer, slots: Mapping[str, Any], market: Market) -> Any | None:
    """The slot that was chosen. One is needed for products with slots, and only for them."""
    if not offer.row.slotted:
        if one.slot_id is not None:
            raise InvalidInput({"slot": say("This ticket has no time slots.")})
        return None
    slot = slots.get(one.slot_id or "")
    if slot is None or (slot.product_id, slot.visit_on) != (offer.row.product_id, one.visit_on):
        raise InvalidInput({"slot": say("Choose a time slot of that day.")})
    if slot.status != "open" or slot.ends_at <= market.now:
        raise Refused(Refusal.NOT_ON_SALE, say("This time slot is closed or over."))
    return slot


def check_limits(wanted: Sequence[Wanted], offers: Mapping[str, Offer]) -> None:
    asked: Counter[str] = Counter()
    for one in wanted:
        if not 1 <= one.quantity <= 10_000 or len(one.visitors) > one.quantity:
            raise InvalidInput({"quantity": say("Check the number of tickets and visitors.")})
        asked[one.subject_id] += one.quantity
    for type_id, quantity in asked.items():
        row = offers[type_id].row
        if row.most_per_order and quantity > row.most_per_order:
            raise Refused(
                Refusal.PURCHASE_LIMIT,
                say(
                    "At most {most} of {name} in one order.",
                    most=row.most_per_order,
                    name=row.name_zh,
                ),
            )
        if quantity < row.least_per_order:
            raise Refused(
                Refusal.PURCHASE_LIMIT,
                say(
                    "At least {least} of {name} in one order.",
                    least=row.least_per_order,
                    name=row.name_zh,
                ),
            )
        if quantity < row.group_min:
            raise Refused(Refusal.GROUP_TOO_SMALL)


def check_adults(lines: Sequence[Line], market: Market) -> None:
    """Small children need somebody bigger in the same order, unless the seller sees them."""
    needing = [line for line in lines if line.terms["needs_adult"]]
    if needing and len(needing) == len(lines) and not market.accompanied:
        raise Refused(Refusal.CONCESSION_DENIED, say("A small child needs an adult."))


def lines_of(one: Wanted, setting: Setting) -> list[Line]:
    """One line for each reason to pay less, or one for all."""
    offer, slot, market = setting.offer, setting.slot, setting.market
    starts_at = None if slot is None else slot.starts_at
    price = offer.price(one.visit_on, starts_at, market.channel)
    if price.minor is None:
        raise Refused(
            Refusal.NOT_ON_SALE,
            say("{name} is not sold for {day}.", name=offer.row.name_zh, day=one.visit_on),
        )
    terms = terms_of(one, setting)
    if offer.row.group_min:
        net = setting.rate.price(price.minor) if is_for_all(setting.rate) else price.minor
        return [group_line(one, setting, net, terms)]
    buckets = buckets_of(one, setting, price.minor)
    return [line_of(one, setting, bucket, terms) for bucket in buckets]


def is_for_all(rate: Rate | None) -> TypeGuard[Rate]:
    """A peer's price is for whatever is sold, a member's for what others pay in full."""
    return rate is not None and rate.is_for_all


def group_line(one: Wanted, setting: Setting, price_minor: int, terms: Mapping[str, Any]) -> Line:
    """A group at its price, with its free places; on one ticket when a gate lets many pass. Its
    guides come on that ticket free of charge, and make no place free."""
    row = setting.offer.row
    if row.real_name and not any(visitor.document_hash for visitor in one.visitors[:1]):
        raise InvalidInput({"visitors": say("The leader's document is needed.")})
    free, amount = group_price(one.quantity, price_minor, row.group_free_every)
    on_one_ticket = row.gate_mode == GateMode.ONE_MANY
    guides = int((one.details or {}).get("guides", 0)) if on_one_ticket else 0
    heads = one.quantity + guides
    bucket = Bucket(None, price_minor, 1 if on_one_ticket else heads, one.visitors)
    own = {"persons": heads if on_one_ticket else 1, "guides": guides}
    line = line_of(one, setting, bucket, {**terms, **own})
    return line._replace(persons=heads, free_persons=free + guides, amount_minor=amount)


def buckets_of(one: Wanted, setting: Setting, price_minor: int) -> list[Bucket]:
    """Tickets sorted by concession: those named one by one, the others as was claimed."""
    offer, rate = setting.offer, setting.rate
    own = rate if offer.row.kind in AT_FULL_PRICE or is_for_all(rate) else None
    found: dict[str, Bucket] = {}
    companions = companions_of(one, offer)
    for position, visitor in enumerate(one.visitors):
        right = concession_of(claim_of(visitor, one), one, offer)
        if right is None and visitor.is_companion and companions:
            right = companions.pop()
        check_named(visitor, right, offer, position)
        add_to(found, bucket_for(right, price_minor, offer, own), 1, (visitor,))
    if rest := one.quantity - len(one.visitors):
        right = concession_of(Claim(named=one.concession), one, offer)
        must_be_named = offer.row.real_name and not setting.market.names_later
        if must_be_named and (right is None or right.until_cm is None):
            raise InvalidInput({"visitors": say("Every ticket needs a name and a document.")})
        add_to(found, bucket_for(right, price_minor, offer, own), rest, ())
    return list(found.values())


def bucket_for(
    right: Concession | None, price_minor: int, offer: Offer, rate: Rate | None
) -> Bucket:
    """What one of these tickets costs, and why: by a concession or as a member, the lower."""
    # a ticket type that is itself the concession is sold at its own price
    price = price_minor if offer.row.concession_only else concessions.price_with(right, price_minor)
    if rate is not None and (own := rate.price(price if rate.is_for_all else price_minor)) < price:
        return Bucket(right, own, 0, (), rate)
    return Bucket(right, price, 0, ())


def add_to(
    found: dict[str, Bucket], kind: Bucket, quantity: int, visitors: tuple[Visitor, ...]
) -> None:
    code = kind.concession.code if kind.concession else ""
    bucket = found.get(code) or kind
    found[code] = bucket._replace(
        quantity=bucket.quantity + quantity, visitors=bucket.visitors + visitors
    )


def claim_of(visitor: Visitor, one: Wanted) -> Claim:
    return Claim(
        visitor.born_on, visitor.height_cm, visitor.proof_kind, visitor.proof, one.concession
    )


def concession_of(claim: Claim, one: Wanted, offer: Offer) -> Concession | None:
    """The best that applies. Raises Refused CONCESSION_DENIED when a claimed one does not."""
    rights = offer.concessions
    right = concessions.best(rights, claim, one.visit_on)
    if right is None and offer.row.concession_only and claim.born_on is None:
        # sold by eye: whoever sells sees a child; a certificate must still be written down
        right = next((one for one in rights if not one.proof_kind), None)
    if right is None and (one.concession or offer.row.concession_only):
        raise Refused(Refusal.CONCESSION_DENIED)
    return right


def companions_of(one: Wanted, offer: Offer) -> list[Concession]:
    """A place for each visitor who may bring somebody at the same price."""
    allowed: list[Concession] = []
    for visitor in one.visitors:
        right = concessions.best(offer.concessions, claim_of(visitor, one), one.visit_on)
        if right is not None:
            allowed += [right] * right.companions
    return allowed


def check_named(visitor: Visitor, right: Concession | None, offer: Offer, position: int) -> None:
    """A real-name ticket needs a document, but who is free by height needs none."""
    by_height = right is not None and right.until_cm is not None
    if offer.row.real_name and not by_height and not (visitor.name and visitor.document_hash):
        raise InvalidInput({f"visitors.{position}": say("A name and a document are needed.")})


def line_of(one: Wanted, setting: Setting, bucket: Bucket, terms: Mapping[str, Any]) -> Line:
    row, right = setting.offer.row, bucket.concession
    own = {"member": bucket.rate._asdict()} if bucket.rate else {}
    return Line(
        ids.new_id(),
        0,
        LineKind.TICKET,
        row.product_id,
        row.id,
        one.slot_id,
        one.visit_on,
        row.name_zh,
        row.name_en,
        bucket.quantity,
        bucket.quantity * row.persons,
        0,
        bucket.price_minor,
        row.list_price_minor,
        bucket.price_minor * bucket.quantity,
        right.code if right else "",
        row.counts_capacity,
        0,
        {**terms, **own, "needs_adult": right is not None and right.needs_adult},
        bucket.visitors,
    )


def terms_of(one: Wanted, setting: Setting) -> dict[str, Any]:
    """The rules as sold, for ever: what a gate, a refund and a change will ask for."""
    row, zone, slot = setting.offer.row, setting.offer.zone, setting.slot
    rule = ValidityRule(
        Validity(row.validity), row.valid_days, row.valid_from_on, row.valid_until_on
    )
    times = None if slot is None else SlotTimes(slot.starts_at, slot.ends_at)
    window = window_of(rule, one.visit_on, times, zone, setting.market.now, setting.grace)
    day_ends_at = day_bounds(one.visit_on, zone)[1]
    starts_at = opening(one.visit_on, row.opens_at, zone) if times is None else times.starts_at
    return {
        "type_version": row.version,
        "gate_mode": row.gate_mode,
        "entries": row.entries,
        "persons": row.persons,
        "scope_bits": row.scope_bits,
        "spot_shares": row.spot_shares,
        "passback_minutes": row.passback_minutes,
        "medium": row.medium,
        "real_name": row.real_name,
        "valid_from": window.valid_from.isoformat(),
        "valid_until": window.valid_until.isoformat(),
        "starts_at": starts_at.isoformat(),
        "ends_at": (day_ends_at if times is None else times.ends_at).isoformat(),
        "day_ends_at": day_ends_at.isoformat(),
        "refund_tiers": row.tiers,
        "changes_allowed": row.changes_allowed,
        "daily_quota": row.daily_quota,
        "seated": row.seated,
        "needs_adult": False,
        "is_group": row.group_min > 0,
    }


register(LineKind.TICKET, offer=TicketOffer())
