"""A day of the area from its first shift to its daily close, by the pages where people act.

Three windows, a kiosk, six gates: sales and a refund, a card that is lost and replaced, a group in
two buses, a network order that is collected, blanks that do not come out, three shifts, and a close
that a second person signs. At the end no fen is unexplained and `shanmen verify` finds nothing.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect

from devicehub.simulator import Memory, Turnstile
from domain.admission import collections
from domain.commerce import shifts
from domain.kernel.db import Database
from domain.operation.staff import Role
from domain.reports import closes
from tests.e2e.conftest import look_over
from tests.e2e.installation import Installation, Person, prepare
from tests.e2e.test_kills import Signer
from tests.e2e.test_spine import in_place_of_paper, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.slow]

SHANGHAI = ZoneInfo("Asia/Shanghai")
GATES = ("S1", "S2", "S3", "N1", "N2", "C1")
FLOAT_YUAN = 2_000
PERSON, UID, NEW_UID = "11010519491231002X", "04A1B2C3D4E5F6", "04FFEEDDCCBB11"
FIRST_BUS, SECOND_BUS = 30, 21
PATIENCE_MS = 15_000
NO_PAPER = "window.print = () => {}"


class Day(NamedTuple):
    """Who acts: a browser for each, and the gates by their codes."""

    made: Installation
    tills: Sequence[Page]
    kiosk: Page
    gates: dict[str, Turnstile]
    signer: Signer
    db: Database

    def path(self, path: str) -> str:
        return self.made.url + path

    @property
    def today(self) -> str:
        """On the area's calendar."""
        return (datetime.now(UTC) + self.made.moved).astimezone(SHANGHAI).date().isoformat()

    def one(self, statement: str, *values: object) -> str:
        """The one value that the database has."""
        ((found,),) = self.made.rows(statement, *values)
        return str(found)


@pytest.fixture
def area(tmp_path: Path) -> Installation:
    """The demo area at nine in the morning."""
    now = datetime.now(UTC)
    nine = now.astimezone(SHANGHAI).replace(hour=9, minute=0, second=0, microsecond=0)
    return prepare(tmp_path / "var", moved=nine - now)


async def test_a_day_is_played_and_closed_to_the_fen(area: Installation, browser: Browser) -> None:
    try:
        async with beginning(area, browser) as day:
            await play(day)
            played_on = day.today
        area.stop()
        area.moved += timedelta(days=1)
        await area.start()
        await close_the_day(area, browser, played_on)
        area.stop()
        await area.verify()
    finally:
        area.stop()


async def play(day: Day) -> None:
    """The windows work at the same time, as they do."""
    first, second, third = day.tills
    await asyncio.gather(
        come_and_go(day, first), arrive_in_two_buses(day, second), sell_a_ride(day, third)
    )
    await asyncio.gather(lose_and_replace(day, first), collect(day, second), give_back(day, third))
    await buy_at_the_kiosk(day)
    await close_shift(day, first, missing=1)
    await close_shift(day, second)
    await close_shift(day, third)


# --- who is there


@asynccontextmanager
async def beginning(made: Installation, browser: Browser) -> AsyncIterator[Day]:
    await made.start()
    await made.until_ready()
    async with AsyncExitStack() as stack:
        db = await Database.open(made.database_url)
        stack.push_async_callback(db.close)
        gates = {}
        for code in GATES:
            device = made.device_at(code)
            gates[code] = Turnstile(made.line_of(device), Memory(device.secret))
            await stack.enter_async_context(gates[code].running())
        pages = [await opened(browser) for _ in range(4)]
        for page in pages:
            stack.push_async_callback(page.context.close)
        windows = made.rows("SELECT id FROM windows WHERE code IN ('W1', 'W2', 'W4') ORDER BY code")
        people = made.people(Role.CASHIER)
        for page, person, (window_id,) in zip(pages[:3], people, windows, strict=False):
            await open_shift(page, made, person, window_id)
        await pair_the_kiosk(made, browser, pages[3])
        yield Day(made, pages[:3], pages[3], gates, Signer(db, made), db)


async def opened(browser: Browser) -> Page:
    context = await browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1440, "height": 900},
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.add_init_script(NO_PAPER)
    return page


async def open_shift(page: Page, made: Installation, person: Person, window_id: str) -> None:
    await page.route("**/tickets.pdf*", in_place_of_paper)
    await page.route("**/slip.pdf*", in_place_of_paper)
    await sign_in(page, made, person)
    await page.goto(f"{made.url}/window/tills")
    await page.click(f'button[name=window_id][value="{window_id}"]')
    await page.wait_for_url("**/window/shifts/new")
    await page.fill("[name=float_minor]", str(FLOAT_YUAN))
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/sales/new")


