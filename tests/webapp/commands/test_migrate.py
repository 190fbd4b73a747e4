"""`shanmen migrate`: from nothing, again, and from an older schema with a copy first."""

import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.kernel.db.migrations import head_revision
from webapp.cli import app


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHANMEN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("SHANMEN_DATABASE_URL", raising=False)
    return tmp_path / "var"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["migrate", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_nothing_becomes_a_database_and_stays_one(data_dir: Path) -> None:
    first, again = run(), run()

    assert first == f"schema empty -> {head_revision()}\n"
    assert again == f"schema {head_revision()}\n"
    assert not (data_dir / "backups").exists()


def test_an_older_database_is_copied_first(data_dir: Path) -> None:
    """The tables are there already, so what must be seen is that the copy comes before the try."""
    run()
    with sqlite3.connect(data_dir / "shanmen.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")

    result = CliRunner().invoke(app, ["migrate"])

    assert result.exit_code != 0  # no program knows 0000
    (copy,) = (data_dir / "backups").glob("*.db")
    assert "copied to" in result.output
    with sqlite3.connect(copy) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("0000",)
