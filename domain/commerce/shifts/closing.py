"""Closing a shift (交班): a blind count, a note for any difference, a checker for a large one."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from domain.commerce import ledger
from domain.commerce.ledger import AccountKind
from domain.commerce.shifts import closers, store
from domain.commerce.shifts.model import CashMove, ShiftStatus
from domain.commerce.shifts.opening import Shift, get_shift, move_cash
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, say
from domain.kernel.money import MOST_MINOR
from domain.operation import approvals, printers, settings
from domain.operation.audit import record
from domain.operation.printers import Post, PostKind, PrintedDocument, Sheet
from domain.operation.staff import Permission

KIND = "shift_difference"
DENOMINATIONS = (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1)  # fen


class Count(NamedTuple):
    """What a cashier counted without knowing what is expected: how many of each note and coin (by
    its value in fen). `note` explains a difference, once there is one."""

    shift_id: str
    pieces: Mapping[int, int]
    note: str = ""


class CloseState(StrEnum):
    NOTE_NEEDED = "note_needed"  # the count is kept; count again or explain the difference
    WAITING = "waiting"  # a supervisor must approve the difference
    CLOSED = "closed"


class Closing(NamedTuple):
    state: CloseState
    expected_minor: int
    counted_minor: int
    approval_id: str | None = None

    @property
    def difference_minor(self) -> int:
        """4,570 counted of 4,580 expected is 10 short: -10."""
        return self.counted_minor - self.expected_minor


def total_of(pieces: Mapping[int, int]) -> int:
    """Raises InvalidInput for a note that does not exist, or for less than none of one."""
    wrong = {
        f"pieces.{value}": say("A whole number of notes or coins, from 0.")
        for value, count in pieces.items()
        if value not in DENOMINATIONS or not 0 <= count <= 1_000_000
    }
    total = sum(value * count for value, count in pieces.items())
    if wrong or total > MOST_MINOR:
        raise InvalidInput(wrong or {"pieces": say("That is more money than there can be.")})
    return total


async def close(tx: Tx, count: Count, actor: Actor, now: datetime) -> Closing:
    """Count the drawer and close the shift when the count is right or the difference explained.

    Without a note a difference closes nothing: the count is kept and the answer tells both sums.
    Above the area's limit an approval is asked for; until then nothing is sold on this shift.
    """
    shift = await get_shift(tx, count.shift_id)
    if shift.staff_id != actor.id:
        raise Forbidden()
    counted = total_of(count.pieces)
    if not await tx.one(store.LOCK, shift=shift.id, seen=ShiftStatus.OPEN.value):
        raise Conflict(say("This shift is closed, or waits for a supervisor."))
    expected = await ledger.balance(tx, AccountKind.DRAWER, shift.id)
    closing = Closing(CloseState.CLOSED, expected, counted)
    besides = await closers.check_all(tx, shift, now)
    is_large = abs(closing.difference_minor) > await limit_of(tx, shift.area_id)
    if besides.is_open or (closing.difference_minor and not count.note.strip()):
        closing = closing._replace(state=CloseState.NOTE_NEEDED)
    elif is_large or besides.needs_approval:
        approval_id = ask_supervisor(tx, shift, closing, besides, count.note, actor, now)
        closing = closing._replace(state=CloseState.WAITING, approval_id=approval_id)
    await save_count(tx, shift, closing, count, now)
    if closing.state is CloseState.CLOSED:
        await closers.settle_all(tx, shift, actor, now)
        settle(tx, shift, closing, now)
        await print_slip(tx, shift, actor, now)
    record(
        tx,
        actor,
        "shift.closed" if closing.state is CloseState.CLOSED else "shift.counted",
        shift.id,
        now,
        after={"expected_minor": expected, "counted_minor": counted},
        note=count.note or None,
        area_id=shift.area_id,
    )
    return closing


async def limit_of(tx: Tx, area_id: str) -> int:
    return (await settings.current(tx, area_id)).shift_difference_limit_minor


def ask_supervisor(
    tx: Tx,
    shift: Shift,
    closing: Closing,
    besides: closers.Checked,
    note: str,
    actor: Actor,
    now: datetime,
) -> str:
    return approvals.request(
        tx,
        actor,
        KIND,
        ("shift", shift.id),
        {
            "expected_minor": closing.expected_minor,
            "counted_minor": closing.counted_minor,
            **besides.summary,
        },
        now,
        reason=note,
        area_id=shift.area_id,
        amount_minor=closing.difference_minor,
    )


async def save_count(tx: Tx, shift: Shift, closing: Closing, count: Count, now: datetime) -> None:
    statuses = {
        CloseState.NOTE_NEEDED: ShiftStatus.OPEN,
        CloseState.WAITING: ShiftStatus.CLOSING,
        CloseState.CLOSED: ShiftStatus.CLOSED,
    }
    await tx.run(
        store.SAVE_COUNT,
        shift=shift.id,
        to_status=statuses[closing.state].value,
        expected=closing.expected_minor,
        counted=closing.counted_minor,
        detail={str(value): pieces for value, pieces in count.pieces.items() if pieces},
        the_note=count.note,
        approval=closing.approval_id,
        at=now if closing.state is CloseState.CLOSED else None,
    )


def settle(tx: Tx, shift: Shift, closing: Closing, now: datetime) -> None:
    """Book the difference, and hand what was counted to the safe: the drawer is empty."""
    move_cash(tx, shift, CashMove.DIFFERENCE, closing.difference_minor, now)
    move_cash(tx, shift, CashMove.HANDOVER, -closing.counted_minor, now)


async def print_slip(tx: Tx, shift: Shift, actor: Actor, now: datetime) -> bool:
    """The report of a closed shift on the window's printer; False where it has none for it."""
    post = Post(PostKind.WINDOW, shift.window_id)
    sheet = Sheet(PrintedDocument.SHIFT, shift.id, shift.number)
    return await printers.enqueue(tx, post, [sheet], shift.id, actor, now)


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """The supervisor has signed: the shift closes as it was counted."""
    row = await tx.one(store.GET_SHIFT, id=approval.subject_id)
    shift = await get_shift(tx, approval.subject_id)
    if not await tx.one(store.LOCK, shift=shift.id, seen=ShiftStatus.CLOSING.value):
        raise Conflict()
    closing = Closing(CloseState.CLOSED, row.expected_minor, row.counted_minor, approval.id)
    pieces = {int(value): count for value, count in (row.count_detail or {}).items()}
    await save_count(tx, shift, closing, Count(shift.id, pieces, row.difference_note), now)
    await closers.settle_all(tx, shift, actor, now)
    settle(tx, shift, closing, now)
    await print_slip(tx, shift, actor, now)
    record(
        tx,
        actor,
        "shift.closed",
        shift.id,
        now,
        after={"expected_minor": row.expected_minor, "counted_minor": row.counted_minor},
        approval=approval.id,
        area_id=shift.area_id,
    )


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """The cashier counts again: the shift is open as before."""
    row = await tx.one(store.GET_SHIFT, id=approval.subject_id)
    shift = await get_shift(tx, approval.subject_id)
    closing = Closing(CloseState.NOTE_NEEDED, row.expected_minor, row.counted_minor)
    pieces = {int(value): count for value, count in (row.count_detail or {}).items()}
    await save_count(tx, shift, closing, Count(shift.id, pieces), now)
    record(
        tx,
        actor,
        "shift.count_rejected",
        shift.id,
        now,
        approval=approval.id,
        area_id=shift.area_id,
    )


approvals.register(
    KIND,
    approvals.Effect(
        approved, rejected, Permission.SHIFTS_APPROVE, say("Close a shift with a difference")
    ),
)
