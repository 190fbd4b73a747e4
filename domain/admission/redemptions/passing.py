"""The second step of a redemption: the arm turned or did not. What happened is never refused."""

from datetime import datetime
from typing import Any, NamedTuple

from domain.admission.redemptions import store
from domain.admission.redemptions.authorising import (
    LOOKS,
    actor_of,
    note_use,
    save_use,
    turned,
)
from domain.admission.redemptions.model import (
    Decision,
    Direction,
    IncidentKind,
    Passage,
    PassResult,
    Recorded,
)
from domain.admission.redemptions.rules import direction_at
from domain.admission.redemptions.uses import Use, free, use_of
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound, say
from domain.kernel.refusals import Refusal
from domain.operation.audit import record

WENT_THROUGH = frozenset({PassResult.PASSED, PassResult.TAILGATE, PassResult.FORCED})


class Effect(NamedTuple):
    """What a passage does: the ticket's use after it, and what a person should look at."""

    use: Use | None  # None: nothing changes
    incident: IncidentKind | None = None
    heads: int = 0  # of the incident


async def record_passage(tx: Tx, passage: Passage, now: datetime) -> Recorded:
    """Keep what the gate saw and use or free the ticket. The same `key` counts once. A passage
    after the deadline counts while the ticket has an entry left, else it is an incident."""
    at = now if passage.happened_at is None else min(passage.happened_at, now)
    for _ in range(LOOKS):
        seen = await look(tx, passage)
        if seen.earlier_id is not None:
            return Recorded(seen.earlier_counted, seen.earlier_ticket_id, None, None, True)
        way = way_of(seen, passage)
        effect = effect_of(seen, passage, way, at)
        if effect.use is None or await save_use(tx, seen, effect.use):
            return keep(tx, seen, passage, way, effect, at)
    raise Conflict()


async def look(tx: Tx, passage: Passage) -> Any:
    seen = await tx.one(
        store.PASSING,
        gate_id=passage.gate_id,
        asker_id=passage.asker_id,
        key=passage.key,
        scan_id=passage.scan_id,
    )
    if seen is None:
        raise NotFound(say("There is no such gate."))
    return seen


def way_of(seen: Any, passage: Passage) -> Direction:
    """The way of the scan that opened the gate, else the gate's, else what the device says."""
    if seen.redemption_direction is not None:
        return Direction(seen.redemption_direction)
    return direction_at(seen.gate_direction, passage.direction)


def effect_of(seen: Any, passage: Passage, way: Direction, at: datetime) -> Effect:
    heads = passage.persons
    if passage.result is PassResult.TAILGATE:
        return Effect(None, IncidentKind.TAILGATE, heads)
    if passage.result is PassResult.FORCED:
        return Effect(None, IncidentKind.FORCED, heads)
    if seen.redemption_id is None:
        unknown = passage.scan_id is not None and passage.result is PassResult.PASSED
        return Effect(None, IncidentKind.UNKNOWN_PASS if unknown else None, heads)
    if seen.ticket_id is None:
        refused = passage.result is PassResult.PASSED
        return Effect(None, IncidentKind.REFUSED_PASS if refused else None, heads)
    if passage.result is not PassResult.PASSED:
        after = free(use_of(seen), seen.redemption_id)
        return Effect(None if after == use_of(seen) else after)
    if was_counted(seen):
        return Effect(None)
    return passed(seen, way, heads, at)


def was_counted(seen: Any) -> bool:
    """A scan that counted at once; that the device reports it too changes nothing."""
    return seen.decision == Decision.ALLOW and seen.deadline_at is None


def decided_alone(seen: Any) -> bool:
    """Our answer came too late, so the gate went by its own rules: a fact, and no disobedience."""
    return bool(seen.refusal == Refusal.TOO_LATE)


def passed(seen: Any, way: Direction, heads: int, at: datetime) -> Effect:
    authorised = seen.redemption_persons
    use, uncovered = turned(seen, way, heads, seen.redemption_id, at, authorised)
    changed = None if use == use_of(seen) else use
    if uncovered:
        return Effect(changed, IncidentKind.DUP_PASS, uncovered)
    if seen.decision == Decision.DENY and way is Direction.IN and not decided_alone(seen):
        return Effect(changed, IncidentKind.REFUSED_PASS, heads)
    return Effect(changed)


def keep(
    tx: Tx, seen: Any, passage: Passage, way: Direction, effect: Effect, at: datetime
) -> Recorded:
    passage_id = ids.new_id()
    counted = 0
    if passage.result in WENT_THROUGH and not (seen.redemption_id and was_counted(seen)):
        counted = passage.persons if way is Direction.IN else -passage.persons
    tx.add(
        store.ADD_PASSAGE,
        id=passage_id,
        asker_id=passage.asker_id,
        key=passage.key,
        redemption_id=seen.redemption_id,
        ticket_id=seen.ticket_id,
        gate_id=passage.gate_id,
        area_id=seen.area_id,
        spot_id=seen.spot_id,
        result=passage.result.value,
        direction=way.value,
        persons=passage.persons,
        sensor=passage.sensor,
        counted=counted,
        passed_at=at,
    )
    actor = actor_of(passage.device_id, None, passage.gate_id)
    if effect.use is not None and counted:
        note_use(tx, actor, seen.ticket_id, way, effect.use, at)
    if effect.incident is not None:
        raise_incident(tx, seen, effect, passage_id, at)
        record(tx, actor, "incident.raised", passage_id, at, kind=effect.incident)
    left = None
    if seen.ticket_id is not None:
        left = (effect.use or use_of(seen)).entries_left
    return Recorded(counted, seen.ticket_id, left, effect.incident, False)


def raise_incident(tx: Tx, seen: Any, effect: Effect, passage_id: str, at: datetime) -> None:
    tx.add(
        store.ADD_INCIDENT,
        id=ids.new_id(),
        kind=effect.incident and effect.incident.value,
        area_id=seen.area_id,
        gate_id=seen.gate_id,
        ticket_id=seen.ticket_id,
        passage_id=passage_id,
        heads=effect.heads,
        raised_at=at,
    )
