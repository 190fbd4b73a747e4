"""Reports in the office: what the page says is what was sold, and what its file says."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce.orders import Order
from domain.operation.staff import Role
from domain.reports.days import Asked
from tests.domain.commerce.factories import add_world
from tests.webapp.exports import at_work, taken
from tests.webapp.people import sign_in_as
from tests.webapp.printing.reading import read
from tests.webapp.routes.office.test_orders import sold
from webapp.reporting import asking
from webapp.reporting.catalogue import REPORTS
from webapp.reporting.sales import a_year_before

TODAY = asking.today()
DAYS = f"from_on={TODAY - timedelta(days=3)}&until_on={TODAY + timedelta(days=1)}"


@pytest.fixture
async def order(app: Starlette, client: httpx2.AsyncClient) -> AsyncIterator[Order]:
    async with at_work(app):
        (order,) = await sold(app.state.db, await add_world(app.state.db))
        yield order


@pytest.mark.parametrize("word", REPORTS)
async def test_every_report_by_every_dimension(
    app: Starlette, client: httpx2.AsyncClient, order: Order, word: str
) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    for by in REPORTS[word].dimensions:
        page = await client.get(f"/office/reports/{word}?by={by}&{DAYS}")

        assert page.status_code == 200, by
        assert "选择其他" not in page.text


async def test_sales_are_what_was_sold_and_lead_to_the_orders(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    page = await client.get(
        f"/office/reports/sales?by=window&{DAYS}", headers={"HX-Request": "true"}
    )

    assert "<html" not in page.text
    assert "196.00" in page.text.split("<tfoot>")[1]
    (link,) = re.findall(r'href="(/office/orders\?[^"]+)"', page.text)
    listed = await client.get(link.replace("&amp;", "&"))
    assert order.number in listed.text


async def test_the_file_holds_the_table_and_its_sum(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    rows = await taken(client, "report.sales", f"by=type&{DAYS}")

    assert [row["票种"] for row in rows][-1] == "合计"
    assert sum(float(row["净销售额"]) for row in rows[:-1]) == float(rows[-1]["净销售额"]) == 196.0


async def test_a_unit_has_what_its_areas_sold_and_its_share(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    (unit, total) = await taken(client, "report.units", f"by=unit&{DAYS}")

    assert (float(unit["净销售额"]), float(unit["分成"])) == (196.0, 196.0)
    assert (float(unit["上年同期"]), total["分成"]) == (0.0, unit["分成"])
    days = Asked((), date(2028, 2, 29), date(2028, 3, 1))
    assert a_year_before(days)[1:3] == (date(2027, 2, 28), date(2027, 3, 1))


async def test_days_without_sense_are_said_so(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    turned = await client.get("/office/reports/sales?from_on=2026-03-02&until_on=2026-03-01")
    endless = await client.get("/office/reports/sales?from_on=1999-03-02&until_on=2026-03-01")

    assert "结束日期早于开始日期" in turned.text
    assert "一次最多" in endless.text
    assert (await client.get("/office/reports/secrets")).status_code == 404


async def test_another_area_stays_empty(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.FINANCE)
    nowhere = "0" * 8 + "-0000-0000-0000-" + "0" * 12

    page = await client.get(f"/office/reports/sales?area_id={nowhere}&{DAYS}")

    assert "196.00" not in page.text


async def test_a_cashier_sees_no_reports(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.CASHIER)

    assert (await client.get("/office/reports")).status_code == 403
    assert (await client.get("/office/reports/sales")).status_code == 403


async def test_a_report_is_printed_for_the_safe(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    answer = await client.get(f"/office/reports/sales/paper?by=type&{DAYS}")

    assert answer.headers["content-type"] == "application/pdf"
    (text,) = read(answer.content).texts
    assert "196.00" in text and "复核" in text and "1 / 1" in text
