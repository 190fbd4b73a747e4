"""Quotas of days and slots in the office."""

import httpx2
from starlette.applications import Starlette

from domain.commerce import capacity
from domain.operation.staff import Role
from tests.domain.commerce.factories import TODAY, add_slot, add_world
from tests.webapp.people import sign_in_as
from tests.webapp.routes.office.test_orders import UNKNOWN


async def test_without_an_area_the_page_says_what_to_do(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)

    response = await client.get("/office/capacity")

    assert response.status_code == 200
    assert 'class="empty"' in response.text


async def test_a_day_gets_another_quota_and_is_closed(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world, db = await add_world(app.state.db), app.state.db
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    form = {"area_id": world.area_id, "on": "2026-12-31", "quota": "4000", "version": "0"}

    saved = await client.post("/office/capacity", data={**form, "closed": "on", "note": "检修"})
    late = await client.post("/office/capacity", data={**form, "version": "7"})
    broken = await client.post("/office/capacity", data={**form, "quota": "many"})

    assert saved.status_code == 303
    assert (late.status_code, broken.status_code) == (422, 422)
    view = await db.ask(capacity.day_of, world.area_id, TODAY.replace(month=12, day=31))
    assert (view.quota, view.closed, view.note) == (4_000, True, "检修")
    assert "闭园" in (await client.get(saved.headers["location"])).text
    assert (await client.get(f"/office/capacity?area_id={UNKNOWN}")).status_code == 404


async def test_a_slot_is_limited_by_channel_and_closed(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world, db = await add_world(app.state.db), app.state.db
    slot_id = await add_slot(db, world, 100)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    address = f"/office/slots/{slot_id}"
    form = {"quota": "80", "version": "1", "ota_quota": "20", "window_kept": "30", "closed": "on"}

    assert (await client.get(address)).status_code == 200
    assert (await client.post(address, data={**form, "ota_quota": "x"})).status_code == 422
    assert (await client.post(address, data={**form, "window_kept": "90"})).status_code == 422
    assert (await client.post(address, data=form)).status_code == 303
    assert (await client.post(address, data=form)).status_code == 422  # seen before it changed
    slot = (await db.ask(capacity.slots_by_id, [slot_id]))[slot_id]
    channels = {
        row.channel: (row.quota, row.kept) for row in await db.ask(capacity.channels_of, slot_id)
    }
    assert (slot.quota, slot.status) == (80, "closed")
    assert channels == {"ota": (20, 0), "window": (80, 30)}
    assert slot_id in (await client.get(f"/office/capacity?on={slot.visit_on}")).text
    assert (await client.get(f"/office/slots/{UNKNOWN}")).status_code == 404


async def test_who_only_sees_cannot_set(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = await add_world(app.state.db)
    slot_id = await add_slot(app.state.db, world, 100)
    await sign_in_as(client, app, Role.APPROVER)

    assert (await client.get("/office/capacity")).status_code == 200
    assert (await client.post("/office/capacity")).status_code == 403
    assert (await client.post(f"/office/slots/{slot_id}")).status_code == 403


async def test_slots_are_planned_and_a_plan_ends(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world, db = await add_world(app.state.db), app.state.db
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    address = f"/office/products/{world.boat_id}/slot-plans"
    plan = {
        "from_on": "2026-01-01",
        "until_on": "2099-12-31",
        "weekdays": ["0", "1", "2", "3", "4", "5", "6"],
        "starts": "08:00",
        "ends": "12:00",
        "every_minutes": "120",
        "quota": "50",
        "window_bps": "20",
    }

    assert 'class="empty"' in (await client.get(address)).text
    assert (await client.post(address, data={**plan, "ends": "07:00"})).status_code == 422
    assert (await client.post(address, data={**plan, "weekdays": []})).status_code == 422
    assert (await client.post(address, data=plan)).status_code == 303
    plans = await db.ask(capacity.list_plans, world.boat_id)
    assert [(one.starts, one.ends, one.quota) for one in plans] == [
        ("08:00", "10:00", 50),
        ("10:00", "12:00", 50),
    ]
    ended = await client.post(
        f"{address}/retirement", data={"plan_id": plans[0].id, "version": plans[0].version}
    )
    assert ended.status_code == 303
    assert len(await db.ask(capacity.list_plans, world.boat_id)) == 1


async def test_the_month_shows_each_day_and_leads_to_it(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    form = {"area_id": world.area_id, "on": "2027-02-17", "quota": "4000", "version": "0"}
    await client.post("/office/capacity", data={**form, "note": "春节"})
    shut = {**form, "on": "2027-02-18", "quota": "0", "closed": "on"}
    await client.post("/office/capacity", data=shut)

    page = (await client.get(f"/office/capacity?area_id={world.area_id}&on=2027-02-01")).text

    month = page.split('class="month places"')[1].split("</table>")[0]
    assert month.count("<a href=") == 28
    assert "<b>4,000</b>" in month
    assert "<small>0 / 4,000</small>" in month
    assert month.count('class="shut"') == 1
    assert "春节" in month
    assert "on=2027-01-01" in page
    assert "on=2027-03-01" in page
