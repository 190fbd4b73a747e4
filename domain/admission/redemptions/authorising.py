"""The first step of a redemption: say yes or no, and keep the scan whatever the answer."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.admission.redemptions import bearing, facing, show, store
from domain.admission.redemptions.keeping import actor_of, counts_at_once, keep
from domain.admission.redemptions.lapsing import note_annulled
from domain.admission.redemptions.limits import places_free
from domain.admission.redemptions.model import Answer, Decision, Direction, PassResult
from domain.admission.redemptions.rules import (
    Form,
    Presented,
    direction_at,
    gate_bit,
    refusal_for,
)
from domain.admission.redemptions.uses import (
    Permit,
    Turn,
    Use,
    enter,
    hold,
    leave,
    may_enter,
    on_day,
    terms_of,
    use_of,
)
from domain.commerce.catalog.model import GateMode
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound, say
from domain.kernel.refusals import Refusal
from domain.operation.audit import record

USUAL_ZONE = ZoneInfo("Asia/Shanghai")  # another area's day costs one question more
LOOKS = 4  # on PostgreSQL others may change a ticket between our look and our move


async def authorise(tx: Tx, presented: Presented, now: datetime) -> Answer:
    """Say yes or no; yes holds the ticket until the deadline, or uses it at once where no sensor
    will tell. The same `scan_id` gets the same answer again; Conflict when it comes with another
    code. NotFound, and nothing is kept, when there is no such gate."""
    if presented.form is Form.FACE:
        presented = await facing.recognised(tx, presented, now)
    for _ in range(LOOKS):
        seen = await look(tx, presented, now)
        if seen.earlier_id is not None:
            return answer_again(seen, presented)
        answer = await decide(tx, seen, presented, now)
        if answer is not None:
            return answer
    seen = await look(tx, presented, now)
    return await refuse(tx, seen, presented, Refusal.IN_USE, now)


async def look(tx: Tx, presented: Presented, now: datetime) -> Any:
    """Everything the rules need, in one row."""
    scan = presented.scan
    values: dict[str, Any] = {
        "gate_id": scan.gate_id,
        "asker_id": scan.asker_id,
        "scan_id": scan.scan_id,
        "today": local_day(now, USUAL_ZONE),
    }
    if presented.form is Form.SIGNED:
        seen = await tx.one(
            store.SEEN_BY_TOKEN, token=presented.token, serial=presented.serial, **values
        )
    elif presented.ticket_id:
        seen = await tx.one(store.SEEN_BY_TICKET, ticket_id=presented.ticket_id, **values)
    else:
        seen = await tx.one(store.SEEN_BY_MEDIUM, medium_code=presented.medium_code, **values)
    if seen is None:
        raise NotFound(say("There is no such gate."))
    if presented.form is Form.DOCUMENT and seen.earlier_id is None:
        seen = await look_for_person(tx, seen, presented, now)
    return await with_own_day(tx, seen, values["today"], now)


async def look_for_person(tx: Tx, seen: Any, presented: Presented, now: datetime) -> Any:
    """Of a person's tickets the first that lets them in here; else the one that is nearest."""
    found = await tx.rows(
        store.SEEN_BY_DOCUMENT,
        gate_id=presented.scan.gate_id,
        documents=list(presented.documents),
        today=local_day(now, USUAL_ZONE),
        now=now,
    )
    if not found:
        return seen
    best = next((row for row in found if not refusal_for(row, presented, now)), found[0])
    return seen._replace(**best._asdict())


async def with_own_day(tx: Tx, seen: Any, today: date, now: datetime) -> Any:
    """An area in another zone may have another day: then look up whether that one is closed."""
    own = today if seen.time_zone == USUAL_ZONE.key else local_day(now, ZoneInfo(seen.time_zone))
    if own == today:
        return seen
    row = await tx.one(store.DAY_CLOSED, area_id=seen.area_id, today=own)
    return seen._replace(day_closed=bool(row and row.closed))


