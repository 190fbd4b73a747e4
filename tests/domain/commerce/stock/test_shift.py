"""Blanks at a window from their issue to the end of the shift."""

import pytest

from domain.commerce import shifts, stock
from domain.commerce.shifts import CloseState, Count, Shift, ShiftStatus
from domain.commerce.stock import DifferenceCause, Use, counting, feeds
from domain.commerce.stock.counting import Explained, Found
from domain.commerce.stock.feeds import Print
from domain.commerce.stock.model import StockAct
from domain.kernel import ids
from domain.kernel.db import Database
from domain.kernel.errors import InvalidInput, Refused
from domain.kernel.refusals import Refusal
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from tests.domain.commerce.factories import NOON
from tests.domain.commerce.stock.stocked import (
    Stocked,
    add_stock,
    at,
    give_back,
    issue,
    receive,
    span,
)

EMPTY = Count("", {})


async def begin(db: Database) -> tuple[Stocked, Shift]:
    """A shift with 10001 to 10500 in its printer."""
    made = await add_stock(db)
    await receive(db, made, span(10_001, 20_000))
    world = made.world
    shift = await db.act(shifts.open_shift, world.window_id, 0, world.cashier, NOON)
    await issue(db, made, span(10_001, 10_500))
    return made, shift


async def prints(db: Database, made: Stocked, many: int, *, again: bool = False) -> None:
    wanted = [Print("ticket", ids.new_id(), again) for _ in range(many)]
    world = made.world
    await db.act(feeds.print_on, world.window_id, "80mm", wanted, world.cashier, NOON)


async def count(
    db: Database, made: Stocked, shift: Shift, *found: str, **words: str
) -> list[counting.Difference]:
    """`found` are ranges of the rolls; a word for every difference when one is given."""
    ranges = [Found(made.kind_id, stock.between(*one.partition("-")[::2])) for one in found]
    cashier = made.world.cashier
    lines = await db.act(counting.count, shift.id, ranges, {}, cashier, NOON)
    if not words:
        return lines
    said = Explained(DifferenceCause(words["cause"]), words["note"])
    given = {one.key: said for one in lines}
    return await db.act(counting.count, shift.id, ranges, given, cashier, NOON)


async def close(db: Database, made: Stocked, shift: Shift) -> CloseState:
    counted = Count(shift.id, {})
    closing = await db.act(shifts.close, counted, made.world.cashier, NOON)
    return closing.state


async def test_five_hundred_are_430_sold_5_void_and_65_returned(db: Database) -> None:
    made, shift = await begin(db)
    await prints(db, made, 430)
    world = made.world
    await db.act(feeds.correct, world.window_id, "80mm", "10436", "卡纸", world.cashier, NOON)
    await give_back(db, made, span(10_436, 10_500))

    (told,) = await db.ask(counting.report, shift)
    assert (told.opening, told.received) == (0, 500)
    assert (told.printed, told.voided, told.returned) == (430, 5, 65)
    assert told.printed + told.voided + told.returned == told.received
    assert (told.left, told.closing) == (0, 0)
    assert await close(db, made, shift) is CloseState.CLOSED
    closed = await db.ask(shifts.get_shift, shift.id)
    assert await db.ask(counting.report, closed) == [told]
    assert await at(db, made.house_id, made.kind_id) == ["10436–20000"]
    assert await db.ask(stock.verification.check) == []


async def test_one_missing_blank_keeps_the_shift_open_until_it_is_explained(db: Database) -> None:
    made, shift = await begin(db)
    await prints(db, made, 430)
    await give_back(db, made, span(10_432, 10_500))

    assert await close(db, made, shift) is CloseState.NOTE_NEEDED
    (line,) = await count(db, made, shift)
    assert (line.what, line.serials, line.pieces) == ("missing", span(10_431, 10_431), 1)
    assert await close(db, made, shift) is CloseState.NOTE_NEEDED
    assert (await db.ask(shifts.get_shift, shift.id)).status is ShiftStatus.OPEN

    await count(db, made, shift, cause="voided", note="撕坏一张")
    assert await close(db, made, shift) is CloseState.CLOSED
    closed = await db.ask(shifts.get_shift, shift.id)
    (told,) = await db.ask(counting.report, closed)
    assert (told.printed, told.voided, told.returned, told.left) == (430, 1, 69, 0)
    assert await db.ask(stock.verification.check) == []


async def test_many_missing_blanks_wait_for_a_supervisor(db: Database) -> None:
    made, shift = await begin(db)
    await prints(db, made, 10)
    await count(db, made, shift, "10017-10500", cause="lost", note="找不到")

    assert await close(db, made, shift) is CloseState.WAITING
    waiting = await db.ask(shifts.get_shift, shift.id)
    assert waiting.status is ShiftStatus.CLOSING
    with pytest.raises(Refused) as refused:
        await give_back(db, made, span(10_400, 10_500))
    assert refused.value.refusal is Refusal.SHIFT_CLOSING

    assert waiting.approval_id
    decide = (waiting.approval_id, ApprovalStatus.APPROVED, made.world.supervisor, NOON)
    await db.act(approvals.decide, *decide)

    closed = await db.ask(shifts.get_shift, shift.id)
    (told,) = await db.ask(counting.report, closed)
    assert (closed.status, told.lost, told.left) == (ShiftStatus.CLOSED, 6, 484)
    assert await at(db, made.world.window_id, made.kind_id) == ["10017–10500"]
    assert await db.ask(stock.verification.check) == []


