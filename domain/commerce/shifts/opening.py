"""Opening a shift, finding the one that is open, and moving cash to the safe."""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce import ledger
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.shifts import store
from domain.commerce.shifts.model import CashMove, ShiftStatus
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound, Refused, say
from domain.kernel.money import MOST_MINOR
from domain.kernel.refusals import Refusal
from domain.operation.audit import record
from domain.operation.printers import open_drawer


class Shift(NamedTuple):
    id: str
    number: str
    window_id: str
    area_id: str
    staff_id: str
    status: ShiftStatus
    float_minor: int
    expected_minor: int | None  # as of the last count
    counted_minor: int | None
    difference_note: str
    approval_id: str | None
    opened_at: datetime
    closed_at: datetime | None


def from_row(row: Any) -> Shift:
    values = {name: getattr(row, name) for name in Shift._fields}
    return Shift(**(values | {"status": ShiftStatus(row.status)}))


async def get_shift(tx: Tx, shift_id: str) -> Shift:
    row = await tx.one(store.GET_SHIFT, id=shift_id)
    if row is None:
        raise NotFound()
    return from_row(row)


async def current(tx: Tx, window_id: str) -> Shift | None:
    """The shift at a window that is not closed yet; None without one."""
    row = await tx.one(store.OPEN_AT_WINDOW, window_id=window_id)
    return None if row is None else from_row(row)


async def current_of(tx: Tx, staff_id: str) -> Shift | None:
    """The shift of a cashier that is not closed yet, wherever it is."""
    row = await tx.one(store.OPEN_OF_STAFF, staff_id=staff_id)
    return None if row is None else from_row(row)


async def for_sale(tx: Tx, window_id: str, staff_id: str | None) -> str:
    """The id of the shift that sells at a window, kept open until this transaction ends.

    Raises Refused SHIFT_NEEDED without one of this cashier, SHIFT_CLOSING when it is counted.
    """
    row = await tx.one(store.FOR_SALE, window_id=window_id)
    if row is None or row.staff_id != staff_id:
        raise Refused(Refusal.SHIFT_NEEDED)
    if row.status != ShiftStatus.OPEN:
        raise Refused(Refusal.SHIFT_CLOSING)
    return str(row.id)


async def cash_for(tx: Tx, window_id: str, staff_id: str | None, amount_minor: int) -> str:
    """The id of the selling shift whose drawer holds enough to pay an amount out.

    Cash is only ever paid out of a drawer, so that the count can come out: without an open shift,
    or with too little in its drawer (after a drop, say), the cashier is told so and nothing moves.
    """
    row = await tx.one(store.OPEN_AT_WINDOW, window_id=window_id)
    if row is None or row.staff_id != staff_id:
        raise Refused(Refusal.SHIFT_NEEDED)
    shift_id = str(row.id)
    if not await tx.one(store.LOCK, shift=shift_id, seen=ShiftStatus.OPEN.value):
        raise Refused(Refusal.SHIFT_CLOSING)
    if await ledger.balance(tx, AccountKind.DRAWER, shift_id) < amount_minor:
        raise Refused(Refusal.CASH_SHORT)
    return shift_id


async def open_shift(
    tx: Tx, window_id: str, float_minor: int, actor: Actor, now: datetime
) -> Shift:
    """Open a shift with a float (备用金) from the safe.

    One open shift at a window and of a cashier: Refused SHIFT_OPEN otherwise. Forbidden for a
    cashier whom the window does not take.
    """
    if not 0 <= float_minor <= MOST_MINOR or actor.id is None:
        raise InvalidInput({"float": say("An amount of money, from 0.")})
    window = await tx.one(store.WINDOW, window_id=window_id, staff_id=actor.id)
    if window is None or window.retired_at is not None:
        raise NotFound()
    if not (window.any_cashier or window.is_assigned):
        raise Forbidden(say("This window does not take you as its cashier."))
    if await current(tx, window_id):
        raise Refused(Refusal.SHIFT_OPEN)
    if await current_of(tx, actor.id):
        raise Refused(Refusal.SHIFT_OPEN, say("You have an open shift at another window."))
    shift = Shift(
        ids.new_id(),
        await next_number(tx, window, now),
        window_id,
        window.area_id,
        actor.id,
        ShiftStatus.OPEN,
        float_minor,
        None,
        None,
        "",
        None,
        now,
        None,
    )
    tx.add(store.ADD_SHIFT, **(shift._asdict() | {"status": shift.status.value}))
    move_cash(tx, shift, CashMove.FLOAT, float_minor, now)
    after = {"number": shift.number, "float_minor": float_minor}
    record(
        tx,
        actor,
        "shift.opened",
        shift.id,
        now,
        after=after,
        window=window_id,
        area_id=shift.area_id,
    )
    return shift


