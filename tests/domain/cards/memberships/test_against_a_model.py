"""A card's life at random, beside a notebook that knows only its face value."""

import random

import pytest

from domain.cards import memberships
from domain.cards.memberships import MembershipStatus, ReplacementCause
from domain.cards.memberships.model import MEMBERSHIP_MOVES
from domain.cards.products import bonus_for
from domain.commerce import orders
from domain.kernel.errors import Refused
from tests.domain.cards.desk import STORED, Desk, marks
from tests.domain.commerce.factories import NOON

STEPS = 40
DEAD = {MembershipStatus.REPLACED, MembershipStatus.RETURNED}


class Notebook:
    """Who keeps it writes down what is on the card and what was paid in parts."""

    def __init__(self, cards: Desk, card_id: str, face: int, chance: random.Random) -> None:
        self.cards, self.card_id, self.face, self.chance = cards, card_id, face, chance
        self.parts: list[tuple[str, int]] = []  # held orders, and what the card paid of them

    async def top_up(self) -> None:
        paid = self.chance.choice((100, 9_999, 300_000, 300_001))
        await self.cards.top_up(self.card_id, paid)
        self.face += paid + bonus_for(STORED["top_ups"], paid)  # type: ignore[arg-type]

    async def pay_a_part(self) -> None:
        held = await self.cards.tickets(5)
        part = self.chance.randrange(1, 48_999)
        if part > self.face:
            with pytest.raises(Refused):
                await self.cards.pay(self.card_id, held, part)
            return
        await self.cards.pay(self.card_id, held, part)
        self.face -= part
        self.parts.append((held.id, part))

    async def give_up(self) -> None:
        if not self.parts:
            return
        order_id, part = self.parts.pop(self.chance.randrange(len(self.parts)))
        await self.cards.db.act(orders.cancel, order_id, self.cards.world.cashier, NOON)
        self.face += part

    async def replace(self) -> None:
        new = await self.cards.replace(self.card_id, ReplacementCause.DAMAGED)
        self.card_id = new.id

    async def lose_and_find(self) -> None:
        cashier = self.cards.world.cashier
        await self.cards.db.act(memberships.report_loss, self.card_id, "掉了", cashier, NOON)
        with pytest.raises(Refused):
            await self.cards.pay(self.card_id, await self.cards.tickets(), 1)
        await self.cards.db.act(memberships.lift_loss, self.card_id, marks(), cashier, NOON)


@pytest.mark.parametrize("seed", range(4))
async def test_a_card_holds_what_a_notebook_says(cards: Desk, seed: int) -> None:
    chance = random.Random(seed)
    card = await cards.open(await cards.product(**STORED), top_up=300_000)
    book = Notebook(cards, card.id, 400_000, chance)
    steps = [book.top_up, book.pay_a_part, book.pay_a_part, book.give_up, book.replace]
    steps.append(book.lose_and_find)
    for _ in range(STEPS):
        await chance.choice(steps)()
        held = await cards.card(book.card_id)
        assert held.principal_minor + held.bonus_minor == book.face
    assert await cards.findings() == []

    while book.parts:
        await book.give_up()
    lots = (await cards.db.ask(memberships.detail, book.card_id)).lots
    whole = [lot for lot in lots if lot.kind == "balance"]
    assert all(lot.principal_left_minor == lot.principal_minor for lot in whole)
    assert all(lot.bonus_left_minor == lot.bonus_minor for lot in whole)
    assert (await cards.card(book.card_id)).points == 0


def test_what_is_dead_stays_dead_and_everything_else_can_go_on() -> None:
    for status, moves in MEMBERSHIP_MOVES.items():
        assert (not moves) is (status in DEAD)
    assert set(MEMBERSHIP_MOVES) == set(MembershipStatus)
