"""Every page of the office as an administrator sees it, and one page of each noun: axe finds
nothing, no script fails, nothing is wider than the screen."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page
from starlette.routing import Route

from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation.staff import EVERYWHERE, Grant, Permission, Person, grants, people, roles
from domain.operation.staff.roles import RoleInput
from tests.e2e.conftest import House, look_over
from tests.webapp.people import PASSWORD, password_hash
from webapp.demo import building
from webapp.routes import ROUTES
from webapp.settings import open_vault

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STREAM = re.compile(
    r"/stream$|/events$|\.pdf$|/documents/|/pictures?/|/export|/sheet$|/paper$|/file$|/mistakes$"
    r"|/imports/templates/"
)
NEEDS_A_QUERY = {"/office/saved-reports/new", "/office/batches/new"}  # opened from a list
ROOT = "/office"


def pages(with_parameters: bool) -> Iterator[str]:
    for route in ROUTES:
        if not isinstance(route, Route) or "GET" not in (route.methods or ()):
            continue
        is_page = route.path.startswith(ROOT) and not STREAM.search(route.path)
        if route.path in NEEDS_A_QUERY:
            continue
        if is_page and ("{" in route.path) == with_parameters:
            yield route.path


@pytest.fixture
async def everything(house: House, browser_page: Page, monkeypatch: pytest.MonkeyPatch) -> House:
    """The demo with ten days of history, and somebody signed in who may do everything."""
    monkeypatch.setattr(building, "HISTORY_DAYS", 10)
    monkeypatch.setattr(building, "SALES_A_DAY", 8)
    monkeypatch.setattr(building, "UNUSED_TODAY", 20)
    monkeypatch.setattr(building, "UNUSED_TOMORROW", 5)
    db = house.app.state.db
    await building.load(db, open_vault(house.app.state.settings), lambda text: None)
    await db.act(take_on)
    page = browser_page
    await page.goto(f"{house.url}/sign-in")
    await page.fill("[name=login]", "everything")
    await page.fill("[name=password]", PASSWORD)
    await page.click("form .btn.primary")
    await page.wait_for_load_state()
    return house


async def take_on(tx: Tx) -> None:
    now = clock.utc_now()
    role_id = await roles.add(
        tx, SYSTEM, "everything", RoleInput("全部", "Everything", set(Permission)), now
    )
    person = Person("古丽努尔·买买提艾力")
    staff_id = await people.add(
        tx, SYSTEM, "everything", person, password_hash(), now, must_change_password=False
    )
    await grants.replace(tx, None, SYSTEM, staff_id, {Grant(role_id, place_id=EVERYWHERE)}, now)


async def problems_of(page: Page, address: str) -> list[str]:
    answer = await page.goto(address)
    if answer is None or answer.status != 200:
        return [f"{address}: {answer.status if answer else 'no answer'}"]
    found = []
    try:
        await look_over(page)
    except AssertionError as error:
        found.append(f"{address}: {error}")
    if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{address}: wider than the screen")
    return found


async def test_every_page_without_parameters(everything: House, browser_page: Page) -> None:
    problems = []
    for path in pages(with_parameters=False):
        problems += await problems_of(browser_page, everything.url + path)
    assert not problems, "\n".join(problems)


async def test_one_page_of_each_noun(everything: House, browser_page: Page) -> None:
    """The first link to each page with parameters that the lists show."""
    shapes = {path: re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)) for path in pages(True)}
    found: dict[str, str] = {}
    waiting = list(pages(with_parameters=False))
    while waiting:
        await browser_page.goto(everything.url + waiting.pop())
        links = await browser_page.eval_on_selector_all(
            "a[href]", "links => links.map(link => link.getAttribute('href'))"
        )
        for link in links:
            path = link.split("?")[0].split("#")[0]
            for shape, pattern in shapes.items():
                if shape not in found and "/new" not in path and pattern.fullmatch(path):
                    found[shape] = path
                    waiting.append(path)
    problems = []
    for path in found.values():
        problems += await problems_of(browser_page, everything.url + path)
    assert not problems, "\n".join(problems)
    assert len(found) >= 15, sorted(found)
