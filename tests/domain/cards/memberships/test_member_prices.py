"""Tickets at a member's price: the product's or the level's discount, and what becomes of it."""

from datetime import timedelta

import pytest

from domain.cards import memberships
from domain.commerce import changes, orders, refunds
from domain.commerce.changes import Target
from domain.commerce.orders import Sale, Wanted
from domain.commerce.orders.members import Rate
from domain.commerce.refunds import RefundCause
from domain.kernel import ids
from domain.kernel.channels import Channel
from domain.kernel.errors import Conflict, Refused
from domain.kernel.refusals import Refusal
from domain.operation import audit
from tests.domain.cards.desk import STORED, Desk
from tests.domain.commerce.factories import NOON, TODAY

VIP = STORED | {"discount_bps": 2_000}


def sale_to(cards: Desk, member_id: str, *wanted: Wanted, **values: object) -> Sale:
    given = {"request_id": ids.new_id(), "cash_minor": 1_000_000} | values
    return Sale(
        area_id=cards.world.area_id,
        channel=Channel.WINDOW,
        wanted=wanted,
        window_id=cards.world.window_id,
        member_id=member_id,
        **given,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("off_bps", "floor", "full", "price"),
    [
        (2_000, 0, 9_800, 7_840),
        (2_000, 8_000, 9_800, 8_000),
        (2_000, 20_000, 9_800, 9_800),  # a floor above the price raises nothing
        (10_000, 0, 9_800, 0),
        (333, 0, 9_801, 9_475),
    ],
)
def test_a_member_pays_less_but_not_below_the_floor(
    off_bps: int, floor: int, full: int, price: int
) -> None:
    assert Rate("", "", off_bps, floor).price(full) == price


async def test_adults_pay_less_and_what_is_a_concession_is_sold_as_it_is(cards: Desk) -> None:
    card = await cards.open(await cards.product(**VIP))
    wanted = (
        Wanted(cards.world.adult_id, 2, TODAY),
        Wanted(cards.world.child_id, 1, TODAY),
    )
    order = await cards.db.act(
        orders.place, sale_to(cards, card.id, *wanted), cards.world.cashier, NOON
    )

    adult, child = order.lines
    assert (adult.unit_price_minor, adult.list_price_minor, adult.amount_minor) == (
        7_840,
        9_800,
        15_680,
    )
    assert adult.terms["member"]["number"] == card.number
    assert (child.unit_price_minor, child.terms.get("member")) == (4_900, None)
    entries = await cards.db.ask(audit.history, "order", order.id)
    assert [one.detail["after"].get("member") for one in entries] == [card.number]
    assert await cards.findings() == []


async def test_the_level_gives_the_better_discount(cards: Desk) -> None:
    levels = [{"points": 500, "name_zh": "银卡", "discount_bps": 3_000}]
    product = await cards.product(**VIP | {"levels": levels, "discount_floor_minor": 7_000})
    card = await cards.open(product, top_up=300_000)
    await cards.pay(card.id, await cards.tickets(6))

    lines = await cards.db.ask(
        orders.quote,
        cards.world.area_id,
        Channel.WINDOW,
        cards.world.window_id,
        [Wanted(cards.world.adult_id, 1, TODAY)],
        NOON,
        card.id,
    )

    assert lines[0].amount_minor == 7_000


async def test_a_lost_card_lowers_no_price(cards: Desk) -> None:
    card = await cards.open(await cards.product(**VIP))
    await cards.db.act(memberships.report_loss, card.id, "丢了", cards.world.cashier, NOON)

    with pytest.raises(Refused) as no:
        await cards.db.act(
            orders.place,
            sale_to(cards, card.id, Wanted(cards.world.adult_id, 1, TODAY)),
            cards.world.cashier,
            NOON,
        )

    assert no.value.refusal is Refusal.LOST


async def test_the_same_request_for_another_member_is_another_sale(cards: Desk) -> None:
    card = await cards.open(await cards.product(**VIP))
    wanted = Wanted(cards.world.adult_id, 1, TODAY)
    asked = sale_to(cards, card.id, wanted, request_id="r-1")
    first = await cards.db.act(orders.place, asked, cards.world.cashier, NOON)
    again = await cards.db.act(orders.place, asked, cards.world.cashier, NOON)

    assert first.id == again.id
    with pytest.raises(Conflict):
        await cards.db.act(orders.place, asked._replace(member_id=""), cards.world.cashier, NOON)


async def test_a_change_keeps_the_price_and_a_refund_gives_back_what_was_paid(
    cards: Desk,
) -> None:
    card = await cards.open(await cards.product(**VIP))
    wanted = Wanted(cards.world.adult_id, 1, TODAY + timedelta(days=2))
    order = await cards.db.act(
        orders.place, sale_to(cards, card.id, wanted), cards.world.cashier, NOON
    )
    await cards.db.act(memberships.report_loss, card.id, "丢了", cards.world.cashier, NOON)
    back = await cards.db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, NOON)
    ticket_id = back.lines[0].subject_id

    other_day = Target(TODAY + timedelta(days=3), None)
    quote = await cards.db.ask(changes.quote, order.id, [ticket_id], other_day, NOON)

    assert back.amount_minor <= 7_840
    assert quote.difference_minor == 0
    assert quote.pairs[0].new.terms["member"]["off_bps"] == 2_000
