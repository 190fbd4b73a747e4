"""Products, refund policies, and what a till is shown."""

from datetime import timedelta

import pytest

from domain.commerce import capacity, catalog
from domain.commerce.catalog import ProductInput, RefundPolicyInput, TierInput
from domain.kernel.channels import Channel
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from domain.operation.places.tables import spots
from tests.domain.commerce.factories import (
    NOON,
    TODAY,
    TOMORROW,
    World,
    add,
    add_slot,
    add_world,
    make_price,
    make_product,
    make_type,
)
from tests.domain.commerce.selling import findings, online, place, wanted


async def add_spots(db: Database, world: World, count: int) -> list[str]:
    async def act(tx: Tx) -> list[str]:
        return [
            await add(
                tx,
                spots,
                area_id=world.area_id,
                code=f"SPOT{n}",
                name_zh="景点",
                scope_bit=n,
                created_at=NOON,
            )
            for n in range(1, count + 1)
        ]

    return await db.act(act)


async def test_a_product_opens_its_spots_at_their_shares(db: Database) -> None:
    world = await add_world(db)
    one, two, three = await add_spots(db, world, 3)
    given = ProductInput(code="COMBI", name_zh="联票", spots={one: 0, two: 0, three: 0})

    product_id = await db.act(catalog.add_product, world.area_id, given, world.cashier, NOON)
    row = await db.ask(catalog.get_product, product_id)
    assert row.scope_bits == 0b1111
    assert row.spot_shares == {"1": 3334, "2": 3333, "3": 3333}

    fewer = given.model_copy(update={"opens_area": False, "spots": {one: 4_000, three: 6_000}})
    await db.act(catalog.change_product, product_id, fewer, world.cashier, NOON, 1)
    row = await db.ask(catalog.get_product, product_id)
    assert (row.scope_bits, row.spot_shares) == (0b1010, {"1": 4_000, "3": 6_000})
    assert await db.ask(catalog.spots_of, product_id) == {one: 4_000, three: 6_000}
    with pytest.raises(Conflict) as conflict:
        await db.act(catalog.change_product, product_id, given, world.cashier, NOON, 1)
    assert conflict.value.code == "VERSION_CONFLICT"


async def test_a_product_with_another_areas_spot_or_a_used_code_is_refused(db: Database) -> None:
    world = await add_world(db)
    for wrong in (
        ProductInput(code="X", name_zh="x", spots={"elsewhere": 0}),
        ProductInput(code="DAY", name_zh="x"),
    ):
        with pytest.raises(InvalidInput):
            await db.act(catalog.add_product, world.area_id, wrong, world.cashier, NOON)


async def test_products_are_searched_and_those_on_sale_are_not_retired(db: Database) -> None:
    world = await add_world(db)
    found = await db.ask(catalog.list_products, world.area_id, "bo")
    assert [row.code for row in found] == ["BOAT"]
    assert await db.ask(catalog.list_products, world.area_id, "%") == []
    with pytest.raises(Conflict):
        await db.act(catalog.retire_product, world.boat_id, world.cashier, NOON, 1)


async def test_a_refund_policy_is_in_force_once_another_has_approved_it(db: Database) -> None:
    world = await add_world(db)
    given = RefundPolicyInput(
        code="STRICT", name_zh="严格", tiers=[TierInput(bps=5_000, hours_before=48)]
    )
    args = (None, given, world.cashier, NOON, "新规则")
    approval_id = await db.act(catalog.propose_policy, *args)
    codes = [row.code for row in await db.ask(catalog.list_policies)]
    assert codes == ["STANDARD"]

    await db.act(approvals.decide, approval_id, ApprovalStatus.APPROVED, world.supervisor, NOON)

    policies = {row.code: row for row in await db.ask(catalog.list_policies)}
    assert policies["STRICT"].tiers[0]["bps"] == 5_000
    used = policies["STANDARD"]
    with pytest.raises(Conflict):
        await db.act(catalog.retire_policy, used.id, world.cashier, NOON, 1)


async def test_a_till_is_shown_slots_prices_and_places_left(db: Database) -> None:
    world = await add_world(db, daily_capacity=100)
    slot_id = await add_slot(db, world, 10, kept_for_windows=3)
    await db.act(make_price, world.boat_ticket_id, TOMORROW, 6_600)
    line = wanted(world.boat_ticket_id, 2, TOMORROW, slot_id=slot_id)
    await place(db, world, online(world, line))

    shown = await db.ask(catalog.sellable, world.area_id, Channel.SHOP, None, TOMORROW, NOON)

    boat = next(one for one in shown.products if one.id == world.boat_id)
    assert [(slot.id, slot.left) for slot in boat.slots] == [(slot_id, 5)]
    price = boat.types[0].prices[slot_id]
    assert price.minor == 6_600
    day = next(one for one in shown.products if one.id == world.product_id)
    assert {kind.code: kind.prices[""].minor for kind in day.types}["ADULT"] == 9_800
    assert shown.day.left == 100


async def test_a_daily_quota_is_counted_by_the_day(db: Database) -> None:
    world = await add_world(db)

    async def make(tx: Tx) -> str:
        show = await make_product(tx, world.area_id, "SHOW", daily_quota=5)
        row = await catalog.get_ticket_type(tx, world.adult_id)
        policy = {"area_id": world.area_id, "refund_policy_id": row.refund_policy_id}
        return await make_type(tx, 9, "SHOWTICKET", 3_000, product_id=show, **policy)

    type_id = await db.act(make)
    await place(db, world, online(world, wanted(type_id, 3)))
    with pytest.raises(Refused) as refused:
        await place(db, world, online(world, wanted(type_id, 3)))
    assert refused.value.code == "QUOTA_EXHAUSTED"
    await place(db, world, online(world, wanted(type_id, 3, TOMORROW)))

    row = await db.ask(catalog.get_ticket_type, type_id)
    with pytest.raises(Conflict, match="3 places are taken"):
        await db.act(capacity.set_daily_quota, row.product_id, TODAY, 2)
    await db.act(capacity.set_daily_quota, row.product_id, TODAY, 3)
    shown = await db.ask(catalog.sellable, world.area_id, Channel.SHOP, None, TODAY, NOON)
    assert next(one.left for one in shown.products if one.id == row.product_id) == 0
    assert await findings(db) == []


async def test_lapsed_places_of_a_daily_quota_come_back(db: Database) -> None:
    world = await add_world(db, daily_capacity=2)
    await place(db, world, online(world, wanted(world.adult_id, 2)))
    later = NOON + timedelta(minutes=20)
    await place(db, world, online(world, wanted(world.adult_id, 2)), later)
    assert await findings(db) == []
