"""Groups from booking to closing: places, one code for all, two buses, the money at the end."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.admission import groups
from domain.admission.groups import GroupStage, GroupStatus
from domain.commerce import capacity, changes, ledger, orders, refunds
from domain.commerce.changes import Request, Target
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import Cash, OrderStatus
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused
from domain.kernel.refusals import Refusal
from domain.operation import places, verification
from domain.operation.places import PlaceKind
from domain.operation.places.tables import gates
from tests.domain.admission.groups.parties import Parties, opened
from tests.domain.admission.tickets.market import VAULT
from tests.domain.commerce import factories
from tests.domain.commerce.factories import NOON, TODAY, TOMORROW

HOUR = timedelta(hours=1)


async def start(db: Database) -> tuple[Parties, str]:
    market, gate_id = await opened(db)
    return Parties(market), gate_id


async def sound(db: Database) -> bool:
    names = ("groups", "ledger", "orders", "places", "payments", "refunds", "tickets")
    return not [found for name in names for found in await db.ask(verification.run, name)]


async def test_a_booking_keeps_the_places_until_it_is_paid(db: Database) -> None:
    parties, _ = await start(db)

    group_id = await parties.book(parties.booking(50, guides=2, pay_until=NOON + 2 * HOUR))

    group = await parties.get(group_id)
    assert (group.total_minor, group.heads) == (376_000, 52)
    assert group.order_status == OrderStatus.HELD
    assert groups.stage(group, NOON) is GroupStage.BOOKED
    assert (await db.ask(capacity.day_of, parties.world.area_id, TODAY)).taken == 52
    await db.act(orders.sweep, NOON + HOUR)
    assert groups.stage(await parties.get(group_id), NOON + HOUR) is GroupStage.BOOKED
    await db.act(orders.sweep, NOON + 2 * HOUR)
    assert groups.stage(await parties.get(group_id), NOON + 2 * HOUR) is GroupStage.LAPSED
    assert (await db.ask(capacity.day_of, parties.world.area_id, TODAY)).taken == 0
    assert await sound(db)


async def test_the_same_booking_is_made_once(db: Database) -> None:
    parties, _ = await start(db)
    given = parties.booking(20)

    made = await asyncio.gather(*(parties.book(given, key="same") for _ in range(20)))

    assert len(set(made)) == 1
    assert (await db.ask(capacity.day_of, parties.world.area_id, TODAY)).taken == 20


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"planned": 0},
        {"guides": 51},
        {"deposit_minor": 10**9},
        {"pay_until": NOON - HOUR},
        {"reprices": True},
    ],
)
async def test_a_wrong_contract_takes_no_place(db: Database, wrong: dict[str, Any]) -> None:
    parties, _ = await start(db)

    with pytest.raises(InvalidInput):
        await parties.book(parties.booking()._replace(**wrong))

    assert (await db.ask(capacity.day_of, parties.world.area_id, TODAY)).taken == 0


async def test_nine_heads_are_no_group(db: Database) -> None:
    parties, _ = await start(db)

    with pytest.raises(Refused) as refused:
        await parties.book(parties.booking(9))

    assert refused.value.refusal is Refusal.GROUP_TOO_SMALL


async def test_a_contract_may_change_until_something_is_paid(db: Database) -> None:
    parties, _ = await start(db)
    group_id = await parties.book(parties.booking(50))
    actor = parties.world.supervisor

    async def change(version: int, **values: Any) -> None:
        given = parties.booking(phone="", visit_on=TOMORROW)._replace(**values)

        async def act(tx: Tx) -> None:
            await groups.amend(tx, group_id, given, actor, NOON, version=version)

        await db.act(act, lane=parties.lane)

    await change(1, planned=32)
    group = await parties.get(group_id)
    assert (group.planned, group.visit_on, group.total_minor) == (32, TOMORROW, 240_000)
    assert group.phone_mask.endswith("8000")
    assert (await db.ask(capacity.day_of, parties.world.area_id, TODAY)).taken == 0
    with pytest.raises(Conflict):
        await change(1, planned=33)
    await parties.pay(group_id)
    with pytest.raises(Conflict):
        await change(2, planned=33)
    await change(2, planned=32, name="黔程国旅二部")
    assert (await parties.get(group_id)).name == "黔程国旅二部"
    assert await sound(db)


async def test_a_group_is_given_up_and_its_places_return(db: Database) -> None:
    parties, _ = await start(db)
    group_id = await parties.book(parties.booking(30))

    async def act(tx: Tx, version: int) -> None:
        await groups.cancel(tx, group_id, "天气", parties.world.supervisor, NOON, version=version)

    await db.act(act, 1)

    assert (await parties.get(group_id)).status == GroupStatus.CANCELLED
    assert (await db.ask(capacity.day_of, parties.world.area_id, TODAY)).taken == 0
    with pytest.raises(Conflict):
        await db.act(act, 2)


async def test_two_buses_come_on_one_code(db: Database) -> None:
    parties, gate_id = await start(db)
    group_id = await parties.paid(parties.booking(50, guides=1))
    code = await parties.code(group_id)

    first = await parties.enter(gate_id, code, 28)
    assert (first.allowed, first.details["left"], await parties.entered(group_id)) == (True, 23, 28)
    assert groups.stage(await parties.get(group_id), NOON) is GroupStage.ARRIVING
    await parties.enter(gate_id, code, 23, NOON + HOUR)

    assert await parties.entered(group_id) == 51
    assert groups.stage(await parties.get(group_id), NOON) is GroupStage.COMPLETE
    assert (await parties.enter(gate_id, code, 1, NOON + HOUR)).refusal is Refusal.USED_UP


async def test_two_gates_at_once_never_let_in_more_than_the_group(db: Database) -> None:
    parties, gate_id = await start(db)
    site_id = (await db.ask(places.get_place, PlaceKind.GATE, gate_id)).check_site_id
    group_id = await parties.paid(parties.booking(50))
    code = await parties.code(group_id)
    other = await add_second_gate(parties, site_id)

    answers = await asyncio.gather(
        *(parties.enter([gate_id, other][turn % 2], code, 7) for turn in range(20))
    )

    assert sum(one.persons for one in answers if one.allowed) == 50
    assert await parties.entered(group_id) == 50
    assert await sound(db)


async def test_who_did_not_come_is_refunded_by_the_policy(db: Database) -> None:
    """50 paid 3,760; 45 and the guide came; 5 of 50 are worth 376, after the start 80 %."""
    parties, gate_id = await start(db)
    group_id = await parties.paid(parties.booking(50, guides=1))
    await parties.enter(gate_id, await parties.code(group_id), 46)

    closed = await parties.close(group_id, NOON + HOUR)

    assert (closed.status, closed.entrants) == (GroupStatus.CLOSED, 45)
    made = await db.ask(refunds.get_refund, closed.refund_id)
    assert (made.paid_minor, made.fee_minor, made.amount_minor) == (37_600, 7_520, 30_080)
    assert await db.ask(ledger.balance, AccountKind.SALES, parties.world.area_id) == -338_400
    assert (await parties.close_again(group_id, closed)).version == closed.version
    assert await sound(db)


async def test_too_few_pay_more_when_the_contract_says_so(db: Database) -> None:
    parties, gate_id = await start(db)
    agreed = parties.booking(12, reprices=True, single_price_minor=9_800)
    group_id = await parties.paid(agreed)
    await parties.enter(gate_id, await parties.code(group_id), 8)

    closed = await parties.close(group_id, NOON + HOUR)

    made = await db.ask(refunds.get_refund, closed.refund_id)
    assert (made.paid_minor, made.amount_minor) == (32_000, 11_200)
    assert closed.surcharge_order_id is None
    assert await sound(db)


async def test_what_is_missing_is_paid_at_a_window(db: Database) -> None:
    parties, gate_id = await start(db)
    agreed = parties.booking(12, reprices=True, single_price_minor=12_000)
    group_id = await parties.paid(agreed)
    await parties.enter(gate_id, await parties.code(group_id), 9)

    closed = await parties.close(group_id, NOON + HOUR)

    owed = await db.ask(orders.get_order, closed.surcharge_order_id)
    assert (owed.status, owed.total_minor, owed.lines[0].name_zh) == (
        OrderStatus.HELD,
        16_800,
        f"团队补差 {closed.number}",
    )
    found = await db.ask(groups.of_order, owed.id)
    assert found is not None
    assert found.id == group_id
    cash = Cash(parties.world.window_id, 20_000)
    paid = await db.act(orders.pay, owed.id, cash, parties.world.cashier, NOON + HOUR)
    assert (paid.status, paid.change_minor) == (OrderStatus.PAID, 3_200)
    assert await sound(db)


async def test_somebody_who_came_meanwhile_is_seen(db: Database) -> None:
    parties, gate_id = await start(db)
    group_id = await parties.paid(parties.booking(20))
    code = await parties.code(group_id)
    await parties.enter(gate_id, code, 15)
    made = await db.ask(groups.quote, group_id, NOON + HOUR)
    await parties.enter(gate_id, code, 1)

    with pytest.raises(Refused) as refused:
        await parties.close(group_id, NOON + HOUR, back_minor=made.reckoning.back_minor)

    assert refused.value.refusal is Refusal.QUOTE_CHANGED
    assert (await parties.get(group_id)).status == GroupStatus.OPEN


async def test_closing_races_with_a_gate_and_one_of_them_wins(db: Database) -> None:
    parties, gate_id = await start(db)
    group_id = await parties.paid(parties.booking(20))
    code = await parties.code(group_id)
    await parties.enter(gate_id, code, 10)

    done = await asyncio.gather(
        parties.close(group_id, NOON + HOUR),
        *(parties.enter(gate_id, code, 1, NOON + HOUR) for _ in range(10)),
        return_exceptions=True,
    )

    group = await parties.get(group_id)
    if group.status == GroupStatus.CLOSED:
        assert group.entrants == await parties.entered(group_id)
    else:
        assert isinstance(done[0], Refused | Conflict)
    assert await sound(db)


async def test_a_closed_group_lets_nobody_in_though_nothing_was_refunded(db: Database) -> None:
    """The policy gives nothing after the day: those who did not come do not come tomorrow."""
    parties, gate_id = await start(db)
    group_id = await parties.paid(parties.booking(20))
    code = await parties.code(group_id)
    await parties.enter(gate_id, code, 15)
    late = NOON + timedelta(days=2)

    closed = await parties.close(group_id, late)

    assert (closed.status, closed.entrants, closed.refund_id) == (GroupStatus.CLOSED, 15, None)
    for when in (NOON + HOUR, late):
        assert (await parties.enter(gate_id, code, 1, when)).refusal is Refusal.EXPIRED
    assert await parties.entered(group_id) == 15
    with pytest.raises(Refused):
        await db.ask(refunds.quote, closed.order_id, (), refunds.RefundCause.OPERATOR, late)
    assert await sound(db)


async def test_a_changed_day_is_the_day_of_the_contract_too(db: Database) -> None:
    parties, _ = await start(db)
    group_id = await parties.paid(parties.booking(20, visit_on=TOMORROW))
    before = await parties.get(group_id)
    target = Target(TOMORROW + timedelta(days=1))
    quote = await db.ask(changes.quote, before.order_id, (before.ticket_id,), target, NOON)
    sums = (quote.difference_minor, parties.world.window_id)
    asked = Request("c1", before.order_id, (before.ticket_id,), target, *sums)

    for _ in range(2):
        await db.act(changes.change, asked, parties.world.cashier, NOON, lane=parties.lane)

    after = await parties.get(group_id)
    assert (after.visit_on, after.version) == (target.visit_on, before.version + 1)
    assert after.ticket_id != before.ticket_id
    shown = await db.ask(groups.of_days, [after.area_id], target.visit_on, target.visit_on)
    assert [row.id for row in shown] == [group_id]
    assert await sound(db)


async def test_a_group_is_found_by_code_phone_and_name(db: Database) -> None:
    parties, _ = await start(db)
    group_id = await parties.book(parties.booking())
    group = await parties.get(group_id)

    for typed in (group.number.lower(), group.order_number, "138 0013 8000", "黔程"):
        sought = groups.sought_for(VAULT, typed)
        found = await db.ask(groups.find, sought, [parties.world.area_id])
        assert [one.id for one in found] == [group_id], typed
        assert await db.ask(groups.find, sought, []) == []
    nobody = groups.sought_for(VAULT, "13900139000")
    assert await db.ask(groups.find, nobody, [parties.world.area_id]) == []


async def add_second_gate(parties: Parties, site_id: str) -> str:
    async def act(tx: Tx) -> str:
        return await factories.add(
            tx,
            gates,
            code="G2",
            name_zh="南门 2 号",
            check_site_id=site_id,
            area_id=parties.world.area_id,
            number=2,
            created_at=NOON,
        )

    return await parties.db.act(act)
