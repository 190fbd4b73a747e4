"""Tickets as they are really sold: an order at a window, paid in cash."""

from datetime import datetime
from typing import Any

from domain.admission import redemptions, tickets
from domain.admission.redemptions import Answer, CodeReader, Direction, Passage, PassResult, Scan
from domain.admission.tickets import Printable, signing_keys
from domain.commerce import orders, shifts
from domain.commerce.orders import Order, Sale, Wanted
from domain.kernel import ids
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from domain.kernel.vault import Vault
from domain.operation.places.tables import check_sites, gates
from tests.domain.commerce import factories
from tests.domain.commerce.factories import NOON, TODAY

VAULT = Vault({1: b"m" * 32})


class Market:
    """A window that sells and gates that scan what it sold."""

    def __init__(self, db: Database, world: factories.World) -> None:
        self.db, self.world = db, world
        self.ring = signing_keys.KeyRing(db, VAULT)
        self.reader = CodeReader(db, VAULT)

    async def sell(
        self, type_id: str, quantity: int = 1, *, paid: bool = True, **values: Any
    ) -> Order:
        sale = Sale(
            ids.new_id(),
            self.world.area_id,
            Channel.WINDOW,
            (Wanted(type_id, quantity, TODAY, **values),),
            self.world.window_id,
            cash_minor=10_000_000 if paid else None,
        )
        return await self.db.act(orders.place, sale, self.world.cashier, NOON)

    async def prints(self, order: Order) -> list[Printable]:
        ticket_ids = await self.db.ask(tickets.of_order, order.id)
        return await self.db.ask(tickets.printed, ticket_ids)

    async def code(self, printable: Printable) -> str:
        return await self.ring.sign(printable.body)

    async def scan(self, gate_id: str, code: str, now: datetime = NOON, **values: Any) -> Answer:
        scan = Scan(values.pop("scan_id", ids.new_id()), gate_id, None, code, **values)
        presented = await self.reader.read(scan, now)
        return await self.db.act(redemptions.authorise, presented, now)

    async def go(self, gate_id: str, code: str, now: datetime = NOON, heads: int = 1) -> Answer:
        """Scan, and walk through when let in."""
        scan_id = ids.new_id()
        answer = await self.scan(gate_id, code, now, scan_id=scan_id)
        if answer.allowed:
            passage = Passage(
                None,
                ids.new_id(),
                scan_id,
                gate_id,
                PassResult.PASSED,
                heads,
                Direction.IN,
                "rotor",
                None,
            )
            await self.db.act(redemptions.record_passage, passage, now)
        return answer


async def opened(db: Database) -> tuple[Market, str]:
    """The market with an open shift, and a gate of its area."""
    world = await factories.add_world(db)
    await db.act(signing_keys.rotate, VAULT, NOON)
    await db.act(shifts.open_shift, world.window_id, 50_000, world.cashier, NOON)
    site_id = await add_site(db, world)
    gate_id = await add_gate(db, world, site_id)
    return Market(db, world), gate_id


async def add_site(db: Database, world: factories.World) -> str:
    async def act(tx: Any) -> str:
        return await factories.add(
            tx, check_sites, code="C1", name_zh="南门", area_id=world.area_id, created_at=NOON
        )

    return await db.act(act)


async def add_gate(db: Database, world: factories.World, site_id: str) -> str:
    async def act(tx: Any) -> str:
        return await factories.add(
            tx,
            gates,
            code="G1",
            name_zh="南门 1 号",
            check_site_id=site_id,
            area_id=world.area_id,
            number=1,
            created_at=NOON,
        )

    return await db.act(act)
