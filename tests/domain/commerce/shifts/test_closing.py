"""A shift from its float to its last fen."""

import pytest

from domain.commerce import ledger, shifts
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.shifts import CloseState, Count, Drop, Shift, ShiftFilter, ShiftStatus
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, Refused
from domain.kernel.refusals import Refusal
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from tests.domain.commerce.factories import NOON, World, add_world

COUNTED_4570 = {10_000: 40, 5_000: 7, 2_000: 6, 1_000: 7, 500: 4, 100: 8, 50: 3, 10: 5}


async def cash(tx: Tx, shift: Shift, minor: int) -> None:
    """As if sold (positive) or refunded for cash."""
    postings = [
        Posting(AccountKind.DRAWER, shift.id, minor),
        Posting(AccountKind.SALES, shift.area_id, -minor),
    ]
    ledger.post(tx, Entry("order", "o1", "order.paid", shift.area_id, postings), NOON)


async def worked_example(db: Database, world: World) -> Shift:
    """500 + 12,340 - 260 - 8,000 = 4,580."""
    shift = await db.act(shifts.open_shift, world.window_id, 50_000, world.cashier, NOON)
    await db.act(cash, shift, 1_234_000)
    await db.act(cash, shift, -26_000)
    for number, minor in enumerate((500_000, 300_000)):
        await db.act(shifts.drop, Drop(f"d{number}", shift.id, minor), world.cashier, NOON)
    return shift


async def drawer(db: Database, shift: Shift) -> int:
    return await db.ask(ledger.balance, AccountKind.DRAWER, shift.id)


async def test_the_worked_example_is_ten_short(db: Database) -> None:
    world = await add_world(db)
    shift = await worked_example(db, world)
    assert await db.ask(shifts.expected, shift.id) == 458_000

    first = await db.act(shifts.close, Count(shift.id, COUNTED_4570), world.cashier, NOON)
    assert first.state is CloseState.NOTE_NEEDED
    assert (first.expected_minor, first.counted_minor) == (458_000, 457_000)
    assert first.difference_minor == -1_000
    assert (await db.ask(shifts.get_shift, shift.id)).status is ShiftStatus.OPEN

    explained = Count(shift.id, COUNTED_4570, "退票找零时少收 10 元")
    closed = await db.act(shifts.close, explained, world.cashier, NOON)

    assert closed.state is CloseState.CLOSED
    assert await drawer(db, shift) == 0
    area = shift.area_id
    assert await db.ask(ledger.balance, AccountKind.CASH_DIFFERENCES, area) == 1_000
    assert await db.ask(ledger.balance, AccountKind.SAFE, area) == -50_000 + 800_000 + 457_000
    assert await db.ask(shifts.current, world.window_id) is None


async def test_a_count_that_is_right_needs_no_note(db: Database) -> None:
    world = await add_world(db)
    shift = await db.act(shifts.open_shift, world.window_id, 50_000, world.cashier, NOON)

    closed = await db.act(shifts.close, Count(shift.id, {10_000: 5}), world.cashier, NOON)

    assert closed.state is CloseState.CLOSED
    assert closed.difference_minor == 0
    assert await db.ask(shifts.verification.check) == []


async def test_a_large_difference_waits_for_a_supervisor(db: Database) -> None:
    world = await add_world(db)
    shift = await worked_example(db, world)
    count = Count(shift.id, {10_000: 45}, "不清楚")  # 80 short: above the limit of 50

    waiting = await db.act(shifts.close, count, world.cashier, NOON)

    assert waiting.state is CloseState.WAITING
    assert waiting.approval_id is not None
    with pytest.raises(Refused) as refused:
        await db.act(shifts.for_sale, world.window_id, world.cashier.id)
    assert refused.value.refusal is Refusal.SHIFT_CLOSING
    with pytest.raises(Forbidden):
        await decide(db, waiting.approval_id, ApprovalStatus.APPROVED, world, by_cashier=True)

    await decide(db, waiting.approval_id, ApprovalStatus.APPROVED, world)

    assert (await db.ask(shifts.get_shift, shift.id)).status is ShiftStatus.CLOSED
    assert await drawer(db, shift) == 0


