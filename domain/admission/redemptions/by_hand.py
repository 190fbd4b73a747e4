"""People at a gate: letting somebody in with a reason, taking one of a group back, incidents."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.admission.redemptions import bearers, bearing, store, uses
from domain.admission.redemptions.authorising import note_use, save_use, turned
from domain.admission.redemptions.keeping import keep
from domain.admission.redemptions.model import (
    Answer,
    Decision,
    Direction,
    IncidentKind,
    IncidentStatus,
    PassResult,
    Scan,
    ScanKind,
)
from domain.admission.redemptions.rules import Form, Presented
from domain.admission.redemptions.uses import Use, terms_of, use_of
from domain.commerce.catalog.model import GateMode
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation.audit import record

MOST_HEADS = 500
FIRST = Cut()
TAKE_BACK_WITHIN = timedelta(minutes=10)
BY_HEADS = frozenset({GateMode.ONE_MANY})
BY_PROGRAMS = BY_HEADS | {GateMode.ONE_ONE}  # where an entry is no more than a head
NOBODY = say("There is nobody to take back.")


class ByHand(NamedTuple):
    """Somebody whom staff let in. `request_id` is the form's: said again, it counts once.

    With `ticket_id` the ticket is used as far as it still has entries, with `card_id` the card.
    """

    request_id: str
    gate_id: str
    persons: int
    reason: str
    ticket_id: str | None = None
    card_id: str | None = None


async def admit(tx: Tx, by_hand: ByHand, actor: Actor, now: datetime) -> Answer:
    """Let people in by hand, whatever a rule would say; it is counted and somebody looks at it.
    The same request again answers what was admitted first. Refused for a card that stands for
    nothing (lost, frozen, dead, over): who shows such a one comes in without it, or not at all."""
    if not by_hand.reason.strip() or len(by_hand.reason) > 200:
        raise InvalidInput({"reason": say("Please give a reason.")})
    if not 1 <= by_hand.persons <= MOST_HEADS:
        raise InvalidInput({"persons": say("From 1 to {most} people.", most=MOST_HEADS)})
    seen = await tx.one(
        store.ADMITTING,
        gate_id=by_hand.gate_id,
        scan_id=by_hand.request_id,
        ticket_id=by_hand.ticket_id,
    )
    if seen is None or (by_hand.ticket_id and seen.ticket_id is None):
        raise NotFound()
    if seen.earlier_id is not None:
        return admitted(seen.earlier_id, seen.earlier_ticket_id, seen.earlier_persons)
    redemption_id = ids.new_id()
    answer = admitted(redemption_id, seen.ticket_id, by_hand.persons)
    uncovered = 0
    if by_hand.card_id is not None:
        uncovered = await spend_card(tx, seen, by_hand, redemption_id, actor, now)
    if seen.ticket_id is not None:
        use, uncovered = turned(seen, Direction.IN, by_hand.persons, redemption_id, now)
        if not await save_use(tx, seen, use):
            raise Conflict()
        note_use(tx, actor, seen.ticket_id, Direction.IN, use, now)
    write_down(tx, seen, by_hand, answer, uncovered, actor, now)
    return answer


async def spend_card(
    tx: Tx, seen: Any, by_hand: ByHand, redemption_id: str, actor: Actor, now: datetime
) -> int:
    """The card's holder came in; how many of the heads it did not cover."""
    assert by_hand.card_id is not None
    if by_hand.persons != 1:
        raise InvalidInput({"persons": say("A member card lets one person in.")})
    found = await bearers.find_again(tx, by_hand.card_id)
    if found.id != by_hand.card_id:
        raise Refused(Refusal.MEDIUM_DEAD)
    at = bearing.at_gate(seen, now)
    if no := found.worthless(at):
        raise Refused(no)
    uncovered = await found.enter(tx, 1, redemption_id, at)
    bearing.note(tx, actor, found.id, Direction.IN, now)
    return uncovered


def admitted(redemption_id: str, ticket_id: str | None, persons: int) -> Answer:
    return Answer(Decision.ALLOW, None, redemption_id, ticket_id, persons, None, False, {})


def write_down(
    tx: Tx,
    seen: Any,
    by_hand: ByHand,
    answer: Answer,
    uncovered: int,
    actor: Actor,
    now: datetime,
) -> None:
    scan = Scan(by_hand.request_id, by_hand.gate_id, None, "", ScanKind.MANUAL, staff_id=actor.id)
    presented = Presented(scan, Form.FOREIGN, code_hash="")
    keep(
        tx,
        seen,
        presented,
        Direction.IN,
        answer,
        now,
        reason=by_hand.reason.strip(),
        card_id=by_hand.card_id,
    )
    passage_id = add_passage(
        tx,
        seen,
        f"scan:{by_hand.request_id}",
        answer.redemption_id,
        PassResult.PASSED,
        by_hand.persons,
        now,
        card_id=by_hand.card_id,
    )
    add_incident(tx, seen, IncidentKind.MANUAL, by_hand.persons, by_hand.reason, passage_id, now)
    if uncovered:
        add_incident(tx, seen, IncidentKind.DUP_PASS, uncovered, by_hand.reason, passage_id, now)
    record(
        tx,
        actor,
        "redemption.by_hand",
        answer.redemption_id,
        now,
        reason=by_hand.reason,
        persons=by_hand.persons,
        ticket=seen.ticket_id,
        card=by_hand.card_id,
    )


