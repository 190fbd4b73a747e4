"""A ticket type is drafted by one, approved by another, and sold by its version."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.commerce import catalog
from domain.commerce.catalog import PriceRuleInput, TicketTypeInput, TicketTypeStatus
from domain.kernel.channels import Channel
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from tests.domain.commerce.factories import NOON, TODAY, TOMORROW, World, add_world, make_policy


async def type_input(db: Database, **values: Any) -> TicketTypeInput:
    async def policy(tx: Tx) -> str:
        return await make_policy(tx, values.pop("policy_code", "P2"))

    values.setdefault("refund_policy_id", await db.act(policy))
    given = {"code": "NIGHT", "name_zh": "夜场票", "list_price_minor": 5_000, **values}
    return TicketTypeInput.model_validate(given)


async def publish(db: Database, world: World, type_id: str) -> None:
    approval_id = await db.act(catalog.submit, type_id, world.cashier, NOON, "新票种")
    await db.act(approvals.decide, approval_id, ApprovalStatus.APPROVED, world.supervisor, NOON)


async def sold_types(db: Database, world: World) -> dict[str, int | None]:
    shown = await db.ask(
        catalog.sellable, world.area_id, Channel.WINDOW, world.window_id, TODAY, NOON
    )
    return {
        kind.code: kind.prices[""].minor
        for product in shown.products
        for kind in product.types
        if "" in kind.prices
    }


async def test_a_new_type_is_sold_once_another_has_approved_it(db: Database) -> None:
    world = await add_world(db)
    given = await type_input(db)
    type_id = await db.act(catalog.add_ticket_type, world.product_id, given, world.cashier, NOON)
    assert "NIGHT" not in await sold_types(db, world)

    approval_id = await db.act(catalog.submit, type_id, world.cashier, NOON, "新票种")
    with pytest.raises(Forbidden) as refused:
        await db.act(approvals.decide, approval_id, ApprovalStatus.APPROVED, world.cashier, NOON)
    assert refused.value.code == "SELF_APPROVAL"
    assert "NIGHT" not in await sold_types(db, world)

    await db.act(approvals.decide, approval_id, ApprovalStatus.APPROVED, world.supervisor, NOON)
    assert (await sold_types(db, world))["NIGHT"] == 5_000
    versions = await db.ask(catalog.versions_of, type_id)
    assert [row.version for row in versions] == [1]
    assert versions[0].approved_by == world.supervisor.id


async def test_a_price_changes_when_it_is_approved_and_not_before(db: Database) -> None:
    world = await add_world(db)
    given = await type_input(db)
    type_id = await db.act(catalog.add_ticket_type, world.product_id, given, world.cashier, NOON)
    await publish(db, world, type_id)
    peak = PriceRuleInput(from_on=TODAY, until_on=TODAY, price_minor=6_000, label_zh="旺")
    changed = given.model_copy(update={"prices": [peak]})
    await db.act(catalog.save_draft, type_id, changed, world.cashier, NOON, 1)
    assert (await sold_types(db, world))["NIGHT"] == 5_000

    await publish(db, world, type_id)

    assert (await sold_types(db, world))["NIGHT"] == 6_000
    document = await db.ask(catalog.document_of, type_id)
    assert document["prices"][0]["price_minor"] == 6_000
    assert len(await db.ask(catalog.versions_of, type_id)) == 2


async def test_a_rejected_draft_can_be_edited_again(db: Database) -> None:
    world = await add_world(db)
    given = await type_input(db)
    type_id = await db.act(catalog.add_ticket_type, world.product_id, given, world.cashier, NOON)
    approval_id = await db.act(catalog.submit, type_id, world.cashier, NOON, "新票种")
    with pytest.raises(Conflict, match="waits for approval"):
        await db.act(catalog.save_draft, type_id, given, world.cashier, NOON, 0)

    await db.act(approvals.decide, approval_id, ApprovalStatus.REJECTED, world.supervisor, NOON)

    await db.act(catalog.save_draft, type_id, given, world.cashier, NOON, 0)
    await publish(db, world, type_id)


async def test_a_draft_of_an_older_version_is_refused(db: Database) -> None:
    world = await add_world(db)
    given = await type_input(db)
    type_id = await db.act(catalog.add_ticket_type, world.product_id, given, world.cashier, NOON)
    await publish(db, world, type_id)

    with pytest.raises(Conflict) as refused:
        await db.act(catalog.save_draft, type_id, given, world.cashier, NOON, 0)
    assert refused.value.code == "VERSION_CONFLICT"


async def test_a_paused_type_is_not_sold_and_a_draft_cannot_be_resumed(db: Database) -> None:
    world = await add_world(db)
    assert "ADULT" in await sold_types(db, world)
    args = (world.supervisor, NOON)

    await db.act(catalog.set_status, world.adult_id, TicketTypeStatus.PAUSED, *args)
    assert "ADULT" not in await sold_types(db, world)
    await db.act(catalog.set_status, world.adult_id, TicketTypeStatus.ON_SALE, *args)
    assert "ADULT" in await sold_types(db, world)

    given = await type_input(db)
    draft_id = await db.act(catalog.add_ticket_type, world.product_id, given, world.cashier, NOON)
    with pytest.raises(Conflict, match="approve it first"):
        await db.act(catalog.set_status, draft_id, TicketTypeStatus.ON_SALE, *args)


async def test_two_types_with_one_code_are_refused(db: Database) -> None:
    world = await add_world(db)
    given = await type_input(db, code="ADULT")
    with pytest.raises(InvalidInput):
        await db.act(catalog.add_ticket_type, world.product_id, given, world.cashier, NOON)


async def test_a_window_sells_what_is_listed_for_it(db: Database) -> None:
    world = await add_world(db)
    only = {world.child_id}

    await db.act(catalog.set_window_types, world.window_id, False, only, world.supervisor, NOON)

    assert set(await sold_types(db, world)) == {"CHILD"}
    second = world._replace(window_id=world.window_2_id)
    assert {"ADULT", "CHILD"} <= set(await sold_types(db, second))


async def test_what_cannot_be_booked_so_far_ahead_is_left_out(db: Database) -> None:
    world = await add_world(db)
    far = TOMORROW.replace(day=9)
    shown = await db.ask(catalog.sellable, world.area_id, Channel.SHOP, None, far, NOON)
    assert shown.products == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"list_price_minor": -1},
        {"validity": "fixed"},
        {"most_per_order": 1, "least_per_order": 2},
        {"concession_only": True},
        {"gate_mode": "one_many"},
        {"code": "no spaces please"},
        {"unknown": 1},
        {"concessions": [{"code": "x", "name_zh": "x", "bps": 0}]},
        {"prices": [{"from_on": "2026-07-02", "until_on": "2026-07-01"}]},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    plain = {"code": "X", "name_zh": "x", "list_price_minor": 1, "refund_policy_id": "p"}
    TicketTypeInput.model_validate(plain)
    with pytest.raises(ValidationError):
        TicketTypeInput.model_validate({**plain, **wrong})
