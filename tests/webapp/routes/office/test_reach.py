"""Whoever runs one area sees nothing of another: lists, pages, search, history, approvals."""

from typing import NamedTuple

import httpx2
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from domain.commerce import capacity, orders, refunds
from domain.commerce.capacity import DaySetting
from domain.commerce.refunds import RefundCause
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.operation import jobs, outbox, settings, staff
from domain.operation.outbox.tables import outbox_messages
from domain.operation.places import PlaceKind, inputs
from domain.operation.staff import Grant, Role
from tests.domain.commerce.factories import World, add_world, make_area
from tests.domain.commerce.selling import open_shift, place, sale, wanted
from tests.places import adder
from tests.webapp.people import add_person, sign_in
from webapp import site

FAIL = (
    outbox_messages.update()
    .where(outbox_messages.c.id == sa.bindparam("message_id"))
    .values(status="failed")
)
LISTS = (
    "areas",
    "units",
    "spots",
    "sales-sites",
    "windows",
    "check-sites",
    "gates",
    "staff",
    "sessions",
    "audit",
    "outbox",
    "jobs",
    "approvals",
    "refunds",
    "orders",
)


class Two(NamedTuple):
    """Two areas: `ours`, with one person who runs it, and the world's, where things happen."""

    db: Database
    world: World
    ours: str
    our_window: str
    our_person: str
    their_person: str
    approval_id: str
    refund_id: str
    order_number: str
    order_id: str
    messages: dict[str, str]
    jobs: dict[str, str]


async def grant(db: Database, staff_id: str, *roles: Role, area_id: str) -> None:
    held = {Grant(await db.ask(staff.roles.id_of, role), PlaceKind.AREA, area_id) for role in roles}
    await db.act(staff.grants.replace, None, SYSTEM, staff_id, held, clock.utc_now())


async def happen(tx: Tx, area_id: str | None, name: str) -> tuple[str, str]:
    """A message and a job, and a choice in the settings."""
    now = clock.utc_now()
    message_id = outbox.enqueue(tx, name, "order", name, {}, now, area_id=area_id)
    await tx.run(FAIL, message_id=message_id)
    job_id = jobs.request(tx, SYSTEM, name, {}, now, area_id=area_id)
    values = {"hold_minutes": 21}
    await settings.change(tx, SYSTEM, values, now, area_id=area_id or "", edition=0)
    return message_id, job_id


@pytest.fixture
async def two(app: Starlette, client: httpx2.AsyncClient) -> Two:
    db: Database = app.state.db
    world = await add_world(db)
    ours = await db.act(make_area, 10, 2)
    add = adder(db)
    our_site = await add(
        PlaceKind.SALES_SITE, inputs.SalesSiteInput(code="OURS", name_zh="我方点", area_id=ours)
    )
    our_window = await add(
        PlaceKind.WINDOW,
        inputs.WindowInput(code="OW", name_zh="我方窗", sales_site_id=our_site, number=9),
    )
    head = await add_person(db, login="ourhead", name="ourhead")
    their_head = await add_person(db, login="theirhead", name="theirhead")
    roles = (Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR)
    await grant(db, head, *roles, area_id=ours)
    await grant(db, their_head, *roles, area_id=world.area_id)
    await sign_in(client, app, their_head)
    await open_shift(db, world)
    now = clock.utc_now()
    today = clock.local_day(now, site.DEFAULT.zone)
    order = await place(db, world, sale(world, wanted(world.adult_id, 2, today)), now)
    quote = await db.ask(refunds.quote, order.id, (), RefundCause.OPERATOR, now)
    asked = refunds.Request(
        "r", order.id, quote.subject_ids, RefundCause.OPERATOR, "theirs", quote.amount_minor
    )
    made = await db.act(refunds.refund, asked, world.cashier, now)
    setting = DaySetting(4_000, False, "theirs", 1)
    await db.act(capacity.set_day, world.area_id, today, setting, SYSTEM, now)
    happened = {
        name: await db.act(happen, area_id, name)
        for name, area_id in (("ours", ours), ("theirs", world.area_id), ("house", None))
    }
    await sign_in(client, app, head)
    return Two(
        db,
        world,
        ours,
        our_window,
        head,
        their_head,
        str(made.approval_id),
        made.id,
        order.number,
        order.id,
        {name: ids[0] for name, ids in happened.items()},
        {name: ids[1] for name, ids in happened.items()},
    )


