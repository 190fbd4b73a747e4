"""Network orders: found by code, number and document, collected once, and never used by that."""

import asyncio
from datetime import timedelta

import pytest

from domain.admission import collections, tickets
from domain.admission.collections import Collected, Place, PlaceKind, Sought, guessing
from domain.admission.collections.model import is_code, new_code
from domain.commerce import refunds
from domain.commerce.orders import Order, OrderEvent, VisitorInput, events, named
from domain.commerce.refunds import RefundCause
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from domain.kernel.errors import Conflict, NotFound, Refused, TooOften
from domain.kernel.refusals import Refusal
from tests.domain.admission.collections.network import PHONE, order_online
from tests.domain.admission.tickets.market import VAULT, Market, opened
from tests.domain.commerce.factories import NOON, TODAY, World

ID_NUMBER = "11010519491231002X"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def market(db: Database) -> tuple[Market, str]:
    return await opened(db)


def window(world: World) -> Place:
    return Place(PlaceKind.WINDOW, world.window_id)


async def collect(market: Market, order: Order) -> Collected:
    world = market.world
    return await market.db.act(
        collections.collect, order.id, world.area_id, window(world), world.cashier, NOON
    )


async def find(market: Market, typed: str) -> list[str]:
    sought = collections.sought_for(VAULT, typed)
    found = await market.db.ask(collections.find, sought, market.world.area_id, NOON)
    return [one.order.id for one in found]


async def test_collecting_is_no_use_and_phone_and_paper_are_one(
    market: tuple[Market, str],
) -> None:
    market_, gate_id = market
    order = await order_online(market_.db, market_.world, VAULT)
    first, second = await market_.prints(order)
    on_phone = await market_.code(first)

    done = await collect(market_, order)
    on_paper = await market_.code((await market_.prints(order))[0])

    assert list(done.ticket_ids) == [first.row.id, second.row.id]
    assert on_phone == on_paper
    assert (await market_.go(gate_id, on_phone)).allowed
    assert (await market_.go(gate_id, on_paper)).refusal is Refusal.USED_UP
    assert (await market_.go(gate_id, second.short_code)).allowed


async def test_a_reprint_kills_phone_and_paper(market: tuple[Market, str]) -> None:
    market_, gate_id = market
    order = await order_online(market_.db, market_.world, VAULT, quantity=1)
    (ticket,) = await market_.prints(order)
    old = await market_.code(ticket)
    await collect(market_, order)
    await market_.db.act(tickets.reprint, ticket.row.id, "遗失", market_.world.cashier, NOON)

    assert (await market_.go(gate_id, old)).refusal is Refusal.MEDIUM_DEAD
    (new,) = await market_.prints(order)
    assert (await market_.go(gate_id, await market_.code(new))).allowed


async def test_what_was_collected_says_when_and_where(market: tuple[Market, str]) -> None:
    market_, _ = market
    order = await order_online(market_.db, market_.world, VAULT)
    await collect(market_, order)

    with pytest.raises(Refused) as refused:
        await collect(market_, order)

    assert refused.value.refusal is Refusal.ALREADY_COLLECTED
    assert "2026-07-01 12:00" in str(refused.value)
    assert "1 号窗" in str(refused.value)
    (seen,) = await market_.db.ask(
        collections.find, Sought(number=order.number), market_.world.area_id, NOON
    )
    assert seen.collection is not None
    assert seen.collection.collected_at == NOON


async def test_of_fifty_at_once_one_collects(market: tuple[Market, str]) -> None:
    market_, _ = market
    order = await order_online(market_.db, market_.world, VAULT)

    answers = await asyncio.gather(
        *(collect(market_, order) for _ in range(50)), return_exceptions=True
    )

    won = [one for one in answers if isinstance(one, Collected)]
    lost = [one for one in answers if isinstance(one, Refused)]
    assert (len(won), len(lost)) == (1, 49)
    assert {one.refusal for one in lost} == {Refusal.ALREADY_COLLECTED}


async def test_number_code_and_document_find_it(market: tuple[Market, str]) -> None:
    market_, _ = market
    visitor = named(VAULT, VisitorInput("王芳", ID_NUMBER), TODAY)
    order = await order_online(market_.db, market_.world, VAULT, visitors=(visitor,))
    code = await market_.db.ask(collections.code_of, order.id)
    assert code is not None and is_code(code)

    spoken = f"{code[:4]}-{code[4:8]} {code[8:]}".lower()
    for typed in (order.number, order.number.replace("-", ""), code, spoken, ID_NUMBER.lower()):
        assert await find(market_, typed) == [order.id], typed
    for typed in ("", "没有", new_code(), "20260701-9999", "110101199003070935", PHONE):
        assert await find(market_, typed) == [], typed


