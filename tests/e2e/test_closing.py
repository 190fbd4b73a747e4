"""The end of a shift in a real browser: counted by keyboard, explained, closed."""

import pytest
from playwright.async_api import Page, expect

from domain.commerce import shifts
from domain.commerce.shifts import ShiftStatus
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.e2e.conftest import House, look_over

pytestmark = pytest.mark.browser


async def begin(house: House, page: Page) -> str:
    """A cashier at window 1 with 500 yuan in the drawer; gives the window's id."""
    world = await add_world(house.app.state.db)
    await house.sign_in(page, Role.CASHIER)
    await page.goto(f"{house.url}/window/tills")
    await page.click("form button")
    await page.fill("[name=float_minor]", "500")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/sales/new")
    return world.window_id


async def test_a_shift_is_counted_and_closed_by_keyboard(house: House, browser_page: Page) -> None:
    page = browser_page
    window_id = await begin(house, page)
    shift = await house.app.state.db.ask(shifts.current, window_id)
    await page.keyboard.press("F10")
    await page.wait_for_url("**/window/shift")
    await look_over(page)

    await page.keyboard.type("4")
    await page.keyboard.press("Enter")
    await page.keyboard.type("1")
    await expect(page.locator("tfoot [data-total]")).to_contain_text("450.00")
    for _ in range(7):
        await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#note")
    await expect(page.locator(".total .money")).to_have_text("50.00")
    await look_over(page)

    await page.keyboard.type("找零时多给了一张 50 元")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/window/shifts/{shift.id}")
    await look_over(page)
    closed = await house.app.state.db.ask(shifts.get_shift, shift.id)
    assert closed.status is ShiftStatus.CLOSED


async def test_cash_is_dropped(house: House, browser_page: Page) -> None:
    page = browser_page
    await begin(house, page)
    await page.goto(f"{house.url}/window/drops/new")
    await page.fill("[name=amount_minor]", "200")
    await page.select_option("[name=received_by]", index=1)
    await look_over(page)
    await page.focus("[name=note]")
    await page.keyboard.press("Enter")
    await expect(page.locator("tfoot .money")).to_have_text("200.00")
