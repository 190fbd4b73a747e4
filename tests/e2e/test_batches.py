"""A batch change in a real browser, by keyboard alone: marked, shared out, previewed, asked for."""

import re

import pytest
from playwright.async_api import Page, expect

from domain.operation.staff import Role
from tests.e2e.conftest import House, look_over
from tests.places import build
from tests.webapp.routes.office.test_batches import stand

pytestmark = pytest.mark.browser


async def test_devices_are_moved_by_keyboard_alone(house: House, browser_page: Page) -> None:
    page, keys = browser_page, browser_page.keyboard
    await stand(house.app, await build(house.app.state.db), 6)
    await house.sign_in(page, Role.ADMINISTRATOR)
    await page.goto(f"{house.url}/office/devices")
    await expect(page.locator("form.bulk")).to_be_hidden()
    for key in "jxjjx":
        await keys.press(key)
    await expect(page.locator("[data-marked]")).to_have_text("已选 2 条")
    await look_over(page)

    await keys.press("b")
    dialog = page.locator("dialog[open]")
    await expect(dialog.get_by_text("2 条")).to_be_visible()
    await look_over(page)
    await page.locator("#principle").focus()
    await keys.press("ArrowDown")
    await expect(page.locator("#principle [value=sequential][selected]")).to_be_attached()
    await expect(page.locator("#principle")).to_be_focused()
    for key in ("Tab", "Space"):
        await keys.press(key)
    await expect(page.locator("[name=target]")).to_be_checked()
    await keys.press("Enter")

    await expect(page).to_have_url(re.compile(r"/office/batches/[0-9a-f-]{36}$"))
    await expect(page.locator("#reason")).to_be_focused()
    await look_over(page)
    await keys.type("换到南门")
    await keys.press("Enter")
    await expect(page.get_by_text("待审批").first).to_be_visible()
    await look_over(page)
    await page.goto(f"{house.url}/office/batches")
    await look_over(page)
