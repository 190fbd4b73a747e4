"""The web shop on a phone: three book, pay, one goes back, the rest pass; axe on every page."""

import pytest
from playwright.async_api import Page, ViewportSize

from domain.admission import tickets
from domain.commerce import orders
from domain.commerce.orders import Order, OrderFilter
from gateways.payments.simulated import SimulatedPayments
from tests.domain.commerce.factories import add_world
from tests.e2e.conftest import House, look_over
from webapp.permissions import Guarded
from webapp.routes import ROUTES

PHONE_SCREEN: ViewportSize = {"width": 390, "height": 844}
FILES = {"shop.orders.paper", "shop.orders.calendar", "shop.orders.stream", "shop.tickets.code"}
LOOKED_AT = {
    "shop.home.show",
    "shop.areas.show",
    "shop.bookings.edit",
    "shop.payments.show",
    "shop.orders.show",
    "shop.tickets.show",
    "shop.refunds.new",
    "shop.refunds.show",
    "shop.changes.new",
    "shop.invoices.show",
    "shop.accounts.show",
}


def test_every_page_of_the_shop_is_looked_at() -> None:
    ours = {
        route.name
        for route in ROUTES
        if isinstance(route, Guarded)
        and route.name.startswith("shop.")
        and "GET" in (route.methods or ())
    }
    assert ours - FILES == LOOKED_AT


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_visitor_books_pays_and_gives_one_back(
    house: House, browser_page: Page, language: str
) -> None:
    page, db = browser_page, house.app.state.db
    platform = SimulatedPayments(b"secret")
    house.app.state.gateways = {"scan": platform}
    world = await add_world(db)
    await page.set_viewport_size(PHONE_SCREEN)
    await page.set_extra_http_headers({"Accept-Language": language})
    await book_three(house, page, world.adult_id)
    order = await pay(house, page, platform)
    rows = await db.ask(tickets.shown_of, order.id)
    assert len(rows) == 3
    await see_the_code_change(house, page, f"/orders/{order.id}/tickets/{rows[0].id}")
    for path in (f"changes/new?tickets={rows[0].id}", "invoice"):
        await page.goto(f"{house.url}/orders/{order.id}/{path}")
        await look_over(page)
    await page.goto(f"{house.url}/orders/{order.id}/refunds/new?tickets={rows[2].id}")
    await look_over(page)
    await page.click(".btn.danger")
    await page.wait_for_url("**/refunds/*")
    await look_over(page)
    after = {row.id: row.status for row in await db.ask(tickets.shown_of, order.id)}
    assert sorted(after.values()) == ["refunded", "sold", "sold"]


async def book_three(house: House, page: Page, type_id: str) -> None:
    for path in ("/", "/about", "/my", f"/book?q.{type_id}=2"):
        await page.goto(house.url + path)
        await look_over(page)
    await page.click(f"[name=add][value='{type_id}']")
    await page.wait_for_selector(f"input[name='q.{type_id}'][value='3']", state="attached")
    await page.click(".buybar .btn.primary")
    await page.wait_for_selector("[name=phone]")
    await look_over(page)
    await page.fill("[name=phone]", "138")
    await page.click(".buybar .btn.primary")
    await page.wait_for_selector("#phone-error")
    await page.fill("[name=phone]", "13808526621")
    await page.click(".buybar .btn.primary")


async def pay(house: House, page: Page, platform: SimulatedPayments) -> Order:
    """The page hears by itself that it is paid."""
    db = house.app.state.db
    await page.wait_for_url("**/payment")
    await look_over(page)
    await page.click("form .btn.primary")
    await page.wait_for_selector(".qrbox svg")
    await look_over(page)
    (order,) = await db.ask(orders.list_orders, OrderFilter(channel="shop"))
    held = await db.ask(orders.get_order, order.id)
    platform.confirm(held.payments[-1].id)
    await page.wait_for_url(f"**/orders/{order.id}")
    await look_over(page)
    found: Order = order
    return found


async def see_the_code_change(house: House, page: Page, path: str) -> None:
    await page.goto(house.url + path)
    shown = await page.get_attribute("img.qr", "src")
    await look_over(page)
    await page.wait_for_function(
        "old => document.querySelector('img.qr').src !== old", arg=shown, timeout=20_000
    )


@pytest.mark.browser
@pytest.mark.slow
async def test_it_is_light_and_works_without_script(house: House, browser_page: Page) -> None:
    """Under a hundred kilobytes before pictures, and every step a plain form."""
    platform = SimulatedPayments(b"secret")
    house.app.state.gateways = {"scan": platform}
    world = await add_world(house.app.state.db)
    browser = browser_page.context.browser
    assert browser is not None
    plain = await browser.new_context(java_script_enabled=False, viewport=PHONE_SCREEN)
    page, sizes = await plain.new_page(), []

    async def weigh(request: object) -> None:
        sizes.append((await request.sizes())["responseBodySize"])  # type: ignore[attr-defined]

    page.on("requestfinished", weigh)
    await page.goto(house.url)
    await page.wait_for_load_state("networkidle")
    page.remove_listener("requestfinished", weigh)
    assert 0 < sum(sizes) < 100_000
    await page.goto(f"{house.url}/book?q.{world.adult_id}=1")
    await page.click(f"[name=add][value='{world.adult_id}']")
    await page.click(".buybar .btn.primary")
    await page.fill("[name=phone]", "13808526621")
    await page.click(".buybar .btn.primary")
    await page.click("form .btn.primary")
    (order,) = await house.app.state.db.ask(orders.list_orders, OrderFilter(channel="shop"))
    held = await house.app.state.db.ask(orders.get_order, order.id)
    platform.confirm(held.payments[-1].id)
    await page.click("form[action$='/payment/look'] .btn")
    await page.wait_for_url(f"**/orders/{order.id}")
    await plain.close()
