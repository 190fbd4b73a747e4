"""What staff see of the outbox, and what they may do: try again, or drop with a reason."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record
from domain.operation.outbox import store
from domain.operation.outbox.model import OutboxStatus

FIRST = Cut()
KEPT_DONE = timedelta(days=30)
FORGET_AT_ONCE = 1_000
COUNT_UP_TO = 1_001  # shown as "more than 1,000"


async def get(tx: Tx, message_id: str) -> Any:
    """The row. Raises NotFound."""
    row = await tx.one(store.GET_MESSAGE, message_id=message_id)
    if row is None:
        raise NotFound()
    return row


async def page(
    tx: Tx, status: OutboxStatus, cut: Cut = FIRST, areas: Sequence[str] | None = None
) -> list[Any]:
    """Newest first; a cut's key is (created_at, id). Of some areas only, when they are said."""
    if areas is not None:
        values = {"status": status.value, "areas": list(areas)}
        return await store.LIST_MESSAGES_IN_AREAS.page(tx, cut, **values)
    return await store.LIST_MESSAGES.page(tx, cut, status=status.value)


async def about(tx: Tx, noun: str, subject_id: str, most: int = 20) -> list[Any]:
    """What was sent because of one thing."""
    return await tx.rows(store.MESSAGES_ABOUT, noun=noun, subject_id=subject_id, most=most)


async def count(tx: Tx, status: OutboxStatus, areas: Sequence[str] | None = None) -> int:
    """How many, counted no further than 1,001. Of some areas only, when they are said."""
    if areas is not None:
        values = {"status": status.value, "areas": list(areas), "most": COUNT_UP_TO}
        return int((await tx.one(store.COUNT_SOME_IN_AREAS, **values)).count)
    found = await tx.one(store.COUNT_SOME, status=status.value, most=COUNT_UP_TO)
    return int(found.count)


async def lag(tx: Tx, now: datetime) -> timedelta:
    """How long the oldest piece of work has been waiting beyond its time."""
    oldest = await tx.one(store.OLDEST_DUE)
    if oldest is None or oldest.due_at is None:
        return timedelta(0)
    waiting: timedelta = now - oldest.due_at
    return max(waiting, timedelta(0))


async def retry(tx: Tx, actor: Actor, message_id: str, now: datetime) -> None:
    """Try a failed one again at once, with all its attempts. Raises Conflict when it has not."""
    row = await get(tx, message_id)
    if await tx.one(store.RETRY, message_id=message_id, now=now) is None:
        raise Conflict()
    record(tx, actor, "outbox.retried", message_id, now, area_id=row.area_id)


async def drop(tx: Tx, actor: Actor, message_id: str, reason: str, now: datetime) -> None:
    """Decide that this will not be done. Raises Conflict while somebody is doing it."""
    if not reason.strip():
        raise InvalidInput({"reason": say("Say why.")})
    row = await get(tx, message_id)
    if await tx.one(store.DROP, message_id=message_id, now=now) is None:
        raise Conflict()
    record(tx, actor, "outbox.dropped", message_id, now, reason=reason.strip(), area_id=row.area_id)


async def forget_done(tx: Tx, now: datetime) -> None:
    """Let go of what was done long ago."""
    await tx.run(store.FORGET_DONE, long_ago=now - KEPT_DONE, most=FORGET_AT_ONCE)
