"""From nothing to the newest tables, on both engines."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from domain.kernel.db import ConstraintBroken, Database, Kind, Tx, migrations, revisions
from domain.schema import metadata

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
APPEND_ONLY = [table.name for table in metadata.sorted_tables if table.info.get("append_only")]
TRIGGERS = {
    "sqlite": sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"),
    "postgresql": sa.text("SELECT tgname AS name FROM pg_trigger WHERE NOT tgisinternal"),
}


def test_the_tables_are_those_of_the_code(database_url: str) -> None:
    """`alembic check`. When it fails before the first release: bin/dev-migration."""
    migrations.connected(
        database_url, lambda connection: command.check(migrations.configuration(connection))
    )


def test_a_migrated_database_is_at_the_head(database_url: str) -> None:
    assert revisions.current_revision(database_url) == revisions.head_revision() is not None
    migrations.migrate(database_url)  # again does nothing
    assert revisions.current_revision(database_url) == revisions.head_revision()


def test_the_newest_migration_is_the_one_alembic_means() -> None:
    told = ScriptDirectory.from_config(migrations.configuration()).get_current_head()
    assert revisions.head_revision() == told


def test_the_server_starts_without_alembic() -> None:
    """A tenth of its start and of its idle memory."""
    unwanted = "{'alembic', 'sqlalchemy.orm'}"
    seen = f"import sys, webapp.main; print({unwanted} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_file_that_is_not_there_has_no_revision_and_is_not_made(tmp_path: Path) -> None:
    assert revisions.current_revision(f"sqlite:///{tmp_path}/none.db") is None
    assert not (tmp_path / "none.db").exists()


async def test_the_server_refuses_an_old_database(tmp_path: Path, sqlite_url: str) -> None:
    await revisions.require_head(sqlite_url)
    with pytest.raises(revisions.SchemaOutdated, match="shanmen migrate"):
        await revisions.require_head(f"sqlite:///{tmp_path}/none.db")


async def test_append_only_tables_are_guarded(db: Database) -> None:
    async def names(tx: Tx) -> set[str]:
        found = await tx.rows(TRIGGERS[db.dialect].columns(sa.column("name", sa.String)))
        return {row.name for row in found}

    kinds = ["no_update", "no_delete"] if db.dialect == "sqlite" else ["no_change", "no_truncate"]
    assert APPEND_ONLY
    assert await db.ask(names) >= {f"{table}_{kind}" for table in APPEND_ONLY for kind in kinds}


@pytest.mark.parametrize(
    "change", ["UPDATE ledger_entries SET text = 'x'", "DELETE FROM ledger_entries"]
)
async def test_nobody_rewrites_the_ledger(db: Database, change: str) -> None:
    async def add(tx: Tx) -> None:
        entry = {"at": NOON, "cause_noun": "order", "cause_id": "o1", "text": "order.paid"}
        await tx.run(metadata.tables["ledger_entries"].insert(), id="e1", **entry)

    async def rewrite(tx: Tx) -> None:
        await tx.run(sa.text(change))

    await db.act(add)
    with pytest.raises(ConstraintBroken) as refused:
        await db.act(rewrite)
    assert (refused.value.kind, refused.value.name) == (Kind.APPEND_ONLY, "ledger_entries")
