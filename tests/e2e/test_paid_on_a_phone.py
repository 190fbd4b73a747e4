"""A phone pays: by WeChat's page for browsers with scripts switched off, and inside WeChat by its
bridge. The product is a process of its own, WeChat a pretend platform behind real HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from domain.kernel.clock import utc_now
from gateways.payments import connecting
from gateways.payments.numbers import shortened
from gateways.payments.pretend.serving import bound, serving, url_of
from gateways.payments.pretend.wechat import PretendWeChat
from tests.e2e.conftest import look_over, note
from tests.e2e.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VISITOR = "13808526621"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
BRIDGE = """window.WeixinJSBridge = {
  invoke: (verb, words, then) => window.payInside(verb, words).then(then),
}"""


@pytest.fixture
async def wechat(installation: Installation) -> AsyncIterator[PretendWeChat]:
    """The platform, and a product that is connected to it."""
    listening = bound()
    hook = f"{installation.url}/hooks/payments/wechat"
    platform = PretendWeChat(url_of(listening), hook, utc_now, certificates=False)
    lines = connecting.wechat_lines(platform.merchant, installation.directory)
    installation.settings = dict(line.split("=", 1) for line in lines)
    async with serving(platform.app, listening):
        await installation.start()
        yield platform


async def test_a_phone_pays_by_a_page_and_inside_wechat(
    installation: Installation, wechat: PretendWeChat, browser: Browser, page_errors: list[str]
) -> None:
    plain = await phone(browser, page_errors, IPHONE, java_script_enabled=False)
    order_id = await book(installation, plain)
    await plain.click("form .btn.primary")
    await plain.click("#platform")
    await expect(plain.locator("h1")).to_have_text("模拟微信支付")
    await plain.click("text=返回")  # not paid: the shop asks, and offers it again
    await plain.click("#platform")
    await plain.click("[name=pay]")
    await see_ticket(plain, order_id)

    inside = await phone(browser, page_errors, f"{IPHONE} MicroMessenger/8.0.49")
    handed: list[str] = []

    async def pay_inside(verb: str, words: dict[str, Any]) -> dict[str, str]:
        handed.append(verb)
        wechat.pay(words["package"].removeprefix("prepay_id=wx"))
        return {"err_msg": "get_brand_wcpay_request:ok"}

    await inside.expose_function("payInside", pay_inside)
    await inside.add_init_script(BRIDGE)
    second_id = await book(installation, inside)
    await inside.click("form .btn.primary")
    await inside.click("#platform")  # through its door
    await look_over(inside)
    await inside.click("#bridge")
    await see_ticket(inside, second_id)

    assert handed == ["getBrandWCPayRequest"]
    charged = installation.rows("SELECT id, way, status FROM payments WHERE way <> 'qr'")
    assert sorted(row[1:] for row in charged) == [("inside", "paid"), ("phone", "paid")]
    assert {shortened(row[0]) for row in charged} == set(wechat.books.trades)


async def phone(browser: Browser, errors: list[str], agent: str, **more: Any) -> Page:
    context = await browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 390, "height": 844},
        user_agent=agent,
        reduced_motion="reduce",
        **more,
    )
    page = await context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: note(message, errors))
    return page


async def book(installation: Installation, page: Page) -> str:
    """One adult, today; gives the order's id."""
    await page.goto(installation.url)
    await page.click(".offer .btn")
    await page.click(".buybar .btn.primary")
    await page.fill("[name=phone]", VISITOR)
    await page.click(".buybar .btn.primary")
    await page.wait_for_url("**/payment")
    return page.url.split("/orders/")[1].split("/")[0]


async def see_ticket(page: Page, order_id: str) -> None:
    """Back in the shop it is paid, and a gate reads the ticket from the glass."""
    await page.wait_for_url(f"**/orders/{order_id}")
    await page.click(f"a[href*='/orders/{order_id}/tickets/'] >> nth=0")
    await expect(page.locator("img.qr")).to_be_visible()
