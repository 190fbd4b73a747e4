"""Sold orders at the window in a real browser: found by keyboard and scanner, given back, changed,
printed again."""

import re

import pytest
from playwright.async_api import Page, expect

from domain.commerce import orders, refunds
from domain.commerce.orders import Order, OrderFilter
from domain.kernel import money
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.e2e.conftest import House, look_over

pytestmark = pytest.mark.browser
NO_PAPER = "window.print = () => {}"  # a browser without a printer may fall over its dialog


async def begin(house: House, page: Page) -> Order:
    """A cashier at window 1 who has sold three tickets for tomorrow."""
    await page.add_init_script(NO_PAPER)
    world = await add_world(house.app.state.db)
    await house.sign_in(page, Role.CASHIER)
    await page.goto(f"{house.url}/window/tills")
    await page.click("form button")
    await page.fill("[name=float_minor]", "500")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/sales/new")
    tomorrow = await page.evaluate(
        "new Date(Date.now() + 32 * 3600e3).toISOString().slice(0, 10)"  # on Shanghai's clock
    )
    sold = await page.request.post(
        f"{house.url}/window/sales",
        form={
            "request_id": "01900000-0000-7000-8000-000000000001",
            f"q.{world.adult_id}": "2",
            f"q.{world.child_id}": "1",
            "on": tomorrow,
        },
    )
    assert sold.ok
    order: Order
    (order,) = await house.app.state.db.ask(orders.list_orders, OrderFilter())
    return order


async def test_a_ticket_is_found_and_given_back_by_keyboard(
    house: House, browser_page: Page
) -> None:
    page = browser_page
    order = await begin(house, page)
    await page.keyboard.press("F6")
    await page.wait_for_url("**/window/orders")
    await look_over(page)

    await page.keyboard.type("没有这个人")
    await page.keyboard.press("Enter")
    await expect(page.locator(".empty h2")).to_be_visible()
    await page.fill("[data-scan]", order.number)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/window/orders/{order.id}")
    await look_over(page)
    await page.keyboard.press("1")
    await expect(page.locator("[name=tickets]:checked")).to_have_count(1)
    await page.keyboard.press("r")
    await page.wait_for_url("**/refunds/new*")
    await look_over(page)

    await expect(page.locator("[aria-current] [value=visitor]")).to_be_checked()
    quoted = await page.locator("#quote .total strong").inner_text()
    await page.keyboard.press("1")
    await expect(page.locator("#reason")).not_to_have_value("")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/refunds/*")

    await expect(page.locator(".handover")).to_contain_text(quoted)
    await look_over(page)
    (made,) = await house.app.state.db.ask(refunds.refunds_of, order.id)
    assert 0 < made.amount_minor <= 9_800
    assert money.to_text(made.amount_minor) in quoted


async def test_our_own_fault_waits_for_a_second_person(house: House, browser_page: Page) -> None:
    page = browser_page
    order = await begin(house, page)
    await page.goto(f"{house.url}/window/orders/{order.id}")
    await page.keyboard.press("1")
    await page.keyboard.press("r")
    await page.wait_for_url("**/refunds/new*")
    await page.keyboard.press("o")
    await expect(page.locator("[aria-current] [value=operator]")).to_be_checked()
    await page.keyboard.press("1")
    await expect(page.locator("#reason")).not_to_have_value("")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/refunds/*")

    await expect(page.locator("main")).to_contain_text("待复核")
    await expect(page.locator(".handover")).to_have_count(0)
    await look_over(page)


async def test_a_scanner_leads_to_the_order_from_any_field(
    house: House, browser_page: Page
) -> None:
    page = browser_page
    order = await begin(house, page)
    await page.goto(f"{house.url}/window/orders/{order.id}")
    await page.keyboard.press("a")
    await expect(page.locator("[name=tickets]:checked")).to_have_count(3)
    await page.keyboard.press("r")
    await page.wait_for_url("**/refunds/new*")
    await page.fill("#reason", "半句")
    await page.focus("#reason")

    await scan(page, f"{order.number}-2")

    await page.wait_for_url(re.compile(rf"/window/orders/{order.id}\?tickets="))
    await expect(page.locator("[name=tickets]:checked")).to_have_count(1)
    assert await house.app.state.db.ask(refunds.refunds_of, order.id) == []


async def scan(page: Page, code: str) -> None:
    """As a wedge reader types: without a pause, then Enter."""
    await page.evaluate(
        """code => {
            const field = document.activeElement;
            for (const key of [...code, "Enter"]) {
                const how = { key, bubbles: true, cancelable: true };
                const event = new KeyboardEvent("keydown", how);
                if (field.dispatchEvent(event) && key !== "Enter") field.value += key;
            }
        }""",
        code,
    )


async def test_a_ticket_is_changed_and_printed_again_by_keyboard(
    house: House, browser_page: Page
) -> None:
    page = browser_page
    order = await begin(house, page)
    await page.goto(f"{house.url}/window/orders/{order.id}")
    await page.keyboard.press("2")
    await expect(page.locator("[name=tickets]:checked")).to_have_count(1)
    await page.keyboard.press("g")
    await page.wait_for_url("**/changes/new*")
    await look_over(page)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/changes/*")
    await expect(page.locator("iframe[data-print]")).to_be_attached()

    await page.goto(f"{house.url}/window/orders/{order.id}")
    await page.keyboard.press("1")
    await expect(page.locator("[name=tickets]:checked")).to_have_count(1)
    await page.keyboard.press("p")
    await page.wait_for_url("**/reprints/new*")
    await look_over(page)
    await page.keyboard.press("1")
    await expect(page.locator("#reason")).not_to_have_value("")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/reprints?*")
    await expect(page.locator("h1")).to_contain_text("已重打 1 张票")
