"""`shanmen migrate`: from nothing, again, and from an older schema with a copy first."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.kernel.db.revisions import head_revision
from webapp.cli import app

ROOT = str(Path(__file__).parents[3])


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHANMEN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("SHANMEN_DATABASE_URL", raising=False)
    return tmp_path / "var"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["migrate", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


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


def test_what_a_command_writes_is_nobody_elses(data_dir: Path) -> None:
    """As a program: it is the program that says so, not the command."""
    call = [sys.executable, "-c", "from webapp.cli import main; main()", "migrate"]
    subprocess.run(call, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": ROOT})

    seen = {path.name: stat.S_IMODE(path.stat().st_mode) for path in data_dir.iterdir()}
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert seen["shanmen.db"] == 0o600
