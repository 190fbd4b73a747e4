"""The till prints after each sale, all day, in one browser."""

import pytest
from playwright.async_api import Page, expect

from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.e2e.conftest import House

pytestmark = pytest.mark.browser
SALES = 20
# As in a browser that a person uses, with a printer that counts instead of printing.
AT_A_TILL = """
Object.defineProperty(Navigator.prototype, "webdriver", { get: () => false });
window.print = () => localStorage.setItem("prints", 1 + Number(localStorage.getItem("prints")));
"""
PRINTS = "Number(localStorage.getItem('prints'))"


async def begin(house: House, page: Page) -> None:
    await add_world(house.app.state.db)
    await house.sign_in(page, Role.CASHIER)
    await page.goto(f"{house.url}/window/tills")
    await page.click("form button")
    await page.fill("[name=float_minor]", "500")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/sales/new")


async def sell(page: Page) -> None:
    """One ticket, by keyboard; its paper is in the frame."""
    await page.keyboard.press("1")
    await expect(page.locator(".lines [data-line]")).to_have_count(1)
    async with page.expect_response("**/tickets.pdf*", timeout=20_000) as asked:
        await page.keyboard.press("Enter")
    answer = await asked.value
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    await page.wait_for_url("**/window/orders/*/done")
    await page.wait_for_function(
        "Object.keys(sessionStorage).some(key => key.includes(location.pathname))"
    )
    await expect(page.locator("#print-failed")).to_be_hidden()


async def next_visitor(page: Page) -> None:
    await page.keyboard.press("a")
    await page.wait_for_url("**/window/sales/new")


async def test_twenty_sales_in_one_browser(house: House, browser_page: Page) -> None:
    crashed: list[str] = []
    browser_page.on("crash", lambda page: crashed.append(page.url))
    await begin(house, browser_page)

    for _ in range(SALES):
        await sell(browser_page)
        await next_visitor(browser_page)

    assert crashed == []


async def test_each_sale_is_printed_once(house: House, browser_page: Page) -> None:
    page = browser_page
    await page.add_init_script(AT_A_TILL)
    await begin(house, page)

    for number in range(1, 4):
        await sell(page)
        await page.wait_for_function(f"{PRINTS} === {number}")
        await page.reload()
        await page.wait_for_timeout(500)
        assert await page.evaluate(PRINTS) == number
        await next_visitor(page)


async def test_a_browser_that_shows_no_paper_says_so(house: House, browser_page: Page) -> None:
    page = browser_page
    await page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'pdfViewerEnabled', { get: () => false })"
    )
    await begin(house, page)

    await page.keyboard.press("1")
    await expect(page.locator(".lines [data-line]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/orders/*/done")

    await expect(page.locator("#print-failed")).to_be_visible()
