"""Faces go within an hour of the end of what they stood for; the law would give a day.

Nothing holds them back: for a dispute a face is never needed.
"""

from datetime import datetime
from typing import Any

from domain.admission import faces
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.operation.audit import record
from domain.retention import store

AT_ONCE = 200


async def forget_some(tx: Tx, now: datetime) -> int:
    """Delete up to AT_ONCE bindings whose time is over, whose ticket or card has ended, or whose
    area uses faces no longer; gives how many."""
    gone = await _over(tx, now)
    for row in gone:
        await tx.run(store.DROP_FACE, of_owner=row.owner, of_id=row.owner_id)
    if gone:
        record(tx, SYSTEM, "face.deleted", "", now, after={"number": len(gone)})
    return len(gone)


async def _over(tx: Tx, now: datetime) -> list[Any]:
    if gone := await tx.rows(store.FACES_OVER, at=now, most=AT_ONCE):
        return gone
    if gone := await tx.rows(store.FACES_ENDED, most=AT_ONCE):
        return gone
    for area in await tx.rows(store.AREAS_WITH_FACES):
        if not await faces.is_on(tx, area.area_id):
            return await tx.rows(store.FACES_OF_AREA, area=area.area_id, most=AT_ONCE)
    return []


async def forget(db: Database, now: datetime) -> None:
    """Every hour, a few hundred in one act."""
    while await db.act(forget_some, now):
        pass
