"""Printing by the server, in a browser and over a killed process."""

import asyncio
from collections.abc import Callable

import pytest
from playwright.async_api import Page, expect

from devicehub.printers.labels import read_paper
from devicehub.printers.played import PlayedPrinter
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db import Database
from domain.operation import printers
from domain.operation.printers import Post, PostKind, PrintedDocument, PrinterInput
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.e2e.conftest import House, look_over
from tests.e2e.installation import Installation
from tests.e2e.till import Till
from tests.webapp.people import PASSWORD
from tests.webapp.printers import desk_of, printing_at, try_at_once

PATIENCE_SECONDS = 60.0


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():  # noqa: ASYNC110  # another process, which tells nobody
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_a_killed_server_prints_nothing_twice(installation: Installation) -> None:
    played = PlayedPrinter(seconds_per_chunk=1.0)
    await played.start()
    (window_id,) = await add_printer(installation, played.port)
    await installation.start()
    till = Till(installation.url)
    try:
        await till.open(installation.people(Role.CASHIER)[0], window_id, "500")
        ((type_id,),) = installation.rows("SELECT id FROM ticket_types WHERE code = 'ADULT'")
        order_id = await till.sell(ids.new_id(), {type_id: 3})
        await until(lambda: "sending" in statuses(installation, order_id))
        installation.kill()
        await installation.start()
        await until(lambda: sorted(statuses(installation, order_id)) == ["done", "done", "unknown"])
    finally:
        await till.close()
    numbers = installation.rows("SELECT number FROM tickets WHERE order_id = ?", order_id)
    texts = ["\n".join(slip.lines) for slip in played.read.slips]
    for (number,) in numbers:
        assert sum(number in text for text in texts) <= 1
    assert len(texts) in (2, 3), "the page on the way may have come out"
    assert len({code for slip in played.read.slips for code in slip.codes}) == len(texts)
    await installation.verify()
    await played.stop()


def statuses(installation: Installation, order_id: str) -> list[str]:
    statement = "SELECT status FROM print_jobs WHERE cause_id = ? AND document = 'ticket'"
    return [status for (status,) in installation.rows(statement, order_id)]


async def add_printer(installation: Installation, port: int) -> tuple[str]:
    """For the first window; before the server runs."""
    ((window_id, area_id),) = installation.rows(
        "SELECT id, area_id FROM windows ORDER BY code LIMIT 1"
    )
    post = Post(PostKind.WINDOW, window_id)
    wanted = PrinterInput("一号票机", post, "127.0.0.1", port)
    db = await Database.open(installation.database_url)
    await db.act(printers.add_printer, area_id, wanted, SYSTEM, utc_now())
    await db.close()
    return (window_id,)


@pytest.mark.browser
@pytest.mark.slow
async def test_a_cashier_and_an_administrator_follow_the_paper(
    house: House, browser_page: Page
) -> None:
    page, app = browser_page, house.app
    world = await add_world(app.state.db)
    post = Post(PostKind.WINDOW, world.window_id)
    await stand_at_the_till(house, page)
    documents = (PrintedDocument.TICKET, PrintedDocument.SHIFT)
    async with printing_at(app, world.area_id, post, documents=documents) as printing:
        desk = asyncio.create_task(desk_of(app, poll_seconds=0.05, watch_seconds=0.2).run())
        try:
            printing.played.has_paper = False
            await sell(house, page, world.adult_id)
            line = page.locator("[sse-swap=line]")
            await expect(line).to_contain_text("缺纸")
            await look_over(page)
            printing.played.has_paper = True
            await try_at_once(app)
            await expect(line).to_contain_text("2 张票已出纸")
            assert len(printing.texts) == 2
            printing.played.cuts_line_after = printing.played.taken + 300
            await sell(house, page, world.adult_id, "01900000-0000-7000-8000-000000000002")
            await expect(line).to_contain_text("请看是否出纸")
            await look_over(page)
            await office_looks(house, page, printing.printer_id)
        finally:
            desk.cancel()
            await asyncio.gather(desk, return_exceptions=True)


async def stand_at_the_till(house: House, page: Page) -> None:
    await house.sign_in(page, Role.CASHIER)
    await page.goto(f"{house.url}/window/tills")
    await page.click("form button[name=window_id]")
    await page.fill("[name=float_minor]", "500")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/sales/new")


async def sell(
    house: House, page: Page, type_id: str, request_id: str = "01900000-0000-7000-8000-000000000001"
) -> None:
    form: dict[str, str | float | bool] = {"request_id": request_id, f"q.{type_id}": "2"}
    sold = await page.request.post(f"{house.url}/window/sales", form=form)
    assert sold.ok
    await page.goto(sold.url)


async def office_looks(house: House, page: Page, printer_id: str) -> None:
    """The administrator sees what is lost, says that it was found, and tries the printer."""
    house.app.state.read_paper = read_paper
    await page.context.clear_cookies()
    await page.goto(f"{house.url}/sign-in")
    await page.fill("[name=login]", Role.ADMINISTRATOR.value)
    await page.fill("[name=password]", PASSWORD)
    await page.click("form .btn.primary")
    await page.wait_for_load_state()
    await page.goto(f"{house.url}/office/print-jobs")
    await look_over(page)
    await page.click("#list tbody a")
    await look_over(page)
    await page.click("form[action$=finding] button")
    await expect(page.locator("#state")).to_contain_text("已出纸")
    for path in ("printers", "printers/new", f"printers/{printer_id}"):
        await page.goto(f"{house.url}/office/{path}")
        await look_over(page)
    await expect(page.locator(".papertape")).to_contain_text("样票")
    await page.keyboard.press("t")
    await page.wait_for_url("**/office/print-jobs/*")
    await expect(page.locator("#state")).to_contain_text("已出纸")
