"""Today at a glance: figures, scope, and alerts that somebody must acknowledge."""

import re

import httpx2
from starlette.applications import Starlette

from domain.admission import occupancy
from domain.commerce import stock
from domain.kernel import clock
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.domain.commerce.stock.stocked import add_stock, receive, span
from tests.webapp.people import sign_in_as


async def test_without_an_area_the_page_says_what_to_do(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.SUPERVISOR)

    response = await client.get("/office")

    assert response.status_code == 200
    assert "还没有景区" in response.text


async def test_an_area_without_sales_shows_noughts(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await add_world(app.state.db)
    await sign_in_as(client, app, Role.SUPERVISOR)

    response = await client.get("/office")

    assert response.status_code == 200
    assert 'id="inside">0<' in response.text
    for part in ("capacity", "figures", "hours", "work", "windows", "gates", "machines"):
        assert f'sse-swap="{part}"' in response.text


async def test_another_area_is_not_found(app: Starlette, client: httpx2.AsyncClient) -> None:
    await add_world(app.state.db)
    await sign_in_as(client, app, Role.SUPERVISOR)

    assert (await client.get("/office?area=elsewhere")).status_code == 404


async def test_a_cashier_has_no_dashboard(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.CASHIER)

    assert (await client.get("/office")).status_code == 403


async def test_yesterday_and_the_week_stand_still(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await add_world(app.state.db)
    await sign_in_as(client, app, Role.FINANCE)

    for period in ("yesterday", "week"):
        response = await client.get(f"/office?period={period}")
        assert response.status_code == 200
        assert "sse-connect" not in response.text


async def test_the_figure_of_what_needs_a_person_is_the_lists(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db, now = app.state.db, clock.utc_now()
    made = await add_stock(db)
    await receive(db, made, span(1_001, 1_100))
    await db.act(stock.set_threshold, made.house_id, made.kind_id, 500, made.keeper, now)
    await sign_in_as(client, app, Role.ADMINISTRATOR)

    page = (await client.get("/office")).text

    counted = re.search(r'id="troubles"><dt>[^<]+</dt><dd class="bad">([0-9]+)<', page)
    badge = re.search(r'<span class="count bad">([0-9]+)</span></header>', page)
    assert counted is not None and badge is not None
    assert counted[1] == badge[1] != "0"


async def test_an_alert_is_acknowledged_with_what_was_done(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.SAFETY_OFFICER)
    await app.state.db.act(occupancy.refresh, world.area_id, clock.utc_now())

    alerts = await app.state.db.ask(occupancy.alerts, world.area_id)
    response = await client.post(
        "/office/dashboard/acknowledgements",
        data={"alert_id": "01a20000-0000-7000-8000-000000000000", "note": "广播"},
    )

    assert alerts == []
    assert response.status_code == 404
