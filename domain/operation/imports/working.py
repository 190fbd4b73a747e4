"""The background work of an import: checking, bringing in, taking back, a few rows an act, so that
gates and windows never wait for it. Each act moves the rows that it does: done again after a kill,
it finds them moved."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import ConstraintBroken, Database, Tx
from domain.kernel.errors import (
    Conflict,
    DomainError,
    InvalidInput,
    Message,
    NotFound,
    Refused,
    say,
)
from domain.kernel.vault import Vault
from domain.operation import jobs
from domain.operation.audit import record
from domain.operation.imports import receiving, store
from domain.operation.imports.kinds import Checked, Kind, kind_of, shown_of
from domain.operation.imports.model import (
    MOST_CHARACTERS,
    MOST_OF_AN_ID,
    ImportRowStatus,
    ImportStatus,
)
from domain.operation.imports.receiving import ROWS_OF_A_PART
from domain.operation.jobs import Job, Progress
from domain.operation.jobs.running import LEASE

AT_ONCE = 10  # rows an act
PURE_AT_ONCE = 5  # rows checked before others get their turn
Problems = list[list[Any]]
_R = ImportRowStatus


class Looked(NamedTuple):
    """A row after its own check: what it says, or what is wrong with it."""

    position: int
    external_id: str
    checked: Checked | None
    problems: Problems


class Worker(NamedTuple):
    """What a step needs beside its job."""

    db: Database
    vault: Vault
    clock: Callable[[], datetime]

    async def step(self, job: Job) -> Progress:
        """One piece of work, as the import's status says."""
        row = await self.db.ask(receiving.get, job.params["import_id"])
        if row.status == ImportStatus.CHECKING:
            return await self._check(job, row)
        if row.status == ImportStatus.RUNNING:
            return await self._bring(job, row)
        if row.status == ImportStatus.UNDOING:
            return await self._take_back(job, row)
        return Progress(None, job.done_steps, job.all_steps, True)

    # -- checking

    async def _check(self, job: Job, row: Any) -> Progress:
        """All of the file, from its beginning: one row may stand twice in it."""
        await self.db.act(forget_rows, row.id)
        around = await self.db.ask(kind_of(row.kind).surroundings, row.area_id, self.clock())
        seen: dict[str, int] = {}
        tally: Counter[str] = Counter()
        sums: Counter[str] = Counter()
        for number in range(row.parts):
            looked = await self._looked(row, number, around)
            fates = await self.db.ask(judged, row, looked)
            told = [_once(one, fate, seen) for one, fate in zip(looked, fates, strict=True)]
            for one, status, _ in told:
                tally[status.value] += 1
                if status is _R.GOOD and one.checked:
                    sums.update(one.checked.figures)
            await self.db.act(note_rows, row.id, told)
            await self._tell(job, tally.total(), row.all_rows)
        await self.db.act(note_checked, row.id, dict(tally), dict(sums), self.clock())
        return Progress(None, row.all_rows, row.all_rows, True, dict(tally))

    async def _tell(self, job: Job, done: int, most: int) -> None:
        now = self.clock()
        progress = Progress(job.cursor, done, most)
        await self.db.act(jobs.advance, job, progress, now + LEASE, now)

    async def _looked(self, row: Any, number: int, around: Any) -> list[Looked]:
        """A part of the file, each row checked by itself."""
        kept = await self.db.ask(receiving.part, row.id, number)
        part = receiving.opened(self.vault, row.id, number, kept)
        looked = []
        for at, (position, cells, formulas) in enumerate(part.rows):
            values, problems = values_of(row.mapping, cells, formulas)
            checked = None
            if not problems:
                key = f"import:{row.area_id}:{row.kind}:{row.source}:{position}:{row.id}"
                try:
                    checked = kind_of(row.kind).check(around, self.vault, values, key)
                except InvalidInput as error:
                    problems = [_stored(field, said) for field, said in error.fields.items()]
            external_id = checked.external_id if checked else values.get("external_id", "")
            looked.append(Looked(position, external_id[:MOST_OF_AN_ID], checked, problems))
            if at % PURE_AT_ONCE == PURE_AT_ONCE - 1:
                await asyncio.sleep(0)
        return looked

    # -- bringing in

    async def _bring(self, job: Job, row: Any) -> Progress:
        number = job.cursor or 0
        if number >= row.parts:
            await self.db.act(finish, row.id, actor_of(job), self.clock())
            return Progress(number, row.all_rows, row.all_rows, True)
        around = await self.db.ask(kind_of(row.kind).surroundings, row.area_id, self.clock())
        looked = await self._looked(row, number, around)
        waiting = await self.db.ask(
            positions_with, row.id, looked[0].position, looked[-1].position, _R.GOOD
        )
        rest = [one for one in looked if one.position in waiting]
        for some in _by(AT_ONCE, rest):
            await self._bring_some(job, row, some)
            await asyncio.sleep(0)
        if not row.is_partial and (await self.db.ask(receiving.counts, row.id)).get(_R.FAILED):
            await self.db.act(turn_back, row.id, actor_of(job), self.clock())
        done = min((number + 1) * ROWS_OF_A_PART, row.all_rows)
        return Progress(number + 1, done, row.all_rows)

    async def _bring_some(self, job: Job, row: Any, some: Sequence[Looked]) -> None:
        """Together; when one is refused each by itself, and that one is marked."""
        try:
            await self.db.act(bring, row, some, actor_of(job), self.clock())
        except (InvalidInput, Conflict, NotFound, Refused, ConstraintBroken):
            for one in some:
                try:
                    await self.db.act(bring, row, [one], actor_of(job), self.clock())
                except (DomainError, ConstraintBroken) as error:
                    await self.db.act(note_failed, row.id, one.position, _said(error))

    # -- taking back

    async def _take_back(self, job: Job, row: Any) -> Progress:
        counted = await self.db.ask(receiving.counts, row.id)
        if not counted.get(_R.DONE):
            await self.db.act(finish_undo, row.id, actor_of(job), self.clock())
            return Progress(None, job.done_steps, job.all_steps, True)
        for _ in range(ROWS_OF_A_PART // AT_ONCE):
            await self.db.act(take_back_some, row, self.clock())
            await asyncio.sleep(0)
        gone = counted.get(_R.UNDONE, 0) + counted.get(_R.KEPT, 0)
        return Progress(None, gone, gone + counted[_R.DONE])


def actor_of(job: Job) -> Actor:
    return Actor(ActorKind.STAFF, job.requested_by)


def values_of(
    mapping: Mapping[str, int], cells: Sequence[str], formulas: Sequence[int]
) -> tuple[dict[str, str], Problems]:
    """The cells of the columns that are wanted; formulas and what is too long are mistakes."""
    values: dict[str, str] = {}
    problems: Problems = []
    for word, at in mapping.items():
        text = cells[at].strip() if at < len(cells) else ""
        if at in formulas:
            problems.append(_stored(word, say("This is a formula. Paste its value instead.")))
        elif len(text) > MOST_CHARACTERS:
            sentence = say("At most {most} characters.", most=MOST_CHARACTERS)
            problems.append(_stored(word, sentence))
        elif not text.isprintable():
            sentence = say("This contains characters that cannot be used.")
            problems.append(_stored(word, sentence))
        else:
            values[word] = text
    return values, problems


def _stored(field: str, said: Message) -> list[Any]:
    return [field, str(said), {name: str(value) for name, value in said.values.items()}]


def _said(error: Exception) -> Problems:
    if isinstance(error, InvalidInput) and error.fields:
        return [_stored(field, said) for field, said in error.fields.items()]
    if isinstance(error, DomainError) and not isinstance(error, InvalidInput):
        return [_stored("", error.message)]
    return [_stored("", say("Somebody else has this number or chip by now."))]


def _by(size: int, rows: Sequence[Looked]) -> Iterator[Sequence[Looked]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _once(
    one: Looked, fate: tuple[ImportRowStatus, Problems], seen: dict[str, int]
) -> tuple[Looked, ImportRowStatus, Problems]:
    """A row that shares its id or a number with one above it is wrong."""
    status, problems = fate
    if one.checked is None:
        return one, status, problems
    for mark in (f"external_id:{one.external_id}", *one.checked.marks):
        first = seen.setdefault(mark, one.position)
        if first != one.position:
            word, text = shown_of(mark)
            sentence = say("{text} stands in row {row} already.", text=text, row=first)
            return one, _R.BAD, [_stored(word, sentence)]
    return one, status, problems


async def judged(
    tx: Tx, row: Any, looked: Sequence[Looked]
) -> list[tuple[ImportRowStatus, Problems]]:
    """Each row against what we have: known from an earlier file, or somebody else's number."""
    good = [one.checked for one in looked if one.checked]
    kind = kind_of(row.kind)
    taken = await kind.taken(tx, [mark for one in good for mark in one.marks]) if good else set()
    known = await known_of(tx, row, [one.external_id for one in good])
    fates: list[tuple[ImportRowStatus, Problems]] = []
    for one in looked:
        if one.checked is None:
            fates.append((_R.BAD, one.problems))
        elif one.external_id in known:
            fates.append((_R.KNOWN, []))
        elif clash := next((mark for mark in one.checked.marks if mark in taken), ""):
            fates.append((_R.BAD, [_clash(clash)]))
        else:
            fates.append((_R.GOOD, []))
    return fates


def _clash(mark: str) -> list[Any]:
    word, text = shown_of(mark)
    return _stored(word, say("{text} is in use here already.", text=text))


async def known_of(tx: Tx, row: Any, external_ids: Sequence[str]) -> set[str]:
    where = {"area": row.area_id, "kind": row.kind, "source": row.source}
    found = await tx.rows(store.KNOWN, ids=list(external_ids), **where)
    return {one.external_id for one in found}


async def positions_with(
    tx: Tx, import_id: str, first: int, last: int, status: ImportRowStatus
) -> set[int]:
    rows = await tx.rows(store.ROWS_BETWEEN, import_id=import_id, first=first, last=last)
    return {one.position for one in rows if one.status == status}


async def forget_rows(tx: Tx, import_id: str) -> None:
    await tx.run(store.DROP_ROWS, import_id=import_id)


async def note_rows(
    tx: Tx, import_id: str, told: Sequence[tuple[Looked, ImportRowStatus, Problems]]
) -> None:
    """Raises Conflict when the file was thrown away meanwhile: nothing of it is kept."""
    if (await receiving.locked(tx, import_id)).status != ImportStatus.CHECKING:
        raise Conflict()
    for one, status, problems in told:
        tx.add(
            store.ADD_ROW,
            import_id=import_id,
            position=one.position,
            external_id=one.external_id,
            status=status.value,
            problems=problems,
            figures=dict(one.checked.figures) if one.checked and status is _R.GOOD else {},
        )


async def note_checked(
    tx: Tx, import_id: str, tally: Mapping[str, int], sums: Mapping[str, int], now: datetime
) -> None:
    row = await receiving.locked(tx, import_id)
    await receiving.change(tx, row, ImportStatus.CHECKED)
    await tx.run(
        store.NOTE_CHECKED,
        import_id=row.id,
        good=tally.get(_R.GOOD, 0),
        bad=tally.get(_R.BAD, 0),
        known=tally.get(_R.KNOWN, 0),
        sums=dict(sums),
    )


async def bring(tx: Tx, row: Any, some: Sequence[Looked], actor: Actor, now: datetime) -> None:
    """Rows that are still good become cards or stock; none does once somebody has it taken back.
    Raises InvalidInput or Conflict."""
    if (await receiving.locked(tx, row.id)).status != ImportStatus.RUNNING:
        return
    kind = kind_of(row.kind)
    known = await known_of(tx, row, [one.external_id for one in some])
    marks = [mark for one in some if one.checked for mark in one.checked.marks]
    taken = await kind.taken(tx, marks)
    for one in some:
        if one.checked is None:  # what it hangs on has changed since the check
            raise InvalidInput(
                {problem[0]: Message(problem[1], **problem[2]) for problem in one.problems}
            )
        waiting = await positions_with(tx, row.id, one.position, one.position, _R.GOOD)
        if not waiting:
            continue
        if one.external_id in known:
            await move_row(tx, row.id, one.position, _R.GOOD, _R.KNOWN)
            continue
        if clash := next((mark for mark in one.checked.marks if mark in taken), ""):
            word, text = shown_of(clash)
            raise InvalidInput({word: say("{text} is in use here already.", text=text)})
        subject_id = await kind.bring(tx, row, one.checked, actor, now)
        await move_row(tx, row.id, one.position, _R.GOOD, _R.DONE, subject_id)
        tx.add(
            store.ADD_SUBJECT,
            area_id=row.area_id,
            kind=row.kind,
            source=row.source,
            external_id=one.external_id,
            import_id=row.id,
        )


async def move_row(
    tx: Tx,
    import_id: str,
    position: int,
    seen: ImportRowStatus,
    to: ImportRowStatus,
    subject_id: str | None = None,
    problems: Problems | None = None,
) -> None:
    moved = await tx.one(
        store.MOVE_ROW,
        batch=import_id,
        at_position=position,
        seen=seen.value,
        to_status=to.value,
        subject=subject_id,
        mistakes=problems or [],
    )
    if moved is None:
        raise Conflict()


async def note_failed(tx: Tx, import_id: str, position: int, problems: Problems) -> None:
    if await positions_with(tx, import_id, position, position, _R.GOOD):
        await move_row(tx, import_id, position, _R.GOOD, _R.FAILED, None, problems)


async def turn_back(tx: Tx, import_id: str, actor: Actor, now: datetime) -> None:
    """All or nothing was asked for, and a row was refused."""
    row = await receiving.locked(tx, import_id)
    await receiving.change(tx, row, ImportStatus.UNDOING)
    record(tx, actor, "import.turned_back", row.id, now, area_id=row.area_id)


async def finish(tx: Tx, import_id: str, actor: Actor, now: datetime) -> None:
    await _end(tx, import_id, ImportStatus.DONE, "import.done", actor, now)


async def finish_undo(tx: Tx, import_id: str, actor: Actor, now: datetime) -> None:
    await _end(tx, import_id, ImportStatus.UNDONE, "import.undone", actor, now)


async def _end(
    tx: Tx, import_id: str, to: ImportStatus, act: str, actor: Actor, now: datetime
) -> None:
    row = await receiving.locked(tx, import_id)
    await receiving.change(tx, row, to)
    totals = dict(await kind_of(row.kind).totals(tx, row.area_id))
    await tx.run(store.END, import_id=row.id, sums=totals, now=now)
    await receiving.wipe(tx, row.id, now)
    counted = await receiving.counts(tx, row.id)
    record(
        tx,
        actor,
        act,
        row.id,
        now,
        before=row.before,
        after=totals,
        rows=counted,
        area_id=row.area_id,
    )


async def take_back_some(tx: Tx, row: Any, now: datetime) -> None:
    kind: Kind = kind_of(row.kind)
    for one in await tx.rows(store.NEWEST_DONE, import_id=row.id, most=AT_ONCE):
        gone = await kind.take_back(tx, row, one.subject_id, now)
        to = _R.UNDONE if gone else _R.KEPT
        await move_row(tx, row.id, one.position, _R.DONE, to, one.subject_id)
        if gone:
            await tx.run(store.DROP_SUBJECT, import_id=row.id, external_id=one.external_id)


async def accounted(tx: Tx, import_id: str) -> dict[str, int]:
    """What the rows that came in and stayed come to."""
    sums: Counter[str] = Counter()
    for row in await tx.rows(store.FIGURES, import_id=import_id):
        sums.update(row.figures)
    return dict(sums)


async def brought(tx: Tx, import_id: str) -> dict[str, int]:
    """What the books say came in by an import, less what was taken back."""
    row = await tx.one(store.GET, import_id=import_id)
    if row is None:
        raise NotFound()
    return dict(await kind_of(row.kind).brought(tx, import_id))