def answer_again(seen: Any, presented: Presented) -> Answer:
    if seen.earlier_code_hash != presented.code_hash:
        raise Conflict(say("This scan id was already used for another code."), code="DUPLICATE")
    return Answer(
        Decision(seen.earlier_decision),
        Refusal(seen.earlier_refusal) if seen.earlier_refusal else None,
        seen.earlier_id,
        seen.earlier_ticket_id,
        seen.earlier_persons,
        seen.earlier_deadline_at,
        seen.earlier_deadline_at is not None,
        seen.earlier_detail,
    )


async def decide(tx: Tx, seen: Any, presented: Presented, now: datetime) -> Answer | None:
    """The answer, kept; None when the ticket changed under our eyes."""
    found = await bearing.find(tx, seen, presented, now)
    if presented.faces and presented.form is not Form.FACE:
        presented = await facing.compared(tx, presented, seen, found, now)
    if found is not None:
        answer: Answer | None = await bearing.decide(tx, seen, found, presented, now)
    else:
        answer = await decide_ticket(tx, seen, presented, now)
    if presented.scan.agrees and presented.faces and answer is not None and answer.allowed:
        await facing.keep_face(tx, presented, seen, found, now)
    return answer


async def decide_ticket(tx: Tx, seen: Any, presented: Presented, now: datetime) -> Answer | None:
    refusal = refusal_for(seen, presented, now)
    if refusal is Refusal.NOT_FOUND and presented.form is Form.DOCUMENT:
        refusal = await unpaid_or_unknown(tx, presented, now)
    if refusal is not None:
        return await refuse(tx, seen, presented, refusal, now)
    way = direction_at(seen.gate_direction, presented.scan.direction)
    heads = heads_going(seen, presented, way, now)
    if way is Direction.IN and seen.entries_held:
        free = await places_free(tx, seen.area_id, seen.time_zone, seen.instant_capacity, now)
        if seen.gate_mode == GateMode.ONE_MANY:
            heads = min(heads, free)
        if free < max(1, heads):
            return await refuse(tx, seen, presented, Refusal.CAPACITY_HOLD, now)
    return await allow(tx, seen, presented, way, heads, now)


async def unpaid_or_unknown(tx: Tx, presented: Presented, now: datetime) -> Refusal:
    unpaid = await tx.one(
        store.UNPAID_BY_DOCUMENT,
        gate_id=presented.scan.gate_id,
        documents=list(presented.documents),
        now=now,
    )
    return Refusal.UNPAID if unpaid else Refusal.NOT_FOUND


def heads_going(seen: Any, presented: Presented, way: Direction, now: datetime) -> int:
    """How many go now. A group without a sensor goes one by one, a scan a head, unless told."""
    wanted = presented.scan.persons
    if way is Direction.OUT:
        most_out: int = seen.persons
        return min(wanted or 1, most_out)
    use = on_day(use_of(seen), now, ZoneInfo(seen.time_zone))
    most = may_enter(terms_of(seen), use, gate_bit(seen.spot_bit))
    if wanted is None and seen.gate_mode == GateMode.ONE_MANY and counts_at_once(seen, presented):
        wanted = 1
    return min(most, wanted or most)


