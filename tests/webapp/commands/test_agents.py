"""`shanmen agent add` and `shanmen agent key`."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from domain.commerce import agents
from domain.kernel.db import Database
from tests.domain.commerce.factories import add_world
from webapp.cli import app


@pytest.fixture
def shanmen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> CliRunner:
    monkeypatch.setenv("SHANMEN_DATABASE_URL", database_url)
    monkeypatch.setenv("SHANMEN_DATA_DIR", str(tmp_path))

    async def build() -> None:
        db = await Database.open(database_url)
        await add_world(db)
        await db.close()

    asyncio.run(build())
    return CliRunner()


def behind(database_url: str, token: str) -> Any:
    async def ask() -> Any:
        db = await Database.open(database_url)
        try:
            return await db.ask(agents.behind_key, token)
        finally:
            await db.close()

    return asyncio.run(ask())


def test_an_agent_is_added_and_gets_another_key(shanmen: CliRunner, database_url: str) -> None:
    typed = ["agent", "add", "QX", "--name", "黔行", "--off", "12.5", "--credit", "10000"]
    added = shanmen.invoke(app, typed)
    assert added.exit_code == 0, added.output
    told = dict(line.split() for line in added.stdout.splitlines())
    known = behind(database_url, told["octo_key"])
    assert (known.agent_id, known.code) == (told["id"], "QX")

    again = shanmen.invoke(app, ["agent", "key", "QX"])
    other = dict(line.split() for line in again.stdout.splitlines())
    assert other["octo_key"] != told["octo_key"]
    assert behind(database_url, other["octo_key"]).agent_id == told["id"]


@pytest.mark.parametrize(
    "typed",
    [
        ["add", "QX", "--credit", "much"],
        ["add", "QX", "--area", "NONE"],
        ["add", "Q X"],
        ["add", "QX", "--off", "200"],
        ["key", "NOBODY"],
    ],
)
def test_what_makes_no_sense_adds_nobody(shanmen: CliRunner, typed: list[str]) -> None:
    refused = shanmen.invoke(app, ["agent", *typed])
    assert refused.exit_code != 0
    assert "Traceback" not in refused.output
