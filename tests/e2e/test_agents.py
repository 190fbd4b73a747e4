"""An agent in its portal, from the door to its tickets, by the worked example (domain.md, 4)."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from domain.commerce import agents, ledger
from domain.commerce.agents import AgentAct, AgentInput, LevelInput, Move, balances
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.kernel import clock, ids
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation import verification
from domain.operation.staff import Role, passwords
from tests.domain.commerce.factories import World, add_world
from tests.e2e.conftest import House, look_over
from tests.webapp.routes.agents.portal import ACCESS

pytestmark = pytest.mark.browser
NAME = "黔行旅行社"


async def owing(house: House) -> tuple[World, str]:
    """An agent whose books were taken over: 3,000 paid in, 8,500 owed of at most 10,000. It buys
    adult tickets at 50.00."""
    db, now = house.app.state.db, clock.utc_now() - timedelta(hours=1)
    world = await add_world(db)
    level = LevelInput("一级", "Level 1", 0, {world.adult_id: (10_000, 5_000)})
    level_id = await db.act(agents.save_level, world.area_id, None, level, 1, SYSTEM, now)
    about = AgentInput(NAME, "陈晓燕", "", "", level_id, 1_000_000)
    agent_id = await db.act(agents.add_agent, world.area_id, "QX", about, SYSTEM, now)
    hashed = passwords.hash_password(ACCESS)
    await db.act(agents.set_access, agent_id, hashed, SYSTEM, now)

    async def take_over(tx: Tx) -> None:
        agent, move = await balances.locked(tx, agent_id), Move(300_000, 850_000)
        await balances.moved(tx, agent, move, AgentAct.CORRECTED, ids.new_id(), None, now)
        postings = move.postings(agent_id)
        postings.append(Posting(AccountKind.OPENING, world.area_id, 300_000 - 850_000))
        ledger.post(tx, Entry("agent", agent_id, "agent.taken_over", world.area_id, postings), now)

    await db.act(take_over)
    return world, agent_id


async def come_in(page: Page, house: House) -> None:
    await page.goto(f"{house.url}/agents")
    await look_over(page)
    await page.fill("[name=code]", "QX")
    await page.fill("[name=access]", ACCESS)
    await page.click("form .btn.primary")
    await expect(page.locator("h1")).to_have_text(NAME)


async def book(page: Page, house: House, quantity: str, total: str) -> None:
    """So many adult tickets for today; what it costs is shown before."""
    await page.goto(f"{house.url}/agents/book")
    await look_over(page)
    field = page.get_by_label("ADULT张数")
    await field.fill(quantity)
    await field.press("Tab")
    await expect(page.locator("#total")).to_have_text(total)
    await page.click("#sale .btn.primary")
    await expect(page.locator("h1")).to_have_text("填写游客")
    await page.fill("[name=note]", "CQ-1102")
    await page.click("#booking .btn.primary")


async def test_the_worked_example_is_booked(house: House, browser_page: Page) -> None:
    """Available 4,500: 5,000 is refused, 4,200 leaves nothing prepaid and 9,700 owed."""
    db, page = house.app.state.db, browser_page
    _, agent_id = await owing(house)
    await come_in(page, house)
    await expect(page.locator(".kpi").first).to_contain_text("4,500.00")
    await look_over(page)

    await book(page, house, "100", "5,000.00")
    await expect(page.locator("[role=alert]")).to_contain_text("4,500.00")
    await look_over(page)
    await book(page, house, "84", "4,200.00")
    await page.wait_for_url("**/agents/orders/*")
    await expect(page.locator("main")).to_contain_text("CQ-1102")
    await look_over(page)

    agent = await db.ask(agents.get, agent_id)
    assert (agent.prepaid_minor, agent.owed_minor) == (0, 970_000)
    assert await db.ask(verification.run, "agents") == []
    for path in ("", "/orders", "/prices", "/statements"):
        await page.goto(f"{house.url}/agents{path}")
        await look_over(page)
    await house.sign_in(page, Role.FINANCE)
    await page.goto(f"{house.url}/office/agents/{agent_id}")
    await expect(page.locator(".kpis")).to_contain_text("9,700.00")
