"""Devices redeeming over HTTP, to the letter of the contract."""

import asyncio
from datetime import UTC, datetime

import pytest

from domain.admission import devices
from domain.kernel.actors import SYSTEM
from tests.webapp.api.conftest import Turnstile


async def test_a_good_ticket_is_allowed_and_used_at_once(turnstile: Turnstile) -> None:
    ticket = await turnstile.ticket()

    first = await turnstile.send({"scan_id": "s1", "code": ticket.qr(), "passage": True})
    again = await turnstile.send({"scan_id": "s1", "code": ticket.qr(), "passage": True})
    other = await turnstile.send({"scan_id": "s2", "code": ticket.qr(), "passage": True})

    assert (first.status_code, first.json()["decision"]) == (201, "allow")
    assert first.json()["hold"] is False
    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["decision"]) == (422, "deny")
    assert other.json()["reason"] == "USED_UP"
    assert other.json()["message_zh"] and other.json()["message_en"] == (
        "This ticket has already been used."
    )
    assert other.json()["details"]["gate_id"] == turnstile.gate_id


async def test_with_a_sensor_the_answer_is_a_hold(turnstile: Turnstile) -> None:
    ticket = await turnstile.ticket()

    told = (await turnstile.send({"scan_id": "s1", "code": ticket.short, "kind": "pin"})).json()

    assert told["hold"] is True
    assert datetime.fromisoformat(told["deadline_at"]) > datetime.now(UTC)


async def test_another_code_for_the_same_scan_is_a_conflict(turnstile: Turnstile) -> None:
    await turnstile.send({"scan_id": "s1", "code": "a"})

    answer = await turnstile.send({"scan_id": "s1", "code": "b"})

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_device_redeems_at_its_own_gate_only(turnstile: Turnstile) -> None:
    other = await turnstile.world.add_gate()

    assert (await turnstile.send({"scan_id": "s", "code": "x"}, gate_id=other)).status_code == 403


async def test_who_has_no_secret_is_not_heard(turnstile: Turnstile) -> None:
    answer = await turnstile.send({"scan_id": "s", "code": "x"}, key="wrong")

    assert answer.status_code == 401
    assert answer.json()["code"] == "UNAUTHORIZED"
    bare = await turnstile.client.post(f"/api/gates/{turnstile.gate_id}/redemptions", json={})
    assert bare.status_code == 401


async def test_who_keeps_guessing_waits(turnstile: Turnstile) -> None:
    answers = [await turnstile.send({}, key=f"wrong{n}") for n in range(61)]

    assert [answer.status_code for answer in answers] == [401] * 60 + [429]
    assert (await turnstile.send({"scan_id": "s", "code": "x"})).status_code == 422


async def test_a_retired_device_is_not_heard_after_half_a_second(turnstile: Turnstile) -> None:
    await turnstile.send({"scan_id": "s", "code": "x"})
    (row,) = await turnstile.world.db.ask(devices.directory)
    now = datetime.now(UTC)
    await turnstile.world.db.act(devices.retire, row.id, row.version, SYSTEM, now)

    await asyncio.sleep(0.6)

    assert (await turnstile.send({"scan_id": "s2", "code": "x"})).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"scan_id": "s"},
        {"scan_id": "", "code": "x"},
        {"scan_id": "a b", "code": "x"},
        {"scan_id": "ab\n", "code": "x"},
        {"scan_id": 5, "code": "x"},
        {"scan_id": "s" * 65, "code": "x"},
        {"scan_id": "s", "code": "x" * 513},
        {"scan_id": "s", "code": None},
        {"scan_id": "s", "code": "x", "passage": "yes"},
        {"scan_id": "s", "code": "x", "kind": "smell"},
        {"scan_id": "s", "code": "x", "persons": 0},
        {"scan_id": "s", "code": "x", "persons": 10**30},
    ],
)
async def test_what_makes_no_sense_is_said_so(turnstile: Turnstile, body: object) -> None:
    answer = await turnstile.send(body)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert await turnstile.world.rows("redemptions") == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"scan_id":"s","code":"\xed\xa0\x80"}',
        b'{"scan_id":"s","code":"\\ud83d"}',
        b'{"scan_id":"s","code":"x","z":' + b"[" * 8_000 + b"]" * 8_000 + b"}",
    ],
)
async def test_what_is_no_json_is_said_so(turnstile: Turnstile, raw: bytes) -> None:
    answer = await turnstile.client.post(
        f"/api/gates/{turnstile.gate_id}/redemptions",
        content=raw,
        headers={"Authorization": f"Bearer {turnstile.key}"},
    )

    assert answer.status_code == 400


async def test_too_much_is_not_read(turnstile: Turnstile) -> None:
    answer = await turnstile.send({"scan_id": "s", "code": "x" * 20_000})

    assert answer.status_code == 413


@pytest.mark.parametrize("code", ["\u0000", "٣" * 232, "9" * 232, "-" * 16, "o" * 16])
async def test_no_code_breaks_the_gate(turnstile: Turnstile, code: str) -> None:
    answer = await turnstile.send({"scan_id": "s", "code": code})

    assert answer.status_code in (400, 422)
