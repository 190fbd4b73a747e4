"""A sale by hand: what is touched once is sold once."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import House, look_over
from tests.e2e.test_closing import begin

pytestmark = pytest.mark.browser


async def test_a_touch_is_one_ticket(house: House, browser_page: Page) -> None:
    page = browser_page
    await begin(house, page)
    tiles = page.locator("[data-tile]:not([disabled])")
    first, second = [await tiles.nth(at).get_attribute("data-tile") for at in (0, 1)]
    counts = {
        type_id: page.locator(f'[data-line="{type_id}"] output') for type_id in (first, second)
    }

    for touched, most in ((first, "1"), (first, "2"), (second, "1"), (first, "3")):
        await page.click(f'[data-tile="{touched}"]')
        await expect(counts[touched]).to_have_text(most)
        await expect(page.locator("#sale:not([data-pending])")).to_be_attached()
    await page.click(f'[data-less="{first}"]')

    await expect(counts[first]).to_have_text("2")
    await expect(counts[second]).to_have_text("1")
    await expect(page.locator(".cart .count")).to_have_text("3")
    await look_over(page)
