"""The process that writes one file: a task on standard input, lines of progress on standard output.

It reads the database in short questions, each a moment of its own, so no reader holds writers'
log back. It gives way to the server, and its memory goes when it ends.
"""

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from domain.kernel.db import Database, Tx
from domain.operation import settings
from domain.operation.staff import SignedIn, sessions
from webapp import i18n, site
from webapp.exporting.books import BOOKS, Book
from webapp.exporting.lists import LISTS
from webapp.exporting.model import ExportList, Key, Kind, Piece, Reading, Task
from webapp.forms import Typed

NICER = 10
MOST_BYTES_READ = 1 << 20


Figures = dict[str, object]
Tell = Callable[[Figures], None]


class Head(NamedTuple):
    text: str
    kind: Kind
    width: int


async def write(task: Task, tell: Tell) -> None:
    """Read the list as this person may see it, and write it."""
    listed = LISTS[task.noun]
    db = await Database.open(task.database_url)
    try:
        staff = await db.ask(sessions.standing, task.staff_id)
        staff.must(listed.permission)
        zone = ZoneInfo((await db.ask(settings.current)).time_zone)
        with i18n.using(task.language), site.using(site.Site(zone=zone)):
            many = await _fill(db, task, listed, staff, zone, tell)
        size, digest = _measured(Path(task.path))
        tell({"rows": many, "size_bytes": size, "sha256": digest})
    finally:
        await db.close()


async def _fill(
    db: Database, task: Task, listed: ExportList, staff: SignedIn, zone: ZoneInfo, tell: Tell
) -> int:
    async def opened(tx: Tx) -> tuple[Reading, int | None]:
        reading = await listed.open(tx, staff, Typed(task.question))
        return reading, await reading.length(tx)

    reading, expected = await db.ask(opened)
    heads = [
        Head(i18n.here(each.title), each.kind, each.width)
        for each in reading.columns or listed.columns
    ]
    aside = Path(f"{task.path}.part")
    book = BOOKS[task.format](aside, i18n.here(listed.title), heads, zone)
    many = await _copy(db, reading, book, expected, tell)
    book.close()
    os.replace(aside, task.path)
    return many


async def _copy(
    db: Database, reading: Reading, book: Book, expected: int | None, tell: Tell
) -> int:
    many = 0
    behind: Key | None = None
    while True:
        piece: Piece = await db.ask(reading.read, behind)
        for cells in piece.rows:
            book.add(cells)
        many += len(piece.rows)
        tell({"done": many, "all": max(expected, many) if expected is not None else None})
        if piece.behind is None:
            return many
        behind = piece.behind


def _measured(path: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while part := file.read(MOST_BYTES_READ):
            digest.update(part)
            size += len(part)
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def main() -> None:
    """One task. What libraries print must not get between the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.nice(NICER)
    task = msgspec.json.decode(sys.stdin.buffer.read(MOST_BYTES_READ), type=Task)

    def tell(figures: Figures) -> None:
        answers.write(json.dumps(figures) + "\n")
        answers.flush()

    asyncio.run(write(task, tell))


if __name__ == "__main__":
    main()
