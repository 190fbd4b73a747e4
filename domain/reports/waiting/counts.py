"""One question for all the numbers beside the rail; who may not see a thing gets no number."""

from typing import NamedTuple

from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.operation.approvals import worklist
from domain.operation.approvals.worklist import Part
from domain.operation.outbox import OutboxStatus
from domain.operation.outbox import worklist as outbox
from domain.operation.staff import Permission, SignedIn
from domain.reports.waiting import store

MOST = 100  # shown as 99+


class Waiting(NamedTuple):
    """How many wait, counted no further than MOST. Zero also for what this person may not see."""

    approvals: int = 0  # that this person may decide, and did not ask for
    failed: int = 0  # messages that gave up
    incidents: int = 0
    devices: int = 0  # not connected, or not whole
    prints: int = 0  # nobody knows whether they came out, or they did not
    faults: int = 0  # exceptions of devices


async def waiting_for(tx: Tx, who: SignedIn) -> Waiting:
    rows = await worklist.page(tx, who, Part.OPEN, Cut(most=MOST))
    return Waiting(
        sum(row.requested_by != who.id for row in rows),
        await failed_for(tx, who),
        await counted(tx, who, Permission.GATES_WATCH, store.INCIDENTS),
        await counted(tx, who, Permission.DEVICES_SEE, store.OFFLINE),
        await counted(tx, who, Permission.PRINTERS_SEE, store.PRINTS),
        await counted(tx, who, Permission.DEVICES_SEE, store.FAULTS),
    )


async def failed_for(tx: Tx, who: SignedIn) -> int:
    """A message belongs to the whole house: it counts for whoever sees all of the outbox."""
    if not who.may(Permission.OUTBOX_SEE) or who.is_limited(Permission.OUTBOX_SEE):
        return 0
    return min(MOST, await outbox.count(tx, OutboxStatus.FAILED))


async def counted(tx: Tx, who: SignedIn, permission: Permission, what: store.Counted) -> int:
    if not who.may(permission):
        return 0
    if not who.is_limited(permission):
        found = await tx.one(what.everywhere, most=MOST)
    else:
        found = await tx.one(what.at, most=MOST, places=sorted(who.reach[permission]))
    return int(found.n)
