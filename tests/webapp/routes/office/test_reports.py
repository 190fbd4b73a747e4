"""Reports in the office: what the page says is what was sold, and what its file says."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import ota
from domain.commerce.orders import Order
from domain.kernel import clock
from domain.kernel.errors import say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Role
from domain.reports.days import Asked
from tests.domain.admission.ota.pretend import PretendOta, add_ota
from tests.domain.admission.world import built
from tests.domain.commerce.factories import add_world
from tests.webapp.exports import at_work, taken
from tests.webapp.people import sign_in_as
from tests.webapp.printing.reading import read
from tests.webapp.routes.office.test_orders import sold
from webapp import i18n, site
from webapp.reporting.catalogue import REPORTS
from webapp.reporting.model import Measure
from webapp.reporting.sales import a_year_before
from webapp.routes.office.reports import versus

TODAY = site.today()
NOWHERE = "0" * 8 + "-0000-0000-0000-" + "0" * 12
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


@pytest.mark.parametrize("word", REPORTS)
async def test_every_filter_of_every_report_narrows_it(
    app: Starlette, client: httpx2.AsyncClient, order: Order, word: str
) -> None:
    await sign_in_as(client, app, Role.FINANCE)
    others = {"channel": "kiosk", "cause": "closure", "level": "red", "hour": "23"}

    for name in REPORTS[word].filters:
        query = f"{name}={others.get(name, NOWHERE)}&{DAYS}"
        page = await client.get(f"/office/reports/{word}?{query}", headers={"HX-Request": "true"})
        file = await client.get(f"/office/reports/{word}/paper?{query}")

        assert page.status_code == file.status_code == 200, name
        assert "196.00" not in page.text, name


async def test_a_sales_site_is_its_windows(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.FINANCE)
    assert order.window_id is not None
    window = await app.state.db.ask(places.get_place, PlaceKind.WINDOW, order.window_id)

    for more, is_there in (
        ("", True),
        (f"&window_id={window.id}", True),
        (f"&window_id={NOWHERE}", False),
    ):
        query = f"by=cashier&site_id={window.sales_site_id}{more}&{DAYS}"
        page = await client.get(f"/office/reports/sales?{query}", headers={"HX-Request": "true"})
        assert ("196.00" in page.text) is is_there, more


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


async def test_a_unit_is_told_by_day_and_by_type(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.FINANCE)
    area = await app.state.db.ask(places.get_place, PlaceKind.AREA, order.area_id)

    listed = await client.get(f"/office/reports/units?{DAYS}")
    (link,) = re.findall(r'href="(/office/reports/units\?by=day[^"]+)"', listed.text)
    own = link.replace("&amp;", "&").split("?")[1]
    assert area.unit_id in own
    (day, total) = await taken(client, "report.units", own)
    assert (float(day["净销售额"]), float(total["分成"])) == (196.0, 196.0)
    (kind, total) = await taken(client, "report.units", own.replace("by=day", "by=type"))
    assert (float(kind["分成"]), kind["入园人次"], total["分成"]) == (196.0, "", kind["分成"])
    none = await taken(client, "report.units", f"by=type&unit_id={NOWHERE}&{DAYS}")
    assert [float(row["分成"] or 0) for row in none] == [0.0]


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

    page = await client.get(f"/office/reports/sales?area_id={NOWHERE}&{DAYS}")

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


@pytest.mark.parametrize(
    ("growth", "now", "before", "told"),
    [
        ("ok", 3, 2, ("+50.0%", "ok")),
        ("ok", 1, 2, ("−50.0%", "bad")),
        ("bad", 3, 2, ("+50.0%", "bad")),
        ("bad", 1, 2, ("−50.0%", "ok")),
        ("quiet", 3, 2, ("+50.0%", "quiet")),
        ("ok", 2, 2, ("±0.0%", "quiet")),
        ("bad", 2, 0, ("—", "faint")),
        ("ok", None, 2, ("", "")),
    ],
)
def test_more_is_not_always_better(
    growth: str, now: int | None, before: int, told: tuple[str, str]
) -> None:
    assert versus(Measure(say("Sold"), growth=growth), now, before) == told


async def test_an_ota_is_reconciled_with_its_account(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    now, vault = clock.utc_now(), app.state.vault
    port = ota.Port(app.state.db, vault, i18n.translate)

    async def post(message: bytes) -> bytes:
        return (await port.answer(message, "127.0.0.1", now)).encoded()

    async with at_work(app):
        await add_ota(app.state.db, vault, await add_world(app.state.db), now)
        them = PretendOta(post, "ctrip01")
        them.now = now
        visit_on = (TODAY + timedelta(days=3)).isoformat()
        order = await them.create(items=[them.item(3, useStartDate=visit_on)])
        assert await them.cancel(order, 1) == "0000"
        await sign_in_as(client, app, Role.FINANCE)

        (row, total) = await taken(client, "report.otas", f"by=ota&{DAYS}")
        page = await client.get(f"/office/reports/otas?{DAYS}")
        nobody = await client.get(f"/office/reports/otas?ota_id={NOWHERE}&{DAYS}")
        (kind, kinds) = await taken(client, "report.otas", f"by=type&{DAYS}")

    assert row["OTA 账号"] == "携程 · ctrip01"
    assert (float(row["售票额"]), float(row["退款额"])) == (264.6, -88.2)
    assert float(row["订单应收"]) == float(row["账户实扣"]) == 176.4
    assert float(row["差额"]) == float(total["差额"]) == 0.0
    assert "176.40" in page.text and "176.40" not in nobody.text
    assert (kind["票种"], kind["售出"], kind["已使用票"]) == ("ADULT", "3", "0")
    assert (float(kind["订单应收"]), kinds["账户实扣"], kinds["差额"]) == (176.4, "", "")


async def test_entries_by_check_site_and_hour(app: Starlette, client: httpx2.AsyncClient) -> None:
    async with built(app.state.db) as world, at_work(app):
        north = await world.add("check_sites", area_id=world.area_id, code="N", name_zh="北门")
        gates = [await world.add_gate() for _ in range(2)]
        gates.append(await world.add_gate(check_site_id=north))
        day = {"area_id": world.area_id, "day": TODAY - timedelta(days=1)}
        for gate_id, hour, entered in zip(gates, (9, 10, 10), (71, 72, 73), strict=True):
            figures = {"gate_id": gate_id, "hour": hour, "entered": entered}
            await world.put("entry_hours", **day, **figures)
        await sign_in_as(client, app, Role.FINANCE)

        async def told(query: str) -> dict[str, float]:
            rows = await taken(client, "report.entries", f"{query}&{DAYS}")
            return {next(iter(row.values())): float(row["入园人次"]) for row in rows}

        by_site = await told("by=check_site")
        of_south = await told(f"by=gate&check_site_id={world.check_site_id}")
        at_ten = await told("by=check_site&hour=10")
        both = await told(f"by=check_site&check_site_id={north}&hour=9")
        page = await client.get(f"/office/reports/entries?by=check_site&hour=10&{DAYS}")

    assert by_site == {"南门": 143, "北门": 73, "合计": 216}
    assert of_south["合计"] == 143
    assert at_ten == {"南门": 72, "北门": 73, "合计": 145}
    assert both["合计"] == 0
    assert "10:00" in page.text and "145" in page.text
