"""Copies of a whole database: made while the server goes on, checked, put back.

    path = copies.make(url, Path("var/backups/shanmen.db"))
    kept = copies.put_back(url, path)        # the server must not run

Beside a copy lies its SHA-256 (`sha256sum -c` reads it); without it, or when it differs, a copy is
not put back. What a copy replaces is kept aside. All of this blocks: call it from a command line or
in a thread.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from domain.kernel.db import postgres_copies
from domain.kernel.db.revisions import current_revision, sqlite_path
from domain.kernel.db.turn import alone, writing

CHUNK = 1024 * 1024


class CopyFailed(RuntimeError):
    """The copy could not be made or put back; nothing was changed."""


def suffix_for(url: str) -> str:
    """What a copy of this database is called at its end."""
    return ".db" if sqlite_path(url) is not None else ".dump"


def make(url: str, target: Path) -> Path:
    """A consistent copy at `target`, whole or not at all, with its checksum beside it. Raises
    CopyFailed, and OSError when the disk takes no more."""
    if target.exists():
        raise CopyFailed(f"{target} exists already")
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        path = sqlite_path(url)
        if path is None:
            postgres_copies.dump(url, aside)
        else:
            copy_sqlite(path, aside)
        sync(aside)
        checksum_file(target).write_text(f"{sha256(aside)}  {target.name}\n")
        sync(checksum_file(target))
        aside.rename(target)
        sync(target.parent)
    except sqlite3.Error as problem:
        if has_no_room(problem):
            raise OSError(errno.ENOSPC, "the disk is full, or failed") from problem
        raise CopyFailed(str(problem)) from problem
    except postgres_copies.ProgramFailed as problem:
        raise CopyFailed(str(problem)) from problem
    finally:
        aside.unlink(missing_ok=True)
        remove_companions(aside)
        if not target.exists():
            checksum_file(target).unlink(missing_ok=True)
    return target


def has_no_room(problem: sqlite3.Error) -> bool:
    """Whether the disk would not take what was written: SQLite says FULL, or IOERR of a write."""
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def put_back(url: str, source: Path) -> str:
    """The database as it was when the copy was made; says where the one before is kept."""
    check(source)
    try:
        path = sqlite_path(url)
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
        if path is None:
            return postgres_copies.restore(url, source, stamp)
        return put_back_sqlite(path, source, stamp)
    except postgres_copies.ProgramFailed as problem:
        raise CopyFailed(str(problem)) from problem


def check(source: Path) -> None:
    """CopyFailed unless the file is there and is what it was when it was made."""
    if not source.is_file():
        raise CopyFailed(f"there is no {source}")
    beside = checksum_file(source)
    if not beside.is_file():
        raise CopyFailed(f"there is no {beside.name} beside it")
    if beside.read_text().split()[:1] != [sha256(source)]:
        raise CopyFailed(f"{source.name} is not what {beside.name} says: it was damaged or changed")


def checksum_file(copy: Path) -> Path:
    return copy.with_name(copy.name + ".sha256")


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# -- SQLite


def copy_sqlite(path: Path, target: Path) -> None:
    """One read transaction: writers go on, and the copy shows one moment."""
    if not path.is_file():
        raise CopyFailed(f"there is no {path}")
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    must_be_whole(target)


def must_be_whole(path: Path) -> None:
    """CopyFailed when a database file is damaged."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(1)
    except sqlite3.DatabaseError as problem:
        raise CopyFailed(f"{path.name} is no database: {problem}") from problem
    if said != ["ok"] or orphans:
        raise CopyFailed(f"{path.name} is damaged: {'; '.join(said)}")


def put_back_sqlite(path: Path, source: Path, stamp: str) -> str:
    """Prepared beside, then two renames. The file before keeps its unwritten part (-wal)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ready, kept = path.with_name(f"{path.name}.restoring"), path.with_name(f"{path.name}.{stamp}")
    with alone(path) as is_alone:
        if not is_alone:
            raise CopyFailed("a server or another command has the database open: stop it first")
        try:
            shutil.copyfile(source, ready)
            must_be_whole(ready)
            if current_revision(f"sqlite:///{ready}") is None:
                raise CopyFailed(f"{source.name} is a database, but not one of ours")
            remove_companions(ready)
            sync(ready)
            with writing(path):
                set_aside(path, kept)
                ready.rename(path)
                sync(path.parent)
        finally:
            ready.unlink(missing_ok=True)
            remove_companions(ready)
    return str(kept) if kept.exists() else ""


def set_aside(path: Path, kept: Path) -> None:
    if path.exists():
        path.rename(kept)
    wal = Path(f"{path}-wal")
    if wal.exists():
        wal.rename(f"{kept}-wal")
    Path(f"{path}-shm").unlink(missing_ok=True)  # made anew from the -wal


def remove_companions(path: Path) -> None:
    for end in ("-wal", "-shm", "-journal", ".lock"):
        Path(f"{path}{end}").unlink(missing_ok=True)
