"""Which events of an order its buyer is told of. The act writes a line in the outbox; who is to be
told what is looked up when it is sent, so the message says how the order stands then."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.commerce.orders import Order, OrderEvent, Sold, events, get_order, members
from domain.commerce.orders.finding import contact_of
from domain.commerce.orders.visitors import PHONE
from domain.kernel.channels import Channel
from domain.kernel.db import Database, Tx
from domain.kernel.vault import Vault
from domain.operation import outbox
from domain.operation.messages import MessageChannel, Messenger, Outgoing
from domain.operation.outbox import Carrier, Parcel
from domain.operation.places import PlaceKind, get_place

ORDER_NOTICE = "order.notice"
TOLD = {
    OrderEvent.PAID: "order.paid",
    OrderEvent.REFUNDED: "order.refunded",
    OrderEvent.CHANGED: "order.changed",
}
USEFUL = timedelta(days=1)  # what is told later helps nobody
DELIVERED = "ticket.delivered"  # where the tickets are, for who bought them at home
TELL_THEMSELVES = {Channel.OTA}  # whoever sold it writes to its own customers


def tells_itself(order: Order) -> bool:
    """Whoever sold it for us writes to its customers, who are not told what it paid."""
    return order.channel in TELL_THEMSELVES or members.is_net(order)


class Facts(NamedTuple):
    """What a message about an order is made of."""

    phone_sealed: bytes
    language: str
    area_id: str
    values: dict[str, object]


async def paid(tx: Tx, sold: Sold, now: datetime) -> None:
    """Most orders at windows leave no phone: nothing is written for them."""
    if sold.channel in TELL_THEMSELVES:
        return
    found = await contact_of(tx, sold.id)
    if found is not None and found.phone_sealed is not None:
        write(tx, sold.id, TOLD[OrderEvent.PAID], now)
        if sold.channel is Channel.SHOP:
            write(tx, sold.id, DELIVERED, now)


def noted(tx: Tx, order_id: str, kind: OrderEvent, now: datetime) -> None:
    if kind in TOLD and kind is not OrderEvent.PAID:
        write(tx, order_id, TOLD[kind], now)


def write(tx: Tx, order_id: str, event: str, now: datetime) -> None:
    payload = {"event": event, "good_until": (now + USEFUL).isoformat()}
    outbox.enqueue(tx, ORDER_NOTICE, "order", order_id, payload, now)


async def facts(tx: Tx, order_id: str) -> Facts | None:
    """None for an order that nobody is told of."""
    row = await contact_of(tx, order_id)
    order = await get_order(tx, order_id)
    if row is None or row.phone_sealed is None or tells_itself(order):
        return None
    area = await get_place(tx, PlaceKind.AREA, order.area_id)
    english = row.language == "en" and area.name_en
    values: dict[str, object] = {
        "number": order.number,
        "area": area.name_en if english else area.name_zh,
        "visit_on": order.visit_on.isoformat(),
        "tickets": order.tickets,
        "total": order.total_minor,
        "refunded": order.refunded_minor,
    }
    return Facts(row.phone_sealed, row.language, order.area_id, values)


def carriers(
    db: Database, vault: Vault, messenger: Messenger, link_of: Callable[[str], str]
) -> dict[str, Carrier]:
    """What the outbox needs to tell buyers; `link_of` an order's page."""

    async def carry(parcel: Parcel) -> None:
        until = datetime.fromisoformat(parcel.payload["good_until"])
        link = {"link": link_of(parcel.subject_id)}
        event = parcel.payload["event"]
        await deliver(db, vault, messenger, parcel, event, until, lambda language: link)

    return {ORDER_NOTICE: carry}


async def deliver(
    db: Database,
    vault: Vault,
    messenger: Messenger,
    parcel: Parcel,
    event: str,
    good_until: datetime,
    more: Callable[[str], Mapping[str, object]],
) -> None:
    """Tell the buyer of the parcel's order, as it stands now, with `more` values in a language."""
    found = await db.ask(facts, parcel.subject_id)
    if found is None:
        return
    await messenger.deliver(
        Outgoing(
            parcel.id,
            event,
            MessageChannel.SMS,
            vault.open(PHONE, found.phone_sealed).decode(),
            found.language,
            found.values | dict(more(found.language)),
            ("order", parcel.subject_id),
            found.area_id,
            parcel.id,
            good_until,
        )
    )


events.when_paid(paid)
events.when_noted(noted)
