"""A small area with gates and tickets, written straight into the tables.

Moments are UTC; the area lives in Shanghai, so NOON is 12:00 there.
"""

import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.admission import redemptions
from domain.admission.redemptions import Answer, CodeReader, Direction, Passage, PassResult, Scan
from domain.admission.tickets.code import CodeBody, CodeFlag, CodeKind, sign
from domain.kernel import ids
from domain.kernel.columns import metadata
from domain.kernel.db import Database, Tx
from domain.kernel.vault import Vault
from domain.schema import metadata as all_tables

assert metadata is all_tables

NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)
TODAY = date(2026, 7, 1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
VAULT = Vault({1: b"k" * 32})
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
KID = 100  # a house that has opened has keys of its own, from 1
_numbers = itertools.count(1)


NOTHING: dict[str, Any] = {
    "INTEGER": 0,
    "BIGINT": 0,
    "BOOLEAN": False,
    "DATE": TODAY,
    "DATETIME": NOON,
    "TEXT": "",
}


async def insert(tx: Tx, table: str, values: dict[str, Any]) -> None:
    """A row; what it must have and nobody names is nothing or today."""
    row = {
        column.name: NOTHING.get(str(column.type), "")
        for column in metadata.tables[table].columns
        if not column.nullable and column.server_default is None and column.default is None
    }
    tx.add(metadata.tables[table].insert(), **row | values)


async def update(tx: Tx, table: str, row_id: str, values: dict[str, Any]) -> None:
    rows = metadata.tables[table]
    key = next(iter(rows.primary_key.columns))
    statement = rows.update().where(key == sa.bindparam("the_id")).values(**values)
    await tx.run(statement, the_id=row_id)


async def select(tx: Tx, table: str) -> list[Any]:
    found = metadata.tables[table]
    return await tx.rows(sa.select(found).order_by(*found.primary_key))


class World:
    """What the tests need to be there, and to ask for."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.reader = CodeReader(db, VAULT)
        self.area_id = ids.new_id()
        self.type_id = ids.new_id()
        self.product_id = ids.new_id()
        self.order_id = ids.new_id()
        self.line_id = ids.new_id()
        self.check_site_id = ids.new_id()

    async def add(self, table: str, **values: Any) -> str:
        values.setdefault("id", ids.new_id())
        await self.db.act(insert, table, values)
        return str(values["id"])

    async def put(self, table: str, **values: Any) -> None:
        """A row whose key is not `id`."""
        await self.db.act(insert, table, values)

    async def change(self, table: str, row_id: str, **values: Any) -> None:
        await self.db.act(update, table, row_id, values)

    async def rows(self, table: str) -> list[Any]:
        return await self.db.ask(select, table)

    async def row(self, table: str, row_id: str) -> Any:
        found = [row for row in await self.rows(table) if row[0] == row_id]
        return found[0]

    async def add_gate(self, **values: Any) -> str:
        number = next(_numbers)
        values = {
            "code": f"G{number}",
            "name_zh": f"{number} 号闸机",
            "name_en": f"Gate {number}",
            "number": number,
            "check_site_id": self.check_site_id,
            "area_id": self.area_id,
            "created_at": NOON,
        } | values
        return await self.add("gates", **values)

    async def add_spot(self, bit: int) -> str:
        return await self.add(
            "spots",
            code=f"P{next(_numbers)}",
            name_zh="索道",
            area_id=self.area_id,
            scope_bit=bit,
            created_at=NOON,
        )

    async def add_ticket(self, *, medium: str = "active", serial: int = 1, **values: Any) -> "Made":
        made = Made(ids.new_id(), secrets.randbits(63), ids.new_code(), serial)
        ticket = {
            "id": made.id,
            "number": f"T{next(_numbers)}",
            "token": made.token,
            "order_id": self.order_id,
            "order_line_id": self.line_id,
            "ticket_type_id": self.type_id,
            "product_id": self.product_id,
            "area_id": self.area_id,
            "visit_on": TODAY,
            "status": "sold",
            "gate_mode": "one_one",
            "scope_bits": 1,
            "persons": 1,
            "entries": 1,
            "entries_left": 1,
            "valid_from": NOON - timedelta(hours=12),
            "valid_until": NOON + timedelta(hours=12),
            "price_paid_minor": 8000,
            "issue_serial": serial,
            "sold_at": NOON - timedelta(hours=1),
        } | values
        left, used = values.get("entries_left", 1), values.get("entries_used", 0)
        ticket.setdefault("heads", left + used)
        await self.add("tickets", **ticket)
        await self.add(
            "media",
            ticket_id=made.id,
            kind="paper",
            code=made.short,
            issue_serial=serial,
            kid=KID,
            status=medium,
            issued_at=NOON,
        )
        return made

    async def scan(self, gate_id: str, code: str, now: datetime = NOON, **values: Any) -> Answer:
        """Authorise through the reader, as every edge does."""
        scan = Scan(
            values.pop("scan_id", None) or ids.new_id(),
            gate_id,
            values.pop("device_id", None),
            code,
            **values,
        )
        presented = await self.reader.read(scan, now)
        return await self.db.act(redemptions.authorise, presented, now)

    async def walk(
        self,
        gate_id: str,
        scan_id: str | None,
        now: datetime = NOON,
        *,
        persons: int = 1,
        result: PassResult = PassResult.PASSED,
        way: Direction = Direction.IN,
        key: str | None = None,
        happened_at: datetime | None = None,
    ) -> redemptions.Recorded:
        passage = Passage(
            None,
            key or ids.new_id(),
            scan_id,
            gate_id,
            result,
            persons,
            way,
            "rotor",
            happened_at,
        )
        return await self.db.act(redemptions.record_passage, passage, now)


class Made:
    """A ticket of the world and what can be shown for it."""

    def __init__(self, ticket_id: str, token: int, short: str, serial: int) -> None:
        self.id, self.token, self.short, self.serial = ticket_id, token, short, serial

    def qr(self, serial: int | None = None, key: Ed25519PrivateKey = KEY) -> str:
        body = CodeBody(
            key_number=KID,
            kind=CodeKind.SINGLE,
            flags=CodeFlag.NONE,
            ticket_number=self.token,
            type_number=1,
            scope_bits=1,
            valid_from=NOON - timedelta(hours=12),
            valid_minutes=1440,
            entries=1,
            persons=1,
            issue_serial=serial or self.serial,
            area_number=1,
        )
        return sign(body, key)


@asynccontextmanager
async def built(db: Database) -> AsyncIterator[World]:
    world = World(db)
    unit_id = await world.add("units", code="U1", name_zh="山门", created_at=NOON)
    await world.add(
        "areas",
        id=world.area_id,
        code="A1",
        name_zh="云台山",
        unit_id=unit_id,
        number=1,
        opens_at="08:00",
        closes_at="18:00",
        last_entry_at="17:00",
        mean_stay_minutes=150,
        instant_capacity=100,
        daily_capacity=1000,
        created_at=NOON,
    )
    await world.add(
        "check_sites",
        id=world.check_site_id,
        code="C1",
        name_zh="南门",
        area_id=world.area_id,
        created_at=NOON,
    )
    await add_catalogue(world)
    await world.put(
        "signing_keys",
        kid=KID,
        private_sealed=b"",
        public_key=KEY.public_key().public_bytes_raw(),
        created_at=NOON,
        signs_from=NOON,
    )
    yield world


async def add_catalogue(world: World) -> None:
    """One product and one type."""
    await world.add(
        "products",
        id=world.product_id,
        area_id=world.area_id,
        code="DAY",
        name_zh="日票",
        created_at=NOON,
    )
    policy_id = await world.add(
        "refund_policies", code="R1", name_zh="退改", tiers=[], created_at=NOON
    )
    await world.add(
        "ticket_types",
        id=world.type_id,
        product_id=world.product_id,
        area_id=world.area_id,
        number=1,
        code="ADULT",
        name_zh="成人票",
        name_en="Adult",
        list_price_minor=8000,
        refund_policy_id=policy_id,
        channels=["window"],
        created_at=NOON,
    )
    await add_order(world)


async def add_order(world: World) -> None:
    """One order with one line, for every ticket to hang on."""
    await world.add(
        "orders",
        id=world.order_id,
        number="20260701-0001",
        area_id=world.area_id,
        channel="window",
        status="paid",
        persons=1,
        tickets=1,
        total_minor=8000,
        placed_at=NOON,
        visit_on=TODAY,
    )
    await world.add(
        "order_lines",
        id=world.line_id,
        order_id=world.order_id,
        position=0,
        kind="ticket",
        name_zh="成人票",
        quantity=1,
        persons=1,
        unit_price_minor=8000,
        list_price_minor=8000,
        amount_minor=8000,
        terms={"spot_shares": {}},
    )
