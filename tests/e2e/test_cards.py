"""Member cards in a real browser: opened, topped up, paid with, lost, replaced and given back at a
window without a mouse; looked after by the holder on the phone."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from domain.cards import memberships
from domain.cards.memberships import visiting
from domain.cards.products import CardKind
from domain.kernel import onetime
from domain.operation import outbox, verification
from domain.operation.staff import Role
from tests.domain.commerce.factories import World, add_world
from tests.e2e.conftest import House, look_over
from tests.e2e.test_sold_orders import NO_PAPER
from tests.webapp.routes.window.cards import PERSON, UID, product
from webapp.holder_visits import COOKIE

pytestmark = pytest.mark.browser
NEW_UID = "04FFEEDDCCBB11"
SLOW = 50  # milliseconds between the keys of a hand: faster is a reader
CARD = "**/window/cards/*"


async def begin(house: House, page: Page) -> World:
    """A cashier with a shift, at the sale."""
    await page.add_init_script(NO_PAPER)
    world = await add_world(house.app.state.db)
    await product(
        house.app,
        world,
        code="PT",
        kind=CardKind.STORED_VALUE,
        deposit_minor=2_000,
        points_per_yuan=1,
        levels=[{"points": 100, "name_zh": "银卡"}],
        top_ups=[{"amount_minor": 50_000, "bonus_minor": 5_000}],
    )
    await house.sign_in(page, Role.CASHIER)
    await page.goto(f"{house.url}/window/tills")
    await page.click("form button")
    await page.fill("[name=float_minor]", "5000")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/sales/new")
    return world


async def take_cash(page: Page) -> None:
    """The exact amount, then to the card that the sale was about."""
    await page.wait_for_url("**/payment*")
    await expect(page.locator("[name=tendered]")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/done")
    await page.keyboard.press("c")
    await page.wait_for_url(CARD)


async def read(page: Page, text: str) -> None:
    """A reader types fast, and ends with Enter."""
    await page.keyboard.type(text, delay=1)
    await page.keyboard.press("Enter")


async def test_a_card_lives_at_a_window_by_keyboard(house: House, browser_page: Page) -> None:
    page = browser_page
    await begin(house, page)
    await open_a_card(page)
    await top_up(page)
    await pay_a_sale(page)
    await lose_and_replace(page)
    await give_back(page)
    for check in ("ledger", "orders", "payments", "refunds", "cards", "card_spends"):
        assert not await house.app.state.db.ask(verification.run, check), check


async def open_a_card(page: Page) -> None:
    await page.keyboard.press("F5")
    await page.wait_for_url("**/window/cards")
    await look_over(page)
    await page.keyboard.press("Escape")
    await page.keyboard.press("1")
    await page.wait_for_url("**/cards/new*")
    await look_over(page)
    await page.keyboard.type(PERSON)
    for typed in ("张伟", "13800138000"):
        await page.keyboard.press("Enter")
        await page.keyboard.type(typed, delay=SLOW)
    await page.keyboard.press("Enter")
    await read(page, UID)
    await page.keyboard.type("500")
    await expect(page.locator("#due")).to_contain_text("550.00")  # with the bonus
    await page.keyboard.press("Enter")
    await take_cash(page)
    await expect(page.locator(".cardpanel")).to_contain_text("550.00")
    await look_over(page)


async def top_up(page: Page) -> None:
    await page.keyboard.press("t")
    await page.wait_for_url("**/top-ups/new")
    await page.keyboard.press("Escape")
    await page.keyboard.press("1")
    await expect(page.locator("#due")).to_contain_text("1,100.00")
    await look_over(page)
    await page.keyboard.press("Enter")
    await take_cash(page)


async def pay_a_sale(page: Page) -> None:
    """Two tickets at 98.00 from the card."""
    await page.keyboard.press("F2")
    await page.wait_for_url("**/window/sales/new")
    for total in ("98.00", "196.00"):
        await page.keyboard.press("1")
        await expect(page.locator(".total strong").first).to_contain_text(total)
    await page.keyboard.press("F11")
    await expect(page.locator("#sale:not([data-pending])")).to_be_attached()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/payment?tender=stored_value")
    await look_over(page)
    await read(page, UID)
    await page.wait_for_url("**card=*")
    await expect(page.locator("main")).to_contain_text("904.00")  # after
    await look_over(page)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/done")


async def lose_and_replace(page: Page) -> None:
    await page.keyboard.press("F5")
    await page.wait_for_url(re.compile(r"/window/(cards|sales/new)$"))
    if page.url.endswith("/sales/new"):
        await page.keyboard.press("F5")
        await page.wait_for_url("**/window/cards")
    await read(page, UID)
    await page.wait_for_url(CARD)
    await page.keyboard.press("l")
    await expect(page.locator("dialog#lose")).to_be_visible()
    await look_over(page)
    await page.keyboard.type("索道上丢的")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-opens=lift]")).to_be_visible()
    await page.keyboard.press("p")
    await page.wait_for_url("**/replacements/new")
    await look_over(page)
    await page.keyboard.type(PERSON)
    await page.keyboard.press("Enter")
    await read(page, NEW_UID)
    await take_cash(page)
    await expect(page.locator(".cardpanel")).to_contain_text("904.00")


async def give_back(page: Page) -> None:
    await page.keyboard.press("b")
    await page.wait_for_url("**/returns/new")
    await look_over(page)
    await page.keyboard.type(PERSON)
    await page.keyboard.press("Escape")
    await page.keyboard.press("1")
    await expect(page.locator("#note")).not_to_have_value("")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/window/(refunds|cards)/[0-9a-f-]+$"))
    await look_over(page)


async def test_a_holder_looks_after_a_card_on_the_phone(
    house: House, browser: Browser, browser_page: Page
) -> None:
    page, db = browser_page, house.app.state.db
    world = await begin(house, page)
    await sell_a_card(house, page)
    (card,) = await db.ask(memberships.list_cards, world.area_id)

    context = await browser.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    phone = await context.new_page()
    await phone.goto(f"{house.url}/cards")
    await phone.fill("[name=number]", card.number)
    await phone.fill("[name=phone]", "13800138000")
    await phone.click("main .btn.primary")
    (sent,) = await db.ask(outbox.worklist.about, "membership", card.id)
    vault = house.app.state.vault
    mark = vault.fingerprint(visiting.PURPOSE, f"{card.id}:{sent.payload['nonce']}")
    await phone.fill("[name=code]", onetime.shown(mark))
    await phone.click("main .btn.primary")
    await phone.wait_for_url("**/cards/mine")
    await expect(phone.locator(".face")).to_contain_text("550.00")
    (visit,) = [one["value"] for one in await context.cookies() if one["name"] == COOKIE]
    await context.close()

    await page.context.add_cookies([{"name": COOKIE, "value": visit, "url": f"{house.url}/cards"}])
    await page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/cards/mine", "/cards"):
        await page.goto(house.url + path)
        await look_over(page)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


async def sell_a_card(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/window/cards")
    await page.keyboard.press("Escape")
    await page.keyboard.press("1")
    await page.fill("#document_number", PERSON)
    await page.fill("#name", "张伟")
    await page.fill("#phone", "13800138000")
    await page.fill("#amount_minor", "500")
    await page.keyboard.press("Enter")
    await take_cash(page)
