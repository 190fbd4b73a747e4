"""A kiosk in a browser, upright and wide: buying, collecting, wiping, and a page that dies."""

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from domain.admission import tickets
from domain.commerce import refunds
from domain.commerce.orders import OrderStatus, collecting
from domain.commerce.refunds import RefundCause
from domain.kernel import clock, ids
from domain.kernel.actors import Actor, ActorKind
from domain.operation.staff import Role
from tests.e2e.conftest import House, look_over
from tests.webapp.people import add_person
from tests.webapp.printing.reading import read
from tests.webapp.routes.kiosk.stand import Stand, give_pin, set_up

pytestmark = pytest.mark.browser
NO_PAPER = "window.print = () => {}"  # a browser without a printer may fall over its dialog
UPRIGHT, WIDE = {"width": 1080, "height": 1920}, {"width": 1920, "height": 1080}


async def pair(house: House, page: Page) -> Stand:
    """Through the pairing page, with a code of the office."""
    await page.add_init_script(NO_PAPER)
    stand, code = await set_up(house.app)
    await give_pin(stand)
    await page.goto(f"{house.url}/kiosk")
    await page.fill("[name=code]", code)
    await page.click("form .btn.primary")
    await page.wait_for_url("**/kiosk")
    return stand


async def add(page: Page, type_id: str, times: int) -> None:
    for number in range(1, times + 1):
        await page.click(f'button[name=add][value="{type_id}"]')
        row = page.locator("li", has=page.locator(f'button[value="{type_id}"]'))
        await expect(row.locator("output")).to_have_text(str(number))


async def buy(stand: Stand, page: Page, look: bool = False) -> None:
    """Two adults, as far as the QR."""
    await page.click(".choices .main")
    await add(page, stand.world.adult_id, 2)
    if look:
        await look_over(page)
    await page.click(".sumbar .btn")
    await page.wait_for_url("**/order")
    if look:
        await look_over(page)
    await page.click(".payface form .btn")
    await page.wait_for_url("**/payment")


@pytest.mark.parametrize("glass", [UPRIGHT, WIDE], ids=["upright", "wide"])
async def test_buy_and_print(house: House, browser_page: Page, glass: dict[str, int]) -> None:
    page = browser_page
    await page.set_viewport_size(glass)  # type: ignore[arg-type]  # playwright's own dict
    stand = await pair(house, page)
    await look_over(page)
    await buy(stand, page, look=glass is UPRIGHT)
    await expect(page.locator(".qrbox svg.qr")).to_be_visible()
    await expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"14:\d\d"))
    await look_over(page)

    (order,) = await stand.orders()
    await stand.pay(order)
    await page.wait_for_url("**/handouts/*")
    frame = await page.locator("iframe[data-print]").get_attribute("src")
    paper = read(await (await page.request.get(f"{house.url}{frame}")).body())
    codes = {code for number in range(2) for code in paper.codes(number, 203)}
    await look_over(page)
    await page.click("form[data-after] .btn")
    await expect(page.locator("h1")).to_have_text("祝您游玩愉快")
    await look_over(page)

    assert len(codes) == 2
    (order,) = await stand.orders()
    assert order.status is OrderStatus.PAID
    assert await stand.owed() == []


async def test_type_on_the_glass_collect_and_read_in_english(
    house: House, browser_page: Page
) -> None:
    page = browser_page
    await page.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]
    stand = await pair(house, page)
    order = await stand.order_online()
    await page.click("button[name=language]")
    await page.wait_for_load_state()
    await expect(page.locator("h1")).to_have_text("Hello, please choose")
    await look_over(page)
    await page.click(".choices a >> text=Collect")
    await look_over(page)
    for letter in await stand.code_of(order):
        await page.click(f'[data-press="{letter}"]')
    await page.click("form.ask > .btn.primary")
    await expect(page.locator(".found")).to_contain_text(order.number)
    await page.click(".found form .btn")
    await page.wait_for_url("**/handouts/*")
    await page.click("form[data-after] .btn")
    await page.wait_for_url("**/handouts/*")

    assert all(row.printed_at for row in await stand.tickets_of(order))


async def test_who_leaves_is_wiped(house: House, browser_page: Page) -> None:
    page = browser_page
    await page.clock.install()
    stand = await pair(house, page)
    await page.click(".choices .main")
    await add(page, stand.world.named_id, 1)
    await page.click(".sumbar .btn")
    await page.wait_for_url("**/visitors")
    await page.fill("[name=name]", "王芳")
    await page.clock.run_for(61_000)
    await expect(page.locator("dialog.idle")).to_be_visible()
    await look_over_dialog(page)
    await page.click("[data-stay]")
    await expect(page.locator("dialog.idle")).to_be_hidden()
    await page.clock.run_for(61_000)
    await page.clock.run_for(16_000)
    await page.wait_for_url("**/kiosk")

    assert (await stand.kiosk()).visit is None
    assert "王芳" not in await page.content()
    await page.go_back()
    assert "王芳" not in await page.content()
    await expect(page.locator(".kiosk")).to_be_visible()


