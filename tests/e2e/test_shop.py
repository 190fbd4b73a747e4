"""The web shop on a phone: three book, pay, one goes back, the rest pass; axe on every page."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.async_api import Page, ViewportSize

from domain.admission import tickets
from domain.commerce import capacity, orders
from domain.commerce.capacity.tables import slots
from domain.commerce.orders import Order, OrderFilter
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day, utc_now
from domain.kernel.db import Database, Tx
from domain.kernel.vault import Vault
from domain.operation.messages import codes
from domain.operation.messages.tables import one_time_codes
from gateways.payments.simulated import SimulatedPayments
from tests.domain.commerce.factories import World, add, add_world, make_price
from tests.e2e.conftest import House, look_over
from webapp.permissions import Guarded
from webapp.routes import ROUTES
from webapp.site import SHANGHAI

WAITING_PHONE = "13900001111"
NEWEST_CODE = sa.select(one_time_codes.c.id).order_by(one_time_codes.c.id.desc()).limit(1)
PHONE_SCREEN: ViewportSize = {"width": 390, "height": 844}
FILES = {"shop.orders.paper", "shop.orders.calendar", "shop.orders.stream", "shop.tickets.code"}
LEAD_ON = {
    f"shop.{names}.{name}"
    for names in ("payments", "change_payments")
    for name in ("back", "inside")
}  # tests/webapp/routes/shop looks at these
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
    "shop.change_payments.show",
    "shop.invoices.show",
    "shop.accounts.show",
    "shop.waits.new",
    "shop.waits.show",
}


def test_every_page_of_the_shop_is_looked_at() -> None:
    ours = {
        route.name
        for route in ROUTES
        if isinstance(route, Guarded)
        and route.name.startswith("shop.")
        and "GET" in (route.methods or ())
    }
    assert ours - FILES - LEAD_ON == LOOKED_AT


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
    await move_to_a_dearer_day(house, page, world.adult_id, platform)


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


async def move_to_a_dearer_day(
    house: House, page: Page, type_id: str, platform: SimulatedPayments
) -> None:
    """A ticket for tomorrow; the day after costs more, which is paid by a QR as well."""
    db, today = house.app.state.db, local_day(utc_now(), SHANGHAI)
    day, later = today + timedelta(days=1), today + timedelta(days=2)
    await db.act(make_price, type_id, later, 12_800)
    await page.goto(f"{house.url}/book?on={day}&q.{type_id}=1")
    await page.click(".buybar .btn.primary")
    await page.wait_for_selector("[name=phone]")
    await page.fill("[name=phone]", "13808526621")
    await page.click(".buybar .btn.primary")
    await page.wait_for_url("**/payment")
    order_id = page.url.split("/")[-2]
    await pay_by_qr(house, page, order_id, platform)
    (row,) = await db.ask(tickets.shown_of, order_id)
    await page.goto(f"{house.url}/orders/{order_id}/changes/new?tickets={row.id}&on={later}")
    await look_over(page)
    await page.click(".btn.primary.big")
    await page.wait_for_url("**/changes/payment")
    await look_over(page)
    await pay_by_qr(house, page, order_id, platform)
    await look_over(page)
    found = await db.ask(tickets.shown_of, order_id)
    assert sorted((one.status, one.visit_on) for one in found) == [
        ("changed", day),
        ("sold", later),
    ]


async def pay_by_qr(house: House, page: Page, order_id: str, platform: SimulatedPayments) -> None:
    await page.click("form .btn.primary")
    await page.wait_for_selector(".qrbox svg")
    order = await house.app.state.db.ask(orders.get_order, order_id)
    platform.confirm(order.payments[-1].id)
    await page.wait_for_url(f"**/orders/{order_id}")


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


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_visitor_waits_for_a_full_boat_and_gets_a_place(
    house: House, browser_page: Page, language: str
) -> None:
    """The phone is proved by its code; the place of an order that is given up is the visitor's."""
    page, db = browser_page, house.app.state.db
    house.app.state.gateways = {"scan": SimulatedPayments(b"secret")}
    world = await add_world(db)
    await page.set_viewport_size(PHONE_SCREEN)
    await page.set_extra_http_headers({"Accept-Language": language})
    slot_id, taken = await full_boat(db, world)
    await page.goto(f"{house.url}/book?on={taken.visit_on.isoformat()}")
    await look_over(page)
    await stand_in_line(house, page)
    await db.act(orders.cancel, taken.id, SYSTEM, utc_now())
    await page.reload()
    await look_over(page)
    await page.click("a.btn.primary")
    await look_over(page)
    await page.click(f"[name=add][value='{world.boat_ticket_id}']")
    await page.wait_for_selector(
        f"input[name='q.{world.boat_ticket_id}'][value='1']", state="attached"
    )
    await page.click(".buybar .btn.primary")
    await page.wait_for_selector("[name=contact]")
    await page.click(".buybar .btn.primary")
    await page.wait_for_url("**/payment")
    (slot,) = (await db.ask(capacity.slots_by_id, [slot_id])).values()
    assert (slot.quota, slot.taken) == (1, 1)
    found = await db.ask(orders.list_orders, orders.OrderFilter())
    assert sorted(one.status for one in found) == ["cancelled", "held"]


async def stand_in_line(house: House, page: Page) -> None:
    await page.click("a[href*='/waiting/new']")
    await look_over(page)
    await page.fill("[name=phone]", WAITING_PHONE)
    await page.click(".btn.primary")
    await page.fill("[name=code]", await house.app.state.db.ask(newest_code, house.app.state.vault))
    await page.click(".btn.primary")
    await page.fill("[name=people]", "1")
    await look_over(page)
    await page.click(".btn.primary")
    await page.wait_for_selector("[action$='/end']")
    await look_over(page)


async def full_boat(db: Database, world: World) -> tuple[str, Order]:
    """A slot of one place in three hours, and the order that holds it."""
    starts_at = utc_now() + timedelta(hours=3)
    day = local_day(starts_at, SHANGHAI)

    async def made(tx: Tx) -> str:
        values = {"product_id": world.boat_id, "area_id": world.area_id, "visit_on": day}
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
        return await add(tx, slots, quota=1, **values, **times)

    slot_id = await db.act(made)
    wanted = orders.Wanted(world.boat_ticket_id, 1, day, slot_id)
    sale = orders.Sale(ids.new_id(), world.area_id, Channel.SHOP, (wanted,))
    return slot_id, await db.act(orders.place, sale, SYSTEM, utc_now())


async def newest_code(tx: Tx, vault: Vault) -> str:
    row = await tx.one(NEWEST_CODE)
    return codes.code_of(vault, row.id)
