"""Opening, topping up, renewing: lines of orders, what they leave on the card and in the ledger."""

from datetime import timedelta

import pytest

from domain.cards import memberships
from domain.cards.memberships import CardMediumKind, MembershipStatus, Range
from domain.cards.memberships.model import POINT, USE
from domain.commerce import orders
from domain.commerce.ledger import AccountKind
from domain.kernel.errors import InvalidInput, Refused
from domain.kernel.refusals import Refusal
from tests.domain.cards.desk import COUNT, STORED, TERM, UID, Desk
from tests.domain.commerce.factories import NOON, TODAY


async def test_a_card_opens_with_deposit_principal_and_bonus_apart(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000, uid=UID)

    assert card.status == MembershipStatus.ACTIVE
    assert card.number == "01000000016"
    assert (card.principal_minor, card.bonus_minor) == (300_000, 100_000)
    assert card.deposit_minor == 2_000
    assert await cards.balance(AccountKind.MEMBER_PRINCIPAL, card.id) == -300_000
    assert await cards.balance(AccountKind.MEMBER_BONUS, card.id) == -100_000
    assert await cards.balance(AccountKind.MEMBER_DEPOSITS, card.id) == -2_000
    assert await cards.balance(AccountKind.BONUS_GIVEN, cards.world.area_id) == 100_000
    assert await cards.balance(AccountKind.SALES, cards.world.area_id) == 0
    assert await cards.findings() == []


async def test_each_top_up_is_a_lot_with_its_own_bonus(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000)
    await cards.top_up(card.id, 50_000)

    lots = (await cards.db.ask(memberships.detail, card.id)).lots
    bought = [(lot.principal_minor, lot.bonus_minor) for lot in lots if lot.kind == "balance"]
    assert bought == [(300_000, 100_000), (50_000, 0)]
    assert await cards.findings() == []


async def test_a_count_card_holds_its_uses_in_the_ledger(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT | {"free_uses": 2}))

    assert card.uses_left == 12
    assert await cards.balance(AccountKind.MEMBER_USES, card.id, USE) == -12
    assert await cards.balance(AccountKind.SALES, cards.world.area_id) == -100_000
    assert await cards.findings() == []


async def test_a_card_without_media_gets_a_code_of_ours(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM))

    media = (await cards.db.ask(memberships.detail, card.id)).media
    assert [one.kind for one in media] == [CardMediumKind.QR]
    assert len(media[0].code) == 16


async def test_a_chip_belongs_to_one_card(cards: Desk) -> None:
    product = await cards.product(**TERM)
    await cards.open(product, uid=UID)

    with pytest.raises(InvalidInput) as wrong:
        await cards.open(product, uid=UID)
    assert "media" in wrong.value.fields


async def test_a_named_card_needs_the_document_of_its_holder(cards: Desk) -> None:
    with pytest.raises(InvalidInput) as wrong:
        await cards.open(await cards.product(**TERM), document_number="")
    assert "document_number" in wrong.value.fields


async def test_an_initialised_card_is_opened_by_what_is_read_of_it(cards: Desk) -> None:
    blanks = Range(cards.world.area_id, "YL", "00101", "00110")
    made = await cards.db.act(memberships.add_blanks, blanks, None, cards.world.supervisor, NOON)
    assert made == 10
    read = [("YL00103", UID)]
    await cards.db.act(memberships.initialise_all, read, cards.world.supervisor, NOON)

    card = await cards.open(await cards.product(**TERM), uid=UID)

    assert card.number == "YL00103"
    with pytest.raises(InvalidInput):
        await cards.db.act(memberships.add_blanks, blanks, None, cards.world.supervisor, NOON)


async def test_the_same_sale_again_opens_no_second_card(cards: Desk) -> None:
    product = await cards.product(**TERM)
    who = cards.holder()
    wanted = memberships.opening(product, TODAY, holder=who)
    first = await cards.buy(wanted, holders=[who], request_id="form-1")
    again = await cards.buy(wanted, holders=[who], request_id="form-1")

    assert first.id == again.id
    assert len(await cards.db.ask(memberships.list_cards, cards.world.area_id)) == 1


async def test_an_unpaid_opening_gives_its_card_back(cards: Desk) -> None:
    product = await cards.product(**TERM)
    who = cards.holder()
    wanted = memberships.opening(product, TODAY, holder=who, media=[(CardMediumKind.NFC, UID)])
    held = await cards.buy(wanted, holders=[who], paid=False)
    with pytest.raises(Refused) as no:
        await cards.open(product, uid=UID)
    assert no.value.refusal is Refusal.CARD_RESERVED

    await cards.db.act(orders.cancel, held.id, cards.world.cashier, NOON)
    card = await cards.open(product, uid=UID)

    assert card.status == MembershipStatus.ACTIVE


async def test_renewing_early_begins_where_the_old_term_ends(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM), now=NOON)
    before = card.valid_until

    await cards.buy(memberships.renewal(card.id, TODAY), now=NOON + timedelta(days=100))

    card = await cards.card(card.id)
    assert card.valid_until == before + timedelta(days=365)


async def test_renewing_late_begins_today_and_wakes_the_card(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM), now=NOON)
    late = NOON + timedelta(days=400)
    await cards.db.act(memberships.sweep, late)
    assert await cards.status(card.id) is MembershipStatus.EXPIRED

    await cards.buy(memberships.renewal(card.id, TODAY), now=late)

    renewed = await cards.card(card.id)
    assert renewed.status == MembershipStatus.ACTIVE
    assert renewed.valid_until == card.valid_until + timedelta(days=400)


async def test_points_give_levels_and_go_with_the_refund(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000)
    order = await cards.pay(card.id, await cards.tickets(6))

    card = await cards.card(card.id)
    assert (card.points, card.level) == (588, 1)
    assert await cards.balance(AccountKind.MEMBER_POINTS, card.id, POINT) == -588
    assert order.paid_at is not None
    assert await cards.findings() == []


async def test_a_top_up_out_of_the_limits_is_told(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000)
    with pytest.raises(InvalidInput):
        await cards.top_up(card.id, 99)