async def test_only_paid_network_orders_of_the_area_are_found(market: tuple[Market, str]) -> None:
    market_, _ = market
    sold_here = await market_.sell(market_.world.adult_id, 1)
    unpaid = await order_online(market_.db, market_.world, VAULT, paid=False)
    agents = await order_online(market_.db, market_.world, VAULT, channel=Channel.AGENT)

    assert await find(market_, sold_here.number) == []
    assert await find(market_, unpaid.number) == []
    assert await market_.db.ask(collections.code_of, sold_here.id) is None
    assert await market_.db.ask(collections.code_of, unpaid.id) is None
    assert await find(market_, agents.number) == [agents.id]
    with pytest.raises(NotFound):
        await collect(market_, sold_here)
    with pytest.raises(Refused) as refused:
        await collect(market_, unpaid)
    assert refused.value.refusal is Refusal.UNPAID
    elsewhere = Place(PlaceKind.WINDOW, market_.world.window_id)
    with pytest.raises(NotFound):
        await market_.db.act(collections.collect, agents.id, ids.new_id(), elsewhere, SYSTEM, NOON)


async def test_refunded_and_locked_tickets_are_not_handed_over(market: tuple[Market, str]) -> None:
    market_, _ = market
    order = await order_online(market_.db, market_.world, VAULT)
    first, second = await market_.db.ask(tickets.of_order, order.id)
    await market_.db.act(tickets.lock, first, "争议", market_.world.supervisor, NOON)

    done = await collect(market_, order)

    assert list(done.ticket_ids) == [second]
    other = await order_online(market_.db, market_.world, VAULT, quantity=1)
    (only,) = await market_.db.ask(tickets.of_order, other.id)
    await market_.db.act(tickets.lock, only, "争议", market_.world.supervisor, NOON)
    with pytest.raises(Refused) as refused:
        await collect(market_, other)
    assert refused.value.refusal is Refusal.LOCKED


async def refund_all(market: Market, order: Order) -> None:
    quote = await market.db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, NOON)
    ticket_ids = tuple(line.subject_id for line in quote.lines)
    asked = refunds.Request(
        ids.new_id(), order.id, ticket_ids, RefundCause.VISITOR, "行程有变", quote.amount_minor
    )
    await market.db.act(refunds.refund, asked, market.world.supervisor, NOON)


async def test_every_change_is_a_newer_event(market: tuple[Market, str]) -> None:
    market_, _ = market
    order = await order_online(market_.db, market_.world, VAULT)
    first, *_ = await market_.db.ask(tickets.of_order, order.id)
    boss = market_.world.supervisor
    await collect(market_, order)
    await market_.db.act(tickets.lock, first, "争议", boss, NOON)
    await market_.db.act(tickets.unlock, first, "", boss, NOON)
    await market_.db.act(tickets.reprint, first, "污损", boss, NOON)
    await refund_all(market_, order)

    told = await market_.db.ask(events.events_of, order.id)

    assert [one.kind for one in told] == [
        OrderEvent.PAID,
        OrderEvent.COLLECTED,
        OrderEvent.LOCKED,
        OrderEvent.UNLOCKED,
        OrderEvent.REPRINTED,
        OrderEvent.REFUNDED,
    ]
    versions = [one.version for one in told]
    assert versions == sorted(set(versions))
    assert (await market_.db.ask(events.latest, order.id)).version == versions[-1]


async def test_what_fails_leaves_no_event(market: tuple[Market, str]) -> None:
    market_, _ = market
    order = await order_online(market_.db, market_.world, VAULT)
    first, *_ = await market_.db.ask(tickets.of_order, order.id)
    before = await market_.db.ask(events.latest, order.id)

    with pytest.raises(Conflict):
        await market_.db.act(tickets.unlock, first, "", market_.world.supervisor, NOON)

    assert await market_.db.ask(events.latest, order.id) == before


async def test_wrong_guesses_are_counted_by_lane_and_forgotten(db: Database) -> None:
    for _ in range(guessing.MOST_WRONG):
        await db.ask(guessing.check, "collect:k1", NOON)
        await db.act(guessing.count_wrong, "collect:k1", NOON)

    with pytest.raises(TooOften):
        await db.ask(guessing.check, "collect:k1", NOON + MINUTE)
    await db.ask(guessing.check, "collect:k2", NOON + MINUTE)
    await db.ask(guessing.check, "collect:k1", NOON + 11 * MINUTE)
    await db.act(guessing.forget, NOON + 11 * MINUTE)
    assert not await db.ask(guessing.is_too_many, "collect:k1", NOON)


async def test_guesses_at_once_are_no_more_than_guesses_in_turn(db: Database) -> None:
    tries = [db.act(guessing.take, "pin:k1", NOON, lane="pin:k1") for _ in range(50)]
    taken = await asyncio.gather(*tries, return_exceptions=True)

    right = [one for one in taken if isinstance(one, str)]
    assert len(right) == guessing.MOST_WRONG
    assert sum(isinstance(one, TooOften) for one in taken) == 50 - guessing.MOST_WRONG
    await db.act(guessing.forgive, right[0])
    await db.ask(guessing.check, "pin:k1", NOON)
