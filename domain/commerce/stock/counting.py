"""The blanks of a window at the end of a shift: what the book says, what is there, and why not.

issued 10001-10500: 430 printed + 5 void + 65 returned = 500
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce import shifts
from domain.commerce.shifts import Shift, ShiftStatus
from domain.commerce.shifts.closers import Checked, register
from domain.commerce.stock import feeds, posting, serials, store
from domain.commerce.stock.holding import Cause, lots_of, put, take
from domain.commerce.stock.kinds import get_kind
from domain.commerce.stock.model import DifferenceCause, StockAct
from domain.commerce.stock.serials import Serials
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, say
from domain.operation import settings
from domain.operation.audit import record

MOST_NOTE = 200


class KindReport(NamedTuple):
    """One kind in one shift: opening + in - out = left. `shortfall` was printed without a blank on
    the book."""

    kind_id: str
    name_zh: str
    name_en: str
    opening: int
    received: int  # issued to the window, or transferred to it
    printed: int
    reprinted: int
    opened: int  # cards
    voided: int
    returned: int  # to a warehouse, or transferred away
    lost: int  # less what was found again
    shortfall: int
    left: int
    ranges: Sequence[Serials]

    @property
    def closing(self) -> int:
        out = self.printed + self.reprinted + self.opened
        return self.opening + self.received - out - self.voided - self.returned - self.lost


class Found(NamedTuple):
    """A range of blanks that lies at the window."""

    kind_id: str
    serials: Serials


class Difference(NamedTuple):
    """Of one kind and one range, in words of its own. `what` is missing, surplus or shortfall."""

    kind_id: str
    what: str
    serials: Serials | None
    pieces: int
    cause: DifferenceCause = DifferenceCause.VOIDED
    note: str = ""

    @property
    def key(self) -> str:
        """Its name in a form; the same range has the same one."""
        place = f"{self.serials.first_text}-{self.serials.last_text}" if self.serials else ""
        return f"{self.kind_id[-12:]}.{self.what}.{place}"


class Explained(NamedTuple):
    cause: DifferenceCause
    note: str


async def report(tx: Tx, shift: Shift) -> list[KindReport]:
    """The kinds that a window held or moved in a shift, by code. Of a closed one as it was."""
    saved = await tx.one(store.GET_COUNT, shift=shift.id)
    if saved is not None and saved.report is not None:
        return [from_json(one) for one in saved.report]
    if shift.status is ShiftStatus.CLOSED:
        return []
    return await made_now(tx, shift)


async def made_now(tx: Tx, shift: Shift) -> list[KindReport]:
    sums: dict[str, dict[str, int]] = {}
    for row in await tx.rows(store.SHIFT_SUMS, shift=shift.id):
        sums.setdefault(row.kind_id, {})[row.act] = int(row.pieces)
    ranges: dict[str, list[Serials]] = {}
    for row in await tx.rows(store.HELD_BY, holder=shift.window_id):
        ranges.setdefault(row.kind_id, []).append(serials.of_row(row))
    short = {row.kind_id: row.pieces for row in await tx.rows(store.SHORTFALLS, shift=shift.id)}
    kinds = [await get_kind(tx, kind_id) for kind_id in {*sums, *ranges, *short}]
    return [
        kind_report(kind, sums.get(kind.id, {}), ranges.get(kind.id, []), short.get(kind.id, 0))
        for kind in sorted(kinds, key=lambda kind: str(kind.code))
    ]


def kind_report(
    kind: Any, sums: Mapping[str, int], ranges: Sequence[Serials], short: int
) -> KindReport:
    def out(*acts: StockAct) -> int:
        return -sum(sums.get(act.value, 0) for act in acts)

    left = serials.pieces(ranges)
    moved = sums.get(StockAct.TRANSFERRED.value, 0)
    return KindReport(
        kind.id,
        kind.name_zh,
        kind.name_en,
        left - sum(sums.values()),
        sums.get(StockAct.ISSUED.value, 0) + max(moved, 0),
        out(StockAct.PRINTED),
        out(StockAct.REPRINTED),
        out(StockAct.OPENED),
        out(StockAct.VOIDED, StockAct.WRITTEN_OFF),
        out(StockAct.RETURNED) - min(moved, 0),
        out(StockAct.LOST, StockAct.FOUND),
        short,
        left,
        tuple(ranges),
    )


def from_json(kept: Mapping[str, Any]) -> KindReport:
    ranges = tuple(Serials(*one) for one in kept["ranges"])
    return KindReport(**{**kept, "ranges": ranges})


async def count(
    tx: Tx,
    shift_id: str,
    found: Sequence[Found],
    words: Mapping[str, Explained],
    actor: Actor,
    now: datetime,
) -> list[Difference]:
    """Keep what a cashier found, with a word for each difference (by its `key`); gives all
    differences. The shift closes when none is without a word."""
    shift = await shifts.get_shift(tx, shift_id)
    if shift.staff_id != actor.id:
        raise Forbidden()
    if shift.status is not ShiftStatus.OPEN:
        raise Conflict(say("This shift is closed, or waits for a supervisor."))
    serials.must_be_apart([one.serials for one in found], "stock")
    lines = [explained(one, words) for one in await differences(tx, shift, found)]
    await save(tx, shift, found, lines, None, now)
    if lines:
        after = {"pieces": sum(one.pieces for one in lines)}
        record(tx, actor, "shift.stock_counted", shift.id, now, after=after)
    return lines


def explained(one: Difference, words: Mapping[str, Explained]) -> Difference:
    word = words.get(one.key)
    if word is None:
        return one
    return one._replace(cause=word.cause, note=word.note.strip()[:MOST_NOTE])


async def differences(tx: Tx, shift: Shift, found: Sequence[Found]) -> list[Difference]:
    """What the book says otherwise, kind by kind."""
    lines: list[Difference] = []
    reports = await made_now(tx, shift)
    unknown = {one.kind_id for one in found} - {one.kind_id for one in reports}
    if unknown:
        raise InvalidInput({"stock": say("This window has no blanks of that kind.")})
    for one in reports:
        counted = [each.serials for each in found if each.kind_id == one.kind_id]
        missing = serials.minus(one.ranges, counted)
        surplus = serials.minus(counted, one.ranges)
        await must_be_ours(tx, one.kind_id, surplus)
        lines += [Difference(one.kind_id, "missing", each, each.pieces) for each in missing]
        lines += [Difference(one.kind_id, "surplus", each, each.pieces) for each in surplus]
        if one.shortfall:
            lines.append(Difference(one.kind_id, "shortfall", None, one.shortfall))
    return lines


async def must_be_ours(tx: Tx, kind_id: str, surplus: Sequence[Serials]) -> None:
    """What a window has too many of was received once and is on nobody's book."""
    await posting.must_not_be_elsewhere(tx, kind_id, surplus)
    strange = serials.minus(surplus, await lots_of(tx, kind_id, surplus))
    if strange:
        text = serials.text_of(strange)
        raise InvalidInput({"stock": say("{serials} were never received.", serials=text)})


