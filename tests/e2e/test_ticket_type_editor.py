"""The editor of a ticket type in a real browser: days are dragged over, priced, submitted."""

import re

import pytest
from playwright.async_api import Page, expect

from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.e2e.conftest import House, look_over

pytestmark = pytest.mark.browser


async def test_days_are_dragged_over_priced_and_submitted(house: House, browser_page: Page) -> None:
    page = browser_page
    world = await add_world(house.app.state.db)
    await house.sign_in(page, Role.PRODUCT_MANAGER)
    await page.goto(f"{house.url}/office/ticket-types/{world.adult_id}?month=2027-02")
    await look_over(page)

    await page.locator("td.pick").nth(2).hover()
    await page.mouse.down()
    await page.locator("td.pick").nth(4).hover()
    await page.mouse.up()
    await expect(page.locator("[name=set_days]:checked")).to_have_count(3)
    await page.fill("#set_price_minor", "128")
    await page.get_by_role("button", name="设为所选日期的价格").click()

    await expect(page).to_have_url(re.compile("month=2027-02"))
    await expect(page.locator("td.pick.peak")).to_have_count(3)
    await look_over(page)
    await page.get_by_role("button", name="提交复核").first.click()
    await page.fill("#reason", "春节旺季")
    await page.locator("#submit [value=submit]").click()
    await expect(page.get_by_text("等待另一位同事复核")).to_be_visible()
    await look_over(page)
