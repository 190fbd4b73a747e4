"""Member cards by the hundred thousand: how long a gate and a window look for one.

The cards are rows (a holder, a chip, a lot each), the lookups are the product's own: a scan at a
gate as an act, a search by number, chip, phone and document at a window as questions.
"""

import random
import time
from datetime import timedelta
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
                for number in range(start, start + AT_ONCE):
                    add_card(tx, pattern, number)
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


def add_card(tx: Tx, pattern: dict[str, Any], number: int) -> None:
    """One more of the kind; it entered nowhere yet."""
    tables, now = metadata.tables, utc_now()
    card_id, holder_id = ids.new_id(), ids.new_id()
    tx.add(
        tables["card_holders"].insert(),
        id=holder_id,
        name=f"会员{number}",
        phone_hash=f"b.{number}.phone",
        document_hash=f"b.{number}.document",
        created_at=now,
    )
    fresh = {
        "id": card_id,
        "number": number_of(number),
        "holder_id": holder_id,
        "replaces_id": None,
        "inside": 0,
        "last_passed_at": None,
        "last_gate_id": None,
        "entered_times": 0,
        "valid_until": now + timedelta(days=300),
        "created_at": now,
    }
    tx.add(tables["memberships"].insert(), **(pattern | fresh))
    tx.add(
        tables["card_media"].insert(),
        id=ids.new_id(),
        membership_id=card_id,
        kind="nfc",
        code=uid_of(number),
        issued_at=now,
    )


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
