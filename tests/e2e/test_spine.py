"""The spine of the product, from the till to the count: sold in a browser, printed, read from the
paper, let in for a foreign MQTT client, counted, refused, given back, closed to the fen."""

import json
import re
import time
from typing import Any, NamedTuple

import pytest
from playwright.async_api import Page, Route, expect

from domain.commerce import shifts
from domain.kernel import ids
from domain.operation.staff import Role
from tests.devicehub.conftest import Foreigner
from tests.e2e.conftest import look_over
from tests.e2e.installation import DeviceKey, Installation, Person
from tests.webapp.printing.reading import read

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.slow]

FLOAT_YUAN = 500
LIVE_MS = 10_000  # the dashboard moves within a second or two; the machine may be busy


class Drawer(NamedTuple):
    """One cashier's open shift, as the database has it."""

    shift_id: str
    staff_id: str
    window_id: str
    area_id: str
    expected_minor: int


async def test_sell_print_scan_count_give_back_and_close(
    installation: Installation, browser_page: Page
) -> None:
    page = browser_page
    await page.route("**/tickets.pdf*", in_place_of_paper)
    await installation.start()
    await installation.until_ready()
    await open_shift(page, installation)
    order_id = await sell_two_adults_and_a_child(page)
    codes = await print_tickets(page, installation, order_id)
    office = await page.context.browser.new_context(locale="zh-CN")  # type: ignore[union-attr]
    dashboard = await open_dashboard(await office.new_page(), installation)
    inside = await heads_inside(dashboard)

    gate = Gate(installation, installation.device_at("S1"))
    await pass_with(gate, codes[0])
    await expect(dashboard.locator("#inside")).to_have_text(f"{inside + 1:,}", timeout=LIVE_MS)
    await be_refused(Gate(installation, installation.device_at("N1")), codes[0], gate.device)

    await give_back_one(page, installation, order_id)
    await close_to_the_fen(page, installation)
    await office.close()
    await installation.verify()


# --- at the window


async def in_place_of_paper(route: Route) -> None:
    """A browser without a screen cannot show or print a PDF; the test asks for it itself."""
    await route.fulfill(body="<!doctype html><html lang=zh><title>tickets</title>")


async def sign_in(page: Page, installation: Installation, person: Person) -> None:
    await page.goto(f"{installation.url}/sign-in")
    await page.fill("[name=login]", person.login)
    await page.fill("[name=password]", person.password)
    await page.click("form .btn.primary")
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def open_shift(page: Page, installation: Installation) -> None:
    await sign_in(page, installation, installation.people(Role.CASHIER)[0])
    await page.goto(f"{installation.url}/window")
    await page.wait_for_url("**/window/tills")
    await look_over(page)
    await page.click("main button[name=window_id] >> nth=0")
    await page.wait_for_url("**/window/shifts/new")
    await look_over(page)
    await page.keyboard.type(str(FLOAT_YUAN))
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/sales/new")