def add_passage(
    tx: Tx,
    seen: Any,
    key: str,
    redemption_id: str,
    result: PassResult,
    heads: int,
    now: datetime,
    *,
    card_id: str | None = None,
) -> str:
    passage_id = ids.new_id()
    tx.add(
        store.ADD_PASSAGE,
        id=passage_id,
        asker_id=seen.gate_id,
        key=key,
        redemption_id=redemption_id,
        ticket_id=seen.ticket_id,
        card_id=card_id,
        gate_id=seen.gate_id,
        area_id=seen.area_id,
        spot_id=seen.spot_id,
        result=result,
        direction=Direction.IN,
        persons=abs(heads),
        sensor="manual",
        counted=heads,
        passed_at=now,
    )
    return passage_id


def add_incident(
    tx: Tx,
    seen: Any,
    kind: IncidentKind,
    heads: int,
    reason: str,
    passage_id: str,
    now: datetime,
) -> None:
    tx.add(
        store.ADD_INCIDENT,
        id=ids.new_id(),
        kind=kind,
        area_id=seen.area_id,
        gate_id=seen.gate_id,
        ticket_id=seen.ticket_id,
        passage_id=passage_id,
        heads=heads,
        reason=reason.strip(),
        raised_at=now,
    )


async def take_back(
    tx: Tx, gate_id: str, redemption_id: str, request_id: str, actor: Actor, now: datetime
) -> int:
    """One of a group was counted too many: the head may still come. Heads left afterwards.

    Only what was counted at this gate within the last minutes. Conflict when there is nothing to
    take back. The same `request_id` counts once.
    """
    key = f"back:{request_id}"
    return await put_back(tx, gate_id, redemption_id, key, 1, BY_HEADS, actor, now)


async def undo(tx: Tx, gate_id: str, ticket_id: str, actor: Actor, now: datetime) -> int:
    """What a program redeemed last with this ticket at this gate did not happen: all its heads may
    still come. Heads left afterwards. Conflict when there is nothing to take back. A redemption is
    undone once; said again, it stays so."""
    last = await tx.one(store.LAST_BY_PROGRAM, gate_id=gate_id, ticket_id=ticket_id)
    if last is None:
        raise Conflict(NOBODY)
    return await put_back(tx, gate_id, last.id, f"undo:{last.id}", None, BY_PROGRAMS, actor, now)


async def put_back(
    tx: Tx,
    gate_id: str,
    redemption_id: str,
    key: str,
    heads: int | None,
    modes: Collection[GateMode],
    actor: Actor,
    now: datetime,
) -> int:
    """So many heads of a redemption, or all of them, were counted and did not come."""
    seen = await tx.one(store.TAKING_BACK, gate_id=gate_id, redemption_id=redemption_id, key=key)
    if seen is None or seen.ticket_id is None:
        raise NotFound()
    if seen.earlier_id is not None:
        return int(seen.entries_left)
    counted = await tx.one(store.COUNTED_BY, redemption_id=redemption_id)
    recent = counted.last_at is not None and now - counted.last_at <= TAKE_BACK_WITHIN
    if terms_of(seen).gate_mode not in modes or counted.heads < 1 or not recent:
        raise Conflict(NOBODY)
    heads = heads or int(counted.heads)
    use: Use = uses.take_back(use_of(seen), heads)
    if not use_of(seen).is_live or not await save_use(tx, seen, use):
        raise Conflict()
    add_passage(tx, seen, key, redemption_id, PassResult.REVERSE, -heads, now)
    after = {"status": use.status, "entries_left": use.entries_left}
    record(tx, actor, "ticket.taken_back", seen.ticket_id, now, after=after)
    return use.entries_left


# -- incidents


async def list_incidents(
    tx: Tx, status: IncidentStatus, cut: Cut = FIRST, places: Collection[str] | None = None
) -> list[Any]:
    """One page, newest first; only of these areas and gates, when they are named."""
    if places is None:
        return await store.LIST_INCIDENTS.page(tx, cut, of_status=status.value)
    named = sorted(places)
    return await store.LIST_INCIDENTS_AT.page(tx, cut, of_status=status.value, places=named)


async def get_incident(tx: Tx, incident_id: str) -> Any:
    row = await tx.one(store.GET_INCIDENT, id=incident_id)
    if row is None:
        raise NotFound()
    return row


async def count_open_incidents(tx: Tx) -> int:
    """How many a person should look at; 1,000 stands for more."""
    return int((await tx.one(store.COUNT_OPEN_INCIDENTS)).many)


async def assign_incident(
    tx: Tx, incident_id: str, staff_id: str | None, actor: Actor, now: datetime
) -> None:
    """Say who is to look at it. Conflict when somebody has settled it."""
    before = (await get_incident(tx, incident_id)).assigned_to
    if not await tx.one(store.ASSIGN_INCIDENT, incident_id=incident_id, to=staff_id):
        raise Conflict()
    record(
        tx,
        actor,
        "incident.assigned",
        incident_id,
        now,
        before={"staff_ids": [before] if before else []},
        after={"staff_ids": [staff_id] if staff_id else []},
    )


async def resolve_incident(
    tx: Tx, incident_id: str, note: str, actor: Actor, now: datetime
) -> None:
    """Somebody has looked at it. Conflict when somebody else had."""
    if not note.strip() or len(note) > 400:
        raise InvalidInput({"note": say("Say what was found.")})
    resolved = await tx.one(
        store.RESOLVE_INCIDENT, incident_id=incident_id, by=actor.id, at=now, the_note=note.strip()
    )
    if resolved is None:
        raise Conflict()
    record(tx, actor, "incident.resolved", incident_id, now, note=note.strip())