async def counted_of(tx: Tx, shift_id: str) -> tuple[list[Found], list[Difference]] | None:
    """The last count of a shift, and what it said; None before it."""
    row = await tx.one(store.GET_COUNT, shift=shift_id)
    if row is None:
        return None
    found = [Found(kind_id, Serials(*one)) for kind_id, one in row.counted]
    return found, [difference_of(one) for one in row.lines]


def difference_of(kept: Mapping[str, Any]) -> Difference:
    span = Serials(*kept["serials"]) if kept["serials"] else None
    cause = DifferenceCause(kept["cause"])
    return Difference(**{**kept, "serials": span, "cause": cause})


async def save(
    tx: Tx,
    shift: Shift,
    found: Sequence[Found],
    lines: Sequence[Difference],
    told: Sequence[KindReport] | None,
    now: datetime,
) -> None:
    await tx.run(
        store.SAVE_COUNT,
        shift=shift.id,
        found=[[one.kind_id, list(one.serials)] for one in found],
        differences=[one._asdict() for one in lines],
        told=None if told is None else [one._asdict() for one in told],
        at=now,
    )


class StockCloser:
    """Registered with the shifts: no shift closes over blanks that nobody counted."""

    async def check(self, tx: Tx, shift: Shift, now: datetime) -> Checked:
        reports = await made_now(tx, shift)
        if not any(one.left or one.shortfall for one in reports):
            return Checked()
        counted = await counted_of(tx, shift.id)
        if counted is None:
            return Checked(is_open=True)
        found, kept = counted
        words = {one.key: Explained(one.cause, one.note) for one in kept}
        lines = [explained(one, words) for one in await differences(tx, shift, found)]
        if any(not one.note for one in lines):
            return Checked(is_open=True)
        pieces = sum(one.pieces for one in lines)
        limit = (await settings.current(tx, shift.area_id)).stock_difference_limit
        summary = {"lines": [shown(one) for one in lines], "pieces": pieces} if lines else {}
        return Checked(needs_approval=pieces > limit, summary=summary)

    async def settle(self, tx: Tx, shift: Shift, actor: Actor, now: datetime) -> None:
        """Book the differences; the report is kept as it is now."""
        counted = await counted_of(tx, shift.id)
        found, lines = counted or ([], [])
        for line in lines:
            await book(tx, shift, line, actor, now)
        told = await made_now(tx, shift)
        if told:
            await save(tx, shift, found, lines, told, now)


def shown(one: Difference) -> dict[str, Any]:
    """For the supervisor, and for the audit trail."""
    return {
        "what": one.what,
        "serials": one.serials.text if one.serials else "",
        "pieces": one.pieces,
        "cause": one.cause.value,
        "note": one.note,
    }


async def book(tx: Tx, shift: Shift, line: Difference, actor: Actor, now: datetime) -> None:
    """A shortfall moves nothing: the book had nothing to move."""
    if line.serials is None:
        return
    act = StockAct.FOUND if line.what == "surplus" else StockAct(line.cause.value)
    cause = Cause(act, "shift", shift.id, line.note, shift.id)
    change = put if line.what == "surplus" else take
    await change(tx, line.kind_id, shift.window_id, [line.serials], cause, actor, now)
    await feeds.steady(tx, shift.window_id, line.kind_id)
    if line.what == "surplus":  # they lie before those that were next
        rows = await tx.rows(store.FEEDS_OF_KIND, window=shift.window_id, kind=line.kind_id)
        for feed in map(feeds.feed_of, rows):
            await feeds.save(tx, feed._replace(next=feeds.first_of([line.serials])))


register("stock", StockCloser())
