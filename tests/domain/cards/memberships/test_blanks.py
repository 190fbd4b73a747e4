"""Cards that a window hands over come out of the blanks it was issued."""

from domain.commerce import stock
from tests.domain.cards.desk import TERM, UID, Desk
from tests.domain.commerce.stock.stocked import Stocked, at, issue, make_stock, receive
from tests.domain.commerce.stock.stocked import span as serials


async def stocked(cards: Desk) -> Stocked:
    """Ten blank cards at the window."""
    made = await cards.db.act(make_stock, cards.world)
    await receive(cards.db, made, serials(70_001, 70_500), stock_kind=made.cards_id)
    await issue(cards.db, made, serials(70_001, 70_010), stock_kind=made.cards_id)
    return made


async def test_opening_and_replacing_use_up_a_blank_each(cards: Desk) -> None:
    made = await stocked(cards)
    card = await cards.open(await cards.product(**TERM), uid=UID)
    assert await at(cards.db, cards.world.window_id, made.cards_id) == ["70002–70010"]

    await cards.replace(card.id, uid="04FFEEDDCCBB11")

    assert await at(cards.db, cards.world.window_id, made.cards_id) == ["70003–70010"]
    assert await cards.db.ask(stock.verification.check) == []
    assert await cards.findings() == []


async def test_a_card_on_a_phone_uses_up_none(cards: Desk) -> None:
    made = await stocked(cards)
    await cards.open(await cards.product(**TERM))

    assert await at(cards.db, cards.world.window_id, made.cards_id) == ["70001–70010"]


async def test_a_window_without_blanks_of_its_own_sells_cards_all_the_same(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM), uid=UID)

    assert card.status == "active"
