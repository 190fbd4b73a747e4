"""A card at a gate, in the two steps of every redemption (see `bearers.py`)."""

from datetime import datetime, timedelta
from typing import Any

from domain.admission.redemptions import bearers, rules, store
from domain.admission.redemptions.bearers import AtGate, Bearer
from domain.admission.redemptions.keeping import actor_of, counts_at_once, keep
from domain.admission.redemptions.limits import places_free
from domain.admission.redemptions.model import (
    Answer,
    Decision,
    Direction,
    PassResult,
    ScanKind,
)
from domain.admission.redemptions.rules import (
    Form,
    Presented,
    direction_at,
    gate_bit,
    hours_refusal,
)
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.refusals import Refusal
from domain.operation.audit import record
from domain.operation.places.model import GateStatus


def at_gate(seen: Any, at: datetime) -> AtGate:
    return AtGate(seen.gate_id, seen.area_id, gate_bit(seen.spot_bit), seen.time_zone, at)


async def find(tx: Tx, seen: Any, presented: Presented, now: datetime) -> Bearer | None:
    """What else than a ticket was presented; None for nothing that is known."""
    if presented.card_id:
        return await bearers.find_again(tx, presented.card_id)
    if presented.form is Form.DOCUMENT:
        return await find_for_person(tx, seen, presented, now)
    return await bearers.find(tx, presented.medium_code) if seen.ticket_id is None else None


async def find_for_person(tx: Tx, seen: Any, presented: Presented, now: datetime) -> Bearer | None:
    """A person's card, when none of their tickets lets them through: the first that does; else,
    for somebody without any ticket, the first. The document itself must have been read, or looked
    at by staff: its number alone (a QR code of it) spends nothing of anybody's."""
    if presented.scan.kind != ScanKind.ID and not presented.scan.staff_id:
        return None
    if rules.refusal_for(seen, presented, now) is None:
        return None
    found = await bearers.find_by_document(tx, presented.documents)
    if direction_at(seen.gate_direction, presented.scan.direction) is Direction.OUT:
        found.sort(key=lambda one: not one.is_inside)
    best = next((one for one in found if refusal_for(seen, one, presented, now) is None), None)
    return best or (found[0] if found and seen.ticket_id is None else None)


def refusal_for(seen: Any, found: Bearer, presented: Presented, now: datetime) -> Refusal | None:
    """The first reason to say no. Whoever wants out gets out, as with tickets."""
    if seen.gate_status != GateStatus.OPEN:
        return Refusal.GATE_CLOSED
    if direction_at(seen.gate_direction, presented.scan.direction) is Direction.OUT:
        return None
    return found.refusal(at_gate(seen, now)) or presented.scan.finding or hours_refusal(seen, now)


async def decide(tx: Tx, seen: Any, found: Bearer, presented: Presented, now: datetime) -> Answer:
    """The answer, kept."""
    way = direction_at(seen.gate_direction, presented.scan.direction)
    refusal = refusal_for(seen, found, presented, now)
    if refusal is None and way is Direction.IN and seen.entries_held:
        free = await places_free(tx, seen.area_id, seen.time_zone, seen.instant_capacity, now)
        refusal = None if free else Refusal.CAPACITY_HOLD
    if refusal is not None:
        no = Answer(Decision.DENY, refusal, ids.new_id(), None, 0, None, False, found.details)
        keep(tx, seen, presented, way, no, now, card_id=found.id)
        return no
    return await allow(tx, seen, found, presented, way, now)


async def allow(
    tx: Tx, seen: Any, found: Bearer, presented: Presented, way: Direction, now: datetime
) -> Answer:
    at_once = counts_at_once(seen, presented)
    deadline_at = None if at_once else now + timedelta(seconds=seen.gate_hold_seconds)
    redemption_id = ids.new_id()
    answer = Answer(
        Decision.ALLOW,
        None,
        redemption_id,
        None,
        1,
        deadline_at,
        deadline_at is not None,
        found.details,
    )
    keep(tx, seen, presented, way, answer, now, card_id=found.id)
    if at_once:
        await go(tx, found, seen, way, 1, redemption_id, now)
        count(tx, seen, found, presented, way, answer, now)
    elif way is Direction.IN and deadline_at is not None:
        await found.hold(tx, redemption_id, deadline_at)
    return answer


async def go(
    tx: Tx,
    found: Bearer,
    seen: Any,
    way: Direction,
    heads: int,
    redemption_id: str,
    at: datetime,
) -> int:
    """Somebody went through; how many of them the card did not cover."""
    if way is Direction.OUT:
        await found.leave(tx, at_gate(seen, at))
        return 0
    return await found.enter(tx, heads, redemption_id, at_gate(seen, at))


async def annul(tx: Tx, found: Bearer, redemption_id: str) -> None:
    await found.free(tx, redemption_id)


def count(
    tx: Tx,
    seen: Any,
    found: Bearer,
    presented: Presented,
    way: Direction,
    answer: Answer,
    now: datetime,
) -> None:
    """The passage of a scan that counts at once."""
    scan = presented.scan
    tx.add(
        store.ADD_PASSAGE,
        id=ids.new_id(),
        asker_id=scan.asker_id,
        key=f"scan:{scan.scan_id}",
        redemption_id=answer.redemption_id,
        card_id=found.id,
        gate_id=scan.gate_id,
        area_id=seen.area_id,
        spot_id=seen.spot_id,
        result=PassResult.PASSED.value,
        direction=way.value,
        persons=1,
        sensor="manual" if scan.staff_id else "none",
        counted=1 if way is Direction.IN else -1,
        passed_at=now,
    )
    note(tx, actor_of(scan.device_id, scan.staff_id, scan.gate_id), found.id, way, now)


def note(tx: Tx, actor: Actor, card_id: str, way: Direction, now: datetime) -> None:
    act = "membership.redeemed" if way is Direction.IN else "membership.left"
    record(tx, actor, act, card_id, now)
