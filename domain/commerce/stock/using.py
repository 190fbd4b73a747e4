"""Using blanks up for something else than the printer of a window: opening a card, say."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.commerce.stock import feeds, serials, store
from domain.commerce.stock.holding import Cause, lock_held, remove, shift_at, write
from domain.commerce.stock.model import USED, StockAct
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Refused, say
from domain.kernel.refusals import Refusal


class Use(NamedTuple):
    """What is used up, and what for: `cause` is a noun and an id. One blank by its `serial` (then
    the kind may be left out: the number tells it), or the next `pieces` of a kind."""

    holder_id: str
    act: StockAct
    cause: tuple[str, str]
    kind_id: str = ""
    serial: str = ""
    pieces: int = 1


async def consume(tx: Tx, use: Use, actor: Actor, now: datetime) -> list[str]:
    """Take blanks out of a holder's book for good; gives their serials.

    Refused STOCK_NOT_HELD when the holder has not these, or not so many. InvalidInput for a serial
    that is none. Whoever calls it answers for calling it once.
    """
    if use.act not in USED:
        raise ValueError(f"{use.act} is not how a blank is used up")
    kind_id, chosen = await by_serial(tx, use) if use.serial else await next_ones(tx, use)
    await remove(tx, kind_id, use.holder_id, list(map(feeds.alone, chosen)))
    cause = Cause(use.act, *use.cause, "", await shift_at(tx, use.holder_id))
    write(tx, kind_id, use.holder_id, map(feeds.alone, chosen), -1, cause, actor, now)
    await feeds.steady(tx, use.holder_id, kind_id)
    return [serial.text for serial in chosen]


async def by_serial(tx: Tx, use: Use) -> tuple[str, Sequence[serials.Serial]]:
    wanted = serials.parse(use.serial)
    for row in await tx.rows(store.HELD_BY, holder=use.holder_id):
        if serials.of_row(row).has(wanted) and use.kind_id in ("", row.kind_id):
            return str(row.kind_id), [wanted]
    raise Refused(Refusal.STOCK_NOT_HELD, say("{serial} is not held there.", serial=wanted.text))


async def next_ones(tx: Tx, use: Use) -> tuple[str, Sequence[serials.Serial]]:
    rows = await lock_held(tx, use.holder_id, use.kind_id)
    chosen = feeds.upcoming(list(map(serials.of_row, rows)), None, use.pieces)
    if len(chosen) < use.pieces:
        raise Refused(Refusal.STOCK_NOT_HELD)
    return use.kind_id, chosen


class BlankCard(NamedTuple):
    """A card that a window sold. One that nobody read is only a code on a phone, unless a blank
    carries its very number."""

    window_id: str
    number: str
    is_unread: bool = False


async def use_card(
    tx: Tx, card: BlankCard, cause: tuple[str, str], actor: Actor, now: datetime
) -> str:
    """The blank that a window hands over: the one with this number, else the next one there.
    Gives its serial, or "" where the window keeps no blank cards (the card was paid for)."""
    rows = await tx.rows(store.CARDS_HELD_BY, holder=card.window_id)
    wanted = written_on(card.number)
    named = next((row for row in rows if wanted and serials.of_row(row).has(wanted)), None)
    if not rows or (named is None and card.is_unread):
        return ""
    if named is not None and wanted is not None:
        use = Use(card.window_id, StockAct.OPENED, cause, str(named.kind_id), wanted.text)
    else:
        use = Use(card.window_id, StockAct.OPENED, cause, str(rows[0].kind_id))
    (serial,) = await consume(tx, use, actor, now)
    return serial


def written_on(number: str) -> serials.Serial | None:
    """A card's number as a serial of the warehouse; None for one that cannot be one."""
    try:
        return serials.parse(number)
    except InvalidInput:
        return None