async def test_a_rejected_count_is_made_again(db: Database) -> None:
    made, shift = await begin(db)
    await count(db, made, shift, "10101-10500", cause="lost", note="?")
    assert await close(db, made, shift) is CloseState.WAITING
    waiting = await db.ask(shifts.get_shift, shift.id)
    assert waiting.approval_id
    decide = (waiting.approval_id, ApprovalStatus.REJECTED, made.world.supervisor, NOON)
    await db.act(approvals.decide, *decide)

    await count(db, made, shift, "10001-10500")
    assert await close(db, made, shift) is CloseState.CLOSED
    assert await at(db, made.world.window_id, made.kind_id) == ["10001–10500"]


async def test_a_sale_after_the_count_asks_for_another(db: Database) -> None:
    made, shift = await begin(db)
    await count(db, made, shift, "10001-10500")
    await prints(db, made, 1)

    assert await close(db, made, shift) is CloseState.NOTE_NEEDED


async def test_prints_that_did_not_come_out_are_blanks_again(db: Database) -> None:
    made, shift = await begin(db)
    await prints(db, made, 10)
    (line,) = await count(db, made, shift, "10009-10500")
    assert (line.what, line.serials) == ("surplus", span(10_009, 10_010))

    await count(db, made, shift, "10009-10500", cause="voided", note="打印机没出纸")
    assert await close(db, made, shift) is CloseState.CLOSED
    feed = await db.ask(feeds.find_feed, made.world.window_id, "80mm")
    assert feed and feed.next and feed.next.text == "10009"
    assert await at(db, made.world.window_id, made.kind_id) == ["10009–10500"]
    assert await db.ask(stock.verification.check) == []


async def test_what_stays_at_the_window_opens_the_next_shift(db: Database) -> None:
    made, shift = await begin(db)
    await prints(db, made, 100)
    await count(db, made, shift, "10101-10500")
    assert await close(db, made, shift) is CloseState.CLOSED

    world = made.world
    following = await db.act(shifts.open_shift, world.window_id, 0, world.cashier, NOON)
    await prints(db, made, 1, again=True)

    (told,) = await db.ask(counting.report, following)
    assert (told.opening, told.reprinted, told.left) == (400, 1, 399)


async def test_printing_goes_on_with_the_next_roll_and_beyond_the_book(db: Database) -> None:
    made, shift = await begin(db)
    await issue(db, made, span(10_601, 10_602))
    world = made.world
    await db.act(feeds.correct, world.window_id, "80mm", "10601", "换卷", world.cashier, NOON)
    await prints(db, made, 2)
    assert await at(db, world.window_id, made.kind_id) == ["10001–10500"]

    await prints(db, made, 502)

    (told,) = await db.ask(counting.report, shift)
    assert (told.printed, told.left, told.shortfall) == (502, 0, 2)
    assert await close(db, made, shift) is CloseState.NOTE_NEEDED
    (line,) = await count(db, made, shift, cause="voided", note="领了一卷没登记")
    assert (line.what, line.pieces) == ("shortfall", 2)
    assert await close(db, made, shift) is CloseState.CLOSED


async def test_a_window_without_stock_closes_as_ever(db: Database) -> None:
    made = await add_stock(db)
    world = made.world
    shift = await db.act(shifts.open_shift, world.window_id, 0, world.cashier, NOON)
    await prints(db, made, 3)

    assert await close(db, made, shift) is CloseState.CLOSED
    closed = await db.ask(shifts.get_shift, shift.id)
    assert await db.ask(counting.report, closed) == []


async def test_a_window_that_prints_on_plain_rolls_uses_up_nothing(db: Database) -> None:
    made, _ = await begin(db)
    world = made.world
    off = (world.window_id, "80mm", made.kind_id, False, "", made.keeper, NOON)
    await db.act(feeds.set_feed, *off)

    await prints(db, made, 3)

    assert await at(db, world.window_id, made.kind_id) == ["10001–10500"]


async def test_the_next_serial_goes_back_only_over_prints_of_this_shift(db: Database) -> None:
    made, _ = await begin(db)
    await prints(db, made, 5)
    world = made.world
    here = (world.window_id, "80mm")

    back = await db.act(feeds.correct, *here, "10004", "没出纸", world.cashier, NOON)
    assert back.next and back.next.text == "10004"
    assert await at(db, world.window_id, made.kind_id) == ["10004–10500"]
    for wrong in ("9999", "10501", "A10010"):
        with pytest.raises(Refused):
            await db.act(feeds.correct, *here, wrong, "没出纸", world.cashier, NOON)
    with pytest.raises(InvalidInput):
        await db.act(feeds.correct, *here, "10010", " ", world.cashier, NOON)
    assert await db.ask(stock.verification.check) == []


async def test_a_card_is_used_up_by_its_number(db: Database) -> None:
    made, _ = await begin(db)
    cards = stock.between("YL00000001", "YL00000100")
    await receive(db, made, cards, stock_kind=made.cards_id)
    await issue(db, made, cards, stock_kind=made.cards_id)
    world = made.world
    use = Use(world.window_id, StockAct.OPENED, ("membership", ids.new_id()), serial="yl00000042")

    assert await db.act(stock.consume, use, world.cashier, NOON) == ["YL00000042"]
    with pytest.raises(Refused) as refused:
        await db.act(stock.consume, use, world.cashier, NOON)
    assert refused.value.refusal is Refusal.STOCK_NOT_HELD
    following = use._replace(serial="", kind_id=made.cards_id, pieces=2)
    taken = await db.act(stock.consume, following, world.cashier, NOON)

    assert taken == ["YL00000001", "YL00000002"]
    left = await at(db, world.window_id, made.cards_id)
    assert left == ["YL00000003–YL00000041", "YL00000043–YL00000100"]
