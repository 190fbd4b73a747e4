"""Taking a file in, saying which column is which, asking another person, throwing it away."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, say
from domain.kernel.states import move
from domain.kernel.vault import Vault
from domain.operation import approvals, jobs
from domain.operation.audit import record
from domain.operation.imports import store
from domain.operation.imports.kinds import Kind, kind_of, kinds
from domain.operation.imports.model import (
    IMPORT_MOVES,
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    ImportStatus,
)
from domain.operation.staff import Permission

APPROVAL = "import"
SEALED_FOR = "import"
ROWS_OF_A_PART = 200
KEPT = timedelta(days=7)  # a file that nobody brings in
FIRST = Cut()


class Sheet(NamedTuple):
    """A file as it was read: its headings, and (row in the file, cells) of each row that is not
    empty. `formulas`: the columns that hold formulas, by row."""

    headings: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    formulas: Mapping[int, Sequence[int]]


class Received(NamedTuple):
    """A file, sealed part by part; nothing of it is kept in the clear."""

    id: str
    area_id: str
    kind: str
    source: str
    file_name: str
    sha256: str
    size_bytes: int
    headings: Sequence[str]
    all_rows: int
    parts: Sequence[bytes]
    titles: Mapping[str, Sequence[str]] = MappingProxyType({})  # of fields, as templates say them


class Part(msgspec.Struct, array_like=True):
    """What is sealed: rows of the file with the columns that hold formulas."""

    rows: list[tuple[int, list[str], list[int]]]


def about(import_id: str, part: int) -> str:
    return f"{import_id}/{part}"


def sealed(
    vault: Vault, area_id: str, kind: str, source: str, file: tuple[str, str, int], sheet: Sheet
) -> Received:
    """Check and seal a file that was read: its name, SHA-256 and size. Raises InvalidInput."""
    if kind not in {one.word for one in kinds()}:
        raise InvalidInput({"kind": say("Choose one of the list.")})
    if not sheet.rows:
        raise InvalidInput({"file": say("There are no rows below the headings.")})
    if len(sheet.rows) > MOST_ROWS or len(sheet.headings) > MOST_COLUMNS:
        raise InvalidInput(
            {
                "file": say(
                    "A file has at most {rows} rows and {columns} columns.",
                    rows=MOST_ROWS,
                    columns=MOST_COLUMNS,
                )
            }
        )
    if len(set(filter(None, sheet.headings))) < len(list(filter(None, sheet.headings))):
        raise InvalidInput({"file": say("Two columns have the same heading.")})
    import_id = ids.new_id()
    parts: list[bytes] = []
    for start in range(0, len(sheet.rows), ROWS_OF_A_PART):
        rows = [
            (at, list(cells), list(sheet.formulas.get(at, ())))
            for at, cells in sheet.rows[start : start + ROWS_OF_A_PART]
        ]
        plain = msgspec.msgpack.encode(Part(rows))
        parts.append(vault.seal(SEALED_FOR, plain, about(import_id, len(parts))))
    name, digest, size = file
    return Received(
        import_id,
        area_id,
        kind,
        " ".join(source.split())[:80],
        name[:200],
        digest,
        size,
        [heading[:MOST_CHARACTERS] for heading in sheet.headings],
        len(sheet.rows),
        parts,
    )


def opened(vault: Vault, import_id: str, part: int, kept: bytes) -> Part:
    plain = vault.open(SEALED_FOR, kept, about(import_id, part))
    return msgspec.msgpack.decode(plain, type=Part)


async def receive(tx: Tx, given: Received, actor: Actor, now: datetime) -> str:
    """Keep a file until it is brought in or thrown away; gives the import's id."""
    known = await tx.one(store.MAPPING, area=given.area_id, kind=given.kind, source=given.source)
    last_time = known.columns if known else {}
    mapping = guessed(kind_of(given.kind), given.headings, last_time, given.titles)
    tx.add(
        store.ADD_IMPORT,
        id=given.id,
        area_id=given.area_id,
        kind=given.kind,
        source=given.source,
        file_name=given.file_name,
        sha256=given.sha256,
        size_bytes=given.size_bytes,
        headings=list(given.headings),
        mapping=mapping,
        status=ImportStatus.RECEIVED.value,
        all_rows=given.all_rows,
        parts=len(given.parts),
        figures={},
        created_by=actor.id,
        created_at=now,
    )
    for part, kept in enumerate(given.parts):
        tx.add(store.ADD_PART, import_id=given.id, part=part, sealed=kept)
    after = {"kind": given.kind, "rows": given.all_rows, "sha256": given.sha256}
    record(tx, actor, "import.received", given.id, now, after=after, area_id=given.area_id)
    return given.id


