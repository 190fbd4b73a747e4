"""The demo's network orders that wait to be collected today, and a kiosk to collect them at."""

import asyncio
from datetime import date, datetime, timedelta

from domain.admission import collections, devices, kiosks
from domain.admission.devices import DeviceInput, DeviceKind
from domain.commerce import capacity, orders
from domain.commerce.orders import Sale, Wanted, contact
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.vault import Vault
from domain.operation.staff import passwords
from webapp.demo.days import World, pay_by_code

TO_COLLECT = 36
KIOSK_PIN = "258036"  # of the staff's menu at the demo's kiosk
BUYERS = ("陈晓雨", "古丽努尔·买买提艾力", "何志强", "Emma Clarke", "罗文静", "欧阳明远")
CHANNELS = sorted(collections.NETWORK & {Channel.SHOP, Channel.OTA}, reverse=True)


async def build(world: World, vault: Vault, day: date, now: datetime) -> None:
    """Orders of the web and of travel sites, and a kiosk that its page in the office pairs."""
    await asyncio.gather(*(order(world, vault, number, day, now) for number in range(TO_COLLECT)))
    pin_hash = await asyncio.to_thread(passwords.hash_password, KIOSK_PIN)
    await world.db.act(add_kiosk, world.area.id, pin_hash, now)


async def order(world: World, vault: Vault, number: int, day: date, now: datetime) -> None:
    wanted = (Wanted(world.catalogue.types["ADULT"], 1 + number % 3, day),)
    buyer = contact(vault, BUYERS[number % len(BUYERS)], f"138{number:04d}{1_000 + number}")
    channel = CHANNELS[number % 4 == 0]
    sale = Sale(ids.new_id(), world.area.id, channel, wanted, contact=buyer)
    at = now - timedelta(minutes=30 + world.chance.randrange(3 * 24 * 60))
    placed = await world.db.act(orders.place, sale, SYSTEM, at, lane=capacity.lane(world.area.id))
    await pay_by_code(world.db, placed, SYSTEM, at)


async def add_kiosk(tx: Tx, area_id: str, pin_hash: str, now: datetime) -> None:
    given = DeviceInput(name="南门游客中心 1 号自助机", kind=DeviceKind.KIOSK, area_id=area_id)
    device_id = await devices.add(tx, given, SYSTEM, now)
    await kiosks.minding.set_pin(tx, device_id, pin_hash, SYSTEM, now)