async def decide(
    db: Database, approval_id: str, to: ApprovalStatus, world: World, *, by_cashier: bool = False
) -> None:
    actor = world.cashier if by_cashier else world.supervisor
    await db.act(approvals.decide, approval_id, to, actor, NOON)


async def test_a_rejected_count_is_counted_again(db: Database) -> None:
    world = await add_world(db)
    shift = await worked_example(db, world)
    wrong = Count(shift.id, {10_000: 1}, "数错了")
    waiting = await db.act(shifts.close, wrong, world.cashier, NOON)
    assert waiting.approval_id is not None

    await decide(db, waiting.approval_id, ApprovalStatus.REJECTED, world)

    right = Count(shift.id, COUNTED_4570, "少收 10 元")
    closed = await db.act(shifts.close, right, world.cashier, NOON)
    assert closed.state is CloseState.CLOSED


async def test_one_open_shift_at_a_window_and_of_a_cashier(db: Database) -> None:
    world = await add_world(db)
    await db.act(shifts.open_shift, world.window_id, 0, world.cashier, NOON)

    for window_id, cashier in (
        (world.window_id, world.cashier_2),
        (world.window_2_id, world.cashier),
    ):
        with pytest.raises(Refused) as refused:
            await db.act(shifts.open_shift, window_id, 0, cashier, NOON)
        assert refused.value.refusal is Refusal.SHIFT_OPEN
    await db.act(shifts.open_shift, world.window_2_id, 0, world.cashier_2, NOON)


async def test_a_drop_moves_cash_once_and_never_more_than_there_is(db: Database) -> None:
    world = await add_world(db)
    shift = await db.act(shifts.open_shift, world.window_id, 50_000, world.cashier, NOON)
    given = Drop("d1", shift.id, 20_000)

    assert await db.act(shifts.drop, given, world.cashier, NOON) == 30_000
    assert await db.act(shifts.drop, given, world.cashier, NOON) == 30_000
    with pytest.raises(Conflict) as conflict:
        await db.act(shifts.drop, given._replace(amount_minor=1), world.cashier, NOON)
    assert conflict.value.code == "IDEMPOTENCY_CONFLICT"
    with pytest.raises(Refused) as refused:
        await db.act(shifts.drop, Drop("d2", shift.id, 30_001), world.cashier, NOON)
    assert refused.value.refusal is Refusal.CASH_SHORT


async def test_another_cashier_touches_nothing(db: Database) -> None:
    world = await add_world(db)
    shift = await db.act(shifts.open_shift, world.window_id, 50_000, world.cashier, NOON)
    with pytest.raises(Forbidden):
        await db.act(shifts.drop, Drop("d1", shift.id, 1), world.cashier_2, NOON)
    with pytest.raises(Forbidden):
        await db.act(shifts.close, Count(shift.id, {}), world.cashier_2, NOON)
    with pytest.raises(Refused):
        await db.act(shifts.for_sale, world.window_id, world.cashier_2.id)


@pytest.mark.parametrize("pieces", [{3_333: 1}, {100: -1}, {10_000: 2_000_000}])
def test_notes_that_cannot_be_are_refused(pieces: dict[int, int]) -> None:
    with pytest.raises(InvalidInput):
        shifts.total_of(pieces)


async def test_the_report_and_the_list(db: Database) -> None:
    world = await add_world(db)
    shift = await worked_example(db, world)

    report = await db.ask(shifts.report, shift.id)
    assert report.drops_minor == 800_000
    assert [move.kind for move in report.moves] == ["float", "drop", "drop"]
    for chosen in (
        ShiftFilter(),
        ShiftFilter(area_id=world.area_id),
        ShiftFilter(window_id=world.window_id),
        ShiftFilter(staff_id=world.cashier.id),
    ):
        listed = await db.ask(shifts.list_shifts, chosen)
        assert [(row.number, row.staff_name) for row in listed] == [("20260701-1-1-1", "li")]
    assert await db.ask(shifts.list_shifts, ShiftFilter(window_id=world.window_2_id)) == []
