"""Booked groups of the demo: one that is paid, one that still has to pay, one for tomorrow."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from domain.admission import groups
from domain.admission.groups import Booking, GroupKind
from domain.commerce import capacity, orders
from domain.commerce.orders import Charge
from domain.commerce.payments import Tender
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.ports import ChargeAnswer, ChargeState
from domain.kernel.vault import Vault
from webapp.demo.days import World

EARLIER = timedelta(days=2)


class Party(NamedTuple):
    kind: GroupKind
    name: str
    leader: str
    phone: str
    heads: int
    guides: int
    in_days: int
    is_paid: bool
    reprices: bool = False


PARTIES = (
    Party(GroupKind.AGENCY, "黔程国旅桂林团", "赵磊", "13800138001", 50, 1, 0, True),
    Party(GroupKind.SCHOOL, "云岭实验小学四年级", "陈晓燕", "13800138002", 42, 3, 0, False, True),
    Party(GroupKind.COMPANY, "金沙科技工会", "刘洋", "13800138003", 26, 0, 1, True),
)


async def build(world: World, vault: Vault, clerk: Actor, today: date, now: datetime) -> None:
    for party in PARTIES:
        group_id = await book(world, vault, clerk, party, today, now)
        if party.is_paid:
            await pay(world, clerk, group_id, now)


async def book(
    world: World, vault: Vault, clerk: Actor, party: Party, today: date, now: datetime
) -> str:
    given = Booking(
        world.area.id,
        party.kind,
        party.name,
        orders.contact(vault, party.leader, party.phone),
        party.heads,
        party.guides,
        today + timedelta(days=party.in_days),
        None,
        world.catalogue.types["GROUP"],
        party.reprices,
        9_800 if party.reprices else None,
        invoice_title=party.name,
    )
    lane = capacity.lane(world.area.id)
    group_id: str = await world.db.act(
        groups.book, given, ids.new_id(), clerk, now - EARLIER, lane=lane
    )
    return group_id


async def pay(world: World, clerk: Actor, group_id: str, now: datetime) -> None:
    """By code, on the telephone of whoever booked it."""
    group = await world.db.ask(groups.get, group_id)
    at = now - EARLIER + timedelta(hours=1)
    charge = Charge(group.order_id, Tender.SCAN)
    payment = await world.db.act(orders.start_payment, charge, clerk, at)
    reference = f"DEMO{payment.id[-12:].upper()}"
    answer = ChargeAnswer(payment.id, ChargeState.PAID, payment.amount_minor, reference)
    lane = capacity.lane(world.area.id)
    await world.db.act(orders.settle_payment, payment.id, answer, at, lane=lane)
