"""Writing a scan down, whatever the answer was."""

from datetime import datetime
from typing import Any

from domain.admission.redemptions import store
from domain.admission.redemptions.model import Answer, Direction
from domain.admission.redemptions.rules import Presented
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Tx


def counts_at_once(seen: Any, presented: Presented) -> bool:
    return presented.scan.passage or not seen.gate_has_sensor


def keep(
    tx: Tx,
    seen: Any,
    presented: Presented,
    way: Direction,
    answer: Answer,
    now: datetime,
    *,
    reason: str = "",
    card_id: str | None = None,
) -> None:
    """Write the scan down: of its code only a keyed hash."""
    scan = presented.scan
    tx.add(
        store.ADD_REDEMPTION,
        id=answer.redemption_id,
        asker_id=scan.asker_id,
        scan_id=scan.scan_id,
        code_hash=presented.code_hash,
        gate_id=scan.gate_id,
        area_id=seen.area_id,
        device_id=scan.device_id,
        staff_id=scan.staff_id,
        ticket_id=answer.ticket_id,
        medium_id=seen.medium_id,
        card_id=card_id,
        kind=scan.kind,
        direction=way.value,
        decision=answer.decision.value,
        refusal=answer.refusal and answer.refusal.value,
        persons=answer.persons,
        deadline_at=answer.deadline_at,
        detail=answer.details,
        reason=reason,
        scanned_at=now,
    )


def actor_of(device_id: str | None, staff_id: str | None, gate_id: str) -> Actor:
    if staff_id:
        return Actor(ActorKind.STAFF, staff_id, gate_id)
    return Actor(ActorKind.DEVICE, device_id, gate_id)
