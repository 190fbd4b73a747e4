"""A yes that nobody walked on: after its deadline it is annulled, and that is written down.

Time alone ends the hold; nothing waits for this. What is written is the event: when a visitor was
let in and did not come.
"""

from datetime import datetime, timedelta
from typing import Any

from domain.admission.redemptions import bearers, store
from domain.admission.redemptions.model import PassResult
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation.audit import record

AT_ONCE = 200  # of one look
LOOKED_BACK = timedelta(hours=6)  # at cards: a server that stood still catches up


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


async def lapsed_cards(tx: Tx, now: datetime) -> list[str]:
    """Scans of cards that were answered yes and nobody walked on, the oldest first. A question."""
    since = now - LOOKED_BACK
    rows = await tx.rows(store.LAPSED_CARDS, since=since, now=now, most=AT_ONCE)
    return [row.id for row in rows]


async def annul_lapsed_card(tx: Tx, redemption_id: str, now: datetime) -> bool:
    """Write down that its holder did not come in time. False when somebody was first."""
    redemption = await tx.one(store.ANNULLING, redemption_id=redemption_id)
    await bearers.find_again(tx, redemption.card_id)  # a passage waits until this is written
    if await tx.rows(store.ANY_PASSAGE, redemption_id=redemption_id):
        return False
    tx.add(
        store.ADD_PASSAGE,
        **timeout_of(redemption, redemption.persons, redemption.deadline_at),
        key=f"lapse {redemption.id}",
        card_id=redemption.card_id,
    )
    about = {"persons": redemption.persons, "card": redemption.card_id}
    record(tx, SYSTEM, "redemption.annulled", redemption.id, now, reason="TIMEOUT", **about)
    return True


def timeout_of(redemption: Any, persons: int, at: datetime) -> dict[str, Any]:
    """The passage that there was not."""
    return {
        "id": ids.new_id(),
        "asker_id": redemption.asker_id,
        "redemption_id": redemption.id,
        "gate_id": redemption.gate_id,
        "area_id": redemption.area_id,
        "spot_id": redemption.spot_id,
        "result": PassResult.TIMEOUT.value,
        "direction": redemption.direction,
        "persons": persons,
        "sensor": "none",
        "counted": 0,
        "passed_at": at,
    }


async def note_annulled(tx: Tx, held: Any, now: datetime) -> None:
    """The event, of the moment of the deadline; `held` is a ticket's row with that hold."""
    redemption = await tx.one(store.ANNULLING, redemption_id=held.held_by)
    if redemption is None:
        return
    tx.add(
        store.ADD_PASSAGE,
        **timeout_of(redemption, held.held_persons, held.held_until),
        key=f"lapse {redemption.id} {held.ticket_version}",  # no device's key has a space
        ticket_id=redemption.ticket_id,
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
