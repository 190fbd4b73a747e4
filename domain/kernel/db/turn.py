"""Processes that write one SQLite file take turns.

The kernel wakes the next one at once and in order; SQLite's own busy wait sleeps for up to 100 ms
and lets the lucky one win. Only writers take turns: readers never wait.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class Turn:
    """The right to write a database file, held by one process (or one opened database) at a
    time. The kernel takes it back when its holder dies."""

    def __init__(self, database: Path) -> None:
        self._file = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take_at_once(self) -> bool:
        """Whether it could be had without waiting."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def take(self) -> None:
        """Wait for it; never on the event loop."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def give(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give it back for good; safe to say twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class Presence:
    """Says that a process has a database file open, for as long as it has. Many may; whoever wants
    to put another file in its place must be alone."""

    def __init__(self, database: Path) -> None:
        self._file = os.open(f"{database}.open", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def close(self) -> None:
        os.close(self._file)


@contextlib.contextmanager
def alone(database: Path) -> Iterator[bool]:
    """Whether nobody has the database file open; and if so, nobody will before the end."""
    file = os.open(f"{database}.open", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(file)


@contextlib.contextmanager
def writing(database: Path) -> Iterator[None]:
    """Nobody else writes this database file in here. For what is not an act: migrate, restore."""
    turn = Turn(database)
    try:
        turn.take()
        yield
    finally:
        turn.close()
