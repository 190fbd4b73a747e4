"""Orders of an OTA: checked (VerifyOrder) and sold (CreateOrder), paid from its agent's balance.

Checking is selling that is taken back: whatever would refuse the order refuses it now, nothing is
held, and the two can never tell different things.
"""

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.admission import tickets
from domain.admission.ota import store
from domain.admission.ota.bodies import Contact, Create, Item, Verify
from domain.admission.ota.calls import Call
from domain.admission.ota.codes import Told
from domain.admission.ota.model import Answer, Code, ProductStatus
from domain.admission.ota.products import by_plu
from domain.admission.ota.showing import vouchers
from domain.commerce import capacity, orders
from domain.commerce.orders import (
    FromAccount,
    Order,
    OrderStatus,
    Sale,
    Visitor,
    VisitorInput,
    Wanted,
)
from domain.commerce.payments import Tender
from domain.kernel import ids
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, say
from domain.kernel.vault import Vault
from domain.operation.places import PlaceKind, get_place

AT_HOME = {"", "86", "+86", "0086"}
MOST_COST = Decimal(1_000_000)


class Rehearsed(Exception):
    """The order would be sold; nothing of it stays."""


def actor_of(call: Call) -> Actor:
    return Actor(ActorKind.AGENT, call.account.agent_id, address=call.address or None)


async def rehearse(tx: Tx, vault: Vault, call: Call, body: Verify, now: datetime) -> None:
    """Raises Rehearsed when it can be sold, or why not."""
    await sell(tx, vault, call, body, ids.new_id(), now)
    raise Rehearsed


async def create(tx: Tx, vault: Vault, call: Call, now: datetime) -> Answer:
    """Sold, paid, and answered with vouchers. An order that is known is answered again."""
    body = call.body
    assert isinstance(body, Create)
    keys = [item.itemId for item in body.items]
    if not all(keys) or len(set(keys)) != len(keys):
        raise Told(Code.MISSING, say("Each item needs an itemId of its own."))
    request_id = f"ota:{call.account.id}:{body.otaOrderId}"
    order = await sell(tx, vault, call, body, request_id, now)
    if await tx.one(store.GET_ORDER, order=order.id) is None:
        await note_order(tx, call, body, order, now)
    elif order.status is not OrderStatus.PAID:
        raise Told(Code.OTHER_BODY, say("This order was given back already."))
    answer = {
        "otaOrderId": body.otaOrderId,
        "supplierOrderId": order.number,
        "supplierConfirmType": 1,
        "voucherSender": 1,
        "vouchers": await vouchers(tx, vault, order.id),
        "items": [{"itemId": item.itemId, "PLU": item.PLU} for item in body.items],
    }
    return Answer(Code.OK, "", answer, order.id)


async def sell(
    tx: Tx, vault: Vault, call: Call, body: Verify, request_id: str, now: datetime
) -> Order:
    """Placed at the prices that the OTA named, and paid."""
    area = await get_place(tx, PlaceKind.AREA, call.account.area_id)
    zone = ZoneInfo(area.time_zone)
    wanted = [await wanted_of(tx, vault, call, item, zone, now) for item in body.items]
    sale = Sale(
        request_id,
        area.id,
        Channel.OTA,
        tuple(wanted),
        total_minor=total_of(body.items),
        contact=contact_of(vault, body.contacts),
        note=getattr(body, "otaOrderId", ""),
        member_id=call.account.agent_id,
    )
    actor = actor_of(call)
    order = await orders.place(tx, sale, actor, now)
    if order.status is OrderStatus.HELD:
        asked = FromAccount(f"{request_id}:pay", order.id, Tender.AGENT, call.account.agent_id)
        order = await orders.pay_from(tx, asked, actor, now)
    return order


