"""`docs/api.md` is a contract: its examples are sent as they stand there, in order."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind
from domain.kernel.actors import SYSTEM
from tests.domain.admission.world import DAY, built
from webapp.routes import ROUTES

PAGE = (Path(__file__).parents[3] / "docs/api.md").read_text()
EXAMPLE = re.compile(r"```sh\n(curl .*?)```\n\n```json (\d+)\n(.*?)```", re.DOTALL)
CERTAIN = {"decision", "persons", "hold", "reason", "code", "status", "counted", "incident"}
CERTAIN |= {"result", "key", "type", "title", "message_en", "message_zh", "retryable", "mqtt"}


class Call(NamedTuple):
    path: str
    headers: dict[str, str]
    body: str


def test_the_page_shows_every_address() -> None:
    paths = {route.path for route in ROUTES if isinstance(route, Route)}
    paths = {path for path in paths if path.startswith("/api")}

    assert paths
    assert [path for path in paths if path not in PAGE and f"$SHANMEN{path}" not in PAGE] == []


def call_of(command: str, known: dict[str, str]) -> Call:
    for name, value in known.items():
        command = command.replace(f"${name}", value)
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    path, headers, body = "", {}, ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        elif not word.startswith("-"):
            path = urlsplit(word).path
    return Call(path, headers, body)


def differences(shown: Any, told: Any, at: str = "") -> Iterator[str]:
    """Where an answer is not as the page shows it: other fields, or another certain value."""
    if isinstance(shown, dict) and isinstance(told, dict):
        if at != "details" and set(shown) != set(told):
            yield f"{at}: fields {set(shown) ^ set(told)}"
        for name in set(shown) & set(told):
            yield from differences(shown[name], told[name], name)
    elif at in CERTAIN and shown != told and "…" not in str(shown):
        yield f"{at}: {shown!r} on the page, {told!r} answered"


@pytest.fixture
async def known(app: Starlette, client: httpx2.AsyncClient) -> dict[str, str]:
    """What the examples name: a gate with a device, a code to pair with, two tickets."""
    now, db = datetime.now(UTC), app.state.db
    async with built(db) as world:
        hours = {"opens_at": "00:00", "closes_at": "24:00", "last_entry_at": "24:00"}
        await world.change("areas", world.area_id, **hours)
        gate_id = await world.add_gate()
        given = DeviceInput(
            name="t", kind=DeviceKind.HANDHELD, area_id=world.area_id, gate_id=gate_id
        )
        device_id, other_id = [await db.act(devices.add, given, SYSTEM, now) for _ in range(2)]
        secret = await db.act(devices.issue_secret, device_id, app.state.vault, SYSTEM, now)
        code = await db.act(devices.make_code, other_id, SYSTEM, now)
        window: dict[str, Any] = {"valid_from": now - DAY, "valid_until": now + DAY}
        first, second = [await world.add_ticket(**window) for _ in range(2)]
    return {
        "SHANMEN": "http://park.test",
        "GATE": gate_id,
        "PAIRING_CODE": code.code,
        "SECRET": secret,
        "SECOND_CODE": second.qr(),
        "CODE": first.qr(),
    }


async def test_the_examples_answer_as_the_page_shows(
    client: httpx2.AsyncClient, known: dict[str, str]
) -> None:
    client.headers["Accept-Language"] = "zh"
    examples = EXAMPLE.findall(PAGE)
    assert len(examples) == PAGE.count("```sh") == PAGE.count("```json")

    wrong = []
    for command, status, shown in examples:
        call = call_of(command, known)
        told = await client.post(call.path, content=call.body, headers=call.headers)

        is_problem = told.headers["content-type"] == "application/problem+json"
        assert is_problem == ("type" in told.json())
        found = [*differences(int(status), told.status_code, "status")]
        found += differences(json.loads(shown), told.json())
        wrong += [(command, each) for each in found]
    assert not wrong, "\n".join(f"{each} {command}" for command, each in wrong)