def plainly(heading: str) -> str:
    return re.sub(r"[\s*:()_\-/（）：＊]+", "", heading).casefold()


def guessed(
    kind: Kind,
    headings: Sequence[str],
    known: Mapping[str, str],
    titles: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, int]:
    """The column of each field: as the last time, else by what it is called."""
    columns = {plainly(heading): at for at, heading in enumerate(headings) if plainly(heading)}
    found: dict[str, int] = {}
    for field in kind.fields:
        own = (field.word, str(field.title), *titles.get(field.word, ()))
        names = [known.get(field.word, ""), *own, *field.aliases]
        for name in names:
            at = columns.get(plainly(name)) if name else None
            if at is not None and at not in found.values():
                found[field.word] = at
                break
    return found


async def get(tx: Tx, import_id: str) -> Any:
    """The row, and of its job `job_status`, `done_steps`, `all_steps`, `problem`. Or NotFound."""
    row = await tx.one(store.GET, import_id=import_id)
    if row is None:
        raise NotFound()
    return row


async def page(tx: Tx, areas: Sequence[str] | None, cut: Cut = FIRST) -> list[Any]:
    """Newest first, of these areas or of all; a cut's key is (created_at, id)."""
    if areas is None:
        return await store.LIST.page(tx, cut)
    return await store.LIST_WITHIN.page(tx, cut, areas=list(areas))


async def rows_with(
    tx: Tx, import_id: str, statuses: Sequence[str], after: int = 0, most: int = 100
) -> list[Any]:
    """Rows of these fates, in the file's order, from below a position."""
    return await tx.rows(
        store.WITH_STATUS, import_id=import_id, statuses=list(statuses), after=after, most=most
    )


async def counts(tx: Tx, import_id: str) -> dict[str, int]:
    return {row.status: row.many for row in await tx.rows(store.COUNTS, import_id=import_id)}


async def part(tx: Tx, import_id: str, number: int) -> bytes:
    """A sealed part. Raises NotFound once the file is gone."""
    row = await tx.one(store.PART, import_id=import_id, part=number)
    if row is None:
        raise NotFound()
    return bytes(row.sealed)


async def change(tx: Tx, row: Any, to: ImportStatus) -> None:
    """Raises Conflict when it cannot follow, or somebody was first."""
    move(IMPORT_MOVES, ImportStatus(row.status), to)
    seen = {"import_id": row.id, "seen": row.status}
    if not await tx.one(store.MOVE, to_status=to.value, **seen):
        raise Conflict()


async def locked(tx: Tx, import_id: str) -> Any:
    row = await tx.one(store.LOCK, import_id=import_id)
    if row is None:
        raise NotFound()
    return row


async def check(
    tx: Tx, import_id: str, mapping: Mapping[str, int], actor: Actor, now: datetime
) -> None:
    """Say which column is which, and have every row checked. It is remembered for the source."""
    row = await locked(tx, import_id)
    kind = kind_of(row.kind)
    wrong: dict[str, Message] = {}
    for field in kind.fields:
        if field.is_required and field.word not in mapping:
            wrong[field.word] = say("Choose the column.")
    for word, at in mapping.items():
        if not 0 <= at < len(row.headings) or list(mapping.values()).count(at) > 1:
            wrong[word] = say("Each column is one thing.")
    if wrong:
        raise InvalidInput(wrong)
    await change(tx, row, ImportStatus.CHECKING)
    await tx.run(store.MAP, import_id=row.id, columns=dict(mapping))
    named = {word: row.headings[at] for word, at in mapping.items()}
    where = {"area": row.area_id, "kind": row.kind, "source": row.source}
    await tx.run(store.KEEP_MAPPING, named=named, **where)
    await work(tx, row, actor, now)


