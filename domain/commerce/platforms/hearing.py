"""When a platform was last heard of: what the office looks at when money does not come."""

from datetime import datetime
from typing import Any

from domain.commerce.payments.model import Tender
from domain.commerce.platforms import store
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.operation.audit import record


async def heard(tx: Tx) -> dict[Tender, Any]:
    """By platform: callback_at, rejected_at, tried_at, try_is_good."""
    return {Tender(row.tender): row for row in await tx.rows(store.HEARINGS)}


async def note_callback(tx: Tx, tender: Tender, is_genuine: bool, now: datetime) -> None:
    await _know(tx, tender)
    statement = store.NOTE_CALLBACK if is_genuine else store.NOTE_REJECTED
    await tx.run(statement, of_tender=tender.value, at=now)


async def note_try(tx: Tx, tender: Tender, is_good: bool, actor: Actor, now: datetime) -> None:
    """Somebody tried the connection."""
    await _know(tx, tender)
    await tx.run(store.NOTE_TRY, of_tender=tender.value, at=now, good=is_good)
    record(tx, actor, "payment_platform.tried", tender.value, now, after={"good": is_good})


async def _know(tx: Tx, tender: Tender) -> None:
    if await tx.one(store.GET_HEARING, tender=tender.value) is None:
        tx.add(store.ADD_HEARING, tender=tender.value)
