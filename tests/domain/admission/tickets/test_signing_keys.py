"""Signing keys: one a month, known ahead, kept while a ticket needs them, sealed at rest."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from domain.admission.tickets import code as codes
from domain.admission.tickets import signing_keys
from domain.admission.tickets.code import BadCode, CodeBody, CodeFault, CodeFlag, CodeKind
from domain.admission.tickets.signing_keys import KeyRing, rotation
from domain.admission.tickets.signing_keys.rotation import next_number, next_start
from domain.admission.tickets.tables import signing_keys as table
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Unavailable
from domain.kernel.vault import CannotOpen, Vault
from domain.operation.audit.tables import audit_entries
from tests.domain.admission.world import World

VAULT = Vault({1: bytes(range(32))})
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DECEMBER, JANUARY = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
BODY = CodeBody(
    key_number=1,
    kind=CodeKind.SINGLE,
    flags=CodeFlag.NONE,
    ticket_number=42,
    type_number=7,
    scope_bits=1,
    valid_from=NOON,
    valid_minutes=600,
    entries=1,
    persons=1,
    issue_serial=1,
    area_number=1,
)


@pytest.mark.parametrize(
    ("newest", "now", "start"),
    [
        (None, NOON, NOON),
        (NOON, NOON, None),
        (NOON, DECEMBER - 9 * DAY, None),
        (NOON, DECEMBER - 8 * DAY, DECEMBER),
        (NOON, DECEMBER - 7 * DAY, DECEMBER),
        (NOON, DECEMBER - DAY, DECEMBER + 6 * DAY),
        (DECEMBER, DECEMBER + DAY, None),
        (DECEMBER, JANUARY - 8 * DAY, JANUARY),
        (NOON, JANUARY + 90 * DAY, JANUARY + 97 * DAY),
    ],
)
def test_a_key_is_made_a_week_before_its_month(
    newest: datetime | None, now: datetime, start: datetime | None
) -> None:
    assert next_start(newest, now) == start


def key(kid: int, retired: bool = False) -> Any:
    return SimpleNamespace(kid=kid, retired_at=NOON if retired else None)


def test_numbers_go_round_and_skip_keys_in_use() -> None:
    assert next_number([]) == 1
    assert next_number([key(1)]) == 2
    assert next_number([key(0), key(255)]) == 1
    assert next_number([key(0, retired=True), key(255)]) == 0
    assert next_number([key(n) for n in range(256)]) is None


async def rows(db: Database, statement: sa.Select[Any]) -> list[Any]:
    async def ask(tx: Tx) -> list[Any]:
        return await tx.rows(statement)

    return await db.ask(ask)


async def rotate_daily(db: Database, first: datetime, days: int) -> list[tuple[int, datetime]]:
    made = []
    for n in range(days):
        if kid := await db.act(signing_keys.rotate, VAULT, first + n * DAY):
            made.append((kid, first + n * DAY))
    return made


async def test_months_go_by(db: Database) -> None:
    made = await rotate_daily(db, NOON, 75)
    assert [kid for kid, _ in made] == [1, 2, 3, 4]
    keys = await db.ask(signing_keys.list_public)
    assert [key.signs_from for key in keys] == [
        NOON,
        DECEMBER,
        JANUARY,
        datetime(2027, 2, 1, tzinfo=UTC),
    ]
    for (_, made_at), key in list(zip(made, keys, strict=True))[1:]:
        assert key.signs_from - made_at >= timedelta(days=7)
    for now, kid in ((NOON, 1), (DECEMBER - DAY, 1), (DECEMBER, 2), (JANUARY, 3)):
        assert await db.ask(signing_keys.current, now) == kid


async def test_two_processes_that_rotate_at_once_make_one_key(db: Database) -> None:
    await asyncio.gather(*(db.act(signing_keys.rotate, VAULT, NOON) for _ in range(8)))
    assert [key.kid for key in await db.ask(signing_keys.list_public)] == [1]
    entries = await rows(db, sa.select(audit_entries.c.act, audit_entries.c.subject_id))
    assert entries == [("signing_key.made", "1")]


async def test_private_keys_lie_sealed_each_in_its_row(db: Database) -> None:
    await rotate_daily(db, NOON, 10)
    first, second = await rows(db, sa.select(table).order_by(table.c.kid))
    raw = (await db.ask(rotation.get_private, VAULT, 1)).private_bytes_raw()
    assert raw not in first.private_sealed
    with pytest.raises(CannotOpen):
        VAULT.open(rotation.PURPOSE, first.private_sealed, rotation.subject(2, second.public_key))
    with pytest.raises(CannotOpen):
        await db.ask(rotation.get_private, Vault({1: b"x" * 32}), 1)


async def test_without_a_key_nothing_is_signed(db: Database) -> None:
    ring = KeyRing(db, VAULT)
    with pytest.raises(Unavailable):
        await db.ask(signing_keys.current, NOON)
    with pytest.raises(Unavailable):
        await ring.sign(BODY)
    assert await ring.public() == {}


@pytest.fixture
async def ring(sqlite_db: Database) -> AsyncIterator[KeyRing]:
    await sqlite_db.act(signing_keys.rotate, VAULT, NOON)
    yield KeyRing(sqlite_db, VAULT)


async def test_what_is_signed_here_is_genuine_elsewhere(ring: KeyRing, sqlite_db: Database) -> None:
    printed = await ring.sign(BODY)
    assert await ring.sign(BODY) == printed
    elsewhere = KeyRing(sqlite_db, VAULT)
    assert (await elsewhere.verify(printed, NOON)).body == BODY
    with pytest.raises(BadCode):
        await elsewhere.verify(printed[:-1] + str((int(printed[-1]) + 1) % 10), NOON)


async def test_a_dynamic_code_is_good_across_midnight(ring: KeyRing) -> None:
    printed = await ring.sign(replace(BODY, flags=CodeFlag.DYNAMIC))
    shown = datetime(2026, 11, 22, 23, 59, 50, tzinfo=UTC)
    phone = codes.ticket_key(signing_keys.day_key(VAULT, date(2026, 11, 22)), BODY.ticket_number)
    text = codes.make_dynamic(printed, phone, shown)
    assert (await ring.verify(text, shown + timedelta(seconds=25))).is_dynamic
    with pytest.raises(BadCode) as stale:
        await ring.verify(text, shown + timedelta(seconds=46))
    assert stale.value.fault is CodeFault.STALE
    next_day = codes.make_dynamic(printed, phone, shown + DAY)
    with pytest.raises(BadCode):
        await ring.verify(next_day, shown + DAY)


def test_day_keys_change_with_the_day_and_the_installation() -> None:
    today = signing_keys.day_keys(VAULT, NOON)
    assert today == (signing_keys.day_key(VAULT, NOON.date()),)
    assert today != signing_keys.day_keys(VAULT, NOON + DAY)
    assert today != signing_keys.day_keys(Vault({1: b"x" * 32}), NOON)
    assert len(signing_keys.day_keys(VAULT, NOON.replace(hour=0, minute=0))) == 2


async def test_a_ring_learns_a_new_key(
    ring: KeyRing, sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sorted(await ring.public()) == [1]
    await sqlite_db.act(signing_keys.rotate, VAULT, DECEMBER)
    assert sorted(await ring.public()) == [1]  # kept for some seconds
    monkeypatch.setattr(signing_keys.ring, "PUBLIC_SECONDS", 0.0)
    ring._public_until = 0.0
    assert sorted(await ring.public()) == [1, 2]


async def test_a_key_stays_until_its_last_ticket_ends(world: World) -> None:
    """The world's key 100 signs from July; 101 signs in August, 102 in September."""
    db, july = world.db, datetime(2026, 7, 1, 4, tzinfo=UTC)
    end = july + 70 * DAY
    await world.add_ticket(valid_until=end)
    assert [kid for kid, _ in await rotate_daily(db, july, 60)] == [101, 102]
    september = july + 65 * DAY

    await signing_keys.keep(db, VAULT, september)
    assert [key.kid for key in await db.ask(signing_keys.list_public)] == [100, 102]

    await signing_keys.keep(db, VAULT, end)
    assert [key.kid for key in await db.ask(signing_keys.list_public)] == [102]
    with pytest.raises(Unavailable):
        await db.ask(rotation.get_private, VAULT, 101)
    acts = [row.act for row in await rows(db, sa.select(audit_entries.c.act))]
    assert acts.count("signing_key.retired") == 2
    assert await db.ask(signing_keys.current, end) == 102


async def test_a_number_comes_back_when_all_were_used(sqlite_db: Database) -> None:
    now = NOON
    for _ in range(258):
        await signing_keys.keep(sqlite_db, VAULT, now)
        now = rotation.month_after(now) + DAY
    keys = await rows(sqlite_db, sa.select(table.c.kid).where(table.c.retired_at.is_(None)))
    assert len(keys) <= 3
    assert len(await rows(sqlite_db, sa.select(table.c.kid))) <= 256
    ring = KeyRing(sqlite_db, VAULT)
    kid = await sqlite_db.ask(signing_keys.current, now)
    assert (await ring.verify(await ring.sign(replace(BODY, key_number=kid)), now)).body
