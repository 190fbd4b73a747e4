"""The office pages of admission in a real browser: nothing for axe to find, nothing refused."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from domain.admission import devices, redemptions
from domain.admission.devices import Alarm, AlarmCode, AlarmSeverity, DeviceInput, DeviceKind
from domain.admission.redemptions import ByHand
from domain.kernel.actors import SYSTEM
from domain.operation.staff import Role
from tests.domain.admission.world import DAY, World, built
from tests.e2e.conftest import House, look_over

pytestmark = pytest.mark.browser


async def furnished(house: House, world: World) -> str:
    """A device with an alarm, a ticket that was used and refused, an incident; the ticket's id."""
    db, now = house.app.state.db, datetime.now(UTC)
    day = {"opens_at": "00:00", "closes_at": "24:00", "last_entry_at": "24:00"}
    await world.change("areas", world.area_id, **day)
    gate_id = await world.add_gate()
    given = DeviceInput(
        name="南门闸机", kind=DeviceKind.TURNSTILE, area_id=world.area_id, gate_id=gate_id
    )
    device_id = await db.act(devices.add, given, SYSTEM, now)
    alarm = Alarm("a1", AlarmCode.JAM, AlarmSeverity.CRIT, True, "arm")
    await db.act(devices.report_alarm, device_id, alarm, now)
    ticket = await world.add_ticket(valid_from=now - DAY, valid_until=now + DAY)
    for _ in range(2):
        await world.scan(gate_id, ticket.qr(), now, passage=True)
    await db.act(redemptions.admit, ByHand("r1", gate_id, 2, "票码破损"), SYSTEM, now)
    return ticket.id


async def test_the_pages_are_accessible(house: House, browser_page: Page) -> None:
    page = browser_page
    async with built(house.app.state.db) as world:
        ticket_id = await furnished(house, world)
        await house.sign_in(page, Role.SUPERVISOR)
        for path in ("devices", "incidents", "redemptions", "passages", "tickets"):
            await page.goto(f"{house.url}/office/{path}")
            await look_over(page)
        await page.goto(f"{house.url}/office/tickets/{ticket_id}")
        await look_over(page)


async def test_a_device_is_paired_and_its_code_runs_out(house: House, browser_page: Page) -> None:
    page = browser_page
    async with built(house.app.state.db) as world:
        await furnished(house, world)
        await house.sign_in(page, Role.ADMINISTRATOR)
        await page.goto(f"{house.url}/office/devices")
        await page.click("text=南门闸机")
        await page.click("text=生成配对码")
        await expect(page.locator("[data-countdown]")).to_contain_text("9:")
        await look_over(page)
        await page.click("text=修改")
        await look_over(page)
