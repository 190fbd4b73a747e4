"""The live page of a check site moves by itself; what is wrong with a device is on the worklist."""

import pytest
from playwright.async_api import Page, expect

from domain.admission import devices, faults
from domain.admission.devices import Presence
from domain.kernel.clock import utc_now
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Role
from tests.domain.admission.world import World
from tests.domain.commerce import factories
from tests.e2e.conftest import House, look_over
from tests.webapp.routes.office.test_monitoring import a_site

pytestmark = pytest.mark.browser


async def test_a_device_falls_silent_and_somebody_looks_after_it(
    house: House, browser_page: Page
) -> None:
    db, page = house.app.state.db, browser_page
    market = await factories.add_world(db)
    window = await db.ask(places.get_place, PlaceKind.WINDOW, market.window_id)
    world = World(db)
    world.area_id = market.area_id
    await house.sign_in(page, Role.SUPERVISOR)
    site_id, device_id = await stands(world)
    await page.goto(f"{house.url}/office/check-sites/{site_id}/now")
    await expect(page.locator("[data-gate]")).to_contain_text("在线")
    await look_over(page)

    await db.act(devices.report_state, device_id, Presence.OFFLINE, "b2", 0, utc_now())
    await db.act(faults.look, utc_now())

    await expect(page.locator("[data-gate]")).to_contain_text("离线", timeout=15_000)
    await page.goto(f"{house.url}/office/device-faults")
    await look_over(page)
    await page.click("#list a:has-text('离线')")
    await look_over(page)
    await page.click("button:has-text('确认')")
    await expect(page.locator("main")).to_contain_text("处理中")
    await page.goto(f"{house.url}/office/sales-sites/{window.sales_site_id}/now")
    await expect(page.locator("main table")).to_contain_text("未开班")
    await look_over(page)
    await page.goto(f"{house.url}/office/monitoring")
    await look_over(page)


async def stands(world: World) -> tuple[str, str]:
    site_id, _gate, device_id = await a_site(world)
    await world.db.act(devices.report_state, device_id, Presence.ONLINE, "b2", 0, utc_now())
    return site_id, device_id
