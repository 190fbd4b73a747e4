"""What resellers may book: products and ticket types of the agents' channel, and their places.

An availability is a day of a product, or one of its slots: its id is the local day (2026-07-01) or
the moment it begins (2026-07-01T09:00:00+08:00).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce import capacity, catalog
from domain.commerce.agents.pricing import AgentRates
from domain.commerce.capacity import DayView, SlotView
from domain.commerce.catalog import Offer
from domain.commerce.orders import Order
from domain.commerce.orders.members import Rate
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind

FEW = 10  # percent of the places or less are left: LIMITED
MOST_DAYS = 400
STARTS_DAYS = 14
PRICED_AHEAD = timedelta(days=60)  # so far the least price of a product is looked for


class Shelf(NamedTuple):
    """A product with the ticket types that a reseller may book; `area` is a row."""

    area: Any
    product: Any  # a row of products
    offers: Sequence[Offer]
    starts: Sequence[str] = ()  # when its slots of the next days begin, HH:MM

    @property
    def id(self) -> str:
        return str(self.product.id)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.area.time_zone)

    def offer(self, type_id: str) -> Offer | None:
        return next((one for one in self.offers if one.row.id == type_id), None)


class Price(NamedTuple):
    """Of one unit, in fen: as listed, as the public pays that day, as the agent pays."""

    original_minor: int
    retail_minor: int
    net_minor: int


class Space(NamedTuple):
    """A day or slot of a product. `left` None: nothing limits it. `prices` by ticket type; a type
    that is not sold then has none."""

    id: str
    visit_on: date
    slot_id: str | None
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    is_open: bool
    left: int | None
    capacity: int | None
    prices: Mapping[str, Price]

    @property
    def is_sold_out(self) -> bool:
        return self.left is not None and self.left <= 0

    @property
    def is_limited(self) -> bool:
        return bool(self.left and self.capacity and self.left * 100 <= self.capacity * FEW)

    def has_room(self, heads: int) -> bool:
        return self.is_open and not self.is_sold_out and (self.left is None or heads <= self.left)


async def shelves(tx: Tx, area_id: str, now: datetime) -> list[Shelf]:
    """Every product of an area that resellers may book. A question."""
    by_product = await bookable(tx, area_id)
    return [await shelf_with(tx, offers, now) for offers in by_product.values()]


async def bookable(tx: Tx, area_id: str) -> dict[str, list[Offer]]:
    """By product."""
    found: dict[str, list[Offer]] = {}
    for offer in await catalog.offers_of_area(tx, area_id, Channel.AGENT):
        if is_bookable(offer):
            found.setdefault(offer.row.product_id, []).append(offer)
    return found


async def shelf_with(tx: Tx, offers: Sequence[Offer], now: datetime) -> Shelf:
    product = await catalog.get_product(tx, offers[0].row.product_id)
    area = await places.get_place(tx, PlaceKind.AREA, product.area_id)
    starts = await starts_of(tx, area, product, now) if product.slotted else []
    return Shelf(area, product, offers, starts)


async def starts_of(tx: Tx, area: Any, product: Any, now: datetime) -> list[str]:
    zone = ZoneInfo(area.time_zone)
    first = local_day(now, zone)
    last = first + timedelta(days=STARTS_DAYS)
    slots = await capacity.slots_between(tx, product.id, first, last, Channel.AGENT, now)
    times = {f"{one.starts_at.astimezone(zone):%H:%M}" for one in slots if not one.whole_day}
    return sorted(times)


def is_bookable(offer: Offer) -> bool:
    """Not groups, which are priced by their heads, and not what needs a certificate: agents book
    these in the portal."""
    rights = offer.concessions
    needs_proof = offer.row.concession_only and all(one.proof_kind for one in rights)
    return not offer.row.group_min and not needs_proof


async def shelf(tx: Tx, area_id: str, product_id: str, now: datetime) -> Shelf | None:
    """One of them; None for what resellers may not book."""
    offers = (await bookable(tx, area_id)).get(product_id)
    return await shelf_with(tx, offers, now) if offers else None


async def shelf_of(tx: Tx, area_id: str, product_id: str, now: datetime) -> Shelf:
    """The product of a booking, also when nobody sells it any more. A question."""
    found = await shelf(tx, area_id, product_id, now)
    if found is not None:
        return found
    area = await places.get_place(tx, PlaceKind.AREA, area_id)
    return Shelf(area, await catalog.get_product(tx, product_id), ())


def bare_space(found: Shelf, availability_id: str, on: date, order: Order | None) -> Space:
    """When a booking is for, without what is left and what it costs."""
    starts = datetime.combine(on, time(), found.zone)
    ends = starts + timedelta(days=1)
    is_slot = "T" in availability_id
    if is_slot:
        starts = datetime.fromisoformat(availability_id)
        lines = order.lines if order else ()  # also those that were moved to it, or away
        now_at = [line for line in lines if line.moment("starts_at") == starts]
        ends = max((line.moment("ends_at") for line in now_at), default=starts)
    return Space(
        availability_id, on, None, starts, ends.astimezone(found.zone), not is_slot,
        False, None, None, {},
    )  # fmt: skip


async def spaces(
    tx: Tx, found: Shelf, agent_id: str, first: date, last: date, now: datetime
) -> list[Space]:
    """Days and slots from one day to another, both included, that can be booked at all, closed and
    sold out ones too. A question; its statements do not grow with the days."""
    today = local_day(now, found.zone)
    first = max(first, today)
    last = min(last, today + timedelta(days=found.offers[0].row.book_days_ahead))
    if first > last:
        return []
    days = await capacity.days_between(tx, found.area.id, first, last)
    slots = await capacity.slots_between(tx, found.id, first, last, Channel.AGENT, now)
    rate = await AgentRates().rate(tx, agent_id, found.area.id, now)
    if found.product.slotted:
        made = [
            slot_space(found, days[one.visit_on], one, rate) for one in slots if not one.whole_day
        ]
        return [one for one in made if one.ends_at > now]
    whole = {one.visit_on: one for one in slots if one.whole_day}
    return [day_space(found, day, view, whole.get(day), rate) for day, view in days.items()]


def slot_space(found: Shelf, day: DayView, slot: SlotView, rate: Rate) -> Space:
    starts, ends = (each.astimezone(found.zone) for each in (slot.starts_at, slot.ends_at))
    left, most = slot.left, slot.quota
    if found.product.counts_capacity:
        left, most = min(left, day.left), min(most, day.quota)
    return Space(
        starts.isoformat(),
        slot.visit_on,
        slot.id,
        starts,
        ends,
        False,
        slot.is_open and is_open(day),
        max(0, left),
        most,
        prices_of(found, slot.visit_on, slot.starts_at, rate),
    )


def day_space(found: Shelf, on: date, day: DayView, whole: SlotView | None, rate: Rate) -> Space:
    limits: list[tuple[int, int]] = []
    if found.product.counts_capacity:
        limits.append((day.left, day.quota))
    if whole is not None:
        limits.append((whole.left, whole.quota))
    elif found.product.daily_quota is not None:
        limits.append((found.product.daily_quota, found.product.daily_quota))
    left, most = min(limits, default=(None, None))
    return Space(
        on.isoformat(),
        on,
        None,
        datetime.combine(on, time(), found.zone),
        datetime.combine(on + timedelta(days=1), time(), found.zone),
        True,
        is_open(day) and (whole is None or whole.is_open),
        None if left is None else max(0, left),
        most,
        prices_of(found, on, None, rate),
    )


def is_open(day: DayView) -> bool:
    return not (day.closed or day.sales_stopped)


def prices_of(found: Shelf, on: date, starts_at: datetime | None, rate: Rate) -> dict[str, Price]:
    made: dict[str, Price] = {}
    for offer in found.offers:
        retail = offer.price(on, starts_at, Channel.AGENT).minor
        if retail is not None:
            net = rate.of(offer.row.id).price(retail)
            made[offer.row.id] = Price(max(offer.row.list_price_minor, retail), retail, net)
    return made


async def space(
    tx: Tx, found: Shelf, agent_id: str, availability_id: str, now: datetime
) -> Space | None:
    """The day or slot behind an availability's id; None when it is none. A question."""
    try:
        on = date.fromisoformat(availability_id[:10])
    except ValueError:
        return None
    made = await spaces(tx, found, agent_id, on, on, now)
    return next((one for one in made if one.id == availability_id), None)
