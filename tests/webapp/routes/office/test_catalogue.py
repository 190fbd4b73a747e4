"""Products, ticket types with their prices, refund rules: made by one, approved by another."""

import re

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import catalog
from domain.kernel import clock
from domain.kernel.actors import Actor, ActorKind
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from domain.operation.staff import Role
from tests.domain.commerce.factories import World, add_world
from tests.webapp.people import add_person, sign_in_as
from webapp import ticket_type_forms

UNKNOWN = "01900000-0000-7000-8000-000000000000"
LISTS = ("ticket-types", "products", "refund-policies")


async def form_of(app: Starlette, type_id: str) -> dict[str, list[str]]:
    """What a browser would send from the editor, untouched."""
    document = await app.state.db.ask(catalog.document_of, type_id)
    row = await app.state.db.ask(catalog.get_ticket_type, type_id)
    values = dict(ticket_type_forms.typed_of(document).values)
    return {**values, "version": [str(row.version)]}


async def test_empty_lists_say_what_to_do(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)

    for noun in LISTS:
        response = await client.get(f"/office/{noun}")
        assert response.status_code == 200
        assert 'class="empty"' in response.text
        assert (await client.get(f"/office/{noun}/new")).status_code == 200


async def test_lists_show_what_there_is(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.APPROVER)

    assert "ADULT" in (await client.get("/office/ticket-types?q=adu")).text
    assert "没有找到" in (await client.get("/office/ticket-types?q=zzz")).text
    assert "BOAT" in (await client.get("/office/products")).text
    assert "STANDARD" in (await client.get("/office/refund-policies")).text
    assert (await client.get(f"/office/ticket-types/{UNKNOWN}")).status_code == 404
    assert (await client.get(f"/office/products/{UNKNOWN}")).status_code == 404
    answer = await client.post(f"/office/ticket-types/{world.adult_id}", data={"to": "save"})
    assert answer.status_code == 403  # who approves does not edit


