"""Agents: what they pay, with whose money, and what they owe at the end of the month."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commerce import agents, capacity, ledger, orders, refunds
from domain.commerce.agents import AgentInput, AgentStatus, LevelInput, Receipt
from domain.commerce.agents.settling import next_month
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import FromAccount, Order, OrderStatus, Sale, Wanted
from domain.commerce.payments import Tender
from domain.commerce.refunds import RefundCause
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from domain.kernel.refusals import Refusal
from domain.operation import verification
from tests.domain.commerce.factories import NOON, TODAY, World


def agent_with(prepaid: int, limit: int, owed: int, frozen: bool = False) -> Any:
    return SimpleNamespace(
        prepaid_minor=prepaid,
        credit_limit_minor=limit,
        owed_minor=owed,
        credit_frozen_at=NOON if frozen else None,
    )


def test_the_worked_example() -> None:
    """domain.md, 4: 3,000 paid in, limit 10,000, owed 8,500."""
    agent = agent_with(300_000, 1_000_000, 850_000)

    assert agents.available(agent) == 450_000
    with pytest.raises(Refused) as refused:
        agents.charged(agent, 500_000)
    assert refused.value.refusal is Refusal.CREDIT_EXCEEDED
    move = agents.charged(agent, 420_000)
    assert (300_000 + move.prepaid_minor, 850_000 + move.owed_minor) == (0, 970_000)


money = st.integers(0, 10**9)


@given(money, money, money, st.integers(1, 10**9))
def test_what_is_charged_and_comes_back_is_never_more_or_less(
    prepaid: int, limit: int, owed: int, amount: int
) -> None:
    agent = agent_with(prepaid, limit, owed)
    back = agents.paid_in(agent, amount)
    assert back.prepaid_minor - back.owed_minor == amount
    assert owed + back.owed_minor >= 0 and back.prepaid_minor >= 0
    if amount <= agents.available(agent):
        move = agents.charged(agent, amount)
        assert move.owed_minor - move.prepaid_minor == amount
        assert prepaid + move.prepaid_minor >= 0
        assert move.owed_minor == 0 or owed + move.owed_minor <= limit


def test_frozen_credit_leaves_the_deposit() -> None:
    assert agents.available(agent_with(300_000, 1_000_000, 0, frozen=True)) == 300_000


async def add_agent(db: Database, world: World, limit: int = 1_000_000, **prices: Any) -> str:
    level = LevelInput("一级", "Level 1", 1_000, prices.get("prices", {}))
    level_id = await db.act(agents.save_level, world.area_id, None, level, 1, SYSTEM, NOON)
    given = AgentInput("黔行旅行社", "陈", "0859-1", "a@b.cn", level_id, limit)
    return await db.act(agents.add_agent, world.area_id, "QX", given, SYSTEM, NOON)


async def order_by(
    db: Database, world: World, agent_id: str, type_id: str, quantity: int = 2
) -> Order:
    sale = Sale(
        ids.new_id(),
        world.area_id,
        Channel.AGENT,
        (Wanted(type_id, quantity, TODAY),),
        member_id=agent_id,
    )
    lane = capacity.lane(world.area_id)
    return await db.act(orders.place, sale, SYSTEM, NOON, lane=lane)


async def pay(db: Database, world: World, order: Order, agent_id: str, key: str = "") -> Order:
    asked = FromAccount(key or ids.new_id(), order.id, Tender.AGENT, agent_id)
    return await db.act(orders.pay_from, asked, SYSTEM, NOON, lane=capacity.lane(world.area_id))


async def test_an_agent_pays_net_and_retail_does_not(db: Database, world: World) -> None:
    floor = {world.child_id: (5_000, 4_000)}
    agent_id = await add_agent(db, world, prices=floor)

    adult = await order_by(db, world, agent_id, world.adult_id)
    child = await order_by(db, world, agent_id, world.child_id)
    retail = await db.ask(
        orders.quote, world.area_id, Channel.AGENT, None, [Wanted(world.adult_id, 2, TODAY)], NOON
    )

    assert adult.total_minor == 2 * 8_820  # 98.00 less ten per cent
    assert child.total_minor == 2 * 4_000  # half of 49.00 is below the floor
    assert sum(line.amount_minor for line in retail) == 19_600


async def test_an_order_takes_the_deposit_first_and_gives_back_to_the_debt_first(
    db: Database, world: World
) -> None:
    agent_id = await add_agent(db, world)
    receipt = Receipt("r1", agent_id, 10_000, "BOC 42")
    await db.act(agents.receive, receipt, SYSTEM, NOON)
    await db.act(agents.receive, receipt, SYSTEM, NOON)  # the same form again counts once
    order = await order_by(db, world, agent_id, world.adult_id)
    paid = await pay(db, world, order, agent_id, "p1")
    await pay(db, world, order, agent_id, "p1")

    agent = await db.ask(agents.get, agent_id)
    assert paid.status is OrderStatus.PAID
    assert (agent.prepaid_minor, agent.owed_minor) == (0, 7_640)
    quote = await db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, NOON)
    request = refunds.Request(
        "back", order.id, quote.subject_ids, RefundCause.VISITOR, "x", quote.amount_minor
    )
    await db.act(refunds.refund, request, SYSTEM, NOON)
    agent = await db.ask(agents.get, agent_id)
    assert agent.prepaid_minor - agent.owed_minor == -7_640 + quote.amount_minor
    bank = await db.ask(ledger.balance, AccountKind.BANK, world.area_id)
    assert bank == 10_000
    assert await db.ask(verification.run, "agents") == []
    assert await db.ask(verification.run, "ledger") == []


async def test_beyond_the_credit_nothing_is_sold(db: Database, world: World) -> None:
    agent_id = await add_agent(db, world, limit=10_000)
    order = await order_by(db, world, agent_id, world.adult_id)

    with pytest.raises(Refused) as refused:
        await pay(db, world, order, agent_id)

    assert refused.value.refusal is Refusal.CREDIT_EXCEEDED
    agent = await db.ask(agents.get, agent_id)
    assert (agent.prepaid_minor, agent.owed_minor) == (0, 0)
    assert (await db.ask(orders.get_order, order.id)).status is OrderStatus.HELD


async def test_many_at_once_never_exceed_the_credit(db: Database, world: World) -> None:
    agent_id = await add_agent(db, world, limit=5 * 17_640)
    placed = [await order_by(db, world, agent_id, world.adult_id) for _ in range(12)]

    found = await asyncio.gather(
        *(pay(db, world, order, agent_id) for order in placed), return_exceptions=True
    )

    assert len([one for one in found if isinstance(one, Order)]) == 5
    agent = await db.ask(agents.get, agent_id)
    assert agent.owed_minor == 5 * 17_640
    assert await db.ask(verification.run, "agents") == []


async def test_who_is_suspended_buys_nothing(db: Database, world: World) -> None:
    agent_id = await add_agent(db, world)
    agent = await db.ask(agents.get, agent_id)
    given = AgentInput(agent.name, "", "", "", agent.level_id, 0, AgentStatus.SUSPENDED)
    await db.act(agents.change_agent, agent_id, given, 1, SYSTEM, NOON)

    with pytest.raises(Refused):
        await order_by(db, world, agent_id, world.adult_id)
    with pytest.raises(Conflict):
        await db.act(agents.change_agent, agent_id, given, 1, SYSTEM, NOON)


async def test_a_month_is_stated_and_late_debt_freezes_credit(db: Database, world: World) -> None:
    agent_id = await add_agent(db, world)
    order = await order_by(db, world, agent_id, world.adult_id)
    await pay(db, world, order, agent_id)
    month = NOON.date().replace(day=1)
    later = NOON + timedelta(days=32)

    assert await db.act(agents.issue, agent_id, month, NOON) is None  # it is not over
    stated = await db.act(agents.issue, agent_id, month, later)
    again = await db.act(agents.issue, agent_id, month, later)
    assert stated is not None and again is not None and stated.id == again.id
    assert (stated.charged_minor, stated.closing_owed_minor) == (17_640, 17_640)

    assert not await db.act(agents.review, agent_id, later + timedelta(days=15))
    assert await db.act(agents.review, agent_id, later + timedelta(days=16))
    agent = await db.ask(agents.get, agent_id)
    assert agents.available(agent) == 0
    receipt = Receipt("r1", agent_id, 20_000, "BOC 43")
    await db.act(agents.receive, receipt, SYSTEM, later + timedelta(days=17))
    assert not await db.act(agents.review, agent_id, later + timedelta(days=17))
    agent = await db.ask(agents.get, agent_id)
    assert (agent.prepaid_minor, agent.owed_minor, agent.credit_frozen_at) == (2_360, 0, None)
    assert [one.settled_at is not None for one in await db.ask(agents.statements_of, agent_id)]


async def test_a_key_opens_until_it_is_revoked(db: Database, world: World) -> None:
    agent_id = await add_agent(db, world)
    token = await db.act(agents.make_key, agent_id, "预订系统", SYSTEM, NOON)

    known = await db.ask(agents.behind_key, token)
    assert known is not None and known.agent_id == agent_id
    assert await db.ask(agents.behind_key, token + "x") is None
    (key,) = await db.ask(agents.keys_of, agent_id)
    assert token not in (key.token_hash, key.shown)
    with pytest.raises(NotFound):
        await db.act(agents.revoke_key, agent_id, "another", SYSTEM, NOON)
    await db.act(agents.revoke_key, agent_id, key.id, SYSTEM, NOON)
    assert await db.ask(agents.behind_key, token) is None


@pytest.mark.parametrize("amount", [0, -1, 10**13])
async def test_receipts_must_make_sense(db: Database, world: World, amount: int) -> None:
    agent_id = await add_agent(db, world)
    with pytest.raises(InvalidInput):
        await db.act(agents.receive, Receipt("r", agent_id, amount, "x"), SYSTEM, NOON)
    with pytest.raises(InvalidInput):
        await db.act(agents.receive, Receipt("r", agent_id, 1, " "), SYSTEM, NOON)


def test_months_follow_each_other() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert next_month(date(2026, 1, 31)) == date(2026, 2, 1)


async def test_months_are_the_areas_and_a_missed_one_is_caught_up(
    db: Database, world: World
) -> None:
    agent_id = await add_agent(db, world)  # on 1 July, noon
    late = datetime(2026, 7, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    early = datetime(2026, 7, 31, 16, 1, tzinfo=UTC)  # 00:01 on 1 August there
    for moment, amount in ((late, 1_000), (early, 2_000)):
        given = Receipt(ids.new_id(), agent_id, amount, "BOC")
        await db.act(agents.receive, given, SYSTEM, moment)

    await agents.every_day(db, datetime(2026, 9, 30, 16, 5, tzinfo=UTC))  # not yet all over
    assert len(await db.ask(agents.statements_of, agent_id)) == 2
    await agents.every_day(db, datetime(2026, 10, 2, tzinfo=UTC))
    await agents.every_day(db, datetime(2026, 10, 2, tzinfo=UTC))

    stated = await db.ask(agents.statements_of, agent_id)
    assert [(one.month.month, one.received_minor) for one in stated] == [
        (9, 0),
        (8, 2_000),
        (7, 1_000),
    ]
    assert stated[1].opening_prepaid_minor == 1_000 and stated[0].closing_prepaid_minor == 3_000
    (moved,) = await db.ask(agents.entries_of_statement, stated[1])
    assert moved.at == early


async def test_money_that_comes_thaws_the_credit_at_once(db: Database, world: World) -> None:
    agent_id = await add_agent(db, world)
    await pay(db, world, await order_by(db, world, agent_id, world.adult_id), agent_id)
    await agents.every_day(db, NOON + timedelta(days=32))
    await agents.every_day(db, NOON + timedelta(days=50))
    assert agents.available(await db.ask(agents.get, agent_id)) == 0

    receipt = Receipt("r1", agent_id, 17_640, "BOC 44")
    await db.act(agents.receive, receipt, SYSTEM, NOON + timedelta(days=51))

    agent = await db.ask(agents.get, agent_id)
    assert agent.credit_frozen_at is None and agents.available(agent) == 1_000_000


async def test_what_came_before_a_late_statement_counts(db: Database, world: World) -> None:
    """The books were shut for a month: money of that time pays the month that it follows."""
    agent_id = await add_agent(db, world)
    await pay(db, world, await order_by(db, world, agent_id, world.adult_id), agent_id)
    receipt = Receipt("r1", agent_id, 17_640, "BOC 44")
    await db.act(agents.receive, receipt, SYSTEM, NOON + timedelta(days=35))
    sale = await order_by(db, world, agent_id, world.adult_id)
    await pay(db, world, sale, agent_id)

    await db.act(agents.catch_up, agent_id, NOON + timedelta(days=40))

    stated = await db.ask(agents.statements_of, agent_id)
    assert [one.closing_owed_minor for one in stated] == [35_280]
    await db.act(agents.review, agent_id, NOON + timedelta(days=40))
    assert (await db.ask(agents.statements_of, agent_id))[0].settled_at is None


async def test_the_portal_opens_to_a_token_until_the_access_code_changes(
    db: Database, world: World
) -> None:
    agent_id = await add_agent(db, world)
    assert await db.ask(agents.at_door, "QX") is None  # no code was made yet
    await db.act(agents.set_access, agent_id, "hash", SYSTEM, NOON)
    door = await db.ask(agents.at_door, "QX")
    assert door is not None and door.id == agent_id
    token = await db.act(agents.begin_visit, agent_id, SYSTEM, NOON)

    seen = await db.ask(agents.behind_visit, token, NOON)
    assert seen is not None and seen.id == agent_id
    assert await db.ask(agents.behind_visit, token, NOON + agents.LIFE) is None
    await db.act(agents.set_access, agent_id, None, SYSTEM, NOON)
    assert await db.ask(agents.behind_visit, token, NOON) is None
    assert await db.ask(agents.at_door, "QX") is None


def test_an_access_code_may_be_typed_as_people_type() -> None:
    access = agents.new_access()
    assert agents.as_typed(access) == access
    assert agents.as_typed(f" {access.lower().replace('-', '')} ") == access
