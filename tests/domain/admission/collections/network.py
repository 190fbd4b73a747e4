"""Orders of the web shop, paid by code on the simulated platform."""

from datetime import datetime
from typing import Any

from domain.commerce import orders
from domain.commerce.orders import Charge, Order, Sale, Visitor, Wanted, contact
from domain.commerce.payments import Tender
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from domain.kernel.ports import ChargeAnswer, ChargeState
from domain.kernel.vault import Vault
from tests.domain.commerce.factories import NOON, TODAY, World

PHONE = "13800001234"


async def order_online(
    db: Database,
    world: World,
    vault: Vault,
    *,
    quantity: int = 2,
    channel: Channel = Channel.SHOP,
    visitors: tuple[Visitor, ...] = (),
    paid: bool = True,
    visit_on: Any = TODAY,
    now: datetime = NOON,
) -> Order:
    """Two adults, or the visitors who are named, on the web."""
    type_id = world.named_id if visitors else world.adult_id
    sale = Sale(
        ids.new_id(),
        world.area_id,
        channel,
        (Wanted(type_id, len(visitors) or quantity, visit_on, visitors=visitors),),
        contact=contact(vault, "王芳", PHONE),
    )
    order: Order = await db.act(orders.place, sale, SYSTEM, now)
    if paid:
        charge = Charge(order.id, Tender.SCAN)
        payment = await db.act(orders.start_payment, charge, SYSTEM, now)
        answer = ChargeAnswer(payment.id, ChargeState.PAID, payment.amount_minor, "WEB1")
        await db.act(orders.settle_payment, payment.id, answer, now)
    return await db.ask(orders.get_order, order.id)
