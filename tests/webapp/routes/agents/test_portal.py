"""The portal of agents: its door, net prices that nobody else sees, orders from the account."""

import asyncio
import re
from datetime import date, timedelta

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import tickets
from domain.commerce import agents, customers, orders
from domain.commerce.agents import AgentInput, AgentStatus, Receipt
from domain.commerce.notices import telling
from domain.commerce.orders import OrderFilter, OrderStatus
from domain.kernel import clock, ids
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import local_day
from domain.operation import verification
from domain.operation.staff import Role
from tests.domain.commerce.factories import make_price
from tests.properties.test_every_form import address_of
from tests.webapp.people import sign_in_as
from tests.webapp.routes.agents.portal import ACCESS, Portal, add_agent, open_portal
from webapp import prints, shop_visits
from webapp.permissions import Guarded
from webapp.printing.model import Paper
from webapp.printing.pages import page
from webapp.printing.thermal.blocks import ticket_blocks
from webapp.routes import ROUTES
from webapp.site import SHANGHAI

NET, LIST = "88.20", "98.00"
TOMORROW = local_day(clock.utc_now(), SHANGHAI) + timedelta(days=1)


@pytest.fixture
async def portal(app: Starlette, client: httpx2.AsyncClient) -> Portal:
    return await open_portal(app, client)


async def test_nobody_else_comes_in(app: Starlette, portal: Portal) -> None:
    await sign_in_as(portal.client, app, Role.ADMINISTRATOR)
    for route in ROUTES:
        if isinstance(route, Guarded) and route.access.agent:
            method = "POST" if "POST" in (route.methods or ()) else "GET"
            response = await portal.client.request(method, address_of(route, ids.new_id()))
            assert response.headers.get("location") == "/agents/sign-in", route.path


async def test_the_door_opens_to_the_code_and_to_nothing_else(portal: Portal) -> None:
    assert (await portal.come_in(access="K7QM-4XTP-9RWD-2HVX")).status_code == 422
    assert (await portal.come_in(code="NOBODY")).status_code == 422
    opened = await portal.come_in(access=ACCESS.lower().replace("-", ""))

    assert opened.headers["location"] == "/agents"
    assert "Path=/agents" in opened.headers["set-cookie"]
    assert "10,000.00" in (await portal.client.get("/agents")).text
    assert (await portal.client.get("/office/agents")).status_code == 303  # a door of its own
    await portal.client.post("/agents/sign-out")
    assert (await portal.client.get("/agents")).status_code == 303


async def test_whoever_guesses_must_wait(portal: Portal) -> None:
    for _ in range(8):
        assert (await portal.come_in(access="wrong")).status_code == 422
    assert (await portal.come_in()).status_code == 429


async def test_a_new_access_code_signs_everybody_out(portal: Portal) -> None:
    await portal.come_in()
    await portal.db.act(agents.set_access, portal.agent_id, None, SYSTEM, clock.utc_now())

    assert (await portal.client.get("/agents")).status_code == 303
    assert (await portal.come_in()).status_code == 422


async def test_net_prices_are_the_agents_alone(app: Starlette, portal: Portal) -> None:
    await portal.come_in()

    prices = await portal.client.get("/agents/prices")
    book = await portal.client.get(f"/agents/book?q.{portal.world.child_id}=3")
    shop = await portal.client.get(f"/book?q.{portal.world.adult_id}=2")

    assert NET in prices.text and LIST in prices.text and "40.00" in prices.text
    assert "120.00" in book.text  # three children at the floor
    assert "196.00" in shop.text and NET not in shop.text and "176.40" not in shop.text


