"""Ticket types changed together: channels, prices, refund rules, on sale or not; what windows sell.

What a type says is published at once as its next version: the checker of the batch has agreed.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.commerce.catalog import policies, products, ticket_types
from domain.commerce.catalog.model import TicketTypeStatus
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Message, NotFound, say
from domain.operation import batches, places
from domain.operation.batches import (
    Change,
    FieldGroup,
    Subject,
    Value,
    ValueKind,
    joined,
    parted,
)
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission, SignedIn

WEEKEND = 0b1100000  # bit 0 is Monday
ALWAYS = (date(2000, 1, 1), date(2199, 12, 31))
BELOW_OTHERS = -1  # so that a holiday's price stays above the weekend's
MOST = 500

Of = Callable[[Tx, Any], Awaitable[str]]


class Selling(StrEnum):
    """What a window sells when it sells more than a list of types."""

    EVERYTHING = "everything"


def reader(value_of: Of) -> Callable[[Tx, Sequence[str]], Awaitable[list[Subject]]]:
    """Reads ticket types with one of their fields; what BY_ATTRIBUTE looks at is the product."""

    async def read(tx: Tx, type_ids: Sequence[str]) -> list[Subject]:
        found, names = [], {}
        for type_id in type_ids:
            try:
                row = await ticket_types.get_ticket_type(tx, type_id)
            except NotFound:
                continue
            if row.product_id not in names:
                names[row.product_id] = (await products.get_product(tx, row.product_id)).name_zh
            label, value = f"{row.code} {row.name_zh}", await value_of(tx, row)
            product = names[row.product_id]
            found.append(Subject(row.id, label, row.version, value, row.area_id, product))
        return found

    return read


async def status_of(tx: Tx, row: Any) -> str:
    return str(row.status)


async def channels_of(tx: Tx, row: Any) -> str:
    return joined(row.channels)


async def price_of(tx: Tx, row: Any) -> str:
    return str(row.list_price_minor)


async def policy_of(tx: Tx, row: Any) -> str:
    return str(row.refund_policy_id)


async def hotkey_of(tx: Tx, row: Any) -> str:
    return str(row.hotkey)


async def weekend_price_of(tx: Tx, row: Any) -> str:
    for rule in await ticket_types.rules_of(tx, row.id):
        if is_weekend(rule.weekdays, rule.from_on, rule.until_on):
            return "" if rule.price_minor is None else str(rule.price_minor)
    return ""


def is_weekend(weekdays: int, first: date, last: date) -> bool:
    return weekdays == WEEKEND and (first, last) == ALWAYS


def writer(
    fields_of: Callable[[Tx, Change], Awaitable[dict[str, Any]]],
) -> Callable[[Tx, Change, Actor, datetime], Awaitable[None]]:
    async def write(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
        await ticket_types.republish(
            tx,
            change.row_id,
            await fields_of(tx, change),
            change.version,
            change.made_by,
            actor,
            now,
        )

    return write


async def to_channels(tx: Tx, change: Change) -> dict[str, Any]:
    return {"channels": parted(change.value)}


async def to_price(tx: Tx, change: Change) -> dict[str, Any]:
    return {"list_price_minor": int(change.value)}


async def to_policy(tx: Tx, change: Change) -> dict[str, Any]:
    return {"refund_policy_id": change.value}


async def to_hotkey(tx: Tx, change: Change) -> dict[str, Any]:
    return {"hotkey": change.value}


async def to_weekend_price(tx: Tx, change: Change) -> dict[str, Any]:
    """One rule for every Saturday and Sunday; without a price it goes away."""
    document = await ticket_types.document_of(tx, change.row_id)
    rules = [
        rule
        for rule in document["prices"]
        if not is_weekend(
            rule["weekdays"],
            date.fromisoformat(rule["from_on"]),
            date.fromisoformat(rule["until_on"]),
        )
    ]
    if change.value:
        rules.append(
            {
                "label_zh": "周末",
                "label_en": "Weekend",
                "from_on": ALWAYS[0].isoformat(),
                "until_on": ALWAYS[1].isoformat(),
                "weekdays": WEEKEND,
                "priority": BELOW_OTHERS,
                "price_minor": int(change.value),
            }
        )
    return {"prices": rules}


async def judge(tx: Tx, who: SignedIn, subject: Subject, value: str) -> Message | None:
    if subject.version == 0:
        return say("Somebody must approve it first.")
    if await ticket_types.get_draft(tx, subject.id) is not None:
        return say("It has a draft; publish or discard that first.")
    return None


async def channels(tx: Tx, area_id: str) -> list[Value]:
    return [Value(channel.value) for channel in Channel]


async def statuses(tx: Tx, area_id: str) -> list[Value]:
    return [Value(TicketTypeStatus.ON_SALE.value), Value(TicketTypeStatus.PAUSED.value)]


async def policy_values(tx: Tx, area_id: str) -> list[Value]:
    return [Value(row.id, row.name_zh, row.name_en) for row in await policies.list_policies(tx)]


async def set_status(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    to = TicketTypeStatus(change.value)
    row = await ticket_types.get_ticket_type(tx, change.row_id)
    if row.status != to:
        await ticket_types.set_status(tx, change.row_id, to, actor, now)


# -- what windows sell


async def read_windows(tx: Tx, window_ids: Sequence[str]) -> list[Subject]:
    """Windows in use; what BY_ATTRIBUTE looks at is the sales site."""
    wanted, found = set(window_ids), []
    sites = {row.id: row.name_zh for row in await places.list_places(tx, PlaceKind.SALES_SITE)}
    for row in await places.list_places(tx, PlaceKind.WINDOW):
        if row.id in wanted:
            types = await products.window_types(tx, row.id)
            value = Selling.EVERYTHING.value if row.sells_everything else joined(types)
            site = sites.get(row.sales_site_id, "")
            label = f"{row.code} {row.name_zh}"
            found.append(Subject(row.id, label, 0, value, row.area_id, site, row.id))
    return found


async def types_of_area(tx: Tx, area_id: str) -> list[Value]:
    rows = await ticket_types.list_ticket_types(tx, area_id, most=MOST)
    return [
        Value(Selling.EVERYTHING.value),
        *(Value(row.id, f"{row.code} {row.name_zh}", row.name_en) for row in rows),
    ]


async def judge_window(tx: Tx, who: SignedIn, subject: Subject, value: str) -> Message | None:
    parts = parted(value)
    if Selling.EVERYTHING in parts and len(parts) > 1:
        return say("Either everything, or certain ticket types.")
    return None


async def set_window(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    everything = change.value == Selling.EVERYTHING
    types = set() if everything else set(parted(change.value))
    await products.set_window_types(tx, change.row_id, everything, types, actor, now)


_EDIT, _APPROVE = Permission.CATALOG_EDIT, Permission.CATALOG_APPROVE
_PRODUCT = say("Product")
for _group in (
    FieldGroup(
        "ticket_type",
        "status",
        say("On sale or paused"),
        say("Batch change: ticket types on sale"),
        _EDIT,
        None,
        reader(status_of),
        statuses,
        set_status,
        words=TicketTypeStatus,
        attribute=_PRODUCT,
    ),
    FieldGroup(
        "ticket_type",
        "channels",
        say("Sold through"),
        say("Batch change: channels of ticket types"),
        _EDIT,
        _APPROVE,
        reader(channels_of),
        channels,
        writer(to_channels),
        kind=ValueKind.SET,
        words=Channel,
        attribute=_PRODUCT,
        judge=judge,
    ),
    FieldGroup(
        "ticket_type",
        "list_price",
        say("List price"),
        say("Batch change: list prices"),
        _EDIT,
        _APPROVE,
        reader(price_of),
        batches.no_values,
        writer(to_price),
        kind=ValueKind.MONEY,
        attribute=_PRODUCT,
        judge=judge,
    ),
    FieldGroup(
        "ticket_type",
        "weekend_price",
        say("Price on Saturdays and Sundays"),
        say("Batch change: prices at weekends"),
        _EDIT,
        _APPROVE,
        reader(weekend_price_of),
        batches.no_values,
        writer(to_weekend_price),
        kind=ValueKind.MONEY,
        attribute=_PRODUCT,
        judge=judge,
    ),
    FieldGroup(
        "ticket_type",
        "refund_policy",
        say("Refund rules"),
        say("Batch change: refund rules of ticket types"),
        _EDIT,
        _APPROVE,
        reader(policy_of),
        policy_values,
        writer(to_policy),
        attribute=_PRODUCT,
        judge=judge,
    ),
    FieldGroup(
        "ticket_type",
        "hotkey",
        say("Key at the window"),
        say("Batch change: keys of ticket types"),
        _EDIT,
        _APPROVE,
        reader(hotkey_of),
        batches.no_values,
        writer(to_hotkey),
        kind=ValueKind.LINE,
        judge=judge,
    ),
    FieldGroup(
        "window",
        "types",
        say("Ticket types it sells"),
        say("Batch change: what windows sell"),
        Permission.PLACES_EDIT,
        None,
        read_windows,
        types_of_area,
        set_window,
        kind=ValueKind.SET,
        words=Selling,
        attribute=say("Sales site"),
        judge=judge_window,
    ),
):
    batches.register(_group)
