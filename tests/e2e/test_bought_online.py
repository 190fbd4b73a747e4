"""A visitor books for three on the phone, pays by WeChat, gets a message and tickets that renew
themselves; one goes back, the others pass a gate. The product is a process of its own; WeChat is a
pretend platform with real keys on the other side of HTTP, the gate a pretend turnstile behind MQTT.
"""

import asyncio
import base64
import io
from collections.abc import AsyncIterator, Callable

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Page

from devicehub.simulator import Memory, Turnstile
from domain.kernel.clock import utc_now
from gateways.payments import connecting
from gateways.payments.numbers import shortened
from gateways.payments.pretend.serving import bound, serving, url_of
from gateways.payments.pretend.wechat import PretendWeChat
from tests.e2e.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.slow]

PHONE, PATIENCE = "13808526621", 20.0
PAID = ["order.paid", "ticket.delivered"]


@pytest.fixture
async def wechat(installation: Installation) -> AsyncIterator[PretendWeChat]:
    """The platform, and a product that is connected to it."""
    listening = bound()
    hook = f"{installation.url}/hooks/payments/wechat"
    platform = PretendWeChat(url_of(listening), hook, utc_now, certificates=False)
    lines = connecting.wechat_lines(platform.merchant, installation.directory)
    installation.settings = dict(line.split("=", 1) for line in lines)
    async with serving(platform.app, listening):
        yield platform


async def test_three_book_pay_and_come(
    installation: Installation, wechat: PretendWeChat, browser_page: Page
) -> None:
    await installation.start()
    page = browser_page
    await page.set_viewport_size({"width": 390, "height": 844})
    order_id = await book_three(installation, page)
    await pay(installation, page, wechat, order_id)
    await until(lambda: sorted(told(installation, order_id)) == PAID)

    tickets = [
        row[0]
        for row in installation.rows("SELECT id FROM tickets WHERE order_id = ? ORDER BY position",
                                     order_id)
    ]  # fmt: skip
    await give_back(installation, page, order_id, tickets[2])
    codes = [await code_on(installation, page, order_id, one) for one in tickets[:2]]
    device = installation.device_at("S1")
    gate = Turnstile(installation.line_of(device), Memory(device.secret))
    gate.switch_on()
    await gate.until_ready(PATIENCE)
    answers = [(await gate.scan(code)).decision for code in [*codes, codes[0]]]
    await gate.until_confirmed(PATIENCE)
    await gate.switch_off()

    assert answers == ["allow", "allow", "deny"]
    states = installation.rows(
        "SELECT status FROM tickets WHERE order_id = ? ORDER BY position", order_id
    )
    assert states == [("used",), ("used",), ("refunded",)]
    paid = wechat.books.trades[charge_of(installation, order_id)]
    await until(lambda: any(one.done for one in wechat.books.refunds.values()))
    (back,) = wechat.books.refunds.values()
    refunded = installation.rows("SELECT refunded_minor FROM orders WHERE id = ?", order_id)
    assert refunded == [(back.amount_minor,)] and 0 < back.amount_minor < paid.amount_minor
    await until(lambda: sorted(told(installation, order_id)) == sorted([*PAID, "order.refunded"]))
    await page.goto("about:blank")  # its ticket asks for a new code every few seconds
    installation.stop()
    await installation.verify()


async def book_three(installation: Installation, page: Page) -> str:
    """Three adults, today; gives the order's id."""
    await page.goto(installation.url)
    await page.click(".offer .btn")
    for count in (2, 3):
        await page.click("[name=add] >> nth=0")
        await page.wait_for_selector(f"input[name^='q.'][value='{count}']", state="attached")
    await page.click(".buybar .btn.primary")
    await page.fill("[name=phone]", PHONE)
    await page.click(".buybar .btn.primary")
    await page.wait_for_url("**/payment")
    return page.url.split("/orders/")[1].split("/")[0]


async def pay(installation: Installation, page: Page, wechat: PretendWeChat, order_id: str) -> None:
    """The payer reads the QR; the platform says so three times; the page goes on by itself."""
    await page.click("form .btn.primary")
    await page.wait_for_selector(".qrbox svg")
    number = charge_of(installation, order_id)
    wechat.books.pay(number, utc_now())
    for _ in range(3):
        body, headers = wechat.callback(number)
        answer = await page.request.post(
            f"{installation.url}/hooks/payments/wechat", data=body, headers=headers
        )
        assert answer.ok
    await page.wait_for_url(f"**/orders/{order_id}")


def charge_of(installation: Installation, order_id: str) -> str:
    ((payment_id,),) = installation.rows("SELECT id FROM payments WHERE order_id = ?", order_id)
    return shortened(payment_id)


async def give_back(installation: Installation, page: Page, order_id: str, ticket_id: str) -> None:
    await page.goto(f"{installation.url}/orders/{order_id}/refunds/new?tickets={ticket_id}")
    await page.click(".btn.danger")
    await page.wait_for_url("**/refunds/*")


async def code_on(installation: Installation, page: Page, order_id: str, ticket_id: str) -> str:
    """What a gate reads from the glass of the phone."""
    await page.goto(f"{installation.url}/orders/{order_id}/tickets/{ticket_id}")
    drawn = await page.get_attribute("img.qr", "src")
    assert drawn is not None
    image = Image.open(io.BytesIO(base64.b64decode(drawn.split(",", 1)[1])))
    (found,) = zxingcpp.read_barcodes(image)
    return found.text


def told(installation: Installation, order_id: str) -> list[str]:
    """Messages about the order that the demo's carrier took: it writes them into a log."""
    rows = installation.rows(
        "SELECT event FROM message_deliveries WHERE noun = 'order' AND subject_id = ?"
        " AND state = 'logged'",
        order_id,
    )
    return [event for (event,) in rows]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 (another process does it)
            await asyncio.sleep(0.2)
