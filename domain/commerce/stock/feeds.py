"""What a window prints on: which roll is in the printer, and its next serial."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce.stock import serials, store
from domain.commerce.stock.holding import (
    Cause,
    get_holder,
    held,
    lock_held,
    put,
    remove,
    shift_at,
    take,
    write,
)
from domain.commerce.stock.kinds import get_kind
from domain.commerce.stock.model import StockAct, StockForm
from domain.commerce.stock.serials import Serial, Serials
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation.audit import record


class Feed(NamedTuple):
    """`next` is None when the book has no blank of the kind left at the window."""

    window_id: str
    paper: str
    kind_id: str
    is_on: bool
    next: Serial | None


class Print(NamedTuple):
    """One piece of paper that came out of the printer, and what for."""

    noun: str
    id: str
    again: bool = False  # a reprint


def feed_of(row: Any) -> Feed:
    upcoming = None if row.next_no is None else Serial(row.prefix, row.width, row.next_no)
    return Feed(row.window_id, row.paper, row.kind_id, row.is_on, upcoming)


async def find_feed(tx: Tx, window_id: str, paper: str) -> Feed | None:
    row = await tx.one(store.FEED, window=window_id, on_paper=paper)
    return None if row is None else feed_of(row)


async def feeds_of(tx: Tx, window_id: str) -> list[Feed]:
    return [feed_of(row) for row in await tx.rows(store.FEEDS, window=window_id)]


async def save(tx: Tx, feed: Feed) -> None:
    await tx.run(
        store.SAVE_FEED,
        window=feed.window_id,
        on_paper=feed.paper,
        kind=feed.kind_id,
        on=feed.is_on,
        letters=feed.next.prefix if feed.next else "",
        digits=feed.next.width if feed.next else 0,
        next=feed.next.number if feed.next else None,
    )


def first_of(ranges: Sequence[Serials]) -> Serial | None:
    if not ranges:
        return None
    return Serial(ranges[0].prefix, ranges[0].width, ranges[0].first)


async def load_issued(tx: Tx, window_id: str, kind_id: str, issued: Serials) -> None:
    """The first issue of ticket paper to a window begins its counting; later ones go on where the
    old roll ends."""
    kind = await get_kind(tx, kind_id)
    if kind.form != StockForm.TICKET:
        return
    if await find_feed(tx, window_id, kind.paper) is None:
        await save(tx, Feed(window_id, kind.paper, kind_id, True, first_of([issued])))


async def steady(tx: Tx, holder_id: str, kind_id: str) -> None:
    """After serials have come or gone: what a window prints on next is one that is there."""
    rows = await tx.rows(store.FEEDS_OF_KIND, window=holder_id, kind=kind_id)
    for feed in map(feed_of, rows):
        left = await held(tx, holder_id, kind_id)
        if feed.next is None or not any(one.has(feed.next) for one in left):
            await save(tx, feed._replace(next=first_of(left)))


async def set_feed(
    tx: Tx,
    window_id: str,
    paper: str,
    kind_id: str,
    is_on: bool,
    typed_next: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Say what a window prints on; switched off, its prints use up nothing (plain rolls)."""
    holder, kind = await get_holder(tx, window_id), await get_kind(tx, kind_id)
    if not holder.is_window:
        raise NotFound()
    if holder.area_id != kind.area_id or kind.form != StockForm.TICKET or kind.paper != paper:
        raise InvalidInput({"kind_id": say("This kind does not go into that printer.")})
    left = await held(tx, window_id, kind_id)
    upcoming = serials.parse(typed_next, "next") if typed_next.strip() else first_of(left)
    if typed_next.strip() and not any(upcoming and one.has(upcoming) for one in left):
        raise InvalidInput({"next": say("{serial} is not held there.", serial=typed_next)})
    old = await find_feed(tx, window_id, paper)
    await save(tx, Feed(window_id, paper, kind_id, is_on, upcoming))
    record(
        tx,
        actor,
        "window.paper_set",
        window_id,
        now,
        before={"counted": old.is_on, "next": old.next.text if old.next else ""} if old else None,
        after={"counted": is_on, "next": upcoming.text if upcoming else ""},
        paper=paper,
        kind=kind.code,
    )


async def print_on(
    tx: Tx, window_id: str, paper: str, prints: Sequence[Print], actor: Actor, now: datetime
) -> None:
    """Use up a blank for each print, as far as this window counts this paper.

    A paid ticket is printed whatever the book says: what it does not have is noted as a shortfall,
    which the cashier explains at the end of the shift.
    """
    feed = await find_feed(tx, window_id, paper)
    if feed is None or not feed.is_on or not prints:
        return
    rows = await lock_held(tx, window_id, feed.kind_id)
    row = await tx.one(store.FEED, window=window_id, on_paper=paper)  # as it is behind the lock
    feed, left = feed_of(row), [serials.of_row(each) for each in rows]
    shift_id = await shift_at(tx, window_id)
    chosen = upcoming(left, feed.next, len(prints))
    await remove(tx, feed.kind_id, window_id, [alone(serial) for serial in chosen])
    for one, serial in zip(prints, chosen, strict=False):
        act = StockAct.REPRINTED if one.again else StockAct.PRINTED
        cause = Cause(act, one.noun, one.id, "", shift_id)
        write(tx, feed.kind_id, window_id, [alone(serial)], -1, cause, actor, now)
    for one in prints[len(chosen) :]:
        add_shortfall(tx, feed, one, shift_id, now)
    rest = serials.minus(left, map(alone, chosen))
    await save(tx, feed._replace(next=after(chosen, rest)))


