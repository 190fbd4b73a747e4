"""What is done again and again: sealing the audit trail, sweeping, nightly copies.

`every(kind, seconds, run)` says what; one process at a time does it, the one that moved `next_at`
on. A run that outlasts its period may meet the next one, so a run is made of acts that bear it.
Long work with progress is a job: let the run request one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from domain.kernel.clock import utc_now
from domain.kernel.db import Database, Tx
from domain.kernel.errors import DomainError
from domain.operation.jobs import store
from domain.operation.reasons import reason_of

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0

Run = Callable[[Database, datetime], Awaitable[None]]


class Sweep(NamedTuple):
    every_seconds: int
    run: Run


_sweeps: dict[str, Sweep] = {}


def every(kind: str, seconds: int, run: Run) -> None:
    """Say, when the program is put together, what is done every so many seconds."""
    _sweeps[kind] = Sweep(seconds, run)


def kinds() -> list[str]:
    """Of everything that is done again and again."""
    return list(_sweeps)


async def take_due(tx: Tx, now: datetime) -> list[str]:
    """The kinds that are due and that nobody else took."""
    taken = []
    for row in await tx.rows(store.DUE_SCHEDULES, now=now, kinds=list(_sweeps)):
        then = now + timedelta(seconds=row.every_seconds)
        if await tx.one(
            store.TAKE_SCHEDULE, of_kind=row.kind, seen_next_at=row.next_at, then=then, now=now
        ):
            taken.append(row.kind)
    return taken


async def ensure(tx: Tx, now: datetime) -> None:
    """A row for every sweep that this release knows."""
    for kind, sweep in _sweeps.items():
        await tx.run(
            store.ENSURE_SCHEDULE, kind=kind, every_seconds=sweep.every_seconds, next_at=now
        )


async def note(tx: Tx, kind: str, reason: str) -> None:
    await tx.run(store.NOTE_SCHEDULE, of_kind=kind, reason=reason)


class Clockwork:
    """One in each process; they share the work."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Callable[[], datetime] = utc_now,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._db, self._clock, self._poll_seconds = db, clock, poll_seconds
        self._failing: set[str] = set()
        self._is_known = False

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.turn()
            except Exception:  # the edge of this loop: it must go on
                log.exception("schedules.turn_failed")
            await asyncio.sleep(self._poll_seconds)

    async def turn(self) -> None:
        """Do what is due now, all of it at once."""
        if not self._is_known:
            await self._db.act(ensure, self._clock())
            self._is_known = True
        kinds = await self._db.act(take_due, self._clock()) if await self._is_any_due() else []
        async with asyncio.TaskGroup() as group:
            for kind in kinds:
                group.create_task(self._sweep(kind))

    async def _is_any_due(self) -> bool:
        """Looked at without waiting for writers: nearly always nothing is."""
        return bool(await self._db.ask(list_due, self._clock()))

    async def _sweep(self, kind: str) -> None:
        try:
            await _sweeps[kind].run(self._db, self._clock())
        except Exception as problem:  # a sweep that fails is tried again at its next time
            log.warning("schedule.failed", kind=kind, exc_info=not isinstance(problem, DomainError))
            self._failing.add(kind)
            await self._db.act(note, kind, reason_of(problem))
        else:
            if kind in self._failing:
                self._failing.discard(kind)
                await self._db.act(note, kind, "")


async def list_due(tx: Tx, now: datetime) -> list[str]:
    rows = await tx.rows(store.DUE_SCHEDULES, now=now, kinds=list(_sweeps))
    return [row.kind for row in rows]
