"""Questions about stock: who has how many, where one serial is, what moved, what is short."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.commerce.stock import serials, store
from domain.commerce.stock.holding import Holder, list_holders
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut


class Level(NamedTuple):
    """A kind at a holder. `least` 0: nobody set how few are too few."""

    holder_id: str
    kind_id: str
    pieces: int
    ranges: int
    least: int

    @property
    def is_low(self) -> bool:
        return self.pieces < self.least


async def levels(tx: Tx) -> dict[tuple[str, str], Level]:
    """By holder and kind: all that hold something, or should."""
    found = {
        (row.holder_id, row.kind_id): Level(
            row.holder_id, row.kind_id, int(row.pieces), row.ranges, 0
        )
        for row in await tx.rows(store.SUMS)
    }
    for row in await tx.rows(store.THRESHOLDS):
        key = (row.holder_id, row.kind_id)
        seen = found.get(key, Level(*key, 0, 0, 0))
        found[key] = seen._replace(least=row.least)
    return found


class Low(NamedTuple):
    """What is running out somewhere."""

    holder: Holder
    kind: Any
    pieces: int
    least: int


async def low(tx: Tx, area_id: str) -> list[Low]:
    """Where an area has less than it should, the emptiest first."""
    short = [one for one in (await levels(tx)).values() if one.is_low]
    if not short:
        return []
    holders = {one.id: one for one in await list_holders(tx) if one.retired_at is None}
    kinds = {row.id: row for row in await tx.rows(store.KINDS) if row.retired_at is None}
    found = [
        Low(holders[one.holder_id], kinds[one.kind_id], one.pieces, one.least)
        for one in short
        if one.holder_id in holders and one.kind_id in kinds
    ]
    here = [one for one in found if one.holder.area_id == area_id]
    return sorted(here, key=lambda one: one.pieces * 1_000 // one.least)


async def ranges(tx: Tx, holders: Sequence[str], kind_id: str, cut: Cut) -> list[Any]:
    """What these holders have, range by range; of one kind, or of all with ""."""
    return await store.RANGES.page(tx, cut, holders=list(holders), kind=kind_id)


async def moves(tx: Tx, holders: Sequence[str], cut: Cut) -> list[Any]:
    """The ledger of these holders, newest first."""
    return await store.MOVES_OF_HOLDERS.page(tx, cut, holders=list(holders))


async def moves_of(tx: Tx, holder_id: str, kind_id: str, cut: Cut) -> list[Any]:
    """A holder's statement, newest first; of one kind, or of all with ""."""
    if kind_id:
        return await store.MOVES_OF_HOLDER.page(tx, cut, holder=holder_id, kind=kind_id)
    return await store.MOVES_OF_HOLDER_ALL.page(tx, cut, holder=holder_id)


async def balance_after(tx: Tx, holder_id: str, kind_id: str, seq: int) -> int:
    """How many a holder had of a kind right after a move."""
    row = await tx.one(store.BALANCE_BEFORE, holder=holder_id, kind=kind_id, seq=seq)
    return int(row.pieces)


class Trace(NamedTuple):
    """The life of one serial: where it is now (None: used, gone, or never here), and its moves."""

    serial: serials.Serial
    kind_ids: Sequence[str]  # several when two kinds use the same numbers
    holdings: Sequence[Any]
    moves: Sequence[Any]


async def trace(tx: Tx, typed: str) -> Trace:
    """Raises InvalidInput for what is no serial."""
    serial = serials.parse(typed, "serial")
    key = {"letters": serial.prefix, "digits": serial.width, "serial": serial.number}
    lots = await tx.rows(store.LOT_OF_SERIAL, **key)
    holdings = await tx.rows(store.HOLDING_OF_SERIAL, **key)
    found = await tx.rows(store.MOVES_OF_SERIAL, **key)
    found.sort(key=lambda row: row.seq)
    return Trace(serial, [row.kind_id for row in lots], holdings, found)


class Wanted(NamedTuple):
    """A list's filter; "" is any."""

    areas: Sequence[str]
    kind: str = ""
    status: str = ""
    holder: str = ""


async def documents(tx: Tx, wanted: Wanted, cut: Cut) -> list[Any]:
    """Newest first."""
    values = wanted._asdict() | {"areas": list(wanted.areas)}
    return await store.DOCUMENTS.page(tx, cut, **values)
