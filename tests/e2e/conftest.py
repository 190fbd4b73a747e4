"""A real server and a real browser in the test's own loop.

    @pytest.mark.browser
    async def test_...(house: House, browser_page: Page) -> None:
        await house.sign_in(browser_page, Role.CASHIER)
        await browser_page.goto(house.url + "/window")
        await look_over(browser_page)   # axe finds nothing, no console error

`house.app.state.db` is the database. Pages collect their console errors in `page_errors`.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright
from starlette.applications import Starlette

from domain.operation.staff import Role
from tests.e2e.installation import Installation, copy, prepare
from tests.requirements import require
from tests.webapp import components
from tests.webapp.people import PASSWORD, add_person
from webapp.app import create_app
from webapp.routes import ROUTES
from webapp.settings import Settings

AXE = Path(__file__).parent.parent / "vendor/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SETTLED_MILLISECONDS = 250
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class House(NamedTuple):
    """A running server with an administrator, and the page of all components at /components."""

    url: str
    app: Starlette

    async def sign_in(self, page: Page, role: Role) -> None:
        """Through the door, as somebody with this role."""
        login = role.value
        if role is not Role.ADMINISTRATOR:
            await add_person(self.app.state.db, role)
        await page.goto(f"{self.url}/sign-in")
        await page.fill("[name=login]", login)
        await page.fill("[name=password]", PASSWORD)
        await page.click("form .btn.primary")
        await page.wait_for_load_state()


@pytest.fixture
async def house(tmp_path: Path, sqlite_url: str) -> AsyncIterator[House]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings(data_dir=tmp_path, database_url=sqlite_url, base_url=url)
        app = create_app(settings, routes=[*ROUTES, *components.ROUTES])
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            assert not serving.done(), "the server did not start"
            await asyncio.sleep(0.02)
        await add_person(app.state.db, Role.ADMINISTRATOR)
        yield House(url, app)
        server.should_exit = True
        await serving


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo area, loaded once; tests work on copies."""
    directory = tmp_path_factory.mktemp("installed") / "var"
    prepare(directory)
    return directory


@pytest.fixture
def installation(installed: Path, tmp_path: Path) -> Iterator[Installation]:
    """An installation that the test starts itself."""
    made = copy(installed, tmp_path / "var")
    yield made
    made.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=require("chromium"), args=ARGUMENTS
        )
        yield browser
        await browser.close()


@pytest.fixture
async def browser_context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """Chinese, light, as large as a till; `color_scheme` and `locale` are changed by the tests
    that look at others."""
    context = await browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1440, "height": 900},
        reduced_motion="reduce",
    )
    yield context
    await context.close()


@pytest.fixture
async def page_errors() -> list[str]:
    """What went wrong in the page by the end of the test: scripts, policy, missing files."""
    return []


@pytest.fixture
async def browser_page(
    browser_context: BrowserContext, page_errors: list[str]
) -> AsyncIterator[Page]:
    page = await browser_context.new_page()
    page.on("pageerror", lambda error: page_errors.append(str(error)))
    page.on("console", lambda message: note(message, page_errors))
    yield page
    assert not page_errors, page_errors


def note(message: ConsoleMessage, errors: list[str]) -> None:
    """A refused request (4xx) is often what a test is about; everything else is a mistake."""
    if message.type == "error" and not re.search(r"status of 4|Error Code 4", message.text):
        errors.append(message.text)


async def look_over(page: Page) -> None:
    """axe finds nothing wrong with what the page shows now, light and dark."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.wait_for_timeout(SETTLED_MILLISECONDS)  # colours change over a moment
        await page.evaluate(AXE.read_text())
        found = await page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        problems = [
            f"{scheme} {each['id']}: {each['help']}: {each['nodes'][0]['html'][:300]}"
            for each in found["violations"]
        ]
        assert not problems, "\n".join(problems)
    await page.emulate_media(color_scheme="light")