def alone(serial: Serial) -> Serials:
    return Serials(serial.prefix, serial.width, serial.number, serial.number)


def upcoming(left: Sequence[Serials], begin: Serial | None, many: int) -> list[Serial]:
    """The next so many serials: from the one in the printer on, then the other rolls in order."""
    rolls = list(left)
    for number, one in enumerate(left):
        if begin and one.has(begin):
            rest = one._replace(first=begin.number)
            skipped = [one._replace(last=begin.number - 1)] if one.first < begin.number else []
            rolls = [rest, *left[number + 1 :], *left[:number], *skipped]
            break
    found: list[Serial] = []
    for one in rolls:
        most = min(one.pieces, many - len(found))
        found += [Serial(one.prefix, one.width, one.first + n) for n in range(most)]
    return found


def after(used: Sequence[Serial], rest: Sequence[Serials]) -> Serial | None:
    """What comes after the last one used."""
    if not used:
        return first_of(rest)
    last = used[-1]
    following = last._replace(number=last.number + 1)
    if any(one.has(following) for one in rest):
        return following
    later = [one for one in rest if one[:3] > (last.prefix, last.width, last.number)]
    return first_of(later or rest)


def add_shortfall(tx: Tx, feed: Feed, one: Print, shift_id: str | None, now: datetime) -> None:
    tx.add(
        store.ADD_SHORTFALL,
        id=ids.new_id(),
        kind_id=feed.kind_id,
        holder_id=feed.window_id,
        shift_id=shift_id,
        cause_noun=one.noun,
        cause_id=one.id,
        at=now,
    )


async def correct(
    tx: Tx, window_id: str, paper: str, typed: str, reason: str, actor: Actor, now: datetime
) -> Feed:
    """The cashier says which serial is next (纠正下一号), with a reason.

    Ahead on the same roll: what is skipped was torn or spoiled, and is void. Back: prints of this
    shift that did not come out are blanks again. Another roll: it was changed, nothing is void.
    """
    if not reason.strip():
        raise InvalidInput({"reason": say("Please give a reason.")})
    row = await tx.one(store.FEED, window=window_id, on_paper=paper)
    if row is None:
        raise NotFound()
    feed, wanted = feed_of(row), serials.parse(typed, "next")
    rows = await lock_held(tx, window_id, feed.kind_id)
    left = [serials.of_row(each) for each in rows]
    roll = next((one for one in left if one.has(wanted)), None)
    if roll is None:
        await bring_back(tx, feed, left, wanted, reason, actor, now)
    elif feed.next and roll.has(feed.next) and feed.next.number < wanted.number:
        torn = roll._replace(first=feed.next.number, last=wanted.number - 1)
        shift_id = await shift_at(tx, window_id)
        cause = Cause(StockAct.VOIDED, "window", window_id, reason, shift_id)
        await take(tx, feed.kind_id, window_id, [torn], cause, actor, now)
    corrected = feed._replace(next=wanted)
    await save(tx, corrected)
    before = {"next": feed.next.text if feed.next else ""}
    record(
        tx,
        actor,
        "window.next_serial_corrected",
        window_id,
        now,
        before=before,
        after={"next": wanted.text},
        reason=reason,
    )
    return corrected


async def bring_back(
    tx: Tx,
    feed: Feed,
    left: Sequence[Serials],
    wanted: Serial,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Serials from `wanted` up to the one that was next, all used in this shift, are blank."""
    shift_id = await shift_at(tx, feed.window_id)
    last = feed.next.number - 1 if feed.next else await last_used(tx, feed, wanted, shift_id)
    again = Serials(wanted.prefix, wanted.width, wanted.number, last)
    in_series = feed.next is None or feed.next[:2] == wanted[:2]
    used = 0
    if shift_id and in_series and again.pieces > 0:
        found = await tx.one(
            store.USED_IN_SHIFT,
            shift=shift_id,
            kind=feed.kind_id,
            letters=again.prefix,
            digits=again.width,
            first=again.first,
            last=again.last,
        )
        used = int(found.pieces)
    if not used or used != again.pieces or serials.common(left, [again]):
        raise Refused(
            Refusal.STOCK_NOT_HELD, say("{serial} is not held there.", serial=wanted.text)
        )
    cause = Cause(StockAct.FOUND, "window", feed.window_id, reason, shift_id)
    await put(tx, feed.kind_id, feed.window_id, [again], cause, actor, now)


async def last_used(tx: Tx, feed: Feed, wanted: Serial, shift_id: str | None) -> int:
    """The end of what this shift has used up in one go from a serial on; the roll is empty."""
    row = await tx.one(
        store.LAST_USED,
        shift=shift_id or "",
        kind=feed.kind_id,
        letters=wanted.prefix,
        digits=wanted.width,
    )
    return int(row.last) if row and row.last is not None else wanted.number - 1
