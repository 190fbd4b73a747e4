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
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import day_bounds
from domain.kernel.db import Tx
from domain.kernel.ports import Billed, BilledKind
from domain.operation.audit import record

PLATFORM_ZONE = ZoneInfo("Asia/Shanghai")  # both platforms keep Beijing's calendar
READ = {
    BilledKind.CHARGE: (store.CHARGES, store.CHARGE),
    BilledKind.REFUND: (store.REFUNDS, store.REFUND),
}


async def take_bill(
    tx: Tx,
    tender: Tender,
    day: date,
    lines: Sequence[Billed],
    now: datetime,
    again: bool = False,
) -> str:
    """Compare and keep; the same day again changes nothing, unless it is to be done `again`.
    Answers the bill's id.

    A charge around midnight may stand on the bill of the day before or after: what an earlier bill
    lacked is resolved by the one that has it.
    """
    known = await tx.one(store.BILL_OF_DAY, tender=tender.value, day=day)
    if known is not None and not again:
        return str(known.id)
    if known is not None:
        await tx.run(store.FORGET_LINES, bill=known.id)
    bill_id, found = str(known.id) if known else ids.new_id(), summed(lines)
    differences, matched = await compare(tx, tender, day, found)
    sums = {
        "fetched_at": now,
        "lines": len(found),
        "matched": matched,
        "charged_minor": _sum(found, BilledKind.CHARGE),
        "refunded_minor": _sum(found, BilledKind.REFUND),
    }
    if known is None:
        tx.add(store.ADD_BILL, id=bill_id, tender=tender.value, day=day, **sums)
    else:
        await tx.run(store.SAVE_BILL, bill=bill_id, **{f"new_{k}": v for k, v in sums.items()})
    await _keep_items(tx, bill_id, differences, now)
    for line in found:
        values = line._asdict() | {"kind": line.kind.value, "reference": line.reference[:64]}
        tx.add(store.ADD_LINE, id=ids.new_id(), bill_id=bill_id, **values)
    await _make_good(tx, tender, found, now)
    after = {"tender": tender.value, "lines": len(found), "differences": len(differences)}
    record(tx, SYSTEM, "bill.compared", bill_id, now, after=after)
    return bill_id


async def _keep_items(
    tx: Tx, bill_id: str, differences: Sequence[Difference], now: datetime
) -> None:
    """New ones are added; what is open and agrees now is resolved; the rest stays as it is."""
    known = {(row.kind, row.number): row for row in await tx.rows(store.ITEMS_OF, bill=bill_id)}
    for one in differences:
        before = known.pop((one.kind, one.number), None)
        if before is None:
            _add_item(tx, bill_id, one)
        elif before.status == ItemStatus.OPEN:
            ledger = one.local.ledger_minor if one.local else None
            await tx.run(
                store.SAVE_ITEM,
                item=before.id,
                the_finding=one.finding.value,
                billed=one.billed_minor,
                ours=one.local.amount_minor if one.local else None,
                posted=ledger,
                subject=one.local.subject_id if one.local else None,
                area=one.local.area_id if one.local else before.area_id,
            )
    for row in known.values():
        await resolve_by_itself(tx, row.id, "agrees now", now)


async def resolve_by_itself(tx: Tx, item_id: str, words: str, now: datetime) -> None:
    if await tx.one(store.RESOLVE, item=item_id, words=words, by=None, at=now):
        record(tx, SYSTEM, "bill_item.resolved", item_id, now, reason=words)


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


async def _make_good(tx: Tx, tender: Tender, lines: Sequence[Billed], now: datetime) -> None:
    billed = {(line.kind.value, line.number, line.amount_minor) for line in lines}
    for row in await tx.rows(store.MISSED, tender=tender.value):
        if (row.kind, row.number, row.local_minor) in billed:
            await resolve_by_itself(tx, row.id, "on the bill of another day", now)


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
