"""Carrying out what stands in the outbox.

At least once: a process may die between doing the work and noting it, and then it is done again.
A carrier gives the message's id to the far side as its idempotency key, or looks first. Of several
workers only the one with the newest fence may note a result.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog

from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db import Database, Tx
from domain.kernel.errors import DomainError, Message, Unavailable, say
from domain.operation.audit import record
from domain.operation.outbox import store
from domain.operation.reasons import reason_of

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15))
MOST_TOGETHER = 8
POLL_SECONDS = 1.0


class CarryFailed(Unavailable):
    """A carrier's own words about what went wrong. `permanent`: trying again is of no use."""

    code = "CARRY_FAILED"

    def __init__(self, message: Message | None = None, *, permanent: bool = False) -> None:
        super().__init__(message or say("The other side refused."))
        self.permanent = permanent
        self.retryable = not permanent


class CarryLater(Exception):
    """Not now, by a rule of ours (quiet hours, a limit): no attempt was made."""

    def __init__(self, until: datetime, why: Message) -> None:
        super().__init__(why.in_english())
        self.until, self.why = until, why


class Parcel(NamedTuple):
    """One piece of work as its carrier gets it. `id` is the idempotency key."""

    id: str
    kind: str
    noun: str
    subject_id: str
    payload: dict[str, Any]
    attempt: int
    fence: int
    area_id: str | None = None


Carrier = Callable[[Parcel], Awaitable[None]]
_carriers: dict[str, Carrier] = {}


def register(kind: str, carrier: Carrier) -> None:
    """Say, when the program is put together, who carries out messages of a kind."""
    _carriers[kind] = carrier


async def is_any_due(tx: Tx, kinds: Sequence[str], now: datetime) -> bool:
    """Looked at without waiting for writers: mostly nothing is."""
    return bool(await tx.rows(store.FIND_DUE, kinds=list(kinds), now=now, most=1))


async def lease(
    tx: Tx, kinds: Sequence[str], now: datetime, most: int, until: datetime
) -> list[Parcel]:
    """Take the next few that are due and that nobody has."""
    taken = []
    for row in await tx.rows(store.FIND_DUE, kinds=list(kinds), now=now, most=most):
        mine = await tx.one(store.LEASE, message_id=row.id, seen_fence=row.fence, until=until)
        if mine is not None:
            taken.append(
                Parcel(
                    row.id,
                    row.kind,
                    row.noun,
                    row.subject_id,
                    row.payload,
                    mine.attempts,
                    mine.fence,
                    row.area_id,
                )
            )
    return taken


async def note_done(tx: Tx, parcel: Parcel, now: datetime) -> bool:
    """It was carried out. False when somebody else has taken it over meanwhile."""
    done = await tx.one(store.SAVE_DONE, message_id=parcel.id, my_fence=parcel.fence, now=now)
    return done is not None


async def note_failure(tx: Tx, parcel: Parcel, reason: str, permanent: bool, now: datetime) -> None:
    """Try again in 1, 5, 15 minutes; then a person must look."""
    wait = backoff_after(parcel.attempt)
    mine = {"message_id": parcel.id, "my_fence": parcel.fence, "reason": reason}
    if wait is not None and not permanent:
        await tx.one(store.SAVE_AGAIN, again_at=now + wait, **mine)
    elif await tx.one(store.SAVE_FAILED, **mine):
        record(tx, SYSTEM, "outbox.failed", parcel.id, now, kind=parcel.kind, reason=reason)


async def note_later(tx: Tx, parcel: Parcel, until: datetime, why: str) -> None:
    """Wait until then; the attempt does not count."""
    mine = {"message_id": parcel.id, "my_fence": parcel.fence}
    await tx.one(store.SAVE_LATER, again_at=until, reason=why[:400], **mine)


def backoff_after(attempt: int) -> timedelta | None:
    """How long to wait after the n-th attempt failed; None: give up."""
    return BACKOFF[attempt - 1] if attempt <= len(BACKOFF) else None


class Worker:
    """One in each process; they share the work."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Callable[[], datetime] = utc_now,
        lease_for: timedelta = LEASE,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._db, self._clock = db, clock
        self._lease_for, self._poll_seconds = lease_for, poll_seconds

    async def run(self) -> None:
        """Until cancelled. What is under way then is taken up again when its lease ends."""
        while True:
            try:
                busy = await self.turn()
            except Exception:  # the edge of this loop: it must go on
                log.exception("outbox.turn_failed")
                busy = 0
            if busy < MOST_TOGETHER:
                await asyncio.sleep(self._poll_seconds)

    async def turn(self) -> int:
        """Carry out what is due now, a few at once; gives how many were taken."""
        now = self._clock()
        if not await self._db.ask(is_any_due, list(_carriers), now):
            return 0
        parcels = await self._db.act(
            lease, list(_carriers), now, MOST_TOGETHER, now + self._lease_for
        )
        async with asyncio.TaskGroup() as group:
            for parcel in parcels:
                group.create_task(self._carry(parcel))
        return len(parcels)

    async def _carry(self, parcel: Parcel) -> None:
        """Done, or the failure noted; the lease is never outlived knowingly."""
        try:
            async with asyncio.timeout(self._lease_for.total_seconds() * 0.8):
                await _carriers[parcel.kind](parcel)
        except CarryLater as later:
            await self._db.act(note_later, parcel, later.until, str(later))
        except Exception as problem:  # whatever a carrier runs into is that message's failure
            reason, permanent = reason_of(problem), getattr(problem, "permanent", False)
            log.warning(
                "outbox.attempt_failed",
                message_id=parcel.id,
                kind=parcel.kind,
                attempt=parcel.attempt,
                reason=reason,
                exc_info=not isinstance(problem, DomainError | TimeoutError),
            )
            await self._db.act(note_failure, parcel, reason, permanent, self._clock())
        else:
            await self._db.act(note_done, parcel, self._clock())
