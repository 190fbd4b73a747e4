"""Taking serials from a holder and giving them to one: the book, and its append-only ledger."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce import shifts
from domain.commerce.shifts import ShiftStatus
from domain.commerce.stock import serials, store
from domain.commerce.stock.model import StockAct
from domain.commerce.stock.serials import Serials
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound, Refused, say
from domain.kernel.refusals import Refusal


class Holder(NamedTuple):
    """Who has stock: `kind` is warehouse or window."""

    kind: str
    id: str
    area_id: str
    code: str
    name_zh: str
    name_en: str
    retired_at: datetime | None

    @property
    def is_window(self) -> bool:
        return self.kind == "window"


class Cause(NamedTuple):
    """What a move is written down with. `shift_id` is the shift open at a window, if any."""

    act: StockAct
    noun: str
    id: str
    note: str = ""
    shift_id: str | None = None


async def get_holder(tx: Tx, holder_id: str) -> Holder:
    row = await tx.one(store.HOLDER, id=holder_id)
    if row is None:
        raise NotFound()
    return Holder(*row)


async def list_holders(tx: Tx) -> list[Holder]:
    """All of them, warehouses first, by code; those out of use as well."""
    found = [Holder(*row) for row in await tx.rows(store.HOLDERS)]
    return sorted(found, key=lambda one: (one.is_window, one.code))


async def lock_kind(tx: Tx, kind_id: str) -> Any:
    """The kind's row; others who move its ranges wait until this transaction ends."""
    row = await tx.one(store.LOCK_KIND, kind=kind_id)
    if row is None:
        raise NotFound()
    return row


async def held(tx: Tx, holder_id: str, kind_id: str) -> list[Serials]:
    """What a holder has of a kind, in order. A question."""
    rows = await tx.rows(store.SEEN, holder=holder_id, kind=kind_id)
    return [serials.of_row(row) for row in rows]


async def lock_held(tx: Tx, holder_id: str, kind_id: str) -> list[Any]:
    """The rows of a holder's ranges of a kind, in order, nobody else's until this transaction ends.

    Who cuts a range puts other rows in its place. PostgreSQL shows these to a later statement, not
    to the one that waited for the lock: so it looks until nothing new is there.
    """
    rows = await tx.rows(store.HELD, holder=holder_id, kind=kind_id)
    while True:
        seen = {row.id for row in rows}
        rows = await tx.rows(store.HELD, holder=holder_id, kind=kind_id)
        if {row.id for row in rows} <= seen:
            return rows


async def take(
    tx: Tx,
    kind_id: str,
    holder_id: str,
    wanted: Sequence[Serials],
    cause: Cause,
    actor: Actor,
    now: datetime,
) -> None:
    """Out of a holder's book, cutting ranges where needed. Refused STOCK_NOT_HELD names what the
    holder does not have."""
    await remove(tx, kind_id, holder_id, wanted)
    write(tx, kind_id, holder_id, wanted, -1, cause, actor, now)


async def remove(tx: Tx, kind_id: str, holder_id: str, wanted: Sequence[Serials]) -> None:
    """The same without its entry in the ledger, which the caller writes."""
    rows = await lock_held(tx, holder_id, kind_id)
    missing = serials.minus(wanted, map(serials.of_row, rows))
    if missing:
        raise Refused(
            Refusal.STOCK_NOT_HELD,
            say("{serials} are not held there.", serials=serials.text_of(missing)),
        )
    for row in rows:
        one = serials.of_row(row)
        left = serials.minus([one], wanted)
        if left == [one]:
            continue
        await cut(tx, row, left, kind_id, holder_id)


async def cut(tx: Tx, row: Any, left: Sequence[Serials], kind_id: str, holder_id: str) -> None:
    """Leave of one range only this much. A roll that is used from its beginning stays one row."""
    seen = {"holding": row.id, "first": row.from_no, "last": row.to_no}
    if len(left) == 1 and left[0].last == row.to_no:
        done = await tx.one(store.SHRINK_HOLDING, new_first=left[0].first, **seen)
        left = ()
    else:
        done = await tx.one(store.DROP_HOLDING, **seen)
    if done is None:
        raise Conflict()
    for one in left:
        add(tx, kind_id, holder_id, one)


async def put(
    tx: Tx,
    kind_id: str,
    holder_id: str,
    given: Sequence[Serials],
    cause: Cause,
    actor: Actor,
    now: datetime,
) -> None:
    """Into a holder's book; what joins on to a range that is there becomes one with it."""
    rows = await lock_held(tx, holder_id, kind_id)
    joined = serials.merged([*map(serials.of_row, rows), *given])
    kept = set()
    for row in rows:
        one = serials.of_row(row)
        if one in joined:
            kept.add(one)
        elif not await tx.one(
            store.DROP_HOLDING, holding=row.id, first=row.from_no, last=row.to_no
        ):
            raise Conflict()
    for one in joined:
        if one not in kept:
            add(tx, kind_id, holder_id, one)
    write(tx, kind_id, holder_id, given, 1, cause, actor, now)


def add(tx: Tx, kind_id: str, holder_id: str, one: Serials) -> None:
    tx.add(
        store.ADD_HOLDING,
        id=ids.new_id(),
        kind_id=kind_id,
        holder_id=holder_id,
        **serials.columns_of(one),
    )


def write(
    tx: Tx,
    kind_id: str,
    holder_id: str,
    moved: Iterable[Serials],
    sign: int,
    cause: Cause,
    actor: Actor,
    now: datetime,
) -> None:
    """The ledger's rows: one a range, never altered."""
    for one in moved:
        tx.add(
            store.ADD_MOVE,
            kind_id=kind_id,
            holder_id=holder_id,
            act=cause.act.value,
            **serials.columns_of(one),
            pieces=sign * one.pieces,
            cause_noun=cause.noun,
            cause_id=cause.id,
            shift_id=cause.shift_id,
            staff_id=actor.id,
            note=cause.note[:200],
            at=now,
        )


async def shift_at(tx: Tx, holder_id: str) -> str | None:
    """The shift that is open at a window. Refused SHIFT_CLOSING while it waits for a supervisor:
    what was counted must stay as it was."""
    shift = await shifts.current(tx, holder_id)
    if shift is None:
        return None
    if shift.status is ShiftStatus.CLOSING:
        raise Refused(Refusal.SHIFT_CLOSING)
    return shift.id


async def elsewhere(tx: Tx, kind_id: str, wanted: Iterable[Serials]) -> list[Any]:
    """The rows of all books that hold any of these serials."""
    found: list[Any] = []
    for one in wanted:
        found += await tx.rows(store.HOLDINGS_MEETING, kind=kind_id, **bounds(one))
    return found


async def lots_of(tx: Tx, kind_id: str, wanted: Iterable[Serials]) -> list[Serials]:
    """What of these was received at some time."""
    found: list[Serials] = []
    for one in wanted:
        rows = await tx.rows(store.LOTS_MEETING, kind=kind_id, **bounds(one))
        found += serials.common([one], [serials.of_row(row) for row in rows])
    return found


def bounds(one: Serials) -> dict[str, Any]:
    return {"letters": one.prefix, "digits": one.width, "first": one.first, "last": one.last}
