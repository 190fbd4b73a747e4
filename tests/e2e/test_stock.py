"""A roll in a real browser: issued, sold from, and one blank missing when the shift is closed."""

import pytest
from playwright.async_api import Page, expect

from domain.commerce import shifts, stock
from domain.commerce.shifts import Shift, ShiftStatus
from domain.commerce.stock import counting
from domain.operation.staff import Role
from tests.domain.commerce.stock.stocked import Stocked, add_stock, at, issue, receive, span
from tests.e2e.conftest import House, look_over

pytestmark = pytest.mark.browser


async def sell_one(house: House, page: Page, made: Stocked) -> None:
    """A cashier opens a shift, gets ten blanks, and prints a ticket on the first."""
    db = house.app.state.db
    await house.sign_in(page, Role.CASHIER)
    await page.goto(f"{house.url}/window/tills")
    await page.click("form button")
    await page.fill("[name=float_minor]", "500")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/sales/new")
    await issue(db, made, span(10_001, 10_010))
    await page.goto(f"{house.url}/window/sales/new")
    await expect(page.locator(".strip")).to_contain_text("10001")
    await page.keyboard.press("1")
    await page.wait_for_timeout(600)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/done")
    await page.wait_for_timeout(3_000)  # the frame prints
    assert await at(db, made.world.window_id, made.kind_id) == ["10002–10010"]


async def count_cash(house: House, page: Page, shift: Shift) -> None:
    cash = (await house.app.state.db.ask(shifts.expected, shift.id)) // 100
    for value, pieces in ((10_000, cash // 100), (1_000, cash % 100 // 10), (100, cash % 10)):
        await page.fill(f"[name='pieces.{value}']", str(pieces))


async def test_a_roll_is_issued_sold_from_and_closed_with_a_difference(
    house: House, browser_page: Page
) -> None:
    page, db = browser_page, house.app.state.db
    made = await add_stock(db)
    await receive(db, made, span(10_001, 10_500))
    await sell_one(house, page, made)

    await page.goto(f"{house.url}/window/paper")
    await look_over(page)
    await page.goto(f"{house.url}/window/shift")
    await look_over(page)
    shift = await db.ask(shifts.current, made.world.window_id)
    await count_cash(house, page, shift)
    await page.fill("#stock_first_0", "10003")
    await page.locator("#count .btn.primary").click()
    await page.wait_for_selector("[data-why]")
    await expect(page.locator("#count")).to_contain_text("10002")
    await look_over(page)
    assert (await db.ask(shifts.get_shift, shift.id)).status is ShiftStatus.OPEN

    await page.locator("#count .btn.primary").click()
    await page.wait_for_selector("[data-why][aria-invalid=true]")
    await page.fill("[data-why]", "撕票时损坏")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/window/shifts/{shift.id}")
    await look_over(page)

    closed = await db.ask(shifts.get_shift, shift.id)
    (told,) = await db.ask(counting.report, closed)
    assert closed.status is ShiftStatus.CLOSED
    assert (told.received, told.printed, told.voided, told.left) == (10, 1, 1, 8)
    assert await db.ask(stock.verification.check) == []