async def test_a_price_is_drafted_submitted_and_approved(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world, db = await add_world(app.state.db), app.state.db
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    address = f"/office/ticket-types/{world.adult_id}"
    form = await form_of(app, world.adult_id)

    days = {"set_days": ["2026-12-30", "2026-12-31"], "set_price_minor": "128", "month": "2026-12"}
    saved = await client.post(address, data={**form, **days, "to": "days", "set_label_zh": "旺"})
    assert saved.headers["location"] == f"{address}?month=2026-12"
    shown = await client.get(f"{address}?month=2026-12")
    assert shown.text.count("128.00") >= 2
    form = await form_of(app, world.adult_id)
    assert (await client.post(address, data={**form, "to": "submit"})).status_code == 303

    assert "等待另一位同事复核" in (await client.get(address)).text
    locked = await client.post(address, data={**form, "to": "save"})
    assert locked.status_code == 422
    draft = await db.ask(catalog.get_draft, world.adult_id)
    await approve(app, draft.approval_id)
    row = await db.ask(catalog.get_ticket_type, world.adult_id)
    assert row.version == int(form["version"][0]) + 1
    assert len(await db.ask(catalog.rules_of, world.adult_id)) == 1
    assert "第" in (await client.get(f"{address}/versions")).text


async def approve(app: Starlette, approval_id: str) -> None:

    checker = await add_person(app.state.db, Role.APPROVER)
    actor = Actor(ActorKind.STAFF, checker)
    await app.state.db.act(
        approvals.decide, approval_id, ApprovalStatus.APPROVED, actor, clock.utc_now()
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"list_price_minor": "many"}, "请输入金额"),
        ({"name_zh": ""}, "请填写"),
        ({"validity": "fixed"}, "首日和末日"),
        ({"gate_mode": "one_many"}, "须多于一人"),
        ({"to": "days", "set_price_minor": "1"}, "先在日历中选择日期"),
        ({"to": "days", "set_days": "2026-12-31"}, "请输入这些日子的票价"),
        ({"to": "weekdays", "set_price_minor": "1"}, "首日和末日"),
        ({"to": "list", "set_price_minor": "1", "set_holidays": "国庆"}, "看不懂这一行"),
        ({"concessions": "youth", "rate_youth": "half"}, "百分"),
        ({"version": "77"}, "改"),
    ],
)
async def test_what_makes_no_sense_is_said_and_kept(
    app: Starlette, client: httpx2.AsyncClient, given: dict[str, str], sentence: str
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    form = await form_of(app, world.adult_id)

    response = await client.post(
        f"/office/ticket-types/{world.adult_id}", data={"to": "save", **form, **given}
    )

    assert response.status_code == 422
    assert sentence in response.text


async def test_weekdays_holidays_and_closed_days_become_rules(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    address = f"/office/ticket-types/{world.adult_id}"
    steps: list[dict[str, object]] = [
        {
            "to": "weekdays",
            "set_weekdays": ["5", "6"],
            "set_from_on": "2026-12-01",
            "set_until_on": "2026-12-31",
            "set_price_minor": "118",
        },
        {"to": "list", "set_holidays": "2027-01-01 2027-01-03 元旦", "set_price_minor": "138"},
        {"to": "days_closed", "set_days": ["2026-12-10"], "set_label_zh": "检修"},
    ]
    for step in steps:
        form = await form_of(app, world.adult_id)
        assert (await client.post(address, data={**form, **step})).status_code == 303

    document = await app.state.db.ask(catalog.document_of, world.adult_id)
    assert [(rule["weekdays"], rule["price_minor"]) for rule in document["prices"]] == [
        (0b1100000, 11_800),
        (127, 13_800),
        (127, None),
    ]
    december = (await client.get(f"{address}?month=2026-12")).text
    assert december.count("118.00") >= 8
    assert "检修" in december


async def test_a_new_ticket_type_is_a_draft(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    form = await form_of(app, world.adult_id)
    given = {**form, "product_id": world.product_id, "code": ["NIGHT"], "name_zh": ["夜游票"]}

    made = await client.post("/office/ticket-types", data=given)
    again = await client.post("/office/ticket-types", data=given)

    assert made.status_code == 303
    assert "草稿" in (await client.get(made.headers["location"])).text
    assert again.status_code == 422
    retired = await client.post(made.headers["location"], data={"to": "retire"})
    assert retired.status_code == 303


async def test_products_and_refund_rules_are_written(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world: World = await add_world(app.state.db)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    product = {
        "area_id": world.area_id,
        "code": "NIGHT",
        "name_zh": "夜游",
        "opens_area": "on",
        "daily_quota": "300",
    }
    made = await client.post("/office/products", data=product)
    nothing = await client.post("/office/products", data={**product, "opens_area": ""})
    seats = await client.post("/office/products", data={**product, "seated": "on"})
    seated = {"seated": "on", "slotted": "on", "code": "SHOW"}
    show = await client.post("/office/products", data=product | seated)
    show_page = await client.get(show.headers["location"])
    row = await app.state.db.ask(catalog.get_product, made.headers["location"].rpartition("/")[2])
    changed = await client.post(
        made.headers["location"], data={**product, "version": "1", "daily_quota": "250"}
    )
    ended = await client.post(f"{made.headers['location']}/retirement", data={"version": "2"})
    rules = {"code": "SOFT", "name_zh": "宽松", "bps_0": "100", "hours_before_0": "24"}
    proposed = await client.post("/office/refund-policies", data=rules)

    assert (row.daily_quota, nothing.status_code) == (300, 422)
    assert "至少一个景点" in nothing.text
    assert (seats.status_code, show.status_code) == (422, 303)
    assert "分时段出售的产品才能对号入座" in seats.text
    assert re.search(r'name="seated"[^>]* checked', show_page.text)
    assert (changed.status_code, ended.status_code, proposed.status_code) == (303, 303, 303)
    assert "/office/approvals/" in proposed.headers["location"]
    assert (
        await client.post("/office/refund-policies", data={**rules, "bps_0": "x"})
    ).status_code == 422