async def pair_the_kiosk(made: Installation, browser: Browser, glass: Page) -> None:
    """The administrator makes a code in the office, somebody types it at the kiosk."""
    office = await opened(browser)
    await sign_in(office, made, made.people(Role.ADMINISTRATOR)[0])
    ((device_id,),) = made.rows("SELECT id FROM devices WHERE kind = 'kiosk'")
    await office.goto(f"{made.url}/office/devices/{device_id}")
    await office.click("form[action$='/codes'] button")
    code = await office.locator(".paircode strong").inner_text()
    await office.context.close()
    await glass.goto(f"{made.url}/kiosk")
    await glass.fill("[name=code]", code)
    await glass.click("form .btn.primary")
    await glass.wait_for_url("**/kiosk")


# --- at the windows


async def sell(day: Day, page: Page, **wanted: int) -> str:
    """Tiles are touched, the exact cash lies on the desk; the order's id."""
    await page.goto(day.path("/window/sales/new"))
    for code, pieces in wanted.items():
        name = code.replace("_", "-")
        type_id = day.one("SELECT id FROM ticket_types WHERE code = ?", name)
        for number in range(1, pieces + 1):
            await page.click(f'[data-tile="{type_id}"]')
            await expect(page.locator(f'[data-line="{type_id}"] output')).to_have_text(str(number))
            await expect(page.locator("#sale:not([data-pending])")).to_be_attached()
    await expect(page.locator("#sale:not([data-pending])")).to_be_attached()
    await page.click("[data-sell]")
    await page.wait_for_url("**/window/orders/*/done")
    await take_the_paper(day, page)
    return page.url.split("/")[-2]


async def take_the_paper(day: Day, page: Page) -> None:
    """What the page's frame prints comes out of the printer."""
    frame = await page.locator("iframe[data-print]").get_attribute("src")
    answer = await page.request.get(day.path(str(frame)))
    assert answer.headers["content-type"] == "application/pdf"


async def come_and_go(day: Day, page: Page) -> None:
    """Two adults and a child come in; one goes out again; a used ticket opens no other gate."""
    order_id = await sell(day, page, ADULT=2, CHILD=1)
    codes = await day.signer.codes(order_id)
    for gate, code in zip(("S1", "S2", "N2"), codes, strict=True):
        assert (await day.gates[gate].scan(code)).decision == "allow"
    again = await day.gates["S2"].scan(codes[0])
    assert (again.decision, again.reason) == ("deny", "USED_UP")
    assert (await day.gates["S3"].scan(codes[0], direction="out")).decision == "allow"


async def sell_a_ride(day: Day, page: Page) -> None:
    """The cable's ticket opens the cable's gate and not the area's."""
    order_id = await sell(day, page, CABLE_SINGLE=1)
    (code,) = await day.signer.codes(order_id)
    assert (await day.gates["S1"].scan(code)).reason == "WRONG_SITE"
    assert (await day.gates["C1"].scan(code)).decision == "allow"


async def lose_and_replace(day: Day, page: Page) -> None:
    """A card is sold and opens a gate; lost, it opens none; its successor holds what it held."""
    product = day.one("SELECT id FROM card_products WHERE code = 'YLPT'")
    await page.goto(day.path(f"/window/cards/new?product_id={product}"))
    for name, text in (("document_number", PERSON), ("name", "张伟"), ("phone", "13800138000")):
        await page.fill(f"#{name}", text)
    await page.fill("#medium", UID)
    await page.fill("#amount_minor", "500")
    await page.keyboard.press("Enter")
    card = await pay_for_card(page)
    assert (await day.gates["S1"].scan(UID, kind="nfc")).decision == "allow"

    await page.goto(day.path(f"/window/cards/{card}"))
    await page.click("[data-opens=lose]")
    await page.fill("#loss-reason", "索道上丢的")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-opens=lift]")).to_be_visible()
    lost = await day.gates["N2"].scan(UID, kind="nfc")
    assert (lost.decision, lost.reason) == ("deny", "LOST")

    await page.goto(day.path(f"/window/cards/{card}/replacements/new"))
    await page.fill("#document_number", PERSON)
    await page.fill("#medium", NEW_UID)
    await page.keyboard.press("Enter")
    new = await pay_for_card(page)
    await expect(page.locator(".cardpanel")).to_contain_text("432.00")  # 530 less an entry of 98
    assert (await day.gates["N2"].scan(UID, kind="nfc")).reason == "MEDIUM_DEAD"
    assert new != card


