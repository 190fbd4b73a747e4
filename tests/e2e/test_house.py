"""The ground of every page in a real browser: door, keys, dialogs, notices, light and dark."""

import pytest
from playwright.async_api import Page, expect

from domain.operation.staff import Role
from tests.e2e.conftest import House, look_over

pytestmark = pytest.mark.browser


async def test_one_signs_in_by_keyboard_alone(house: House, browser_page: Page) -> None:
    page = browser_page
    await page.goto(f"{house.url}/office/units")
    await look_over(page)

    await page.keyboard.type("administrator")
    await page.keyboard.press("Tab")
    await page.keyboard.type("wrong password")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("工号或密码不对")
    await look_over(page)

    await page.fill("[name=password]", "correct horse 42")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/office/units")


async def test_a_person_chooses_language_and_light(house: House, browser_page: Page) -> None:
    page = browser_page
    await house.sign_in(page, Role.ADMINISTRATOR)
    await page.goto(f"{house.url}/components")

    await page.click("button:has-text('English')")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.click("[popovertarget=me]")
    await page.click("button:has-text('Dark')")

    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page).to_have_url(f"{house.url}/components")


async def test_every_shared_piece_is_accessible(house: House, browser_page: Page) -> None:
    page = browser_page
    await house.sign_in(page, Role.ADMINISTRATOR)
    await page.goto(f"{house.url}/components")
    await look_over(page)

    await page.click("[data-opens=void]")
    await expect(page.locator("#void")).to_be_visible()
    await look_over(page)
    await page.keyboard.press("Escape")
    await expect(page.locator("#void")).to_be_hidden()
    await page.click("details.figures summary")
    await page.click("[popovertarget=me]")
    await look_over(page)


async def test_rows_are_walked_and_chosen_by_keys(house: House, browser_page: Page) -> None:
    page = browser_page
    await house.sign_in(page, Role.ADMINISTRATOR)
    await page.goto(f"{house.url}/components")
    await page.evaluate("document.activeElement.blur()")

    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.keyboard.press("x")
    await expect(page.locator("tbody tr:focus .tick input")).to_be_checked()
    await page.keyboard.press("Enter")

    await expect(page).to_have_url(f"{house.url}/components#1938")


async def test_the_first_mistake_has_the_focus(house: House, browser_page: Page) -> None:
    await browser_page.goto(f"{house.url}/components")

    await expect(browser_page.locator("#identity")).to_be_focused()


async def test_a_failed_request_brings_a_notice_and_keeps_the_page(
    house: House, browser_page: Page
) -> None:
    page = browser_page
    await house.sign_in(page, Role.ADMINISTRATOR)
    await page.goto(f"{house.url}/components")

    await page.evaluate("htmx.ajax('GET', '/office/nothing', '#list')")
    await expect(page.locator("#notices")).to_contain_text("没有这一页")
    await expect(page.locator("#list")).to_be_visible()
    await look_over(page)
    await page.click("#notices [data-dismiss]")
    await expect(page.locator("#notice")).to_have_count(0)


async def test_a_toast_is_said_and_goes_away(house: House, browser_page: Page) -> None:
    page = browser_page
    await page.goto(f"{house.url}/components")

    await page.evaluate("htmx.trigger(document.body, 'toast', {text: '已出票 4 张', kind: 'ok'})")
    await expect(page.locator("#toasts")).to_contain_text("已出票 4 张")
    await look_over(page)
    await expect(page.locator("#toasts .toast")).to_have_count(0, timeout=10_000)


async def test_lost_pages_are_accessible(house: House, browser_page: Page) -> None:
    await browser_page.goto(f"{house.url}/nowhere")

    await look_over(browser_page)
