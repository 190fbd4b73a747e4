"""Taking a platform's bill of a day: every line against payments and ledger, in one transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.commerce.payments.model import Tender
from domain.commerce.reconciliation import store
from domain.commerce.reconciliation.model import (
    Difference,
    Finding,
    ItemStatus,
    Local,
    finding_of,
    summed,
)
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.clock import day_bounds
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.kernel.ports import Billed, BilledKind
from domain.operation.audit import record

PLATFORM_ZONE = ZoneInfo("Asia/Shanghai")  # both platforms keep Beijing's calendar
READ = {
    BilledKind.CHARGE: (store.CHARGES, store.CHARGE),
    BilledKind.REFUND: (store.REFUNDS, store.REFUND),
}


async def take_bill(
    tx: Tx, tender: Tender, day: date, lines: Sequence[Billed], now: datetime
) -> str:
    """Compare and keep; the same day again changes nothing. Answers the bill's id.

    A charge around midnight may stand on the bill of the day before or after: what an earlier bill
    lacked is resolved by the one that has it.
    """
    known = await tx.one(store.BILL_OF_DAY, tender=tender.value, day=day)
    if known is not None:
        return str(known.id)
    bill_id, found = ids.new_id(), summed(lines)
    differences, matched = await compare(tx, tender, day, found)
    tx.add(
        store.ADD_BILL,
        id=bill_id,
        tender=tender.value,
        day=day,
        fetched_at=now,
        lines=len(found),
        matched=matched,
        charged_minor=_sum(found, BilledKind.CHARGE),
        refunded_minor=_sum(found, BilledKind.REFUND),
    )
    for line in found:
        values = line._asdict() | {"kind": line.kind.value, "reference": line.reference[:64]}
        tx.add(store.ADD_LINE, id=ids.new_id(), bill_id=bill_id, **values)
        await _make_good(tx, tender, line, now)
    for one in differences:
        _add_item(tx, bill_id, one)
    after = {"tender": tender.value, "lines": len(found), "differences": len(differences)}
    record(tx, SYSTEM, "bill.compared", bill_id, now, after=after)
    return bill_id


async def compare(
    tx: Tx, tender: Tender, day: date, lines: Sequence[Billed]
) -> tuple[list[Difference], int]:
    """The differences, and how many agree."""
    found: list[Difference] = []
    matched = 0
    for kind in BilledKind:
        ours = await _of_day(tx, tender, day, kind)
        billed = {line.number: line for line in lines if line.kind is kind}
        for number, line in billed.items():
            local = ours.get(number) or await _anywhere(tx, tender, kind, number)
            finding = finding_of(line, local)
            matched += finding is Finding.MATCHED
            if finding is not Finding.MATCHED:
                found.append(Difference(finding, kind.value, number, line.amount_minor, local))
        for number, local in ours.items():
            asked = {"tender": tender.value, "kind": kind.value, "number": number}
            if number not in billed and not await tx.one(store.ON_ANY_BILL, **asked):
                found.append(Difference(Finding.LOCAL_ONLY, kind.value, number, None, local))
    return found, matched


async def _of_day(tx: Tx, tender: Tender, day: date, kind: BilledKind) -> dict[str, Local]:
    start, end = day_bounds(day, PLATFORM_ZONE)
    rows = await tx.rows(READ[kind][0], tender=tender.value, start=start, end=end)
    return {row.number: _local(row) for row in rows}


async def _anywhere(tx: Tx, tender: Tender, kind: BilledKind, number: str) -> Local | None:
    row = await tx.one(READ[kind][1], tender=tender.value, number=number)
    return None if row is None else _local(row)


def _local(row: Any) -> Local:
    return Local(
        row.number,
        row.subject_id,
        row.area_id,
        row.amount_minor,
        row.ledger_minor,
        bool(row.is_done),
    )


async def _make_good(tx: Tx, tender: Tender, line: Billed, now: datetime) -> None:
    asked = {"tender": tender.value, "kind": line.kind.value, "number": line.number}
    for row in await tx.rows(store.MISSED, **asked):
        if row.local_minor == line.amount_minor:
            words = "on the bill of another day"
            await tx.one(store.RESOLVE, item=row.id, words=words, at=now)
            record(tx, SYSTEM, "bill_item.resolved", row.id, now, reason=words)


def _add_item(tx: Tx, bill_id: str, one: Difference) -> None:
    local = one.local
    tx.add(
        store.ADD_ITEM,
        id=ids.new_id(),
        bill_id=bill_id,
        kind=one.kind,
        number=one.number,
        finding=one.finding.value,
        billed_minor=one.billed_minor,
        local_minor=local.amount_minor if local else None,
        ledger_minor=local.ledger_minor if local else None,
        subject_id=local.subject_id if local else None,
        area_id=local.area_id if local else None,
        status=ItemStatus.OPEN.value,
        owner_id=None,
        resolution="",
        resolved_at=None,
    )


def _sum(lines: Sequence[Billed], kind: BilledKind) -> int:
    return sum(line.amount_minor for line in lines if line.kind is kind and line.is_done)


async def assign(tx: Tx, item_id: str, owner_id: str, actor: Actor, now: datetime) -> None:
    """Say who looks into a difference. Conflict when it is resolved."""
    item = await get_item(tx, item_id)
    if await tx.one(store.SAVE_OWNER, item=item_id, owner=owner_id) is None:
        raise Conflict()
    after = {"owner_id": owner_id}
    record(tx, actor, "bill_item.assigned", item_id, now, after=after, area_id=item.area_id)


async def resolve(tx: Tx, item_id: str, words: str, actor: Actor, now: datetime) -> None:
    """Say how a difference was settled. Conflict when it was resolved already."""
    item = await get_item(tx, item_id)
    if not words.strip():
        raise InvalidInput({"resolution": say("Please say how it was settled.")})
    if await tx.one(store.RESOLVE, item=item_id, words=words.strip()[:200], at=now) is None:
        raise Conflict()
    record(tx, actor, "bill_item.resolved", item_id, now, reason=words, area_id=item.area_id)


async def get_item(tx: Tx, item_id: str) -> Any:
    item = await tx.one(store.GET_ITEM, id=item_id)
    if item is None:
        raise NotFound()
    return item


async def bill_of(tx: Tx, tender: Tender, day: date) -> Any:
    """None until it was taken."""
    return await tx.one(store.BILL_OF_DAY, tender=tender.value, day=day)


async def list_bills(tx: Tx, most: int) -> list[Any]:
    """Newest first."""
    return await tx.rows(store.LIST_BILLS, most=most)


async def items_of(tx: Tx, bill_id: str) -> list[Any]:
    return await tx.rows(store.ITEMS_OF_BILL, bill_id=bill_id)


async def open_items(tx: Tx, most: int) -> list[Any]:
    """What still waits for somebody, oldest first, with its bill's tender and day."""
    return await tx.rows(store.OPEN_ITEMS, most=most)
