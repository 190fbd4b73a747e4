"""What a shift did, and the shifts there were."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from domain.commerce import ledger
from domain.commerce.ledger import AccountKind
from domain.commerce.shifts import store
from domain.commerce.shifts.model import CashMove
from domain.commerce.shifts.opening import Shift, get_shift
from domain.kernel.db import Tx

LATEST = datetime(9999, 1, 1, tzinfo=UTC)


class Taken(NamedTuple):
    """What came in by one tender."""

    tender: str
    payments: int
    minor: int


class ShiftReport(NamedTuple):
    """`expected_minor` is float + cash sales - cash refunds - drops: what the drawer holds now, or
    held when it was closed."""

    shift: Shift
    orders: int
    tickets: int
    persons: int
    sold_minor: int
    taken: Sequence[Taken]
    cash_sales_minor: int
    cash_refunds: int
    cash_refunds_minor: int
    drops_minor: int
    expected_minor: int
    moves: Sequence[Any]  # kind, amount_minor, note, received_by, moved_at


async def report(tx: Tx, shift_id: str) -> ShiftReport:
    shift = await get_shift(tx, shift_id)
    sold = await tx.one(store.SOLD, shift_id=shift_id)
    taken = [Taken(*row) for row in await tx.rows(store.TAKEN, shift_id=shift_id)]
    refunded = await tx.one(store.CASH_PAID_OUT, shift_id=shift_id)
    moves = await tx.rows(store.MOVES, shift_id=shift_id)
    drops = -sum(move.amount_minor for move in moves if move.kind == CashMove.DROP)
    cash = sum(one.minor for one in taken if one.tender == "cash")
    return ShiftReport(
        shift,
        sold.orders,
        sold.tickets,
        sold.persons,
        sold.minor,
        taken,
        cash,
        refunded.count,
        refunded.minor,
        drops,
        shift.float_minor + cash - refunded.minor - drops,
        moves,
    )


class TypeSold(NamedTuple):
    """Tickets of one name: sold on the shift, and given back for cash from its drawer."""

    name_zh: str
    name_en: str
    sold: int
    refunded: int
    net_minor: int


async def by_type(tx: Tx, shift_id: str) -> list[TypeSold]:
    """What a shift sold, by the names of the tickets as they were sold."""
    found: dict[tuple[str, str], TypeSold] = {}
    for row in await tx.rows(store.SOLD_BY_TYPE, shift_id=shift_id):
        key = (row.name_zh, row.name_en)
        found[key] = TypeSold(*key, int(row.tickets), 0, int(row.minor))
    for row in await tx.rows(store.CASH_REFUNDED_BY_TYPE, shift_id=shift_id):
        key = (row.name_zh, row.name_en)
        one = found.get(key, TypeSold(*key, 0, 0, 0))
        found[key] = one._replace(
            refunded=int(row.tickets), net_minor=one.net_minor - int(row.minor)
        )
    return list(found.values())


async def counted(tx: Tx, shift_id: str) -> dict[int, int]:
    """How many of each note and coin the last count found, the largest first."""
    row = await tx.one(store.GET_SHIFT, id=shift_id)
    detail = (row.count_detail or {}) if row else {}
    return {value: detail[str(value)] for value in sorted(map(int, detail), reverse=True)}


async def expected(tx: Tx, shift_id: str) -> int:
    """What the drawer holds now, by the ledger. Not for the cashier before the count."""
    return await ledger.balance(tx, AccountKind.DRAWER, shift_id)


class ShiftFilter(NamedTuple):
    """At most one of them is used, the narrowest: window, staff, area."""

    area_id: str | None = None
    window_id: str | None = None
    staff_id: str | None = None


async def list_shifts(
    tx: Tx,
    chosen: ShiftFilter,
    before_at: datetime = LATEST,
    before_id: str = "",
    most: int = 50,
) -> list[Any]:
    """Newest first: the shifts' rows with window_name_zh, window_name_en, staff_name. The next page
    starts before the last one's (opened_at, id)."""
    page = {"at": before_at, "id": before_id, "most": most}
    if chosen.window_id:
        return await tx.rows(store.LIST_OF_WINDOW, window_id=chosen.window_id, **page)
    if chosen.staff_id:
        return await tx.rows(store.LIST_OF_STAFF, staff_id=chosen.staff_id, **page)
    if chosen.area_id:
        return await tx.rows(store.LIST_OF_AREA, area_id=chosen.area_id, **page)
    return await tx.rows(store.LIST_ALL, **page)