async def wanted_of(
    tx: Tx, vault: Vault, call: Call, item: Item, zone: ZoneInfo, now: datetime
) -> Wanted:
    product = (await by_plu(tx, call.account.id, [item.PLU])).get(item.PLU)
    if product is None:
        raise Told(Code.NO_PRODUCT, say("There is no product {plu}.", plu=item.PLU))
    if product.status != ProductStatus.ACTIVE:
        raise Told(Code.OFF_SALE, say("Product {plu} is not sold any more.", plu=item.PLU))
    if item.useStartDate < local_day(now, zone):
        raise Told(Code.DATE, say("The day of the visit is over."))
    if len(item.passengers) > item.quantity:
        raise Told(Code.WRONG, say("There are more travellers than tickets."))
    slot_id = await slot_on(tx, product, item.useStartDate, zone, now)
    named = tuple(visitor_of(vault, one, zone, now) for one in item.passengers)
    if not any(visitor.name or visitor.document_mask for visitor in named):
        named = ()
    return Wanted(product.ticket_type_id, item.quantity, item.useStartDate, slot_id, named)


async def slot_on(tx: Tx, product: Any, day: Any, zone: ZoneInfo, now: datetime) -> str | None:
    """The slot of a day that begins when the product says."""
    if not product.slot_at:
        return None
    begins = time.fromisoformat(product.slot_at)
    for slot in await capacity.slots_on(tx, product.sold_product_id, day, Channel.OTA, now):
        if slot.starts_at.astimezone(zone).time() == begins:
            return slot.id
    raise Told(Code.DATE, say("There is no slot at {time} on that day.", time=product.slot_at))


def visitor_of(vault: Vault, given: Any, zone: ZoneInfo, now: datetime) -> Visitor:
    try:
        typed = VisitorInput(given.name, given.cardNo)
        return orders.named(vault, typed, local_day(now, zone))
    except InvalidInput as error:
        raise Told(Code.WRONG, next(iter(error.fields.values()), error.message)) from None


def contact_of(vault: Vault, given: Sequence[Contact]) -> orders.Contact:
    """The first. A phone of another country is not kept: nobody here can write to it."""
    if not given:
        return orders.Contact()
    first = given[0]
    phone = first.mobile if first.intlCode.strip() in AT_HOME else ""
    try:
        return orders.contact(vault, first.name, phone)
    except InvalidInput as error:
        raise Told(Code.WRONG, next(iter(error.fields.values()), error.message)) from None


def total_of(items: Sequence[Item]) -> int:
    """What the OTA believes to pay, in fen."""
    total = Decimal(0)
    for item in items:
        if item.cost is None:
            raise Told(Code.MISSING, say("Each item needs its cost."))
        if not item.cost.is_finite() or not 0 <= item.cost <= MOST_COST:
            raise Told(Code.PRICE, say("The cost is no amount of money."))
        total += item.cost * 100 * item.quantity
    if total != total.to_integral_value():
        raise Told(Code.PRICE, say("The cost is no amount of money."))
    return int(total)


async def note_order(tx: Tx, call: Call, body: Create, order: Order, now: datetime) -> None:
    """Which of our tickets stand for which of their items: lines come in the items' order."""
    tx.add(
        store.ADD_ORDER,
        order_id=order.id,
        account_id=call.account.id,
        ota_order_id=body.otaOrderId,
        created_at=now,
    )
    rows = await tickets.shown_of(tx, order.id)
    position = {line.id: line.position for line in order.lines}
    made = sorted(rows, key=lambda row: (position[row.order_line_id], len(row.number), row.number))
    if len(made) != sum(item.quantity for item in body.items):
        raise Told(Code.NO_GROUP, say("Groups are booked in the office, not by an OTA."))
    known = await by_plu(tx, call.account.id, [item.PLU for item in body.items])
    for number, item in enumerate(body.items):
        item_id = ids.new_id()
        tx.add(
            store.ADD_ITEM,
            id=item_id,
            order_id=order.id,
            item_id=item.itemId,
            product_id=known[item.PLU].id,
            quantity=item.quantity,
            position=number,
        )
        mine, made = made[: item.quantity], made[item.quantity :]
        for row in mine:
            tx.add(
                store.ADD_TICKET,
                ticket_id=row.id,
                item_id=item_id,
                visit_on=row.visit_on,
                told_at=None,
            )
