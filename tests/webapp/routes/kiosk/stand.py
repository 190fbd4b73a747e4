"""A paired kiosk for tests: a world to sell in, a browser that is the kiosk, a platform that pays
when it is told to."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import anyio.to_thread
import httpx2
from starlette.applications import Starlette

from domain.admission import collections, devices, kiosks, tickets
from domain.admission.devices import DeviceInput, DeviceKind
from domain.commerce import orders
from domain.commerce.orders import Order, Visitor
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import local_day
from domain.operation.staff import passwords
from gateways.payments.simulated import SimulatedPayments
from tests.domain.admission.collections.network import order_online
from tests.domain.commerce.factories import World, add_world
from webapp.site import SHANGHAI

PIN = "604211"


class Stand(NamedTuple):
    """The kiosk, and who plays the platform."""

    app: Starlette
    world: World
    device_id: str
    platform: SimulatedPayments

    async def order_online(self, visitors: tuple[Visitor, ...] = (), quantity: int = 2) -> Order:
        """A paid order of the web for today."""
        now = clock.utc_now()
        return await order_online(
            self.app.state.db,
            self.world,
            self.app.state.vault,
            visitors=visitors,
            quantity=quantity,
            visit_on=local_day(now, SHANGHAI),
            now=now,
        )

    async def code_of(self, order: Order) -> str:
        code: str = await self.app.state.db.ask(collections.code_of, order.id)
        return code

    async def tickets_of(self, order: Order) -> list[Any]:
        rows: list[Any] = await self.app.state.db.ask(tickets.shown_of, order.id)
        return rows

    async def orders(self) -> list[Order]:
        """All that were placed, newest first."""
        found: list[Order] = await self.app.state.db.ask(
            orders.list_orders, orders.OrderFilter(channel="kiosk")
        )
        return [await self.app.state.db.ask(orders.get_order, one.id) for one in found]

    async def pay(self, order: Order) -> None:
        """The visitor has read the QR and paid; the page will hear of it."""
        loaded: Order = await self.app.state.db.ask(orders.get_order, order.id)
        self.platform.confirm(loaded.payments[-1].id)

    async def kiosk(self) -> kiosks.Kiosk:
        found: kiosks.Kiosk = await self.app.state.db.ask(kiosks.at, self.device_id)
        return found

    async def owed(self) -> Sequence[kiosks.Handout]:
        now = clock.utc_now()
        found: Sequence[kiosks.Handout] = await self.app.state.db.ask(
            kiosks.handing.owed, self.device_id, now
        )
        return found


async def set_up(app: Starlette, kind: DeviceKind = DeviceKind.KIOSK) -> tuple[Stand, str]:
    """A kiosk that is not paired yet, and its code."""
    world, db, now = await add_world(app.state.db), app.state.db, clock.utc_now()
    given = DeviceInput(name="南门 1 号自助机", kind=kind, area_id=world.area_id)
    device_id = await db.act(devices.add, given, SYSTEM, now)
    code = await db.act(devices.make_code, device_id, SYSTEM, now)
    platform = SimulatedPayments(b"secret")
    app.state.gateways = {"scan": platform}
    return Stand(app, world, device_id, platform), code.code


async def stand_at(app: Starlette, client: httpx2.AsyncClient) -> Stand:
    """The client is the kiosk from now on, with a staff PIN."""
    stand, code = await set_up(app)
    paired = await client.post("/kiosk/pairing", data={"code": code})
    assert paired.status_code == 303, paired.text
    await give_pin(stand)
    return stand


async def give_pin(stand: Stand) -> None:
    hashed = await anyio.to_thread.run_sync(passwords.hash_password, PIN)
    await stand.app.state.db.act(
        kiosks.minding.set_pin, stand.device_id, hashed, SYSTEM, clock.utc_now()
    )