async def work(tx: Tx, row: Any, actor: Actor, now: datetime) -> None:
    """Have the next part of the work done in the background."""
    params = {"import_id": row.id}
    job_id = jobs.request(tx, actor, "import", params, now, area_id=row.area_id)
    await tx.run(store.SET_JOB, import_id=row.id, job=job_id)


async def ask(
    tx: Tx,
    import_id: str,
    backup: str,
    reason: str,
    is_partial: bool,
    actor: Actor,
    now: datetime,
) -> str:
    """Ask another person to bring the good rows in; gives the approval's id. With mistakes left it
    must be said that only the good rows are meant."""
    row = await locked(tx, import_id)
    if not backup.strip() or not reason.strip():
        raise InvalidInput({"backup": say("Name the backup that was made, and the reason.")})
    if not row.good_rows:
        raise InvalidInput({"is_partial": say("There is no row to bring in.")})
    if row.bad_rows and not is_partial:
        sentence = say(
            "{count} rows have mistakes. Mend them, or leave them out.", count=row.bad_rows
        )
        raise InvalidInput({"is_partial": sentence})
    await change(tx, row, ImportStatus.REQUESTED)
    money = [one.word for one in kind_of(row.kind).figures if one.is_money]
    approval_id = approvals.request(
        tx,
        actor,
        APPROVAL,
        ("import", row.id),
        {"rows": row.good_rows, "figures": row.figures, "file": row.file_name},
        now,
        reason=reason.strip()[:400],
        area_id=row.area_id,
        amount_minor=sum(row.figures.get(word, 0) for word in money) or None,
    )
    await tx.run(
        store.ASK,
        import_id=row.id,
        partial=is_partial,
        the_backup=backup.strip()[:120],
        why=reason.strip()[:400],
        approval=approval_id,
    )
    return approval_id


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    row = await locked(tx, approval.subject_id)
    await change(tx, row, ImportStatus.RUNNING)
    before = dict(await kind_of(row.kind).totals(tx, row.area_id))
    await tx.run(store.START, import_id=row.id, sums=before, now=now)
    record(tx, actor, "import.started", row.id, now, backup=row.backup, area_id=row.area_id)
    await work(tx, row, actor, now)


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    await change(tx, await locked(tx, approval.subject_id), ImportStatus.CHECKED)


async def undo(tx: Tx, import_id: str, actor: Actor, now: datetime) -> None:
    """Take back what nobody has used since."""
    row = await locked(tx, import_id)
    await change(tx, row, ImportStatus.UNDOING)
    record(tx, actor, "import.undoing", row.id, now, area_id=row.area_id)
    await work(tx, row, actor, now)


async def resume(tx: Tx, import_id: str, actor: Actor, now: datetime) -> None:
    """Go on after the background work was called off. Conflict while it is under way."""
    await locked(tx, import_id)  # of two at once the second sees the work of the first
    row = await get(tx, import_id)
    at_work = row.status in (ImportStatus.CHECKING, ImportStatus.RUNNING, ImportStatus.UNDOING)
    if not at_work or row.job_status in ("waiting", "running"):
        raise Conflict()
    await work(tx, row, actor, now)


async def discard(tx: Tx, import_id: str, actor: Actor, now: datetime) -> None:
    """Throw a file away: nothing of it is kept."""
    row = await locked(tx, import_id)
    await change(tx, row, ImportStatus.DISCARDED)
    await wipe(tx, row.id, now)
    await tx.run(store.DROP_ROWS, import_id=row.id)
    record(tx, actor, "import.discarded", row.id, now, area_id=row.area_id)


async def wipe(tx: Tx, import_id: str, now: datetime) -> None:
    """The people's data in the file is gone; what the rows came to stays."""
    await tx.run(store.WIPE_PARTS, import_id=import_id)
    await tx.run(store.NOTE_WIPED, import_id=import_id, now=now)


async def forget_stale(tx: Tx, now: datetime) -> None:
    """Throw away files that lie about."""
    for row in await tx.rows(store.STALE, long_ago=now - KEPT, most=20):
        await discard(tx, row.id, SYSTEM, now)


approvals.register(
    APPROVAL,
    approvals.Effect(
        approved, rejected, Permission.IMPORTS_APPROVE, say("Bring in data of an old system")
    ),
)
