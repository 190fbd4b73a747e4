"""What can be bought here and now: for pricing an order, and as a compact list for tills."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce import capacity
from domain.commerce.capacity import DayView, SlotView
from domain.commerce.catalog import store
from domain.commerce.catalog.concessions import Concession, from_json
from domain.commerce.catalog.prices import Price, PriceRule, price_on
from domain.commerce.catalog.refund_policy import Tier
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx


class Offer(NamedTuple):
    """A ticket type with its price rules. `row` is the type's row with its product's rules:
    see `_offer` in store.py."""

    row: Any
    rules: Sequence[PriceRule]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.row.time_zone)

    @property
    def concessions(self) -> list[Concession]:
        return from_json(self.row.concessions)

    def is_sold_in(self, channel: Channel) -> bool:
        """On sale, in this channel, at the window that was asked for."""
        row = self.row
        return row.status == "on_sale" and channel.value in row.channels and row.sold_at_window

    def price(self, day: date, starts_at: datetime | None, channel: Channel) -> Price:
        """On a day, for the slot that starts at a moment (none: no slot)."""
        slot = None if starts_at is None else starts_at.astimezone(self.zone).strftime("%H:%M")
        return price_on(self.rules, self.row.list_price_minor, day, slot, channel)


async def offers_by_id(tx: Tx, type_ids: Iterable[str], window_id: str | None) -> dict[str, Offer]:
    """What an order asks for, by ticket type; unknown ones are missing. Two statements."""
    wanted = sorted(set(type_ids))
    rows = await tx.rows(store.OFFERS, ids=wanted, window=window_id)
    rules = await rules_by_type(tx, wanted)
    return {row.id: Offer(row, rules.get(row.id, [])) for row in rows}


async def offers_of_area(tx: Tx, area_id: str, channel: Channel) -> list[Offer]:
    """Everything of an area that a channel without windows sells, by its place in lists."""
    rows = await tx.rows(store.OFFERS_OF_AREA, area=area_id, window=None)
    rules = await rules_by_type(tx, [row.id for row in rows])
    offers = [Offer(row, rules.get(row.id, [])) for row in rows]
    return [offer for offer in offers if offer.is_sold_in(channel)]


async def rules_by_type(tx: Tx, type_ids: list[str]) -> dict[str, list[PriceRule]]:
    found: dict[str, list[PriceRule]] = {}
    for row in await tx.rows(store.RULES, ids=type_ids):
        rule = PriceRule(
            row.id,
            row.from_on,
            row.until_on,
            row.weekdays,
            row.slot_from,
            row.slot_until,
            row.channel,
            row.price_minor,
            row.priority,
            row.label_zh,
            row.label_en,
        )
        found.setdefault(row.ticket_type_id, []).append(rule)
    return found


class SellableType(NamedTuple):
    """A ticket type at a till. `prices` by slot id, or under "" for a whole day; a price without
    an amount is closed then."""

    id: str
    product_id: str
    code: str
    name_zh: str
    name_en: str
    hint_zh: str
    hint_en: str
    kind: str
    list_price_minor: int
    prices: Mapping[str, Price]
    hotkey: str
    gate_mode: str
    persons: int
    real_name: bool
    least_per_order: int
    most_per_order: int
    group_min: int
    group_free_every: int
    concessions: Sequence[Concession]
    concession_only: bool
    version: int
    tiers: Sequence[Tier] = ()  # how much comes back, by when
    changes_allowed: int = 0


class SellableProduct(NamedTuple):
    """`left` is what this channel may still take of the day: None when only the area limits it."""

    id: str
    name_zh: str
    name_en: str
    slotted: bool
    left: int | None
    slots: Sequence[SlotView]
    types: Sequence[SellableType]


class Sellable(NamedTuple):
    """All that a till needs to show. `day` says whether sales are stopped or the area closed."""

    visit_on: date
    day: DayView
    products: Sequence[SellableProduct]


async def sellable(
    tx: Tx, area_id: str, channel: Channel, window_id: str | None, visit_on: date, now: datetime
) -> Sellable:
    """What a channel (at a window) may sell for a day, with prices and places left.

    Five statements. Products that cannot be booked so far ahead are left out.
    """
    day = await capacity.day_of(tx, area_id, visit_on)
    rows = await tx.rows(store.OFFERS_OF_AREA, area=area_id, window=window_id)
    rules = await rules_by_type(tx, [row.id for row in rows])
    slots = await capacity.slots_of_area(tx, area_id, visit_on, channel, now)
    offers = [Offer(row, rules.get(row.id, [])) for row in rows]
    open_offers = [
        offer for offer in offers if offer.is_sold_in(channel) and is_bookable(offer, visit_on, now)
    ]
    by_product: dict[str, list[Offer]] = {}
    for offer in open_offers:
        by_product.setdefault(offer.row.product_id, []).append(offer)
    return Sellable(
        visit_on,
        day,
        [
            product_of(
                found,
                [slot for slot in slots if slot.product_id == product_id],
                visit_on,
                channel,
            )
            for product_id, found in by_product.items()
        ],
    )


def is_bookable(offer: Offer, visit_on: date, now: datetime) -> bool:
    """From today to as many days ahead as the product allows."""
    ahead = (visit_on - local_day(now, offer.zone)).days
    return bool(0 <= ahead <= offer.row.book_days_ahead)


def product_of(
    offers: Sequence[Offer], slots: Sequence[SlotView], visit_on: date, channel: Channel
) -> SellableProduct:
    row = offers[0].row
    shown = [slot for slot in slots if not slot.whole_day] if row.slotted else []
    whole = next((slot for slot in slots if slot.whole_day), None)
    left = row.daily_quota if whole is None else whole.left
    return SellableProduct(
        row.product_id,
        row.product_name_zh,
        row.product_name_en,
        row.slotted,
        None if row.slotted else left,
        shown,
        [type_of(offer, prices_of(offer, shown, visit_on, channel)) for offer in offers],
    )


def prices_of(
    offer: Offer, slots: Sequence[SlotView], visit_on: date, channel: Channel
) -> dict[str, Price]:
    if not offer.row.slotted:
        return {"": offer.price(visit_on, None, channel)}
    return {slot.id: offer.price(visit_on, slot.starts_at, channel) for slot in slots}


def type_of(offer: Offer, prices: Mapping[str, Price]) -> SellableType:
    row = offer.row
    return SellableType(
        row.id,
        row.product_id,
        row.code,
        row.name_zh,
        row.name_en,
        row.hint_zh,
        row.hint_en,
        row.kind,
        row.list_price_minor,
        prices,
        row.hotkey,
        row.gate_mode,
        row.persons,
        row.real_name,
        row.least_per_order,
        row.most_per_order,
        row.group_min,
        row.group_free_every,
        offer.concessions,
        row.concession_only,
        row.version,
        [Tier(**tier) for tier in row.tiers],
        row.changes_allowed,
    )
