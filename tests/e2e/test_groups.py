"""A group that comes in two buses, at two gates at once, on one code."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from domain.admission import groups, tickets
from domain.admission.groups import Booking, GroupKind
from domain.commerce import capacity, orders, shifts
from domain.commerce.orders import Cash
from domain.kernel.db import Tx
from domain.operation.places.tables import areas
from domain.operation.staff import Role
from tests.domain.admission.groups.parties import Parties
from tests.domain.admission.groups.test_groups import add_second_gate
from tests.domain.admission.tickets.market import Market, add_gate, add_site
from tests.domain.commerce import factories
from tests.e2e.conftest import House, look_over
from tests.e2e.test_gate import ready, wedge

pytestmark = pytest.mark.browser
ID = "11010519491231002X"


async def test_two_buses_at_two_gates(house: House, browser: Browser, browser_page: Page) -> None:
    """28 and 22 of a group of 50; a reader at the other gate never lets the 51st in."""
    db, page = house.app.state.db, browser_page
    group_id, code, gates = await arrived(house)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await house.sign_in(page, Role.GATE_STAFF)
    await stand_at(page, house, gates[0])
    other = await (await browser.new_context(locale="zh-CN")).new_page()
    await house.sign_in(other, Role.SUPERVISOR)
    await stand_at(other, house, gates[1])

    await page.click("text=查询")
    await page.wait_for_url("**/lookups/new")
    await expect(page.locator("[name=code]")).to_be_focused()
    await wedge(page, code)
    await expect(page.locator(".roster")).to_contain_text("张伟")
    assert ID not in await page.content()
    await look_over(page)
    await page.click("text=返回")
    await ready(page)

    for at, heads, sum_ in ((page, "28", "28 / 50"), (other, "22", "50 / 50")):
        await at.fill("#scan [name=code]", code)
        await at.fill("#scan [name=persons]", heads)
        await at.click("#scan button")
        await expect(at.locator(".huge")).to_contain_text(sum_)
    await page.click("text=结束")
    await expect(page.locator("h1")).to_have_text("请刷票")
    await wedge(page, code)
    await expect(page.locator("h1")).to_have_text("请勿通行")
    assert (await db.ask(groups.get, group_id)).entered == 50
    await other.context.close()


async def stand_at(page: Page, house: House, gate: str) -> None:
    await page.goto(f"{house.url}/gate")
    await page.click(f"text={gate}")
    await ready(page)


async def arrived(house: House) -> tuple[str, str, tuple[str, str]]:
    """A paid group of today with a name on its roster, its short code, the names of two gates."""
    db, now = house.app.state.db, datetime.now(UTC)
    world = await factories.add_world(db)
    await db.act(open_all_day)
    parties = Parties(Market(db, world))
    site_id = await add_site(db, world)
    await add_gate(db, world, site_id)
    await add_second_gate(parties, site_id)
    await db.act(shifts.open_shift, world.window_id, 50_000, world.cashier, now)
    vault = house.app.state.vault
    given = Booking(
        world.area_id,
        GroupKind.AGENCY,
        "黔程国旅",
        orders.contact(vault, "赵磊", "13800138000"),
        50,
        0,
        (now + timedelta(hours=8)).date(),
        None,
        world.group_id,
        False,
    )
    lane = capacity.lane(world.area_id)
    group_id = await db.act(groups.book, given, "buses", world.supervisor, now, lane=lane)
    sheet = groups.read_roster(vault, [["张伟", ID]], given.visit_on)
    await db.act(groups.save_roster, group_id, sheet.members, world.supervisor, now)
    group = await db.ask(groups.get, group_id)
    cash = Cash(world.window_id, 1_000_000)
    await db.act(orders.pay, group.order_id, cash, world.cashier, now, lane=lane)
    group = await db.ask(groups.get, group_id)
    (printed,) = await db.ask(tickets.printed, [group.ticket_id])
    return group_id, printed.short_code, ("南门 1 号", "南门 2 号")


async def open_all_day(tx: Tx) -> None:
    hours = {"opens_at": "00:00", "closes_at": "24:00", "last_entry_at": "24:00"}
    await tx.run(areas.update().values(**hours))
