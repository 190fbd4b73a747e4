"""A migration is whole or not at all, on both engines."""

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config

from domain.kernel.db import migrations, revisions

TRIGGERS = """
SELECT name FROM sqlite_master WHERE tbl_name = 'ledger_entries' AND type = 'trigger' ORDER BY 1
"""
ORPHAN = "INSERT INTO ledger_postings VALUES (1, 'none', 'sales', '', '', 1, {now})"

Write = Callable[[str], None]


@pytest.fixture
def next_migration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Write:
    """Writes the migration after the newest one; it is in a folder of this test's own."""
    head, configure = revisions.head_revision(), migrations.configuration

    def configuration(connection: sa.Connection | None = None) -> Config:
        config = configure(connection)
        folders = f"{revisions.FOLDER}/versions:{tmp_path}"
        config.set_main_option("version_locations", folders)
        return config

    def write(steps: str) -> None:
        (tmp_path / "next.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = 'next'\ndown_revision = {head!r}\n"
            f"def upgrade() -> None:\n{textwrap.indent(textwrap.dedent(steps), '    ')}\n"
        )

    monkeypatch.setattr(migrations, "configuration", configuration)
    return write


def names(url: str) -> set[str]:
    def look(connection: sa.Connection) -> set[str]:
        seen: Any = sa.inspect(connection)
        return set(seen.get_table_names())

    return migrations.connected(url, look)


def test_one_that_fails_half_way_leaves_nothing(database_url: str, next_migration: Write) -> None:
    before = revisions.current_revision(database_url)
    next_migration(
        """
        op.create_table("umbrellas", sa.Column("id", sa.Integer, primary_key=True))
        op.add_column("orders", sa.Column("umbrellas", sa.Integer))
        raise ValueError("half way")
        """
    )
    with pytest.raises(ValueError, match="half way"):
        migrations.migrate(database_url)
    assert revisions.current_revision(database_url) == before
    assert "umbrellas" not in names(database_url)

    next_migration('op.create_table("umbrellas", sa.Column("id", sa.Integer, primary_key=True))')
    migrations.migrate(database_url)
    assert revisions.current_revision(database_url) == "next"
    assert "umbrellas" in names(database_url)


def test_one_that_leaves_a_row_pointing_nowhere_is_undone(
    database_url: str, next_migration: Write
) -> None:
    """On SQLite foreign keys are off while tables are copied, so somebody must look."""
    before = revisions.current_revision(database_url)
    now = "1" if database_url.startswith("sqlite") else "now()"
    next_migration(f"op.execute({ORPHAN.replace('{now}', now)!r})")
    with pytest.raises(Exception, match=r"not there|foreign key"):
        migrations.migrate(database_url)
    assert revisions.current_revision(database_url) == before


def test_a_copied_table_gets_its_guards_back(sqlite_url: str, next_migration: Write) -> None:
    copy = """
        with op.batch_alter_table("ledger_entries", recreate="always") as batch:
            batch.alter_column("text", type_=sa.String(80))
        """
    next_migration(copy + '\n        op.forbid_changes("ledger_entries")')
    migrations.migrate(sqlite_url)

    def triggers(connection: sa.Connection) -> list[Any]:
        found = sa.text(TRIGGERS)
        return list(connection.execute(found).scalars())

    assert migrations.connected(sqlite_url, triggers) == [
        "ledger_entries_no_delete",
        "ledger_entries_no_update",
    ]
