"""What an operator types: user add, user passwd, verify, backup, restore."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from domain.kernel.db import Database, Tx
from domain.operation import audit, staff
from domain.operation.audit.sealing import GENESIS
from domain.operation.audit.store import ADD_SEAL
from tests.databases import on_server
from tests.staffing import NOON
from webapp.cli import app


@pytest.fixture
def shanmen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> CliRunner:
    monkeypatch.setenv("SHANMEN_DATABASE_URL", database_url)
    monkeypatch.setenv("SHANMEN_DATA_DIR", str(tmp_path))
    return CliRunner()


def ask(database_url: str, question: Any, *args: Any) -> Any:
    async def opened() -> Any:
        db = await Database.open(database_url)
        try:
            return await db.ask(question, *args)
        finally:
            await db.close()

    return asyncio.run(opened())


def password_in(result: Result) -> str:
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("password ")]
    return line.split()[1]


def test_a_person_is_taken_on_and_given_a_new_password(
    shanmen: CliRunner, database_url: str
) -> None:
    added = shanmen.invoke(app, ["user", "add", "Ming", "--role", "administrator"])
    assert added.exit_code == 0, added.output
    row = ask(database_url, staff.people.find_by_login, "ming")
    assert staff.passwords.is_right(row.password_hash, password_in(added))
    assert row.must_change_password

    again = shanmen.invoke(app, ["user", "add", "ming"])
    assert (again.exit_code, again.output.strip()) == (1, "login: This login is taken.")

    changed = shanmen.invoke(
        app, ["user", "passwd", "ming", "--ask"], input="birch-Rain-1896\nbirch-Rain-1896\n"
    )
    assert changed.exit_code == 0, changed.output
    row = ask(database_url, staff.people.find_by_login, "ming")
    assert staff.passwords.is_right(row.password_hash, "birch-Rain-1896")

    weak = shanmen.invoke(app, ["user", "passwd", "ming", "--ask"], input="1234567890\n" * 2)
    assert weak.exit_code != 0
    assert shanmen.invoke(app, ["user", "passwd", "nobody"]).exit_code != 0


def test_warnings_do_not_mix_with_the_answer(
    shanmen: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.kernel.db.acts.SLOW_SECONDS", 0)  # every act is worth a warning
    answer = shanmen.invoke(app, ["verify", "--json"])
    assert "act_slow" in answer.stderr
    json.loads(answer.stdout)


def test_verify_says_what_differs(shanmen: CliRunner, database_url: str) -> None:
    shanmen.invoke(app, ["user", "add", "ming"])
    well = shanmen.invoke(app, ["verify"])
    assert well.exit_code == 0, well.output
    assert "audit: ok" in well.output

    async def forge() -> None:
        db = await Database.open(database_url)
        await audit.seal_all(db, NOON)

        async def act(tx: Tx) -> None:
            tx.add(
                ADD_SEAL,
                number=9,
                first_seq=900,
                last_seq=901,
                entries=2,
                previous_hash=GENESIS,
                hash=GENESIS,
                sealed_at=NOON,
            )

        await db.act(act)
        await db.close()

    asyncio.run(forge())
    ill = shanmen.invoke(app, ["verify", "--json"])
    assert ill.exit_code == 1
    findings = json.loads(ill.stdout)["findings"]
    assert {"audit"} == {finding["check"] for finding in findings}


def test_a_copy_is_made_and_put_back(shanmen: CliRunner, database_url: str, tmp_path: Path) -> None:
    shanmen.invoke(app, ["user", "add", "ming"])
    copy = tmp_path / "copy"
    made = shanmen.invoke(app, ["backup", str(copy)])
    assert made.exit_code == 0, made.output
    assert "secret key" in made.output
    shanmen.invoke(app, ["user", "add", "hong"])

    assert shanmen.invoke(app, ["restore", str(copy)], input="n\n").exit_code == 1
    back = shanmen.invoke(app, ["restore", str(copy), "--yes"])

    assert back.exit_code == 0, back.output
    assert ask(database_url, staff.people.find_by_login, "hong") is None
    assert ask(database_url, staff.people.find_by_login, "ming") is not None
    assert shanmen.invoke(app, ["verify"]).exit_code == 0
    if not database_url.startswith("sqlite"):
        on_server(f"DROP DATABASE {re.search('kept as (.+)', back.output)[1]}")  # type: ignore[index]
    unnamed = shanmen.invoke(app, ["backup"])
    assert unnamed.exit_code == 0
    assert len(list((tmp_path / "backups").glob("shanmen-*[bp]"))) == 1
