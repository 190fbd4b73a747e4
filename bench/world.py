"""What is measured: the demo area with many devices, and tickets that nobody has used."""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from domain.admission import devices, tickets
from domain.admission.devices import DeviceInput, DeviceKind
from domain.admission.tickets.signing_keys import KeyRing
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.columns import metadata
from domain.kernel.db import Database, Tx
from domain.operation import settings
from tests.databases import new_name, on_server, postgres_url
from tests.e2e.installation import Installation, prepare
from webapp.demo import bulk

ORDERS = 10_000
AT_ONCE = 1_000
SIGNED_AT_ONCE = 500
GATES = ("S1", "S2", "N1", "N2")
DEVICES = 192  # each may say 20 things a second
NO_LIMIT = 100_000_000  # people: the load is more than a mountain holds
COUNT_ORDERS = sa.select(sa.func.count().label("n")).select_from(sa.table("orders"))


class World:
    def __init__(self, installation: Installation, engine: str) -> None:
        self.installation, self.engine = installation, engine
        self.rows = 0  # orders
        self.devices: list[tuple[str, str, str]] = []  # id, secret, gate
        self._codes: Iterator[str] = iter(())

    def codes(self, most: int) -> list[str]:
        """Codes that nobody has shown yet."""
        return list(islice(self._codes, most))

    async def furnish(self) -> None:
        async with self.opened() as db:
            await db.act(lift_limits)
            self.devices = await self._add_devices(db)
            self._codes = iter(await self._add_tickets(db))
            await self.count(db)

    async def grow(self, until: int) -> None:
        """Add orders of the past."""
        async with self.opened() as db:
            await bulk.add_orders(db, max(0, until - self.rows), lambda text: None)
            await self.count(db)

    async def count(self, db: Database) -> None:
        async def counted(tx: Tx) -> int:
            return int((await tx.one(COUNT_ORDERS)).n)

        self.rows = await db.ask(counted)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        db = await Database.open(self.installation.database_url)
        try:
            yield db
        finally:
            await db.close()

    async def _add_devices(self, db: Database) -> list[tuple[str, str, str]]:
        now, vault = utc_now(), self.installation.vault
        found = await db.ask(devices.directory)
        area_id = found[0].area_id
        gates = await db.ask(inbound_gates)
        made = []
        for number in range(DEVICES):
            gate_id = gates[number % len(gates)]
            given = DeviceInput(
                name=f"bench {number}", kind=DeviceKind.TURNSTILE, area_id=area_id, gate_id=gate_id
            )
            device_id = await db.act(devices.add, given, SYSTEM, now)
            secret = await db.act(devices.issue_secret, device_id, vault, SYSTEM, now)
            made.append((device_id, secret, gate_id))
        return made

    async def _add_tickets(self, db: Database) -> list[str]:
        """Orders of this hour; their tickets are good now. Printed, as their codes."""
        pattern = await db.ask(bulk.read_pattern)
        before = await db.ask(bulk.copies_so_far)
        at, owned = utc_now() - timedelta(hours=1), []
        for start in range(0, ORDERS, AT_ONCE):
            copies = [bulk.copy_of(pattern, before + start + n, at) for n in range(AT_ONCE)]
            async with db.write() as tx:
                bulk.write(tx, copies)
            owned += [ticket["id"] for copied in copies for ticket in copied["tickets"]]
        ring, codes = KeyRing(db, self.installation.vault), []
        for start in range(0, len(owned), SIGNED_AT_ONCE):
            chunk = await db.ask(tickets.printed, owned[start : start + SIGNED_AT_ONCE])
            codes += [await ring.sign(one.body) for one in chunk]
        return codes


async def lift_limits(tx: Tx) -> None:
    areas = metadata.tables["areas"]
    await tx.run(
        sa.update(areas).values(
            instant_capacity=sa.bindparam("most"), daily_capacity=sa.bindparam("most_a_day")
        ),
        most=NO_LIMIT,
        most_a_day=NO_LIMIT,
    )


async def lift_shop_limits(tx: Tx) -> None:
    """All visitors come from this machine."""
    wanted = {"shop_unpaid_per_address": 0}
    edition = (await settings.own(tx)).edition
    await settings.change(tx, SYSTEM, wanted, utc_now(), edition=edition)


async def inbound_gates(tx: Tx) -> list[str]:
    gates = metadata.tables["gates"]
    rows = await tx.rows(sa.select(gates.c.id).where(gates.c.code.in_(GATES)))
    return [row.id for row in rows]


@contextlib.contextmanager
def built(engine: str) -> Iterator[World]:
    """A world of its own, gone afterwards."""
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="shanmen-bench."))
        url = ""
        if engine == "postgresql":
            name = new_name()
            on_server(f"CREATE DATABASE {name}")
            stack.callback(on_server, f"DROP DATABASE {name} WITH (FORCE)")
            url = postgres_url(name)
        yield World(prepare(Path(directory) / "var", url), engine)