async def pay_for_card(page: Page) -> str:
    """The exact cash, then the card's own page; its id."""
    await page.wait_for_url("**/payment*")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/done")
    await page.click("a[data-letter=c]")
    await page.wait_for_url("**/window/cards/*")
    return page.url.split("/")[-1]


async def arrive_in_two_buses(day: Day, page: Page) -> None:
    """One leader's code: what has come is counted, the rest may still come, nobody beyond."""
    await page.goto(day.path("/window/bookings"))
    await page.fill("[data-scan]", "13800138001")
    await page.keyboard.press("Enter")
    await page.click("[data-row] >> nth=0")
    await page.wait_for_url("**/window/orders/*")
    order_id = page.url.split("/")[-1].split("?")[0]
    (code,) = await day.signer.codes(order_id)
    gate = day.gates["N1"]
    for heads in (FIRST_BUS, SECOND_BUS):
        gate.behaviour.walkers = heads
        told = await gate.scan(code)
        assert told.decision == "allow", told
        await gate.until_confirmed()
    gate.behaviour.walkers = 0
    assert (await gate.scan(code)).reason == "USED_UP"
    await page.goto(day.path("/window/bookings"))
    everybody = FIRST_BUS + SECOND_BUS
    await expect(page.locator("main tbody")).to_contain_text(f"{everybody} / {everybody}")


async def collect(day: Day, page: Page) -> None:
    """An order of the web: its code is typed, its tickets are handed over, once."""
    order_id = day.one(
        "SELECT o.id FROM orders o WHERE channel IN ('shop', 'ota') AND status = 'paid'"
        " AND visit_on = ? AND o.id NOT IN (SELECT order_id FROM collections) LIMIT 1",
        day.today,
    )
    code = str(await day.db.ask(collections.code_of, order_id))
    await page.goto(day.path("/window/collections/new"))
    await page.fill("[data-scan]", code)
    await page.keyboard.press("Enter")
    await page.click("form[action$='/window/collections'] .btn.primary")
    await expect(page.locator("#handed")).to_be_visible()
    await take_the_paper(day, page)
    await page.goto(day.path("/window/collections/new"))
    await page.fill("[data-scan]", code)
    await page.keyboard.press("Enter")
    await expect(page.locator("main tbody .badge, main tbody .status").first).to_be_visible()
    await expect(page.locator("form[action$='/window/collections']")).to_have_count(0)


async def give_back(day: Day, page: Page) -> None:
    """One of two tickets goes back, for cash out of the drawer."""
    order_id = await sell(day, page, ADULT=2)
    await page.goto(day.path(f"/window/orders/{order_id}"))
    await page.locator("[name=tickets]").first.check()
    await page.click("[formaction*='/refunds/new']")
    await page.wait_for_url("**/refunds/new*")
    await page.fill("#reason", "行程有变")
    await page.click("#quote .btn.danger")
    await page.wait_for_url("**/window/refunds/*")
    assert day.one("SELECT refunded_minor FROM orders WHERE id = ?", order_id) != "0"


async def buy_at_the_kiosk(day: Day) -> None:
    """A visitor's own code pays, the tickets come out of the kiosk."""
    glass = day.kiosk
    adult = day.one("SELECT id FROM ticket_types WHERE code = 'ADULT'")
    await glass.click(".choices .main")
    await glass.click(f'button[name=add][value="{adult}"]')
    row = glass.locator("li", has=glass.locator(f'button[value="{adult}"]'))
    await expect(row.locator("output")).to_have_text("1")
    await glass.click(".sumbar .btn")
    await glass.wait_for_url("**/order")
    await glass.click(".payface form .btn")
    await glass.wait_for_url("**/payment")
    await glass.fill("[name=code]", "134567890123456789", force=True)
    await glass.locator("[name=code]").press("Enter")
    await glass.wait_for_url("**/handouts/*")
    frame = await glass.locator("iframe[data-print]").get_attribute("src")
    assert (await glass.request.get(day.path(str(frame)))).ok
    await glass.click("form[data-after] .btn")
    await expect(glass.locator("h1")).to_have_text("祝您游玩愉快")
    order_id = day.one("SELECT max(id) FROM orders WHERE channel = 'kiosk'")
    (code,) = await day.signer.codes(order_id)
    assert (await day.gates["S1"].scan(code)).decision == "allow"


# --- the end of the shifts


