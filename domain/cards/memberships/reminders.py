"""What became of reminders: sent, failed, withheld because the holder wants none; and once more."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.cards.memberships import store
from domain.cards.memberships.reminding import remind_again
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, NotFound, say
from domain.operation.messages import DeliveryState
from domain.operation.outbox import OutboxStatus, worklist

FIRST = Cut()
LOOKED_BACK = timedelta(days=30)  # as long as the outbox keeps what is done


class Outcome(StrEnum):
    """What the office asks for."""

    SENT = "sent"
    WAITING = "waiting"
    FAILED = "failed"
    WITHHELD = "withheld"  # unsubscribed, switched off, no phone, dropped by a person


_S = DeliveryState
STATES: Mapping[Outcome, Sequence[DeliveryState]] = {
    Outcome.SENT: (_S.SENT, _S.DELIVERED, _S.LOGGED),
    Outcome.WAITING: (_S.WAITING, _S.SENDING),
    Outcome.FAILED: (_S.FAILED, _S.UNKNOWN),
    Outcome.WITHHELD: (_S.WITHHELD,),
}


async def list_reminders(
    tx: Tx, area_id: str, outcome: Outcome | None = None, cut: Cut = FIRST
) -> list[Any]:
    """One page by (created_at, id), newest first. `outcome` of a row is a DeliveryState, `payload`
    says how many days before."""
    if outcome is None:
        return await store.REMINDERS.page(tx, cut, area=area_id)
    states = [state.value for state in STATES[outcome]]
    return await store.REMINDERS_OF.page(tx, cut, area=area_id, outcomes=states)


async def count_reminders(tx: Tx, area_id: str, now: datetime) -> dict[Outcome, int]:
    """Of the last thirty days."""
    rows = await tx.rows(store.REMINDERS_COUNTED, area=area_id, since=now - LOOKED_BACK)
    many = {DeliveryState(row.outcome): int(row.many) for row in rows}
    return {one: sum(many.get(state, 0) for state in STATES[one]) for one in Outcome}


async def area_of_reminder(tx: Tx, reminder_id: str) -> str:
    return str((await _get(tx, reminder_id)).area_id)


async def send_again(tx: Tx, reminder_id: str, actor: Actor, now: datetime) -> None:
    """A reminder that failed goes out anew, with the days that are left by now. Conflict when it
    did not fail, when a newer one was written since, or when the card is over."""
    row = await _get(tx, reminder_id)
    has_failed = row.status == OutboxStatus.FAILED or row.state == DeliveryState.FAILED
    if not has_failed or await tx.one(store.LATER_REMINDER, card=row.subject_id, id=row.id):
        raise Conflict()
    if row.status == OutboxStatus.FAILED:
        await worklist.drop(tx, actor, row.id, SENT_ANEW.in_english(), now)
    await remind_again(tx, row.subject_id, actor, now)


SENT_ANEW = say("Sent anew.")


async def _get(tx: Tx, reminder_id: str) -> Any:
    row = await tx.one(store.REMINDER, id=reminder_id)
    if row is None:
        raise NotFound()
    return row