async def allow(
    tx: Tx, seen: Any, presented: Presented, way: Direction, heads: int, now: datetime
) -> Answer | None:
    redemption_id = ids.new_id()
    at_once = counts_at_once(seen, presented)
    deadline_at = None if at_once else now + timedelta(seconds=seen.gate_hold_seconds)
    use = use_of(seen)
    if at_once:
        after, _ = turned(seen, way, heads, redemption_id, now)
        if not await save_use(tx, seen, after):
            return None
        use = after
    elif way is Direction.IN:
        assert deadline_at is not None
        use = hold(use, redemption_id, heads, deadline_at)
        if not await tx.one(
            store.HOLD,
            ticket_id=seen.ticket_id,
            seen_version=seen.ticket_version,
            new_held_by=use.held_by,
            new_held_until=use.held_until,
            new_held_persons=use.held_persons,
        ):
            return None
        if seen.held_until is not None:
            await note_annulled(tx, seen, now)
    details = show.allowed(seen, use)
    answer = Answer(
        Decision.ALLOW,
        None,
        redemption_id,
        seen.ticket_id,
        heads,
        deadline_at,
        deadline_at is not None,
        details,
    )
    keep(tx, seen, presented, way, answer, now)
    if at_once:
        count(tx, seen, presented, way, answer, use, now)
    return answer


def turned(
    seen: Any, way: Direction, heads: int, redemption_id: str, at: datetime, authorised: int = 0
) -> tuple[Use, int]:
    """A ticket's use after heads went through, and how many of them it did not cover.
    `authorised`: for how many the yes had been that is held."""
    bit, zone = gate_bit(seen.spot_bit), ZoneInfo(seen.time_zone)
    turn = Turn(at, seen.gate_id, bit, zone)
    if way is Direction.OUT:
        return leave(use_of(seen), heads, turn), 0
    permit = Permit(redemption_id, authorised, timedelta(seconds=seen.gate_hold_seconds))
    return enter(terms_of(seen), use_of(seen), heads, turn, permit)


async def save_use(tx: Tx, seen: Any, use: Use) -> bool:
    """Whether nobody else was first."""
    saved = await tx.one(
        store.SAVE_USE,
        ticket_id=seen.ticket_id,
        seen_version=seen.ticket_version,
        **store.new_use(use),
    )
    return saved is not None


async def refuse(
    tx: Tx, seen: Any, presented: Presented, refusal: Refusal, now: datetime
) -> Answer:
    last = None
    if refusal in show.WITH_LAST_ENTRY:
        last = await last_entry(tx, seen)
    answer = Answer(
        Decision.DENY,
        refusal,
        ids.new_id(),
        seen.ticket_id,
        0,
        None,
        False,
        show.refused(seen, refusal, last),
    )
    way = direction_at(seen.gate_direction, presented.scan.direction)
    keep(tx, seen, presented, way, answer, now)
    return answer


async def last_entry(tx: Tx, seen: Any) -> Any:
    """When and where the ticket was used; of a ticket for several spots, at this one."""
    if seen.gate_mode != GateMode.MULTI_SPOT:
        return await tx.one(store.LAST_ENTRY, ticket_id=seen.ticket_id)
    if seen.spot_id is None:
        return await tx.one(store.LAST_ENTRY_TO_AREA, ticket_id=seen.ticket_id)
    return await tx.one(store.LAST_ENTRY_TO_SPOT, ticket_id=seen.ticket_id, spot_id=seen.spot_id)


def count(
    tx: Tx,
    seen: Any,
    presented: Presented,
    way: Direction,
    answer: Answer,
    use: Use,
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
        ticket_id=answer.ticket_id,
        gate_id=scan.gate_id,
        area_id=seen.area_id,
        spot_id=seen.spot_id,
        result=PassResult.PASSED.value,
        direction=way.value,
        persons=answer.persons,
        sensor="manual" if scan.staff_id else "none",
        counted=answer.persons if way is Direction.IN else -answer.persons,
        passed_at=now,
    )
    actor = scan.actor or actor_of(scan.device_id, scan.staff_id, scan.gate_id)
    note_use(tx, actor, answer.ticket_id, way, use, now)


def note_use(
    tx: Tx, actor: Actor, ticket_id: str | None, way: Direction, use: Use, now: datetime
) -> None:
    act = "ticket.redeemed" if way is Direction.IN else "ticket.left"
    after = {"status": use.status, "entries_left": use.entries_left, "inside": use.inside}
    record(tx, actor, act, ticket_id or "", now, after=after)
