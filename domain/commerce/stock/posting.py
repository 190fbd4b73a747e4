"""What a posted document does to the books, and how it is undone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce.stock import feeds, serials, store
from domain.commerce.stock.holding import (
    Cause,
    elsewhere,
    get_holder,
    held,
    lots_of,
    put,
    shift_at,
    take,
)
from domain.commerce.stock.model import DocumentKind, LineRole, StockAct
from domain.commerce.stock.serials import Serials
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Refused, say
from domain.kernel.refusals import Refusal

MOVED_BY = {
    DocumentKind.ISSUE: StockAct.ISSUED,
    DocumentKind.TRANSFER: StockAct.TRANSFERRED,
    DocumentKind.RETURN: StockAct.RETURNED,
}


class Differences(NamedTuple):
    missing: Sequence[Serials]  # on the book and not found
    surplus: Sequence[Serials]  # found and not on the book


async def differences(
    tx: Tx, kind_id: str, holder_id: str, counted: Sequence[Serials]
) -> Differences:
    """What was found against what the book says of one holder."""
    book = await held(tx, holder_id, kind_id)
    return Differences(serials.minus(book, counted), serials.minus(counted, book))


async def must_not_be_elsewhere(tx: Tx, kind_id: str, surplus: Sequence[Serials]) -> None:
    """Found here, and on somebody else's book: that is a transfer nobody wrote down."""
    others = await elsewhere(tx, kind_id, surplus)
    if others:
        holder = await get_holder(tx, others[0].holder_id)
        raise Refused(
            Refusal.STOCK_ELSEWHERE,
            say(
                "{serials} stand on the book of {holder}: transfer them first.",
                serials=serials.of_row(others[0]).text,
                holder=holder.name_zh,
            ),
        )


async def carry_out(
    tx: Tx,
    document: Any,
    lines: Mapping[LineRole, Sequence[Serials]],
    actor: Actor,
    now: datetime,
) -> None:
    kind, listed = DocumentKind(document.kind), lines[LineRole.LISTED]
    if kind is DocumentKind.RECEIPT:
        await receive(tx, document, listed, actor, now)
    elif kind is DocumentKind.STOCKTAKE:
        await settle(tx, document, lines, actor, now)
    elif kind is DocumentKind.WRITE_OFF:
        await out_of(tx, document, StockAct.WRITTEN_OFF, listed, actor, now)
    else:
        await out_of(tx, document, MOVED_BY[kind], listed, actor, now)
        await into(tx, document, document.to_id, MOVED_BY[kind], listed, actor, now)
        if kind is DocumentKind.ISSUE:
            await feeds.load_issued(tx, document.to_id, document.stock_kind_id, listed[0])


async def receive(
    tx: Tx, document: Any, listed: Sequence[Serials], actor: Actor, now: datetime
) -> None:
    """New serials: none that was ever received."""
    known = await lots_of(tx, document.stock_kind_id, listed)
    if known:
        raise Refused(
            Refusal.STOCK_OVERLAP,
            say("{serials} were received before.", serials=serials.text_of(known)),
        )
    add_lots(tx, document, listed, now)
    await into(tx, document, document.to_id, StockAct.RECEIVED, listed, actor, now)


def add_lots(tx: Tx, document: Any, new: Sequence[Serials], now: datetime) -> None:
    for one in new:
        tx.add(
            store.ADD_LOT,
            id=ids.new_id(),
            kind_id=document.stock_kind_id,
            **serials.columns_of(one),
            document_id=document.id,
            received_at=now,
        )


async def settle(
    tx: Tx,
    document: Any,
    lines: Mapping[LineRole, Sequence[Serials]],
    actor: Actor,
    now: datetime,
) -> None:
    """Make the book what was found, if the difference is still the one that was approved."""
    kind_id, holder_id = document.stock_kind_id, document.from_id
    found = await differences(tx, kind_id, holder_id, lines[LineRole.LISTED])
    seen = Differences(
        serials.merged(lines[LineRole.MISSING]), serials.merged(lines[LineRole.SURPLUS])
    )
    if Differences(*map(serials.merged, found)) != seen:
        raise Conflict(say("Stock has moved since the count. Count again."))
    await must_not_be_elsewhere(tx, kind_id, found.surplus)
    if found.missing:
        await out_of(tx, document, StockAct.LOST, found.missing, actor, now)
    if found.surplus:
        known = await lots_of(tx, kind_id, found.surplus)
        add_lots(tx, document, serials.minus(found.surplus, known), now)
        await into(tx, document, holder_id, StockAct.FOUND, found.surplus, actor, now)


async def cause_of(
    tx: Tx, document: Any, holder_id: str, act: StockAct, *, noun: str = "stock_document"
) -> Cause:
    return Cause(act, noun, document.id, document.number, await shift_at(tx, holder_id))


async def out_of(
    tx: Tx,
    document: Any,
    act: StockAct,
    listed: Sequence[Serials],
    actor: Actor,
    now: datetime,
) -> None:
    cause = await cause_of(tx, document, document.from_id, act)
    await take(tx, document.stock_kind_id, document.from_id, listed, cause, actor, now)
    await feeds.steady(tx, document.from_id, document.stock_kind_id)


async def into(
    tx: Tx,
    document: Any,
    holder_id: str,
    act: StockAct,
    listed: Sequence[Serials],
    actor: Actor,
    now: datetime,
) -> None:
    cause = await cause_of(tx, document, holder_id, act)
    await put(tx, document.stock_kind_id, holder_id, listed, cause, actor, now)
    await feeds.steady(tx, holder_id, document.stock_kind_id)


async def undo(tx: Tx, document: Any, reason: str, actor: Actor, now: datetime) -> None:
    """Every move of the document the other way round, the last one first."""
    rows = await tx.rows(store.MOVES_OF_CAUSE, noun="stock_document", cause=document.id)
    came = [row for row in rows if row.pieces > 0]
    went = [row for row in rows if row.pieces < 0]
    try:
        for row in reversed(came):
            cause = await reversal(tx, document, row, reason)
            taken = [serials.of_row(row)]
            await take(tx, row.kind_id, row.holder_id, taken, cause, actor, now)
            await feeds.steady(tx, row.holder_id, row.kind_id)
    except Refused as refused:
        raise moved_on(refused) from refused
    gone = [serials.of_row(row) for row in went]
    if await elsewhere(tx, document.stock_kind_id, gone):
        raise Refused(Refusal.STOCK_MOVED_ON)
    for row in reversed(went):
        cause = await reversal(tx, document, row, reason)
        await put(tx, row.kind_id, row.holder_id, [serials.of_row(row)], cause, actor, now)
        await feeds.steady(tx, row.holder_id, row.kind_id)
    if DocumentKind(document.kind) in (DocumentKind.RECEIPT, DocumentKind.STOCKTAKE):
        await tx.rows(store.DROP_LOT, document=document.id)


async def reversal(tx: Tx, document: Any, row: Any, reason: str) -> Cause:
    shift_id = await shift_at(tx, row.holder_id)
    return Cause(StockAct(row.act), "stock_reversal", document.id, reason, shift_id)


def moved_on(refused: Refused) -> Refused:
    """What has left its place since cannot be moved back from there."""
    if refused.refusal is not Refusal.STOCK_NOT_HELD:
        return refused
    return Refused(Refusal.STOCK_MOVED_ON, refused.message)
