"""A new card in place of a lost or damaged one; loss and its lifting; frozen and free again."""

import asyncio

import pytest

from domain.cards import memberships
from domain.cards.memberships import CardMediumStatus, MembershipStatus, ReplacementCause
from domain.commerce import orders
from domain.commerce.ledger import AccountKind
from domain.kernel.errors import Conflict, DomainError, Refused
from domain.kernel.refusals import Refusal
from tests.domain.cards.desk import COUNT, OTHER, STORED, UID, Desk, marks
from tests.domain.commerce.factories import NOON, TODAY


async def test_everything_moves_in_one_entry(cards: Desk) -> None:
    old = await cards.open(await cards.product(**STORED), top_up=300_000, uid=UID)
    await cards.pay(old.id, await cards.tickets(6))
    old = await cards.card(old.id)
    sales = await cards.balance(AccountKind.SALES, cards.world.area_id)
    await cards.db.act(memberships.report_loss, old.id, "掉了", cards.world.cashier, NOON)

    new = await cards.replace(old.id)

    held = ("principal_minor", "bonus_minor", "deposit_minor", "points", "level", "valid_until")
    assert [getattr(new, name) for name in held] == [getattr(old, name) for name in held]
    gone = await cards.card(old.id)
    assert gone.status == MembershipStatus.REPLACED
    assert gone.replaced_by_id == new.id
    assert gone.principal_minor + gone.bonus_minor + gone.deposit_minor + gone.points == 0
    assert await cards.balance(AccountKind.MEMBER_PRINCIPAL, old.id) == 0
    assert await cards.balance(AccountKind.SALES, cards.world.area_id) == sales - 2_000
    entries = await cards.db.ask(memberships.statement, new.id)
    assert {row.text for row in entries} == {"membership.replaced"}
    assert len({row.cause_id for row in entries}) == 1
    media = (await cards.db.ask(memberships.detail, old.id)).media
    assert [one.status for one in media] == [CardMediumStatus.DEAD]
    assert await cards.findings() == []


async def test_counts_move_too(cards: Desk) -> None:
    old = await cards.open(await cards.product(**COUNT), uid=UID)
    await cards.enter()

    new = await cards.replace(old.id, ReplacementCause.DAMAGED, uid="04FFEEDDCCBBAA")

    assert new.uses_left == 9
    assert await cards.findings() == []


async def test_somebody_else_gets_no_new_card(cards: Desk) -> None:
    old = await cards.open(await cards.product(**STORED), top_up=300_000)
    with pytest.raises(Refused) as no:
        await cards.replace(old.id, document=OTHER)
    assert no.value.refusal is Refusal.HOLDER_MISMATCH


async def test_without_a_document_nothing_is_replaced(cards: Desk) -> None:
    old = await cards.open(await cards.product(**STORED), top_up=300_000)
    wanted = memberships.replacement(old.id, ReplacementCause.LOST, TODAY)
    with pytest.raises(Refused) as no:
        await cards.buy(wanted)
    assert no.value.refusal is Refusal.HOLDER_MISMATCH


async def test_an_unpaid_replacement_holds_the_card(cards: Desk) -> None:
    old = await cards.open(await cards.product(**STORED), top_up=300_000)
    wanted = memberships.replacement(
        old.id, ReplacementCause.DAMAGED, TODAY, document_marks=marks()
    )
    held = await cards.buy(wanted, paid=False)
    with pytest.raises(Refused) as no:
        await cards.replace(old.id)
    assert no.value.refusal is Refusal.CARD_RESERVED

    await cards.db.act(orders.cancel, held.id, cards.world.cashier, NOON)

    assert await cards.status(old.id) is MembershipStatus.ACTIVE
    assert (await cards.replace(old.id)).principal_minor == 300_000


async def test_fifty_replacements_at_once_give_one_card(cards: Desk) -> None:
    old = await cards.open(await cards.product(**STORED), top_up=300_000)

    done = await asyncio.gather(*(cards.replace(old.id) for _ in range(50)), return_exceptions=True)

    assert sum(not isinstance(one, BaseException) for one in done) == 1
    assert all(isinstance(one, DomainError) for one in done if isinstance(one, BaseException))
    assert await cards.findings() == []


async def test_a_lost_card_is_found_by_its_holder_in_person(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), uid=UID)
    cashier = cards.world.cashier
    await cards.db.act(memberships.report_loss, card.id, "掉了", cashier, NOON)
    with pytest.raises(Refused):
        await cards.db.act(memberships.lift_loss, card.id, marks(OTHER), cashier, NOON)

    await cards.db.act(memberships.lift_loss, card.id, marks(), cashier, NOON)

    assert await cards.status(card.id) is MembershipStatus.ACTIVE
    media = (await cards.db.ask(memberships.detail, card.id)).media
    assert [one.status for one in media] == [CardMediumStatus.ACTIVE]
    with pytest.raises(Conflict):
        await cards.db.act(memberships.lift_loss, card.id, marks(), cashier, NOON)


async def test_a_card_without_a_holder_cannot_be_reported_lost(cards: Desk) -> None:
    product = await cards.product(**STORED | {"is_named": False})
    order = await cards.buy(memberships.opening(product, TODAY))
    card_id = order.lines[0].terms["card_id"]
    with pytest.raises(Refused):
        await cards.db.act(memberships.report_loss, card_id, "掉了", cards.world.cashier, NOON)


async def test_a_frozen_card_is_of_no_use_until_it_is_free(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=20_000)
    boss = cards.world.supervisor
    await cards.db.act(memberships.freeze, card.id, "争议", boss, NOON)
    with pytest.raises(Refused) as no:
        await cards.pay(card.id, await cards.tickets())
    assert no.value.refusal is Refusal.LOCKED
    await cards.db.act(memberships.unfreeze, card.id, "已解决", boss, NOON)

    await cards.pay(card.id, await cards.tickets())