async def sell_two_adults_and_a_child(page: Page) -> str:
    """By keyboard alone: two of the first tile, one of the second, 500 yuan on the desk."""
    for key in ("1", "1", "2"):
        await page.keyboard.press(key)
        await page.wait_for_timeout(800)  # digits that follow each other fast are a number
    await expect(page.locator(".lines [data-line]")).to_have_count(2)
    await look_over(page)
    await page.fill("#tendered", "500")
    total = fen(await page.locator(".due .total strong").inner_text())
    await expect(page.locator(".change .money")).to_have_text(re.compile(yuan(50_000 - total)))
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/orders/*/done")
    await expect(page.locator(".handover strong")).to_have_text(re.compile(yuan(50_000 - total)))
    await look_over(page)
    return page.url.split("/")[-2]


async def print_tickets(page: Page, installation: Installation, order_id: str) -> list[str]:
    """The codes, read from the paper as a scanner does: adult, adult, child."""
    frame = await page.locator("iframe[data-print]").get_attribute("src")
    answer = await page.request.get(f"{installation.url}{frame}")
    assert answer.headers["content-type"] == "application/pdf"
    paper = read(await answer.body())
    codes = [code for number in range(3) for code in paper.codes(number, 203)]
    assert len(set(codes)) == 3
    return codes


async def open_dashboard(page: Page, installation: Installation) -> Page:
    (manager,) = installation.people(Role.ADMINISTRATOR)
    await sign_in(page, installation, manager)
    await page.goto(f"{installation.url}/office")
    return page


async def heads_inside(dashboard: Page) -> int:
    return int((await dashboard.locator("#inside").inner_text()).replace(",", ""))


# --- at the gates: mosquitto's own programs, which share no code with us


class Gate:
    def __init__(self, installation: Installation, device: DeviceKey) -> None:
        self.device = device
        self._wire = Foreigner(installation.mqtt_port, device.id, device.secret)
        self._boot = ids.new_id()

    async def ask(self, up: str, down: str, **fields: object) -> dict[str, Any]:
        """Publish, and wait for the answer."""
        head = {"v": 1, "ts": int(time.time() * 1000), "boot": self._boot}
        topic = f"shanmen/1/{self.device.id}"
        answer = await self._wire.ask(
            f"{topic}/up/{up}", json.dumps(head | fields), f"{topic}/down/{down}", seconds=10
        )
        told: dict[str, Any] = json.loads(answer)
        return told

    async def scan(self, cid: str, code: str) -> dict[str, Any]:
        deadline = int(time.time() * 1000) + 10_000
        return await self.ask(
            "scan", "scan", cid=cid, ch=1, code=code, kind="qr", dir="in", deadline=deadline
        )


async def pass_with(gate: Gate, code: str) -> None:
    cid, key = ids.new_id(), ids.new_id()
    told = await gate.scan(cid, code)
    assert (told["cid"], told["decision"], told["persons"]) == (cid, "allow", 1)
    passage = {"key": key, "ch": 1, "result": "passed", "sensor": "rotor", "cid": cid, "n": 1}
    assert (await gate.ask("pass", "ok", **passage, dir="in"))["keys"] == [key]


async def be_refused(gate: Gate, code: str, used_at: DeviceKey) -> None:
    """At another gate, with the time and the gate of the first use on the display."""
    told = await gate.scan(ids.new_id(), code)
    assert (told["decision"], told["reason"]) == ("deny", "USED_UP")
    shown = json.dumps(told, ensure_ascii=False)
    assert re.search(r"\b\d{1,2}:\d{2}\b", shown), shown
    assert "南门 1 号" in shown or used_at.gate_id in shown, shown


# --- back at the window


async def give_back_one(page: Page, installation: Installation, order_id: str) -> None:
    """The child's ticket, which nobody used, by keyboard: its place is free again, its money
    leaves the drawer."""
    before, taken = drawer_of(installation), places_taken(installation, order_id)
    await page.goto(f"{installation.url}/window/sales/new")
    await page.keyboard.press("F6")
    await page.wait_for_url("**/window/orders")
    ((number,),) = installation.rows("SELECT number FROM orders WHERE id = ?", order_id)
    await page.fill("[data-scan]", number)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/window/orders/{order_id}")
    await page.keyboard.press("3")
    await expect(page.locator("[name=tickets]:checked")).to_have_count(1)
    await page.keyboard.press("r")
    await page.wait_for_url("**/refunds/new*")
    await expect(page.locator("[aria-current] [value=visitor]")).to_be_checked()
    quoted = fen(await page.locator("#quote .total strong").inner_text())
    await look_over(page)
    await page.keyboard.press("1")
    await expect(page.locator("#reason")).not_to_have_value("")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/refunds/*")
    await expect(page.locator(".handover")).to_contain_text(re.compile(yuan(quoted)))

    assert quoted > 0
    assert drawer_of(installation).expected_minor == before.expected_minor - quoted
    assert places_taken(installation, order_id) == taken - 1


async def close_to_the_fen(page: Page, installation: Installation) -> None:
    """Counted note by note without seeing what should be there; nothing is over or missing."""
    drawer = drawer_of(installation)
    await page.goto(f"{installation.url}/window/sales/new")
    await page.keyboard.press("F10")
    await page.wait_for_url("**/window/shift")
    await page.click("details summary")
    rest = drawer.expected_minor
    for note in sorted(shifts.DENOMINATIONS, reverse=True):
        count, rest = divmod(rest, note)
        await page.fill(f"[name='pieces.{note}']", str(count))
    total = page.locator("tfoot [data-total]")
    assert fen(await total.inner_text()) == drawer.expected_minor
    await count_blanks(page, installation)
    await page.click("#count .btn.primary")
    await page.wait_for_url(f"**/window/shifts/{drawer.shift_id}")
    await look_over(page)

    closed = installation.rows(
        "SELECT status, counted_minor FROM shifts WHERE id = ?", drawer.shift_id
    )
    assert closed == [("closed", drawer.expected_minor)]


async def count_blanks(page: Page, installation: Installation) -> None:
    """The first number of each roll, as the cashier reads it off the paper."""
    held = installation.rows(
        "SELECT prefix, width, from_no, to_no FROM stock_holdings h JOIN shifts s"
        " ON s.window_id = h.holder_id WHERE s.status = 'open'"
    )
    first_of = {f"{p}{last:0{w}}": f"{p}{first:0{w}}" for p, w, first, last in held}
    lasts = page.locator("[name=stock_last]")
    for at in range(await lasts.count()):
        last = await lasts.nth(at).input_value()
        await page.locator("[name=stock_first]").nth(at).fill(first_of.get(last, ""))


def places_taken(installation: Installation, order_id: str) -> int:
    """Of the area, on the day of the visit."""
    ((taken,),) = installation.rows(
        "SELECT d.taken FROM area_days d JOIN orders o"
        " ON o.area_id = d.area_id AND o.visit_on = d.visit_on WHERE o.id = ?",
        order_id,
    )
    return int(taken)


def drawer_of(installation: Installation) -> Drawer:
    ((shift_id, staff_id, window_id, area_id),) = installation.rows(
        "SELECT id, staff_id, window_id, area_id FROM shifts WHERE status = 'open'"
    )
    ((expected,),) = installation.rows(
        "SELECT sum(amount_minor) FROM ledger_postings"
        " WHERE account_kind = 'drawer' AND owner_id = ?",
        shift_id,
    )
    return Drawer(shift_id, staff_id, window_id, area_id, expected)


def fen(text: str) -> int:
    return int(re.sub(r"[^\d]", "", text))


def yuan(minor: int) -> str:
    return rf"{minor // 100}\.{minor % 100:02d}"