async def next_number(tx: Tx, window: Any, now: datetime) -> str:
    """20260701-1-2-3: the day, the area, the window, the window's third shift of that day."""
    day = local_day(now, ZoneInfo(window.time_zone))
    prefix = f"{day:%Y%m%d}-{window.area_number}-{window.number}-"
    counted = await tx.one(store.LAST_NUMBER, window_id=window.id, prefix=prefix)
    return f"{prefix}{counted.n + 1}"


COUNTERPARTS = {
    CashMove.FLOAT: AccountKind.SAFE,
    CashMove.DROP: AccountKind.SAFE,
    CashMove.HANDOVER: AccountKind.SAFE,
    CashMove.DIFFERENCE: AccountKind.CASH_DIFFERENCES,
}


def move_cash(
    tx: Tx,
    shift: Shift,
    kind: CashMove,
    amount_minor: int,
    now: datetime,
    note: str = "",
    request_id: str | None = None,
    received_by: str | None = None,
) -> None:
    """Cash into the drawer (positive) or out of it, against the area's safe or differences."""
    if amount_minor == 0:
        return
    tx.add(
        store.ADD_MOVE,
        id=ids.new_id(),
        shift_id=shift.id,
        kind=kind.value,
        amount_minor=amount_minor,
        note=note,
        request_id=request_id,
        received_by=received_by,
        moved_at=now,
    )
    postings = [
        Posting(AccountKind.DRAWER, shift.id, amount_minor),
        Posting(COUNTERPARTS[kind], shift.area_id, -amount_minor),
    ]
    ledger.post(tx, Entry("shift", shift.id, f"shift.{kind.value}", shift.area_id, postings), now)


class Drop(NamedTuple):
    """Cash that a cashier gives to the safe in mid-shift (缴款)."""

    request_id: str
    shift_id: str
    amount_minor: int
    received_by: str | None = None
    note: str = ""


async def drop(tx: Tx, given: Drop, actor: Actor, now: datetime) -> int:
    """Move cash to the safe; gives what is left in the drawer. The same request moves it once."""
    shift = await get_shift(tx, given.shift_id)
    if shift.staff_id != actor.id:
        raise Forbidden()
    if earlier := await tx.one(store.FIND_MOVE, request_id=given.request_id):
        if (earlier.shift_id, earlier.amount_minor) != (shift.id, -given.amount_minor):
            raise Conflict(
                say("This key was already used for another request."), code="IDEMPOTENCY_CONFLICT"
            )
        return await ledger.balance(tx, AccountKind.DRAWER, shift.id)
    if given.amount_minor <= 0:
        raise InvalidInput({"amount": say("An amount of money above 0.")})
    if not await tx.one(store.LOCK, shift=shift.id, seen=ShiftStatus.OPEN.value):
        raise Refused(Refusal.SHIFT_CLOSING)
    held = await ledger.balance(tx, AccountKind.DRAWER, shift.id)
    if given.amount_minor > held:
        raise Refused(Refusal.CASH_SHORT)
    move_cash(
        tx,
        shift,
        CashMove.DROP,
        -given.amount_minor,
        now,
        given.note,
        given.request_id,
        given.received_by,
    )
    await open_drawer(tx, shift.window_id, shift.id, now)
    record(
        tx,
        actor,
        "shift.dropped",
        shift.id,
        now,
        after={"amount_minor": given.amount_minor},
        area_id=shift.area_id,
    )
    return held - given.amount_minor
