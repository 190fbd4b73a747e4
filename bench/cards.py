"""Member cards by the hundred thousand: how long a gate and a window look for one.

The cards are rows (a holder, a chip, a lot each), the lookups are the product's own: a scan at a
gate as an act, a search by number, chip, phone and document at a window as questions.
"""

import random
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from bench.measures import Row, percentile
from bench.world import World
from domain.admission import redemptions
from domain.admission.redemptions import Scan
from domain.admission.redemptions.rules import Form, Presented
from domain.cards import memberships
from domain.kernel import ids
from domain.kernel.clock import utc_now
from domain.kernel.columns import metadata
from domain.kernel.db import Database, Tx

CARDS = 1_000_000
AT_ONCE = 5_000
LOOKUPS = 400


async def cards(world: World) -> list[Row]:
    async with world.opened() as db:
        pattern = await db.ask(read_pattern)
        gate_id = await db.ask(any_gate)
        for start in range(0, CARDS, AT_ONCE):
            async with db.write() as tx:
                add_cards(tx, pattern, range(start, start + AT_ONCE))
        return [
            *[await looked_up(db, world, kind) for kind in ("number", "nfc", "phone", "document")],
            await scanned(db, world, gate_id),
        ]


async def read_pattern(tx: Tx) -> dict[str, Any]:
    """An active annual card of the demo, to copy, as values by column."""
    table = metadata.tables["memberships"]
    rows = await tx.rows(table.select().where(table.c.kind == "term", table.c.status == "active"))
    return dict(rows[0]._asdict())


async def any_gate(tx: Tx) -> str:
    rows = await tx.rows(metadata.tables["gates"].select())
    return str(next(row.id for row in rows if row.code == "S1"))


@cache
def insert_into(table: str) -> Any:
    """Statements are constants."""
    return metadata.tables[table].insert()


def add_cards(tx: Tx, pattern: dict[str, Any], numbers: Sequence[int]) -> None:
    """More of the kind, table by table; they entered nowhere yet."""
    now = utc_now()
    ended = now + timedelta(days=300)
    own = {number: (ids.new_id(), ids.new_id()) for number in numbers}
    fresh: dict[str, Any] = {
        "replaces_id": None,
        "inside": 0,
        "last_passed_at": None,
        "last_gate_id": None,
    }
    fresh |= {"entered_times": 0, "entered_on": None, "valid_until": ended, "created_at": now}
    for number, (_, holder_id) in own.items():
        holder = {"id": holder_id, "name": f"会员{number}", "created_at": now}
        marks = {"phone_hash": f"b.{number}.phone", "document_hash": f"b.{number}.document"}
        tx.add(insert_into("card_holders"), **holder, **marks)
    for number, (card_id, holder_id) in own.items():
        mine = {"id": card_id, "number": number_of(number), "holder_id": holder_id}
        tx.add(insert_into("memberships"), **(pattern | fresh | mine))
    for number, (card_id, _) in own.items():
        medium = {"id": ids.new_id(), "membership_id": card_id, "kind": "nfc", "issued_at": now}
        tx.add(insert_into("card_media"), **medium, code=uid_of(number))


def number_of(number: int) -> str:
    return f"B{number:09d}"


def uid_of(number: int) -> str:
    return f"nfc:{number:014X}"


def sought(kind: str, number: int) -> memberships.Search:
    """What a window asks for; the other ways of asking find nothing."""
    nothing = memberships.Search("-", (), (), (), "")
    return {
        "number": nothing._replace(number=number_of(number)),
        "nfc": nothing._replace(media=(uid_of(number),)),
        "phone": nothing._replace(phones=(f"b.{number}.phone",)),
        "document": nothing._replace(documents=(f"b.{number}.document",)),
    }[kind]


async def looked_up(db: Database, world: World, kind: str) -> Row:
    chance, waits = random.Random(kind), []
    for _ in range(LOOKUPS):
        asked = sought(kind, chance.randrange(CARDS))
        begun = time.perf_counter()
        found = await db.ask(memberships.find, asked)
        waits.append((time.perf_counter() - begun) * 1000)
        assert len(found) == 1
    return row_of(f"cards-by-{kind}", world, waits)


async def scanned(db: Database, world: World, gate_id: str) -> Row:
    """The act of a scan, written down like every other."""
    chance, waits = random.Random("gate"), []
    for _ in range(LOOKUPS):
        scan = Scan(ids.new_id(), gate_id, None, "", kind="nfc")
        code = uid_of(chance.randrange(CARDS))
        presented = Presented(scan, Form.MEDIUM, f"bench {scan.scan_id}", medium_code=code)
        begun = time.perf_counter()
        answer = await db.act(redemptions.authorise, presented, utc_now())
        waits.append((time.perf_counter() - begun) * 1000)
        assert answer.details["mode"] == "member"
    return row_of("cards-at-gate", world, waits)


def row_of(name: str, world: World, waits: list[float]) -> Row:
    return Row(
        name,
        world.engine,
        CARDS,
        per_s=round(len(waits) / (sum(waits) / 1000), 1),
        p50_ms=percentile(waits, 50),
        p99_ms=percentile(waits, 99),
    )