async def test_no_list_shows_anything_of_the_other_area(
    client: httpx2.AsyncClient, two: Two
) -> None:
    foreign = (
        two.world.area_id,
        two.world.window_id,
        two.their_person,
        "theirhead",
        two.order_number,
        two.approval_id,
        two.refund_id,
        *(ids[name] for ids in (two.messages, two.jobs) for name in ("theirs", "house")),
    )
    for noun in LISTS:
        response = await client.get(f"/office/{noun}")
        assert response.status_code == 200, noun
        found = [each for each in foreign if each in response.text]
        assert found == [], f"{noun}: {found}"


async def test_every_list_shows_what_is_ours(client: httpx2.AsyncClient, two: Two) -> None:
    for noun, own in (
        ("areas", two.ours),
        ("windows", two.our_window),
        ("staff", two.our_person),
        ("sessions", "ourhead"),
        ("outbox", two.messages["ours"]),
        ("jobs", two.jobs["ours"]),
        ("audit", f"/office/jobs/{two.jobs['ours']}"),
        ("settings", two.ours),
    ):
        assert own in (await client.get(f"/office/{noun}")).text, noun


async def test_their_pages_are_not_there(client: httpx2.AsyncClient, two: Two) -> None:
    theirs = (
        f"areas/{two.world.area_id}",
        f"windows/{two.world.window_id}",
        f"staff/{two.their_person}",
        f"staff/{two.world.cashier.id}",
        f"settings?area={two.world.area_id}",
        f"approvals/{two.approval_id}",
        *(f"outbox/{two.messages[name]}" for name in ("theirs", "house")),
        *(f"jobs/{two.jobs[name]}" for name in ("theirs", "house")),
    )
    for path in theirs:
        assert (await client.get(f"/office/{path}")).status_code == 404, path
    for path in (f"areas/{two.ours}", f"windows/{two.our_window}", f"settings?area={two.ours}"):
        assert (await client.get(f"/office/{path}")).status_code == 200, path
    for path in (f"orders/{two.order_id}", f"refunds/{two.refund_id}"):
        assert (await client.get(f"/office/{path}")).status_code in (403, 404), path


async def test_nothing_is_done_to_what_is_theirs(client: httpx2.AsyncClient, two: Two) -> None:
    for path, data in (
        (f"approvals/{two.approval_id}", {"to": "approve"}),
        (f"outbox/{two.messages['theirs']}/retry", {}),
        (f"outbox/{two.messages['house']}/drop", {"reason": "x"}),
        (f"jobs/{two.jobs['theirs']}/cancellation", {}),
        ("backups", {}),
        (f"staff/{two.their_person}/retirement", {}),
        ("settings", {"area_id": two.world.area_id, "edition": "1"}),
        ("settings", {"edition": "1"}),
    ):
        response = await client.post(f"/office/{path}", data=data)
        assert response.status_code in (403, 404), path
    message = await two.db.ask(outbox.worklist.get, two.messages["theirs"])
    assert message.status == "failed"
    assert (await two.db.ask(orders.get_order, two.order_id)).refunded_minor == 0


async def test_no_words_find_what_is_theirs(client: httpx2.AsyncClient, two: Two) -> None:
    for words in (two.order_number, "theirhead", two.world.area_id, "退款"):
        trail = await client.get("/office/audit", params={"q": words})
        assert trail.status_code == 200
        assert 'class="timeline"' not in trail.text, words
    chosen = await client.get("/office/audit", params={"q": "设置"})
    assert chosen.text.count('<span class="dot') == 1  # ours; not theirs, not the house's
    found = await client.get("/office/search", params={"q": two.order_number})
    assert found.status_code == 200
    assert two.order_id not in found.text


async def test_somebody_new_is_the_business_of_who_took_them_on(
    app: Starlette, client: httpx2.AsyncClient, two: Two
) -> None:
    created = await client.post("/office/staff", data={"name": "新人", "login": "newcomer"})
    row = await two.db.ask(staff.people.find_by_login, "newcomer")
    assert created.status_code == 201
    assert row is not None
    assert "newcomer" in (await client.get("/office/staff")).text

    await sign_in(client, app, two.their_person)

    assert "newcomer" not in (await client.get("/office/staff")).text
    assert (await client.get(f"/office/staff/{row.id}")).status_code == 404
    grants = {"role": "-", "place": "everywhere:"}
    assert (await client.post(f"/office/staff/{row.id}/grants", data=grants)).status_code == 404


async def test_who_sees_everything_sees_both(
    app: Starlette, client: httpx2.AsyncClient, two: Two
) -> None:
    await sign_in(client, app, await add_person(two.db, login="boss"))

    assert two.world.area_id in (await client.get("/office/areas")).text
    assert two.ours in (await client.get("/office/areas")).text
    for name in ("ours", "theirs", "house"):
        assert two.messages[name] in (await client.get("/office/outbox")).text
        assert two.jobs[name] in (await client.get("/office/jobs")).text
