"""What is announced stands at the window, the gate and the kiosk within five seconds."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from domain.admission import announcements
from domain.admission.announcements import Announcement, Place, Words
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation.staff import Role
from tests.domain.admission.tickets.market import add_gate, add_site
from tests.e2e.conftest import House
from tests.e2e.test_kiosk import pair

pytestmark = pytest.mark.browser
WITHIN = 5_000
EVERYWHERE = (Place.WINDOW, Place.GATE, Place.KIOSK)


async def test_a_released_announcement_is_everywhere_within_seconds(
    house: House, browser: Browser, browser_page: Page
) -> None:
    db, now = house.app.state.db, datetime.now(UTC)
    world = (await pair(house, browser_page)).world
    gate_id = await add_gate(db, world, await add_site(db, world))
    window, gate = [await (await browser.new_context(locale="zh-CN")).new_page() for _ in range(2)]
    await house.sign_in(window, Role.CASHIER)
    await stand(window, house, "window/tills", "window_id", world.window_id)
    await stand(window, house, "window/shifts", "float_minor", "500")
    await window.goto(f"{house.url}/window")
    await house.sign_in(gate, Role.GATE_STAFF)
    await stand(gate, house, "gate", "gate_id", gate_id)
    await gate.goto(f"{house.url}/gate/{gate_id}")
    pages = (browser_page, window, gate)
    for page in pages:
        await expect(page.locator("#said")).to_have_text("")

    words = Words("索道检修", "Cable car closed")
    given = Announcement(world.area_id, words, EVERYWHERE, now, now + timedelta(hours=1))
    which = await db.act(announcements.draft, given, SYSTEM, now)
    await db.act(release, which, now)

    until = datetime.now(UTC) + timedelta(milliseconds=WITHIN)
    for page in pages:
        left = max(1.0, (until - datetime.now(UTC)) / timedelta(milliseconds=1))
        await expect(page.locator("#said")).to_contain_text("索道检修", timeout=left)
    for page in (window, gate):
        await page.context.close()


async def release(tx: Tx, which: str, now: datetime) -> None:
    await announcements.release(tx, which, SYSTEM, now, version=1)


async def stand(page: Page, house: House, where: str, name: str, value: str) -> None:
    """What a person chooses before work: where, and with how much in the drawer."""
    answer = await page.request.post(
        f"{house.url}/{where}", form={name: value}, headers={"Origin": house.url}
    )
    assert answer.ok, await answer.text()
