"""`shanmen device add` and `shanmen device rotate`."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from domain.admission import devices
from domain.admission.devices.secrets import secret_hash
from domain.kernel.db import Database
from tests.domain.admission.world import built
from webapp.cli import app


@pytest.fixture
def shanmen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> CliRunner:
    monkeypatch.setenv("SHANMEN_DATABASE_URL", database_url)
    monkeypatch.setenv("SHANMEN_DATA_DIR", str(tmp_path))

    async def build() -> None:
        db = await Database.open(database_url)
        async with built(db) as world:
            await world.add_gate(code="SOUTH-1")
        await db.close()

    asyncio.run(build())
    return CliRunner()


def identify(database_url: str, secret: str) -> Any:
    async def ask() -> Any:
        db = await Database.open(database_url)
        try:
            return await db.ask(devices.identify, secret_hash(secret))
        finally:
            await db.close()

    return asyncio.run(ask())


def test_a_device_is_added_and_gets_a_new_secret(shanmen: CliRunner, database_url: str) -> None:
    added = shanmen.invoke(app, ["device", "add", "south-1"])
    assert added.exit_code == 0, added.output
    told = dict(line.split() for line in added.stdout.splitlines())
    assert identify(database_url, told["secret"]).device_id == told["id"]

    rotated = shanmen.invoke(app, ["device", "rotate", told["id"]])
    assert rotated.exit_code == 0, rotated.output
    new = dict(line.split() for line in rotated.stdout.splitlines())["secret"]
    assert identify(database_url, new).with_next_secret
    assert not identify(database_url, told["secret"]).with_next_secret


def test_a_pairing_code_is_printed_when_asked(shanmen: CliRunner) -> None:
    added = shanmen.invoke(app, ["device", "add", "SOUTH-1", "--pair"])

    assert re.search(r"^code [0-9A-Z]{8}$", added.stdout, re.MULTILINE)


def test_a_device_needs_a_gate_and_a_rotation_a_device(shanmen: CliRunner) -> None:
    assert shanmen.invoke(app, ["device", "add", "nowhere"]).exit_code == 2
    assert shanmen.invoke(app, ["device", "rotate", "nobody"]).exit_code == 1
