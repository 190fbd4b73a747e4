"""Orders of an agent from a sheet: every row is looked at, then all are booked, or none."""

import re
from datetime import timedelta

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import orders
from domain.commerce.orders import OrderFilter
from domain.kernel import clock
from domain.kernel.clock import local_day
from tests.webapp.routes.agents.portal import Portal, open_portal
from webapp.agent_sheets import COLUMNS, day_in, rows_of
from webapp.importing.uploads import sheet_of
from webapp.site import SHANGHAI

HEAD = "日期,票种,数量,联系人,手机,单号"
NAMES = "日期,票种,数量,姓名,证件号,联系人,单号"
LI = "11010519491231002X"


@pytest.fixture
async def portal(app: Starlette, client: httpx2.AsyncClient) -> Portal:
    portal = await open_portal(app, client)
    await portal.come_in()
    return portal


async def look(portal: Portal, *rows: str, head: str = HEAD) -> httpx2.Response:
    content = "\n".join((head, *rows)).encode()
    return await portal.client.post(
        "/agents/uploads", files={"file": ("orders.csv", content, "text/csv")}
    )


def tomorrow() -> str:
    return (local_day(clock.utc_now(), SHANGHAI) + timedelta(days=1)).isoformat()


def fields_of(page: httpx2.Response) -> dict[str, str]:
    found = re.findall(r'name="(request_id|rows)" value="([^"]*)"', page.text)
    return {name: text.replace("&#34;", '"') for name, text in found}


async def test_rows_of_one_reference_are_one_order_and_book_once(portal: Portal) -> None:
    day = tomorrow()
    rows = (f"{day},ADULT,2,赵磊,,CQ-1", f"{day},child,1,赵磊,,CQ-1", f"{day},ADULT,3,,,")

    shown = await look(portal, *rows)
    assert shown.status_code == 200 and await portal.db.ask(orders.list_orders, OrderFilter()) == []
    assert "481.00" in shown.text  # five adults at 88.20, a child at 40.00
    for _ in range(2):
        booked = await portal.client.post("/agents/uploads/orders", data=fields_of(shown))
        assert booked.status_code == 303, booked.text

    found = await portal.db.ask(orders.list_orders, OrderFilter())
    assert sorted((one.note, one.tickets) for one in found) == [("", 3), ("CQ-1", 3)]
    assert (await portal.agent()).owed_minor == 48_100


async def test_nothing_is_booked_while_a_row_is_wrong(portal: Portal) -> None:
    day = tomorrow()
    rows = [f"{day},ADULT,2,,,", "1 May,ADULT,2,,,", f"{day},NAMED,1,,,", f"{day},ADULT,0,,,"]

    shown = await look(portal, *rows)

    assert shown.status_code == 422 and "uploads/orders" not in shown.text
    for said in ("2026-05-01", "填写游客姓名和证件号", "数量 1 到"):
        assert said in shown.text
    assert (await look(portal)).status_code == 422
    assert (
        await portal.client.post("/agents/uploads/orders", data={"rows": "x"})
    ).status_code == 422
    assert await portal.db.ask(orders.list_orders, OrderFilter()) == []


async def test_beyond_the_credit_none_of_them_is_booked(portal: Portal) -> None:
    day = tomorrow()
    shown = await look(portal, f"{day},ADULT,100,,,A", f"{day},ADULT,100,,,B")

    refused = await portal.client.post("/agents/uploads/orders", data=fields_of(shown))

    assert refused.status_code == 422
    assert await portal.db.ask(orders.list_orders, OrderFilter()) == []
    assert (await portal.agent()).owed_minor == 0


async def test_a_row_is_a_visitor_or_a_group(portal: Portal) -> None:
    day, hers = tomorrow(), "110101199003074151"
    rows = (
        f"{day},NAMED,,李四,{LI},,CQ-1",
        f"{day},NAMED,1,王五,{hers},,CQ-1",
        f"{day},GROUP,16,,,赵磊,CQ-2",
    )

    shown = await look(portal, *rows, head=NAMES)
    assert shown.status_code == 200, shown.text
    booked = await portal.client.post("/agents/uploads/orders", data=fields_of(shown))
    assert booked.status_code == 303, booked.text

    found = {one.note: one for one in await portal.db.ask(orders.list_orders, OrderFilter())}
    named = await portal.db.ask(orders.get_order, found["CQ-1"].id)
    assert [len(line.visitors) for line in named.lines if line.quantity == 2] == [2]
    group = await portal.db.ask(orders.get_order, found["CQ-2"].id)
    assert sum(line.persons for line in group.lines) == 16


async def test_rows_of_visitors_say_what_is_wrong(portal: Portal) -> None:
    day = tomorrow()
    rows = (
        f"{day},NAMED,,李四,{LI},,",
        f"{day},NAMED,,李四,{LI},,",
        f"{day},NAMED,3,王五,{LI},,",
        f"{day},NAMED,,王五,,,",
        f"{day},NAMED,,王五,110105194912310021,,",
        f"{day},ADULT,1,王五,{LI},,",
        f"{day},GROUP,2,,,,",
    )

    shown = await look(portal, *rows, head=NAMES)

    assert shown.status_code == 422
    assert shown.text.count('<span class="bad">') == 6
    for said in ("与第 2 行", "每位游客一行", "填写游客姓名和证件号", "不要填", "至少 10 人"):
        assert said in shown.text, said


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_template_is_understood_as_it_is(portal: Portal, language: str) -> None:
    saved = await portal.client.get(
        "/agents/uploads/template", headers={"Accept-Language": language}
    )

    sheet = await sheet_of(saved.content)
    rows = rows_of(sheet.headings, sheet.rows)
    assert len(rows) == 1 and rows[0].texts.keys() == COLUMNS.keys()


@pytest.mark.parametrize("text", ["2026-05-01", "2026/5/1", "2026-05-01 00:00:00", "2026.05.01"])
def test_days_are_read_as_people_write_them(text: str) -> None:
    found = day_in(text)
    assert found is not None and found.isoformat() == "2026-05-01"
