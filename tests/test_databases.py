"""A database that a test used is given to the next one only when it is as good as new."""

import pytest
import sqlalchemy as sa

from domain.kernel.db import Database, Tx
from domain.schema import metadata
from tests.databases import Shelf, postgres_url

pytestmark = pytest.mark.postgres


async def use(name: str, *statements: str) -> None:
    db = await Database.open(postgres_url(name))
    async with db.write() as tx:
        for statement in statements:
            await tx.run(sa.text(statement))
    await db.close()


SEAL = "INSERT INTO audit_seals VALUES (1, 1, 1, 1, '', '', now())"
COUNT = (
    "INSERT INTO audit_entries (at, actor_kind, act, noun, subject_id, detail)"
    " VALUES (now(), 'staff', 'a', 'n', 's', '{}')"
)


async def test_rows_and_counters_of_the_last_test_are_gone(postgres_shelf: Shelf) -> None:
    name = postgres_shelf.take()
    await use(name, SEAL, COUNT)
    postgres_shelf.give(name)
    again = postgres_shelf.take()
    assert again == name

    async def left(tx: Tx) -> list[str]:
        filled = sa.select(sa.literal("x").label("x")).limit(1)
        tables = metadata.sorted_tables
        return [table.name for table in tables if await tx.one(filled.select_from(table))]

    db = await Database.open(postgres_url(again))
    assert await db.ask(left) == []
    await db.close()
    await use(again, COUNT, "SELECT 1 / (2 - seq) FROM audit_entries")  # 1 is fine, 2 is not
    postgres_shelf.give(again)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE more (id text)",
        "ALTER TABLE audit_seals ADD COLUMN more text",
        "ALTER TABLE audit_seals ALTER COLUMN hash TYPE varchar(99)",
        "DROP TRIGGER audit_seals_no_change ON audit_seals",
        "ALTER TABLE audit_seals DISABLE TRIGGER audit_seals_no_change",
        "UPDATE alembic_version SET version_num = 'other'",
        "ALTER TABLE audit_seals DROP CONSTRAINT uq_audit_seals_last_seq",
    ],
)
async def test_changed_tables_are_not_handed_on(postgres_shelf: Shelf, change: str) -> None:
    name = postgres_shelf.take()
    await use(name, change)
    postgres_shelf.give(name)
    other = postgres_shelf.take()
    assert other != name
    postgres_shelf.give(other)
