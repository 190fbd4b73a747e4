"""Pages of the house's keeping in a browser: copies, what to do in an emergency, identities,
parameters. axe finds nothing on them."""

from playwright.async_api import Page, expect

from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.e2e.conftest import House, look_over

PATHS = ("/office/backups/restoring", "/office/retention", "/office/parameters")


async def test_axe_finds_nothing_on_the_pages_of_keeping(house: House, browser_page: Page) -> None:
    await add_world(house.app.state.db)
    await house.sign_in(browser_page, Role.ADMINISTRATOR)
    await browser_page.goto(f"{house.url}/office/backups")
    await look_over(browser_page)
    for path in PATHS:
        await browser_page.goto(f"{house.url}{path}")
        await look_over(browser_page)
    await expect(browser_page.locator("#machine")).to_be_visible()
