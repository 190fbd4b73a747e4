"""Closing a day of an area (日结): drawn up, explained line by line, signed, checked by another.

Every act of the house carries its own moment, so a day that is over does not change any more: what
is put right later counts on the day on which it is put right.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.clock import local_day
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.kernel.money import MOST_MINOR
from domain.kernel.states import move
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.staff import Permission
from domain.reports.closes import store
from domain.reports.closes.model import (
    CLOSE_MOVES,
    Cause,
    CloseStatus,
    Figures,
    Line,
    Read,
    figures_of,
    unexplained_minor,
)
from domain.reports.closes.reading import STATED, day_of, read_day

KIND = "daily_close"
NOUN = "close"
SETTLED = timedelta(minutes=10)  # after midnight, when every act of the day is on the disk
MOST_NOTE = 400
FIRST_DAY = date(2000, 1, 1)


class KeptLine(NamedTuple):
    """A line as it is kept, with who explained it (nobody: said when it arose)."""

    id: str
    line: Line
    noted_by: str | None
    noted_at: datetime | None


class Close(NamedTuple):
    id: str
    area_id: str
    day: date
    status: CloseStatus
    figures: Figures
    stated: Mapping[str, int]
    made_by: str | None
    made_at: datetime
    approval_id: str | None
    closed_by: str | None
    closed_at: datetime | None
    version: int


def close_of(row: Any) -> Close:
    values = {name: getattr(row, name) for name in Close._fields}
    values |= {"status": CloseStatus(row.status), "figures": figures_of(row.figures)}
    return Close(**values)


async def get_close(tx: Tx, close_id: str) -> Close:
    row = await tx.one(store.GET, id=close_id)
    if row is None:
        raise NotFound()
    return close_of(row)


async def lines_of(tx: Tx, close_id: str) -> list[KeptLine]:
    return [kept_of(row) for row in await tx.rows(store.LINES, close_id=close_id)]


def kept_of(row: Any) -> KeptLine:
    line = Line(
        Cause(row.cause),
        row.noun,
        row.subject_id,
        row.label,
        row.amount_minor,
        row.pieces,
        row.note,
    )
    return KeptLine(row.id, line, row.noted_by, row.noted_at)


# -- drawing up


async def draw_up(
    db: Database,
    area_id: str,
    day: date,
    actor: Actor,
    now: datetime,
    stated: Mapping[str, int] | None = None,
) -> str:
    """Read a day and write it down as a draft, in place of the one before; its id. Explanations of
    lines that are as they were stay. `stated` is added to what was stated.

    InvalidInput when the day is not over; Conflict when it is signed or closed.
    """
    known, all_stated = await db.ask(before_drawing, area_id, day, stated or {}, now)
    read = await db.ask(read_day, area_id, day, all_stated)
    return await db.act(keep, area_id, day, read, all_stated, known, actor, now)


async def before_drawing(
    tx: Tx, area_id: str, day: date, stated: Mapping[str, int], now: datetime
) -> tuple[int, dict[str, int]]:
    """(version of the draft there is, or 0; what is stated)."""
    zone: ZoneInfo = (await day_of(tx, area_id, day)).zone
    if local_day(now - SETTLED, zone) <= day:
        raise InvalidInput({"day": say("This day is not over yet.")})
    if day < FIRST_DAY:
        raise InvalidInput({"day": say("Nothing was sold on this day.")})
    if wrong := {name: minor for name, minor in stated.items() if abs(minor) > MOST_MINOR}:
        raise InvalidInput(dict.fromkeys(wrong, say("That is more money than there can be.")))
    row = await tx.one(store.CLOSE_OF_DAY, area_id=area_id, day=day)
    if row is None:
        return 0, {name: stated[name] for name in STATED if name in stated}
    must_be_draft(row)
    all_stated = {**row.stated, **stated}
    return row.version, {name: all_stated[name] for name in STATED if name in all_stated}


def must_be_draft(row: Any) -> None:
    if row.status == CloseStatus.CLOSED:
        raise Conflict(say("This day is closed. What is put right now counts today."))
    if row.status == CloseStatus.WAITING:
        raise Conflict(say("This day is signed and waits for a second person."))


async def keep(
    tx: Tx,
    area_id: str,
    day: date,
    read: Read,
    stated: Mapping[str, int],
    known: int,
    actor: Actor,
    now: datetime,
) -> str:
    """Write down what was read. `known` is the version that it replaces."""
    row = await tx.one(store.CLOSE_OF_DAY, area_id=area_id, day=day)
    if (row.version if row else 0) != known:
        raise Conflict()
    written = {"new_figures": read.figures.as_json(), "new_stated": dict(stated)}
    earlier: list[KeptLine] = []
    if row is None:
        close_id = ids.new_id()
        add(tx, close_id, (area_id, day), read, stated, actor, now)
    else:
        close_id = row.id
        earlier = await lines_of(tx, close_id)
        drawn = {"close": close_id, "seen": known, "by": actor.id, "at": now, **written}
        if await tx.one(store.REDRAW, **drawn) is None:
            raise Conflict()
        await tx.run(store.FORGET_LINES, close=close_id)
    add_lines(tx, close_id, read.lines, earlier)
    after = {"day": day.isoformat(), "differences": len(read.lines), **dict(stated)}
    record(tx, actor, "close.drawn_up", close_id, now, after=after, area_id=area_id)
    return close_id


def add(
    tx: Tx,
    close_id: str,
    of: tuple[str, date],
    read: Read,
    stated: Mapping[str, int],
    actor: Actor,
    now: datetime,
) -> None:
    tx.add(
        store.ADD_CLOSE,
        id=close_id,
        area_id=of[0],
        day=of[1],
        status=CloseStatus.DRAFT.value,
        figures=read.figures.as_json(),
        stated=dict(stated),
        made_by=actor.id,
        made_at=now,
    )


def add_lines(tx: Tx, close_id: str, lines: Sequence[Line], earlier: Sequence[KeptLine]) -> None:
    """A line that was there keeps its id: a page that shows it still finds it."""
    known = {kept.line.key: kept for kept in earlier}
    for position, line in enumerate(lines):
        before = known.get(line.key)
        line_id = before.id if before else ids.new_id()
        if before and not before.noted_by:
            before = None
        if before and before.line._replace(note="", label="") != line._replace(note="", label=""):
            before = None  # it is another amount now: explain it again
        tx.add(
            store.ADD_LINE,
            id=line_id,
            close_id=close_id,
            position=position,
            cause=line.cause.value,
            noun=line.noun,
            subject_id=line.subject_id,
            label=line.label[:80],
            amount_minor=line.amount_minor,
            pieces=line.pieces,
            note=before.line.note if before else line.note,
            noted_by=before.noted_by if before else None,
            noted_at=before.noted_at if before else None,
        )


# -- explaining


async def close_of_line(tx: Tx, line_id: str) -> Close:
    row = await tx.one(store.LINE, id=line_id)
    if row is None:
        raise NotFound()
    return await get_close(tx, row.close_id)


async def explain(tx: Tx, line_id: str, note: str, actor: Actor, now: datetime) -> None:
    """Say why. InvalidInput without words; Conflict once the day is signed."""
    row = await tx.one(store.LINE, id=line_id)
    if row is None:
        raise NotFound()
    must_be_draft(row)
    line = kept_of(row).line
    if line.is_blocking:
        raise Conflict(say("Count and close this shift first."))
    if not note.strip() or len(note) > MOST_NOTE:
        raise InvalidInput({"note": say("Please say why, in at most 400 characters.")})
    await tx.run(store.EXPLAIN, line=line_id, the_note=note.strip(), by=actor.id, at=now)
    after = {"cause": line.cause.value, "amount_minor": line.amount_minor, "note": note.strip()}
    record(tx, actor, "close.explained", row.close_id, now, after=after, area_id=row.area_id)


# -- signing


async def sign(
    db: Database, area_id: str, day: date, actor: Actor, now: datetime, words: str = ""
) -> str:
    """Read the day once more, sign it, and ask a second person; the approval's id.

    Conflict while a shift is open, a difference has no explanation, or an earlier day is open.
    """
    close_id = await draw_up(db, area_id, day, actor, now)
    return await db.act(submit, close_id, words, actor, now)


async def submit(tx: Tx, close_id: str, words: str, actor: Actor, now: datetime) -> str:
    close, lines = await get_close(tx, close_id), await lines_of(tx, close_id)
    must_be_draft(close)
    must_be_complete([kept.line for kept in lines])
    await must_be_next(tx, close)
    explained = sum(1 for kept in lines if not kept.line.is_timing)
    approval_id = approvals.request(
        tx,
        actor,
        KIND,
        (NOUN, close.id),
        {
            "day": close.day.isoformat(),
            "money_minor": close.figures.money_minor,
            "sold_minor": close.figures.sold_minor,
            "explained": explained,
        },
        now,
        reason=words,
        area_id=close.area_id,
        amount_minor=close.figures.money_minor,
    )
    await move_to(tx, close, CloseStatus.WAITING, approval_id, None, now)
    after = {"day": close.day.isoformat(), "explained": explained}
    record(tx, actor, "close.signed", close.id, now, after=after, area_id=close.area_id)
    return approval_id


def must_be_complete(lines: Sequence[Line]) -> None:
    if blocking := [line for line in lines if line.is_blocking]:
        raise Conflict(say("{count} shifts are not closed yet.", count=len(blocking)))
    if still := [line for line in lines if line.is_open]:
        raise Conflict(say("{count} differences have no explanation yet.", count=len(still)))


async def must_be_next(tx: Tx, close: Close) -> None:
    """Days are closed one after the other, from the first that was ever closed."""
    of_area = {"area_id": close.area_id, "day": close.day}
    later = await tx.one(store.LATER_CLOSED, **of_area)
    if later is not None:
        raise Conflict(say("{day} is closed already.", day=later.day.isoformat()))
    before = await tx.one(store.LATEST_CLOSED, **of_area)
    if before is not None and before.day != close.day - timedelta(days=1):
        missing = before.day + timedelta(days=1)
        raise Conflict(say("{day} must be closed first.", day=missing.isoformat()))


async def move_to(
    tx: Tx,
    close: Close,
    to: CloseStatus,
    approval_id: str | None,
    closed_by: str | None,
    now: datetime,
) -> None:
    move(CLOSE_MOVES, close.status, to)
    moved = await tx.one(
        store.MOVE,
        close=close.id,
        seen=close.version,
        from_status=close.status.value,
        to_status=to.value,
        approval=approval_id,
        by=closed_by,
        at=now if to is CloseStatus.CLOSED else None,
    )
    if moved is None:
        raise Conflict()


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """The second person has signed: the day is closed."""
    close = await get_close(tx, approval.subject_id)
    lines = [kept.line for kept in await lines_of(tx, close.id)]
    must_be_complete(lines)
    await move_to(tx, close, CloseStatus.CLOSED, approval.id, actor.id, now)
    after = {"day": close.day.isoformat(), "unexplained_minor": unexplained_minor(lines)}
    record(tx, actor, "close.closed", close.id, now, after=after, area_id=close.area_id)


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """It goes back to its maker as a draft."""
    close = await get_close(tx, approval.subject_id)
    await move_to(tx, close, CloseStatus.DRAFT, None, None, now)
    record(tx, actor, "close.sent_back", close.id, now, area_id=close.area_id)


approvals.register(
    KIND, approvals.Effect(approved, rejected, Permission.CLOSE_APPROVE, say("Close a day"))
)