async def test_an_order_is_booked_paid_and_printed_without_its_price(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await portal.come_in()
    receipt = Receipt(ids.new_id(), portal.agent_id, 10_000, "BOC 1")
    await portal.db.act(agents.receive, receipt, SYSTEM, clock.utc_now())

    order = await portal.book(2, phone="13808526621", contact="赵磊")

    assert order.status is OrderStatus.PAID and order.total_minor == 17_640
    agent = await portal.agent()
    assert (agent.prepaid_minor, agent.owed_minor) == (0, 7_640)
    page = await portal.client.get(f"/agents/orders/{order.id}")
    assert "176.40" in page.text and "CQ-1102" in page.text and "赵磊" in page.text
    listed = await portal.client.get("/agents/orders", params={"q": "CQ-1102"})
    assert order.number in listed.text
    printed = await portal.client.get(f"/agents/orders/{order.id}/tickets.pdf")
    assert printed.status_code == 200 and printed.content.startswith(b"%PDF")
    assert await portal.db.ask(verification.run, "agents") == []


async def test_beyond_the_credit_nothing_is_kept(portal: Portal) -> None:
    await portal.come_in()

    refused = await portal.client.post("/agents/orders", data=portal.booking(114))

    assert refused.status_code == 422 and "10,000.00" in refused.text
    assert await portal.db.ask(orders.list_orders, OrderFilter()) == []
    assert (await portal.client.post("/agents/orders", data=portal.booking(201))).status_code == 422


async def test_the_same_form_books_once(portal: Portal) -> None:
    await portal.come_in()
    form = portal.booking(3)

    answers = await asyncio.gather(
        *(portal.client.post("/agents/orders", data=form) for _ in range(10))
    )

    assert {one.headers.get("location") for one in answers} == {answers[0].headers["location"]}
    assert (await portal.agent()).owed_minor == 3 * 8_820


async def test_tickets_are_given_back_to_the_debt(portal: Portal) -> None:
    await portal.come_in()
    order = await portal.book(2)
    rows = await portal.db.ask(tickets.shown_of, order.id)

    asked = await portal.client.get(f"/agents/orders/{order.id}/refunds/new?tickets={rows[0].id}")
    fields = dict(re.findall(r'name="(request_id|cause|amount_minor)" value="([^"]+)"', asked.text))
    data = fields | {"tickets": rows[0].id}
    stale = await portal.client.post(
        f"/agents/orders/{order.id}/refunds", data=data | {"amount_minor": "1"}
    )
    done = await portal.client.post(f"/agents/orders/{order.id}/refunds", data=data)

    assert stale.status_code == 422 and done.status_code == 303, done.text
    agent = await portal.agent()
    assert agent.owed_minor == 17_640 - int(fields["amount_minor"])
    assert agent.prepaid_minor == 0


async def test_tickets_are_moved_and_the_account_pays_the_difference(portal: Portal) -> None:
    await portal.come_in()
    order = await portal.book(2, on=TOMORROW.isoformat())
    first, second = await portal.db.ask(tickets.shown_of, order.id)
    path, later = f"/agents/orders/{order.id}/changes", TOMORROW + timedelta(days=2)
    dearer = TOMORROW + timedelta(days=1)
    await portal.db.act(make_price, portal.world.adult_id, dearer, 20_000)

    async def asked(ticket_id: str, on: date) -> dict[str, str]:
        query = {"tickets": ticket_id, "on": on.isoformat()}
        page = await portal.client.get(f"{path}/new", params=query)
        names = "request_id|on|slot_id|quoted_minor"
        found = re.findall(rf'type="hidden" name="({names})" value="([^"]*)"', page.text)
        return dict(found) | {"tickets": ticket_id}

    same, more = await asked(first.id, later), await asked(second.id, dearer)
    assert (same["quoted_minor"], more["quoted_minor"]) == ("0", "9180")
    for form in (same, same, more, more):  # each pressed twice
        done = await portal.client.post(path, data=form)
        assert done.headers["location"] == f"/agents/orders/{order.id}", done.text
    stale = await portal.client.post(path, data=more | {"request_id": "another"})

    assert stale.status_code == 422
    agent = await portal.agent()
    assert agent.owed_minor == 17_640 + 9_180
    rows = await portal.db.ask(tickets.shown_of, order.id)
    good = {row.visit_on: row.price_paid_minor for row in tickets.living_of(rows)}
    assert good == {later: 8_820, dearer: 18_000}
    page = await portal.client.get(f"/agents/orders/{order.id}")
    assert "已改签" in page.text and "268.20" in page.text and "176.40" not in page.text
    found = await portal.db.ask(verification.run_all)
    assert [each for check in found.values() for each in check] == []


async def test_a_dearer_day_beyond_the_credit_moves_nothing(portal: Portal) -> None:
    await portal.come_in()
    order = await portal.book(113, on=TOMORROW.isoformat())  # 33.40 of the credit are left
    (first, *_) = await portal.db.ask(tickets.shown_of, order.id)
    dearer = TOMORROW + timedelta(days=1)
    await portal.db.act(make_price, portal.world.adult_id, dearer, 20_000)
    form = {
        "request_id": ids.new_id(),
        "tickets": first.id,
        "on": dearer.isoformat(),
        "quoted_minor": "9180",
    }

    refused = await portal.client.post(f"/agents/orders/{order.id}/changes", data=form)

    assert refused.status_code == 422
    rows = await portal.db.ask(tickets.shown_of, order.id)
    assert {row.visit_on for row in tickets.living_of(rows)} == {first.visit_on}
    assert (await portal.agent()).owed_minor == 113 * 8_820
    assert await portal.db.ask(verification.run, "agents") == []


async def test_forty_at_once_move_a_ticket_once_and_never_beyond_the_credit(
    portal: Portal,
) -> None:
    await portal.come_in()
    order = await portal.book(112, on=TOMORROW.isoformat())  # 121.60 are left: for one of two
    first, second, *_ = await portal.db.ask(tickets.shown_of, order.id)
    dearer = TOMORROW + timedelta(days=1)
    await portal.db.act(make_price, portal.world.adult_id, dearer, 20_000)

    def form(ticket_id: str, request_id: str) -> dict[str, str]:
        wish = {"tickets": ticket_id, "on": dearer.isoformat(), "quoted_minor": "9180"}
        return wish | {"request_id": request_id}

    asked = [form(first.id, "again")] * 10
    asked += [form(one.id, ids.new_id()) for one in (first, second) for _ in range(15)]
    await asyncio.gather(
        *(portal.client.post(f"/agents/orders/{order.id}/changes", data=one) for one in asked)
    )

    living = tickets.living_of(await portal.db.ask(tickets.shown_of, order.id))
    assert len(living) == 112
    assert [row.visit_on for row in living].count(dearer) == 1
    assert (await portal.agent()).owed_minor == 112 * 8_820 + 9_180
    found = await portal.db.ask(verification.run_all)
    assert [each for check in found.values() for each in check] == []


async def test_an_agent_sees_only_its_own(portal: Portal) -> None:
    other_id = await add_agent(portal.db, portal.world, "CQ", access="AAAA-BBBB-CCCC-DDDD")
    await portal.come_in()
    order = await portal.book(2)
    await agents.every_day(portal.db, clock.utc_now() + timedelta(days=40))
    theirs = await portal.db.ask(agents.statements_of, other_id)
    mine = await portal.db.ask(agents.statements_of, portal.agent_id)

    assert (await portal.client.get(f"/agents/statements/{mine[0].id}")).status_code == 200
    assert (await portal.client.get(f"/agents/statements/{theirs[0].id}")).status_code == 404
    await portal.client.post("/agents/sign-out")
    await portal.come_in("CQ", "AAAA-BBBB-CCCC-DDDD")
    for path in ("", "/tickets.pdf", "/refunds/new", "/changes/new"):
        answer = await portal.client.get(f"/agents/orders/{order.id}{path}")
        assert answer.status_code == 404, path
    assert order.number not in (await portal.client.get("/agents/orders")).text


async def test_who_is_suspended_sees_and_buys_nothing(portal: Portal) -> None:
    await portal.come_in()
    agent = await portal.agent()
    given = AgentInput(agent.name, "", "", "", agent.level_id, 0, AgentStatus.SUSPENDED)
    await portal.db.act(
        agents.change_agent, agent.id, given, agent.version, SYSTEM, clock.utc_now()
    )

    assert "暂停下单" in (await portal.client.get("/agents")).text
    for path in ("/agents/prices", "/agents/book", "/agents/statements"):
        assert (await portal.client.get(path)).status_code == 200, path
    answer = await portal.client.post("/agents/orders", data=portal.booking())
    assert answer.status_code == 422
    assert await portal.db.ask(orders.list_orders, OrderFilter()) == []


async def test_visitors_never_see_what_the_agent_paid(portal: Portal) -> None:
    """Tickets on paper of every width, the web shop of the phone that was left, text messages."""
    await portal.come_in()
    order = await portal.book(2, phone="13808526621")
    rows = await portal.db.ask(tickets.shown_of, order.id)
    found, sold, chosen = await portal.db.ask(prints.gathered, [row.id for row in rows])
    papers = [
        prints.paper_of(one, "1" * 232, sold[order.id], chosen, clock.utc_now()) for one in found
    ]
    assert {one.paid_minor for one in papers} == {None}
    shown = [page(papers, paper) for paper in (Paper.A4, Paper.ROLL)]
    shown.append(str([list(ticket_blocks(one)) for one in papers]))
    for text in shown:
        assert LIST in text and NET not in text and "176.40" not in text

    assert await portal.db.ask(telling.facts, order.id) is None  # nobody writes to the phone
    visitor = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(portal.app), base_url="http://park.test"
    )
    visit, token = await portal.db.act(customers.begin, clock.utc_now())
    phone = customers.phone_of(portal.app.state.vault, "13808526621")
    await portal.db.act(customers.recognise, visit, phone, "zh", SYSTEM, clock.utc_now())
    visitor.cookies.set(shop_visits.COOKIE, token)
    mine = await visitor.get("/my")
    assert mine.status_code == 200 and order.number not in mine.text and "176.40" not in mine.text
    for path in ("", "/tickets.pdf", "/refunds/new", f"/tickets/{rows[0].id}"):
        assert (await visitor.get(f"/orders/{order.id}{path}")).status_code == 404, path
