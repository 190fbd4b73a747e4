"""Lists as files: asked for, made by a process of its own, fetched by whoever asked."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from python_calamine import CalamineWorkbook
from starlette.applications import Starlette

from domain.commerce.orders import Order
from domain.kernel import clock
from domain.operation.staff import Role
from domain.reports import exports
from tests.domain.commerce.factories import add_world
from tests.webapp.exports import at_work, fetched, taken
from tests.webapp.people import sign_in_as
from tests.webapp.routes.office.test_orders import sold
from webapp.exporting import desk

XLSX = {"noun": "orders", "format": "xlsx", "question": ""}


@pytest.fixture
async def working(app: Starlette, client: httpx2.AsyncClient) -> AsyncIterator[None]:
    async with at_work(app):
        yield


@pytest.fixture
async def order(app: Starlette, working: None) -> Order:
    (order,) = await sold(app.state.db, await add_world(app.state.db))
    return order


async def test_orders_as_excel_are_what_the_list_shows(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(await fetched(client, "orders")))

    rows = sheet.get_sheet_by_index(0).to_python()
    row = dict(zip(rows[0], rows[1], strict=True))
    assert len(rows) == 2
    assert (row["订单"], row["金额"], row["票数"]) == (order.number, 196.0, 2.0)
    assert row["游玩日"] == order.visit_on
    assert "13800138000" not in str(rows)


async def test_filters_of_the_list_narrow_its_file(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    found = await taken(client, "orders", f"window_id={order.window_id}&status=paid")
    missed = await taken(client, "orders", "status=cancelled")

    assert [row["订单"] for row in found] == [order.number]
    assert not missed


async def test_only_who_asked_may_fetch_a_file(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.FINANCE)
    asked = await client.post("/office/exports", data=XLSX)
    await sign_in_as(client, app, Role.AUDITOR)

    for path in ("", "/file", "/progress"):
        assert (await client.get(asked.headers["location"] + path)).status_code == 404


async def test_a_list_that_one_may_not_see_cannot_be_taken_away(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.CASHIER)

    refused = await client.post("/office/exports", data=XLSX)
    unknown = await client.post("/office/exports", data=XLSX | {"noun": "secrets"})

    assert (refused.status_code, unknown.status_code) == (403, 404)


@pytest.mark.parametrize(
    "form",
    [XLSX | {"format": "exe"}, XLSX | {"question": "status=%00"}, XLSX | {"question": "status=no"}],
)
async def test_a_question_without_sense_makes_nothing(
    app: Starlette, client: httpx2.AsyncClient, order: Order, form: dict[str, str]
) -> None:
    staff_id = await sign_in_as(client, app, Role.FINANCE)

    response = await client.post("/office/exports", data=form)

    assert response.status_code == 422
    assert not await app.state.db.ask(exports.list_of, staff_id)


async def test_a_fourth_export_waits_for_the_others(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    codes = [(await client.post("/office/exports", data=XLSX)).status_code for _ in range(4)]

    assert codes == [303, 303, 303, 409]


async def test_files_go_when_their_time_is_over(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    staff_id = await sign_in_as(client, app, Role.FINANCE)
    await fetched(client, "orders", form="csv")
    (row,) = await app.state.db.ask(exports.list_of, staff_id)
    path = desk.path_of(app.state.settings, row.id, "csv")
    assert path.is_file()

    await desk.remove_old(
        app.state.db, app.state.settings, clock.utc_now() + exports.KEPT + timedelta(seconds=1)
    )

    assert not path.exists()
    assert (await client.get(f"/office/exports/{row.id}/file")).status_code == 404
    assert "已清理" in (await client.get("/office/exports")).text