async def close_shift(day: Day, page: Page, missing: int = 0) -> None:
    """Cash counted note by note, blanks by the numbers on the rolls; what is gone has a word."""
    await page.goto(day.path("/window/shift"))
    shift_id = await page.locator("[name=shift_id]").input_value()
    rest = int(
        day.one(
            "SELECT sum(amount_minor) FROM ledger_postings"
            " WHERE account_kind = 'drawer' AND owner_id = ?",
            shift_id,
        )
    )
    await page.click("details summary")
    for note in sorted(shifts.DENOMINATIONS, reverse=True):
        count, rest = divmod(rest, note)
        await page.fill(f"[name='pieces.{note}']", str(count))
    await count_blanks(day, page, shift_id, missing)
    await page.click("#count .btn.primary")
    if missing:
        await page.locator("[data-why]").first.wait_for()
        for why in await page.locator("[data-why]").all():
            await why.fill("换纸时撕坏")
        await page.click("#count .btn.primary")
    await page.wait_for_url(f"**/window/shifts/{shift_id}")
    closed = day.made.rows("SELECT status FROM shifts WHERE id = ?", shift_id)
    assert closed == [("closed",)]


async def count_blanks(day: Day, page: Page, shift_id: str, missing: int) -> None:
    """The first number left of each roll, as it is read off the paper: so many are gone."""
    held = day.made.rows(
        "SELECT prefix, width, from_no, to_no FROM stock_holdings h JOIN shifts s"
        " ON s.window_id = h.holder_id WHERE s.id = ?",
        shift_id,
    )
    first_of = {f"{p}{last:0{w}}": (p, w, first) for p, w, first, last in held}
    lasts = page.locator("[name=stock_last]")
    for at in range(await lasts.count()):
        last = await lasts.nth(at).input_value()
        if last not in first_of:
            continue  # a line for a roll that the book does not have
        prefix, width, first = first_of[last]
        gone = missing if at == 0 else 0
        await page.locator("[name=stock_first]").nth(at).fill(f"{prefix}{first + gone:0{width}}")


# --- the day is closed


async def close_the_day(made: Installation, browser: Browser, played_on: str) -> None:
    """The next morning finance explains and signs, a supervisor looks and closes."""
    maker, checker = await opened(browser), await opened(browser)
    await sign_in(maker, made, made.people(Role.FINANCE)[0])
    await maker.goto(f"{made.url}/office/closes")
    await look_over(maker)
    await maker.click(f"section[aria-labelledby=to-close] form:has([value='{played_on}']) button")
    await maker.wait_for_url("**/office/closes/*")
    close_id = maker.url.split("/")[-1]
    await state_what_the_platform_says(maker)
    while await maker.locator("form[action*='/lines/'] input[name=note]").count():
        await maker.locator("form[action*='/lines/'] input[name=note]").first.fill("已核对单据")
        await maker.locator("form[action*='/lines/'] button").first.click()
        await maker.wait_for_load_state()
    await expect(maker.locator(".notice.ok")).to_be_visible()
    await look_over(maker)
    await maker.click("form[action$='/signatures'] button")
    approval = await maker.locator("a[href*='/office/approvals/']").first.get_attribute("href")

    await sign_in(checker, made, made.people(Role.SUPERVISOR)[0])
    await checker.goto(made.url + str(approval))
    await checker.click("button[value=approve]")
    await checker.wait_for_load_state()
    await maker.reload()
    await expect(maker.locator(".notice.ok")).to_be_visible()
    closed = made.rows("SELECT status, day FROM daily_closes WHERE id = ?", close_id)
    assert closed == [("closed", played_on)]
    await nothing_is_left(made, close_id)
    await maker.context.close()
    await checker.context.close()


async def nothing_is_left(made: Installation, close_id: str) -> None:
    """The three agree to the fen: money, sales and passages."""
    db = await Database.open(made.database_url)
    try:
        figures = (await db.ask(closes.get_close, close_id)).figures
        lines = [kept.line for kept in await db.ask(closes.lines_of, close_id)]
    finally:
        await db.close()
    assert figures.money_minor > 0 and figures.use("used").heads > FIRST_BUS + SECOND_BUS
    assert closes.money_rest(figures, lines) == 0
    assert closes.uses_rest(figures) == 0
    assert closes.unexplained_minor(lines) == 0


async def state_what_the_platform_says(page: Page) -> None:
    """Bank and platform state what our books say: the page shows the net of each."""
    for label, field in (("银行卡", "card"), ("付款码", "scan")):
        row = page.locator("section[aria-labelledby=money] tbody tr", has_text=label)
        if await row.count():
            net = await row.first.locator("td").nth(3).inner_text()
            await page.fill(f"[name={field}]", re.sub(r"[^\d.-]", "", net.replace("−", "-")))
    await page.click("aside form .btn")
    await page.wait_for_load_state()
