"""Programs are told what changed, by keys, signed, once."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from domain.admission import subscriptions
from domain.admission.subscriptions.sending import signed
from domain.commerce import capacity
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.kernel.errors import NotFound
from domain.kernel.ports import NotSent
from domain.operation import outbox
from gateways.octo import sender
from tests.gateways.far_sides import Answer, Asked, platform
from tests.webapp.octo.resellers import Program

PASSED = sa.text(  # as a gate writes it
    "UPDATE tickets SET status = 'used', entries_left = 0, entries_used = 1, version = version + 1"
)
ALL = ["BOOKING_UPDATE", "product_update", "AVAILABILITY_UPDATE"]


class Ear:
    """The program's own server: it checks each signature, and fails as told."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.secret, self.url, self.fails = "", "", 0

    def answer(self, asked: Asked) -> Answer:
        right = signed(self.secret, asked.headers["octo-timestamp"], asked.body)
        assert asked.headers["octo-signature"] == right
        self.heard.append(json.loads(asked.body))
        self.headers.append(dict(asked.headers))
        if self.fails:
            self.fails -= 1
            return None
        return 200, {}

    def told(self, kind: str) -> list[Any]:
        return [one["data"] for one in self.heard if one["type"] == kind]


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    made = Ear()
    async with platform(made.answer) as url:
        made.url = f"{url}/hook"
        yield made


class Sky:
    """The program subscribed, and the worker that carries; `pass_by` is a turn of both sweeps."""

    def __init__(self, app: Starlette) -> None:
        self.db: Database = app.state.db
        send = sender(is_local=True)
        made = subscriptions.carriers(self.db, app.state.vault, send, clock.utc_now)
        for kind, carrier in made.items():
            outbox.register(kind, carrier)
        self.later = clock.utc_now()

    async def pass_by(self) -> None:
        now = clock.utc_now()
        await subscriptions.look_at_bookings(self.db, now)
        await subscriptions.look_at_catalogue(self.db, now)
        self.later = max(self.later, now) + timedelta(minutes=20)
        await outbox.Worker(self.db, clock=lambda: self.later).turn()


async def subscribed(program: Program, ear: Ear, types: list[str] = ALL) -> str:
    asked = {"url": ear.url, "notificationTypes": types, "headers": {"Api-Key": "mine"}}
    made = await program.call("POST", "/notifications/subscriptions", asked)
    ear.secret = made["secret"]
    return str(made["id"])


async def test_subscriptions_are_kept_changed_and_deleted_by_their_owner(
    program: Program, ear: Ear
) -> None:
    own = await subscribed(program, ear)
    path = f"/notifications/subscriptions/{own}"
    shown = await program.call("GET", path)
    listed = await program.call("GET", "/notifications/subscriptions")
    changed = await program.call("PATCH", path, {"notificationTypes": ["BOOKING_UPDATE"]})

    assert shown == {
        "id": own,
        "url": ear.url,
        "notificationTypes": ["BOOKING_UPDATE", "PRODUCT_UPDATE", "AVAILABILITY_UPDATE"],
        "headers": {"Api-Key": "mine"},
    }
    assert (listed, changed["notificationTypes"]) == ([shown], ["BOOKING_UPDATE"])
    assert (await program.call("DELETE", path))["id"] == own
    gone = await program.call("GET", path, status=400)
    assert (gone["error"], await program.call("GET", "/notifications/subscriptions")) == (
        "BAD_REQUEST",
        [],
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://a.example/"},
        {"url": "https://user@a.example/"},
        {"url": "https://a.example/" + "x" * 300},
        {"notificationTypes": []},
        {"notificationTypes": ["EVERYTHING"]},
        {"headers": {"Host": "b.example"}},
        {"headers": {"X-A": "a\r\nX-B: b"}},
        {"headers": {f"X-{number}": "" for number in range(11)}},
    ],
)
async def test_what_makes_no_sense_is_refused(program: Program, wrong: dict[str, Any]) -> None:
    asked = {"url": "https://a.example/", "notificationTypes": ALL} | wrong
    refused = await program.call("POST", "/notifications/subscriptions", asked, status=400)
    assert refused["error"] == "BAD_REQUEST"
    assert await program.call("GET", "/notifications/subscriptions") == []


async def test_a_booking_is_told_at_each_turn_of_its_life_and_once(
    app: Starlette, program: Program, ear: Ear
) -> None:
    await program.hold(uuid="before")
    sky = Sky(app)
    await subscribed(program, ear, ["BOOKING_UPDATE"])
    await sky.pass_by()
    assert ear.heard == []

    await program.hold()
    await sky.pass_by()
    await sky.pass_by()
    assert ear.told("BOOKING_UPDATE") == [{"uuid": "b-1"}]

    await program.confirm()
    ear.fails = 1  # it acts, and its answer is lost: told again, under the same id
    await sky.pass_by()
    await sky.pass_by()
    _, first, again = ear.heard
    assert first == again
    assert ear.headers[0]["api-key"] == "mine"

    await sky.db.act(ran, PASSED)
    await asyncio.gather(*(subscriptions.look_at_bookings(sky.db, clock.utc_now()) for _ in "abc"))
    await sky.pass_by()
    assert len(ear.heard) == 4
    assert (await program.call("GET", "/bookings/b-1"))["status"] == "REDEEMED"


async def ran(tx: Tx, statement: Any) -> None:
    await tx.run(statement)


async def test_days_that_close_and_products_that_change_are_told(
    app: Starlette, program: Program, ear: Ear
) -> None:
    sky, reseller = Sky(app), program.reseller
    await subscribed(program, ear, ["AVAILABILITY_UPDATE", "PRODUCT_UPDATE"])
    await sky.pass_by()
    await sky.pass_by()
    assert ear.heard == []

    world, days = reseller.world, [reseller.day, reseller.day + timedelta(days=1)]
    for day in days:
        await sky.db.act(capacity.stop_sales, world.area_id, day, True, SYSTEM, clock.utc_now())
    await sky.pass_by()
    await sky.pass_by()
    spans = [one for one in ear.told("AVAILABILITY_UPDATE") if one["productId"] == world.product_id]
    assert spans == [
        {
            "productId": world.product_id,
            "optionId": "DEFAULT",
            "localDateStart": days[0].isoformat(),
            "localDateEnd": days[1].isoformat(),
        }
    ]
    assert ear.told("PRODUCT_UPDATE") == []

    renamed = sa.text("UPDATE ticket_types SET name_en = 'Grown-up' WHERE id = :id")
    await sky.db.act(ran, renamed.bindparams(id=world.adult_id))
    await sky.pass_by()
    await sky.pass_by()
    assert ear.told("PRODUCT_UPDATE") == [{"productId": world.product_id}]


async def test_a_deleted_subscription_hears_nothing_any_more(
    app: Starlette, program: Program, ear: Ear
) -> None:
    sky = Sky(app)
    own = await subscribed(program, ear)
    await program.hold()
    await subscriptions.look_at_bookings(sky.db, clock.utc_now())
    await program.call("DELETE", f"/notifications/subscriptions/{own}")
    await sky.pass_by()
    assert ear.heard == []


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "http://127.0.0.1:9/",
    ],
)
async def test_nothing_is_sent_into_our_own_network(url: str) -> None:
    with pytest.raises(NotSent):
        await sender(is_local=False)(url, b"{}", {})


async def test_another_agent_sees_nothing(app: Starlette, program: Program, ear: Ear) -> None:
    own = await subscribed(program, ear)
    with pytest.raises(NotFound):
        await app.state.db.ask(subscriptions.get, app.state.vault, "someone", own)