async def test_the_glass_shows_the_area_until_somebody_comes(
    house: House, browser_page: Page
) -> None:
    page = browser_page
    await page.clock.install()
    await pair(house, page)
    await expect(page.locator("dialog.attract")).to_be_hidden()

    await page.clock.run_for(61_000)

    await expect(page.locator("dialog.attract h2")).to_be_visible()
    await look_over(page)
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog.attract")).to_be_visible()  # only a touch begins a visit
    await page.locator("dialog.attract").click(position={"x": 40, "y": 40})
    await expect(page.locator("dialog.attract")).to_be_hidden()
    await expect(page.locator(".choices .main")).to_be_visible()


async def test_axe_finds_nothing_on_the_other_pages(house: House, browser_page: Page) -> None:
    page = browser_page
    await page.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]
    stand = await pair(house, page)
    for path in ("/kiosk/reprint", "/kiosk/staff"):
        await page.goto(house.url + path)
        assert page.url == house.url + path
        await look_over(page)
    await page.goto(house.url + "/kiosk")
    await page.click(".choices .main")
    await add(page, stand.world.named_id, 1)
    await page.click(".sumbar .btn")
    await page.wait_for_url("**/visitors")
    await look_over(page)


async def look_over_dialog(page: Page) -> None:
    assert await page.locator("[data-idle-left]").inner_text() in {"15", "14", "13"}


async def test_a_page_that_died_between_money_and_paper(
    house: House, browser_page: Page, browser_context: BrowserContext
) -> None:
    stand = await pair(house, browser_page)
    await buy(stand, browser_page)
    await expect(browser_page.locator(".qrbox svg.qr")).to_be_visible()
    (order,) = await stand.orders()
    await browser_page.close()
    await stand.pay(order)
    again = await browser_context.new_page()
    await again.add_init_script(NO_PAPER)
    app, payment = house.app, order.payments[0]
    await collecting.look(app.state.db, app.state.gateways, payment.id, clock.utc_now)
    await again.goto(f"{house.url}/kiosk")

    await expect(again.locator(".choices .owed")).to_contain_text(order.number)
    await again.click(".choices .owed")
    await again.wait_for_url("**/handouts/*")
    await again.click("form[data-after] .btn")
    await expect(again.locator("h1")).to_have_text("祝您游玩愉快")
    assert await stand.owed() == []
    await again.close()


async def test_no_key_and_no_menu_leads_out(house: House, browser_page: Page) -> None:
    page = browser_page
    await pair(house, page)
    prevented = await page.evaluate(
        """() => ["F5", "F11", "F12"].map(key => !document.body.dispatchEvent(
            new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})))
          .concat(["contextmenu", "dragstart", "selectstart"].map(name => !document.body
            .dispatchEvent(new Event(name, {bubbles: true, cancelable: true}))))"""
    )
    outside = await page.evaluate(
        """() => [...document.querySelectorAll("a[href]")]
          .filter(one => !new URL(one.href).pathname.startsWith("/kiosk")).length"""
    )
    assert prevented == [True] * 6
    assert outside == 0


async def test_a_refund_elsewhere_is_marked_on_the_open_page(
    house: House, browser_page: Page
) -> None:
    stand, _ = await set_up(house.app)
    order = await stand.order_online()
    page = browser_page
    await house.sign_in(page, Role.ADMINISTRATOR)
    await page.goto(f"{house.url}/office/orders/{order.id}")
    await page.wait_for_timeout(1_500)
    await expect(page.locator("[data-news]")).to_have_count(0)

    db, now = house.app.state.db, clock.utc_now()
    quote = await db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, now)
    given = tuple(line.subject_id for line in quote.lines)
    asked = refunds.Request(
        ids.new_id(), order.id, given, RefundCause.VISITOR, "行程有变", quote.amount_minor
    )
    boss = Actor(ActorKind.STAFF, await add_person(db, Role.SUPERVISOR, login="boss"))
    await db.act(refunds.refund, asked, boss, now)

    await expect(page.locator("[data-news]")).to_contain_text("已退款", timeout=5_000)
    await look_over(page)
    assert not [row for row in await db.ask(tickets.shown_of, order.id) if row.status == "sold"]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_axe_finds_nothing_on_the_pages_of_collecting(
    house: House, browser_page: Page, language: str
) -> None:
    page = browser_page
    await page.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]
    stand = await pair(house, page)
    order = await stand.order_online()
    if language == "en":
        await page.click("button[name=language]")
        await expect(page.locator("h1")).to_have_text("Hello, please choose")
    collecting_page = f"{house.url}/kiosk/collection"
    await page.goto(collecting_page)
    await look_over(page)
    await find(page, "20260101-9999")
    await page.fill("[name=tail]", "9999")
    await page.click("form.ask > .btn.primary")
    await expect(page.locator(".notice")).to_be_visible()
    await look_over(page)
    await page.goto(collecting_page)
    await find(page, await stand.code_of(order))
    await look_over(page)
    await page.click(".found form .btn")
    await page.wait_for_url("**/handouts/*")
    await page.click("form[data-after] .btn")
    await expect(page.locator("iframe[data-print]")).to_have_count(0)
    await page.goto(collecting_page)
    await find(page, await stand.code_of(order))  # and is told that it was collected
    await expect(page.locator(".notice.warn")).to_be_visible()
    await look_over(page)


async def find(page: Page, text: str) -> None:
    before = page.url
    await page.fill("[name=q]", text)
    await page.click("form.ask > .btn.primary")
    await expect(page).not_to_have_url(before)
