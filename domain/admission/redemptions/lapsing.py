"""A yes that nobody walked on: after its deadline it is annulled, and that is written down.

Time alone ends the hold; nothing waits for this. What is written is the event: when a visitor was
let in and did not come.
"""

from datetime import datetime
from typing import Any

from domain.admission.redemptions import store
from domain.admission.redemptions.model import PassResult
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation.audit import record

AT_ONCE = 200  # of one look


async def lapsed(tx: Tx, now: datetime) -> list[str]:
    """Tickets whose hold is over and not written down yet, the oldest first. A question."""
    rows = await tx.rows(store.LAPSED, now=now, most=AT_ONCE)
    return [row.id for row in rows]


async def annul_lapsed(tx: Tx, ticket_id: str, now: datetime) -> bool:
    """Write down that nobody came in time. False when somebody was first: a passage, a new scan.

    Whose hold it was stays on the ticket: a passage that is told late still belongs to it.
    """
    held = await tx.one(store.HELD, ticket_id=ticket_id, now=now)
    if held is None:
        return False
    if not await tx.one(store.END_HOLD, ticket_id=ticket_id, seen_version=held.ticket_version):
        return False
    await note_annulled(tx, held, now)
    return True


async def note_annulled(tx: Tx, held: Any, now: datetime) -> None:
    """The event, of the moment of the deadline; `held` is a ticket's row with that hold."""
    redemption = await tx.one(store.ANNULLING, redemption_id=held.held_by)
    if redemption is None:
        return
    tx.add(
        store.ADD_PASSAGE,
        id=ids.new_id(),
        asker_id=redemption.asker_id,
        key=f"lapse {redemption.id} {held.ticket_version}",  # no device's key has a space
        redemption_id=redemption.id,
        ticket_id=redemption.ticket_id,
        gate_id=redemption.gate_id,
        area_id=redemption.area_id,
        spot_id=redemption.spot_id,
        result=PassResult.TIMEOUT.value,
        direction=redemption.direction,
        persons=held.held_persons,
        sensor="none",
        counted=0,
        passed_at=held.held_until,
    )
    record(
        tx,
        SYSTEM,
        "redemption.annulled",
        redemption.id,
        now,
        reason="TIMEOUT",
        persons=held.held_persons,
        ticket=redemption.ticket_id,
    )
