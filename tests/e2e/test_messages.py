"""Setting up a provider and looking at every page of messages, in a real browser."""

import pytest
from playwright.async_api import Page

from domain.operation.staff import Role
from tests.e2e.conftest import House, look_over


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_messages_are_set_up(house: House, browser_page: Page, language: str) -> None:
    page = browser_page
    await page.set_extra_http_headers({"Accept-Language": language})
    await house.sign_in(page, Role.ADMINISTRATOR)
    every = "/office/messages"
    await page.goto(f"{house.url}{every}/providers/new?kind=smtp")
    await look_over(page)
    await page.fill("#name", "Mail")
    await page.fill("#host", "127.0.0.1")
    await page.fill("#sender", "nobody")
    await page.locator(".savebar button").click()
    assert await page.locator("#sender-error").count() == 1
    await look_over(page)
    await page.fill("#sender", "no-reply@park.cn")
    await page.locator(".savebar button").click()
    await page.wait_for_url(f"**{every}/providers/0*")
    await look_over(page)
    for path in ("/providers", "", "/templates", "/templates/order.paid/sms", "/rules"):
        await page.goto(f"{house.url}{every}{path}")
        await look_over(page)
