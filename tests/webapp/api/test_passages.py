"""The second step over HTTP: what was counted, once, whatever is sent."""

import asyncio

import httpx2
import pytest

from tests.webapp.api.conftest import Turnstile


async def passed(turnstile: Turnstile, **body: object) -> httpx2.Response:
    return await turnstile.send(body, to="passages")


async def test_a_passage_uses_the_ticket_and_counts_once(turnstile: Turnstile) -> None:
    ticket = await turnstile.ticket()
    await turnstile.send({"scan_id": "s1", "code": ticket.qr()})

    told = await asyncio.gather(
        *(passed(turnstile, key="k1", scan_id="s1", result="passed") for _ in range(20))
    )

    assert {answer.status_code for answer in told} == {201}
    assert {answer.text for answer in told} == {told[0].text}
    assert told[0].json() == {
        "key": "k1",
        "result": "passed",
        "counted": 1,
        "ticket_id": ticket.id,
        "incident": None,
    }
    assert len(await turnstile.world.rows("passages")) == 1
    assert (await turnstile.world.row("tickets", ticket.id)).status == "used"


@pytest.mark.parametrize(("reason", "kept"), [("TIMEOUT", "timeout"), ("REVERSE", "reverse")])
async def test_an_annulled_one_frees_the_ticket(
    turnstile: Turnstile, reason: str, kept: str
) -> None:
    ticket = await turnstile.ticket()
    await turnstile.send({"scan_id": "s1", "code": ticket.qr()})

    told = await passed(turnstile, key="k1", scan_id="s1", result="annulled", reason=reason)

    assert (told.status_code, told.json()["counted"]) == (201, 0)
    assert [row.result for row in await turnstile.world.rows("passages")] == [kept]
    assert (await turnstile.send({"scan_id": "s2", "code": ticket.qr()})).status_code == 201


async def test_more_than_can_have_come_is_told_so_again_and_again(turnstile: Turnstile) -> None:
    ticket = await turnstile.ticket()
    await turnstile.send({"scan_id": "s1", "code": ticket.qr()})

    told = [await passed(turnstile, key="k1", scan_id="s1", persons=10_000) for _ in range(2)]

    assert [(one.json()["counted"], one.json()["incident"]) for one in told] == [
        (1, "overcount")
    ] * 2
    assert len(await turnstile.world.rows("incidents")) == 1


@pytest.mark.parametrize(
    "other", [{"scan_id": "s2"}, {"result": "annulled"}, {"scan_id": None}, {"scan_id": "never"}]
)
async def test_a_key_for_something_else_is_a_conflict(
    turnstile: Turnstile, other: dict[str, object]
) -> None:
    for scan_id in ("s1", "s2"):
        ticket = await turnstile.ticket()
        await turnstile.send({"scan_id": scan_id, "code": ticket.qr()})
    await passed(turnstile, key="k1", scan_id="s1")

    told = await passed(turnstile, **{"key": "k1", "scan_id": "s1"} | other)

    assert (told.status_code, told.json()["code"]) == (409, "DUPLICATE")
    assert len(await turnstile.world.rows("passages")) == 1


async def test_what_nobody_asked_for_is_counted_and_looked_at(turnstile: Turnstile) -> None:
    refused = await turnstile.send({"scan_id": "s1", "code": "nothing"})
    assert refused.status_code == 422

    told = [await passed(turnstile, key=f"k{n}", scan_id=s) for n, s in enumerate(("s1", "x"))]
    open_gate = await passed(turnstile, key="k9")

    assert [one.json()["incident"] for one in told] == ["refused_pass", "unknown_pass"]
    assert (open_gate.json()["counted"], open_gate.json()["incident"]) == (1, None)


async def test_a_device_speaks_of_its_own_gate_and_scans_only(turnstile: Turnstile) -> None:
    other = await turnstile.world.add_gate()

    assert (await turnstile.send({"key": "k"}, gate_id=other, to="passages")).status_code == 403
    assert (await turnstile.send({"key": "k"}, key="wrong", to="passages")).status_code == 401
    assert await turnstile.world.rows("passages") == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"key": ""},
        {"key": "a b"},
        {"key": 5},
        {"key": "k" * 65},
        {"key": "lapse x"},
        {"key": "k", "result": "forced"},
        {"key": "k", "result": None},
        {"key": "k", "reason": "because"},
        {"key": "k", "persons": 0},
        {"key": "k", "persons": -1},
        {"key": "k", "persons": True},
        {"key": "k", "persons": 1.5},
        {"key": "k", "persons": "2"},
        {"key": "k", "persons": 10**30},
        {"key": "k", "direction": "up"},
        {"key": "k", "scan_id": ["s"]},
        {"key": "k", "scan_id": "\u0000"},
    ],
)
async def test_what_makes_no_sense_is_said_so(turnstile: Turnstile, body: object) -> None:
    told = await turnstile.send(body, to="passages")

    assert told.status_code == 400
    assert told.headers["content-type"] == "application/problem+json"
    assert await turnstile.world.rows("passages") == []
