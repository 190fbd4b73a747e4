"""Questions about bills: the days of a platform, one bill, its differences."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from domain.commerce.payments.model import Tender
from domain.commerce.reconciliation import store
from domain.commerce.reconciliation.comparing import PLATFORM_ZONE
from domain.commerce.reconciliation.model import ItemStatus, TryOutcome
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import NotFound

DAYS = 14  # that the office shows of each platform


class Sought(NamedTuple):
    """Differences of these areas; `everywhere`: also those of which nobody knows the area."""

    area_ids: Collection[str]
    everywhere: bool = False
    tender: str = ""
    status: str = ""
    bill_id: str = ""


class DayOfBill(NamedTuple):
    """A platform's day. `bill` is none until it was taken, `tried` until it was asked for."""

    tender: Tender
    day: date
    bill: Any
    tried: Any
    open_items: int

    @property
    def outcome(self) -> TryOutcome | None:
        if self.bill is not None:
            return TryOutcome.TAKEN
        return TryOutcome(self.tried.outcome) if self.tried is not None else None


async def get_item(tx: Tx, item_id: str) -> Any:
    """With its bill's tender and day, and the order when there is one."""
    item = await tx.one(store.GET_ITEM, id=item_id)
    if item is None:
        raise NotFound()
    return item


async def get_bill(tx: Tx, bill_id: str) -> Any:
    bill = await tx.one(store.GET_BILL, id=bill_id)
    if bill is None:
        raise NotFound()
    return bill


async def bill_of(tx: Tx, tender: Tender, day: date) -> Any:
    """None until it was taken."""
    return await tx.one(store.BILL_OF_DAY, tender=tender.value, day=day)


async def list_bills(tx: Tx, most: int) -> list[Any]:
    """Newest first."""
    return await tx.rows(store.LIST_BILLS, most=most)


async def items_of(tx: Tx, bill_id: str) -> list[Any]:
    return await tx.rows(store.ITEMS_OF, bill=bill_id)


async def open_items(tx: Tx, most: int) -> list[Any]:
    """What still waits for somebody, oldest first, with its bill's tender and day."""
    return await tx.rows(store.OPEN_ITEMS, most=most)


async def list_items(tx: Tx, sought: Sought, cut: Cut) -> list[Any]:
    """Newest first; the key is the item's id."""
    return await store.ITEMS.page(
        tx,
        cut,
        areas=sorted(sought.area_ids),
        everywhere=int(sought.everywhere),
        tender=sought.tender,
        status=sought.status,
        bill=sought.bill_id,
    )


async def days_of(tx: Tx, connected: Iterable[str], now: datetime) -> list[DayOfBill]:
    """The latest days of each platform that is connected or ever gave a bill, newest first."""
    last = local_day(now, PLATFORM_ZONE) - timedelta(days=1)
    first = last - timedelta(days=DAYS - 1)
    bills = {(row.tender, row.day): row for row in await tx.rows(store.BILLS_SINCE, day=first)}
    tried = {(row.tender, row.day): row for row in await tx.rows(store.TRIES_SINCE, day=first)}
    still = {row.bill_id: row.n for row in await tx.rows(store.STILL_OPEN)}
    words = sorted({*connected, *(tender for tender, _ in bills)})
    found = []
    for back in range(DAYS):
        for word in words:
            key = (word, last - timedelta(days=back))
            bill = bills.get(key)
            open_here = still.get(bill.id, 0) if bill is not None else 0
            found.append(DayOfBill(Tender(word), key[1], bill, tried.get(key), open_here))
    return found


async def count_open(tx: Tx, status: ItemStatus = ItemStatus.OPEN) -> int:
    row = await tx.one(store.COUNT, status=status.value)
    return int(row.n)
