"""People who have bought and not come yet: so many that every gate of the demo has somebody to let
in, at any hour of today and tomorrow. While the demo is served more of them buy when few are left.
"""

import asyncio
import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.admission import tickets
from domain.commerce import capacity, catalog
from domain.commerce.catalog import Sellable
from domain.commerce.orders import Wanted
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Database, Tx
from domain.operation import places
from domain.operation.places import GateDirection, PlaceKind
from webapp.demo.days import TOGETHER, buy
from webapp.demo.places import AREA_CODE
from webapp.site import SHANGHAI

AN_ORDER = 5  # tickets of it
ADMISSION = frozenset({"ADULT"})
RIDES = frozenset({"CABLE-SINGLE", "CABLE-RETURN"})  # what opens the gates of spots
FEW, MORE = 20, 200
AT_ONCE, A_WEEK = timedelta(), timedelta(days=6)


async def sell_rides(
    db: Database, area_id: str, day: date, now: datetime, within: timedelta = AT_ONCE
) -> None:
    """Bought on the web, so long before now, for every slot of a day that is not over."""
    await db.act(capacity.make_slots, now)
    on_sale = await db.ask(catalog.sellable, area_id, Channel.SHOP, None, day, now)
    await buy_all(db, area_id, rides_of(on_sale), now, within)


def rides_of(on_sale: Sellable) -> list[Wanted]:
    return [
        Wanted(one.id, AN_ORDER, on_sale.visit_on, slot.id)
        for product in on_sale.products
        for slot in product.slots
        for one in product.types
        for _ in range(FEW // AN_ORDER)
        if one.code in RIDES and slot.is_open and slot.left >= FEW
    ]


async def sell_admission(db: Database, area_id: str, day: date, count: int, now: datetime) -> None:
    on_sale = await db.ask(catalog.sellable, area_id, Channel.SHOP, None, day, now)
    types = [one for product in on_sale.products for one in product.types]
    wanted = [Wanted(one.id, AN_ORDER, day) for one in types if one.code in ADMISSION]
    await buy_all(db, area_id, wanted * (count // AN_ORDER), now)


async def buy_all(
    db: Database,
    area_id: str,
    wanted: Iterable[Wanted],
    now: datetime,
    within: timedelta = AT_ONCE,
) -> None:
    waiting = [(one, now - within * random.random()) for one in wanted]
    for start in range(0, len(waiting), TOGETHER):
        batch = waiting[start : start + TOGETHER]
        await asyncio.gather(*(buy(db, area_id, one, at) for one, at in batch))


async def keep(db: Database, now: datetime) -> None:
    """While the demo is served: at each kind of entrance there are some who may come in now."""
    area_id, bits = await db.ask(entrances)
    today = local_day(now, SHANGHAI)
    for bit in bits:
        if len(await db.ask(tickets.unused, area_id, bit, today, now, FEW)) == FEW:
            continue
        if bit == 1:
            await sell_admission(db, area_id, today, MORE, now)
        else:
            await sell_rides(db, area_id, today, now)


async def entrances(tx: Tx) -> tuple[str, list[int]]:
    """The demo's area, and the scope bits of what its gates lead into."""
    areas = await places.list_places(tx, PlaceKind.AREA)
    area_id = next(str(area.id) for area in areas if area.code == AREA_CODE)
    bits = {row.id: 1 << row.scope_bit for row in await places.list_places(tx, PlaceKind.SPOT)}
    into = {
        bits[gate.spot_id] if gate.spot_id else 1
        for gate in await places.list_places(tx, PlaceKind.GATE)
        if gate.area_id == area_id and gate.direction != GateDirection.OUT
    }
    return area_id, sorted(into)
