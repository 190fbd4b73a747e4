"""Promotions in the office: drafted, approved, tried, paused; coupons made and taken away."""

from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import promotions
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import local_day, utc_now
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from domain.operation.staff import Role
from tests.domain.commerce.factories import World, add_world
from tests.webapp.exports import at_work, taken
from tests.webapp.people import sign_in_as
from webapp import promotion_forms
from webapp.site import SHANGHAI

ALL = "/office/promotions"


def form_of(world: World, **fields: Any) -> dict[str, Any]:
    """What the browser sends for a new promotion: 15 % off, untouched otherwise."""
    values = dict(promotion_forms.blank().values)
    own = {"area_id": world.area_id, "code": "EARLY", "name_zh": "早鸟", "bps": "15"}
    return {**values, **own, **fields}


async def made(client: httpx2.AsyncClient, world: World, **fields: Any) -> str:
    """A draft; its address."""
    answer = await client.post(ALL, data=form_of(world, **fields))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def approve(app: Starlette, address: str) -> None:
    row = await app.state.db.ask(promotions.get, address.rsplit("/", 1)[1])
    decided = ApprovalStatus.APPROVED
    await app.state.db.act(approvals.decide, row.approval_id, decided, SYSTEM, clock.utc_now())


async def test_from_the_draft_to_its_end(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    assert 'class="empty"' in (await client.get(ALL)).text
    assert (await client.get(f"{ALL}/new")).status_code == 200

    address = await made(client, world, limit_total="100", visit_from="2026-01-01")
    edited = form_of(
        world, name_zh="早鸟优惠", version="1", weekdays=["5", "6"], clock_from="09:00"
    )
    assert (await client.get(f"{address}/edit")).status_code == 200
    assert (await client.post(f"{address}/edit", data=edited)).status_code == 303
    stale = await client.post(f"{address}/edit", data=edited)
    assert stale.status_code == 422

    asked = await client.post(f"{address}/status", data={"status": "submitted", "reason": "暑期"})
    assert asked.status_code == 303
    assert (
        "等待审批" in (await client.get(address)).text or "审批" in (await client.get(address)).text
    )
    await approve(app, address)
    assert "早鸟优惠" in (await client.get(f"{ALL}?status=active")).text

    without = await client.post(f"{address}/status", data={"status": "paused"})
    assert without.status_code == 422 and "请填写原因" in without.text
    for status in ("paused", "active", "ended"):
        moved = await client.post(f"{address}/status", data={"status": status, "reason": "试"})
        assert moved.status_code == 303
    copied = await client.get(f"{ALL}/new?from={address.rsplit('/', 1)[1]}")
    assert "EARLY-2" in copied.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"bps": ""}, "请填写优惠的百分比"),
        ({"funder_share_bps_0": "50"}, "必须是 100%"),
        ({"funder_kind_0": "unit"}, "请选择承担优惠的经营单位"),
        ({"code_use": "shared"}, "通用码"),
        ({"ticket_type_ids": ["01900000-0000-7000-8000-000000000000"]}, "请选择本景区的票种"),
        ({"channels": ["agent"]}, "同行和 OTA"),
    ],
)
async def test_what_makes_no_sense_is_marked(
    app: Starlette, client: httpx2.AsyncClient, fields: dict[str, Any], said: str
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)

    answer = await client.post(ALL, data=form_of(world, **fields))

    assert answer.status_code == 422
    assert said in answer.text


async def test_coupons_are_made_and_taken_away(app: Starlette, client: httpx2.AsyncClient) -> None:
    async with at_work(app):
        world = await add_world(app.state.db)
        await sign_in_as(client, app, Role.PRODUCT_MANAGER)
        address = await made(client, world, code_use="single")
        promotion_id = address.rsplit("/", 1)[1]

        assert (await client.post(f"{address}/coupons", data={"number": "3"})).status_code == 303
        rows = await taken(client, "coupons", f"promotion_id={promotion_id}&batch=1")

        assert len({row["编号"] for row in rows}) == 3
        assert (
            await client.post(f"{address}/coupons/void", data={"batch": "1"})
        ).status_code == 303
        again = await taken(client, "coupons", f"promotion_id={promotion_id}&batch=1")
        assert {row["状态"] for row in again} == {"已作废"}
        await sign_in_as(client, app, Role.FINANCE)
        assert (await client.post(f"{address}/coupons", data={"number": "3"})).status_code == 403


async def test_a_sale_is_tried_and_a_floor_holds(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    address = await made(client, world, code_use="shared", shared_code="HELLO", bps="50")
    await client.post(f"{address}/status", data={"status": "submitted"})
    await approve(app, address)
    sale = {
        "area_id": world.area_id,
        "channel": "shop",
        "visit_on": local_day(utc_now(), SHANGHAI).isoformat(),
        "type_id_0": world.adult_id,
        "quantity_0": "2",
    }

    without = await client.post("/office/promotion-previews", data=sale)
    with_it = await client.post("/office/promotion-previews", data={**sale, "code": "hello"})
    floor = {"ticket_type_id": world.adult_id, "floor_minor": "80"}
    assert (await client.post("/office/price-floors", data=floor)).status_code == 303
    floored = await client.post("/office/promotion-previews", data={**sale, "code": "hello"})

    assert "没有出示优惠码" in without.text and "196.00" in without.text
    assert "98.00" in with_it.text
    assert "160.00" in floored.text
    assert "80.00" in (await client.get("/office/price-floors")).text
    await sign_in_as(client, app, Role.FINANCE)
    assert (await client.post("/office/price-floors", data=floor)).status_code == 403
