"""The second step of a redemption: the arm turned or did not. What happened is never refused."""

from datetime import datetime
from typing import Any, NamedTuple

from domain.admission.redemptions import bearers, bearing, store
from domain.admission.redemptions.authorising import (
    LOOKS,
    note_use,
    save_use,
    turned,
)
from domain.admission.redemptions.keeping import actor_of
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
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound, say
from domain.kernel.refusals import Refusal
from domain.operation.audit import record

WENT_THROUGH = frozenset({PassResult.PASSED, PassResult.TAILGATE, PassResult.FORCED})
MOST_UNASKED = 500  # heads of one passage without a scan; a device that tells more is broken


class Effect(NamedTuple):
    """What a passage does: the ticket's use after it, and what a person should look at."""

    use: Use | None  # None: nothing changes
    incident: IncidentKind | None = None
    heads: int = 0  # of the incident
    over: int = 0  # heads that were told and cannot be believed: not counted, and looked at


async def record_passage(tx: Tx, passage: Passage, now: datetime) -> Recorded:
    """Keep what the gate saw and use or free the ticket. The same `key` counts once. A passage
    after the deadline counts while the ticket has an entry left, else it is an incident."""
    at = now if passage.happened_at is None else min(passage.happened_at, now)
    for _ in range(LOOKS):
        seen = await look(tx, passage)
        if seen.earlier_id is not None:
            return await again(tx, seen, passage)
        way = way_of(seen, passage)
        effect = await effect_on_card(tx, seen, passage, way, at) or effect_of(
            seen, passage, way, at
        )
        if effect.use is None or await save_use(tx, seen, effect.use):
            return keep(tx, seen, passage, way, effect, at)
    raise Conflict()


async def again(tx: Tx, seen: Any, passage: Passage) -> Recorded:
    """What was answered first."""
    incident = await tx.one(store.INCIDENT_OF_PASSAGE, passage_id=seen.earlier_id)
    kind = IncidentKind(incident.kind) if incident else None
    differs = (
        seen.earlier_redemption_id != seen.redemption_id or seen.earlier_result != passage.result
    )
    return Recorded(seen.earlier_counted, seen.earlier_ticket_id, None, kind, True, differs)


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


async def effect_on_card(
    tx: Tx, seen: Any, passage: Passage, way: Direction, at: datetime
) -> Effect | None:
    """What a passage does that followed a card's scan; None when there is no card in it."""
    if seen.card_id is None or passage.result in (PassResult.TAILGATE, PassResult.FORCED):
        return None
    over = max(0, passage.persons - 1)  # a card is one head
    if was_counted(seen):
        return Effect(None, over=over)
    card = await bearers.find_again(tx, seen.card_id)
    if passage.result is not PassResult.PASSED:
        await bearing.annul(tx, card, seen.redemption_id)
        return Effect(None)
    uncovered = await bearing.go(tx, card, seen, way, 1, seen.redemption_id, at)
    note = actor_of(passage.device_id, None, passage.gate_id)
    bearing.note(tx, note, card.id, way, at)
    if uncovered:
        return Effect(None, IncidentKind.DUP_PASS, uncovered, over)
    if seen.decision == Decision.DENY and way is Direction.IN and not decided_alone(seen):
        return Effect(None, IncidentKind.REFUSED_PASS, 1, over)
    return Effect(None, over=over)


def way_of(seen: Any, passage: Passage) -> Direction:
    """The way of the scan that opened the gate, else the gate's, else what the device says."""
    if seen.redemption_direction is not None:
        return Direction(seen.redemption_direction)
    return direction_at(seen.gate_direction, passage.direction)


def effect_of(seen: Any, passage: Passage, way: Direction, at: datetime) -> Effect:
    heads = passage.persons
    most = min(heads, MOST_UNASKED)
    if passage.result is PassResult.TAILGATE:
        return Effect(None, IncidentKind.TAILGATE, most, heads - most)
    if passage.result is PassResult.FORCED:
        return Effect(None, IncidentKind.FORCED, most, heads - most)
    if passage.result is not PassResult.PASSED:
        return Effect(freed(seen))
    if seen.redemption_id is None:
        kind = IncidentKind.UNKNOWN_PASS if passage.scan_id is not None else None
        return Effect(None, kind, most, heads - most)
    if was_counted(seen):
        return Effect(None, over=max(0, heads - seen.redemption_persons))
    if seen.ticket_id is None:
        most = believed(seen, way, heads, 0)
        return Effect(None, IncidentKind.REFUSED_PASS, most, heads - most)
    return passed(seen, way, heads, at)


def freed(seen: Any) -> Use | None:
    """Nobody went: the ticket without this redemption's hold; None when it had none."""
    if seen.ticket_id is None or seen.redemption_id is None:
        return None
    after = free(use_of(seen), seen.redemption_id)
    return None if after == use_of(seen) else after


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
    counted = believed(seen, way, heads, heads - uncovered)
    over, uncovered = heads - counted, max(0, counted - (heads - uncovered))
    if uncovered:
        return Effect(changed, IncidentKind.DUP_PASS, uncovered, over)
    if seen.decision == Decision.DENY and way is Direction.IN and not decided_alone(seen):
        return Effect(changed, IncidentKind.REFUSED_PASS, counted, over)
    return Effect(changed, over=over)


def believed(seen: Any, way: Direction, heads: int, covered: int) -> int:
    """How many of the heads that a device tells are counted: as many as the yes was for or the
    ticket covers, and one at least, for the arm did turn. A number beyond is for a person to see.
    """
    authorised: int = seen.redemption_persons
    ticket_persons: int = seen.persons or 1
    most = ticket_persons if way is Direction.OUT else covered
    return min(heads, max(1, authorised, most))


def keep(
    tx: Tx, seen: Any, passage: Passage, way: Direction, effect: Effect, at: datetime
) -> Recorded:
    passage_id = ids.new_id()
    counted = 0
    if passage.result in WENT_THROUGH and not (seen.redemption_id and was_counted(seen)):
        heads = passage.persons - effect.over
        counted = heads if way is Direction.IN else -heads
    tx.add(
        store.ADD_PASSAGE,
        id=passage_id,
        asker_id=passage.asker_id,
        key=passage.key,
        redemption_id=seen.redemption_id,
        ticket_id=seen.ticket_id,
        card_id=seen.card_id,
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
    incident = raise_incidents(tx, seen, effect, passage_id, actor, at)
    left = None
    if seen.ticket_id is not None:
        left = (effect.use or use_of(seen)).entries_left
    return Recorded(counted, seen.ticket_id, left, incident, False)


def raise_incidents(
    tx: Tx, seen: Any, effect: Effect, passage_id: str, actor: Actor, at: datetime
) -> IncidentKind | None:
    """What a person should look at, the gravest first; None for nothing."""
    raised = [(effect.incident, effect.heads)] if effect.incident else []
    raised += [(IncidentKind.OVERCOUNT, effect.over)] if effect.over else []
    for kind, heads in raised:
        tx.add(
            store.ADD_INCIDENT,
            id=ids.new_id(),
            kind=kind.value,
            area_id=seen.area_id,
            gate_id=seen.gate_id,
            ticket_id=seen.ticket_id,
            passage_id=passage_id,
            heads=heads,
            raised_at=at,
        )
        record(tx, actor, "incident.raised", passage_id, at, kind=kind)
    return raised[0][0] if raised else None
