"""Looking back at a gate's day: what was scanned, who passed. Questions only."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from domain.admission.redemptions import bearing, show, store
from domain.admission.redemptions.authorising import look
from domain.admission.redemptions.model import Decision, Scan
from domain.admission.redemptions.rules import Form, Presented, refusal_for
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import NotFound
from domain.kernel.refusals import Refusal

FIRST = Cut()
ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


class GateDay(NamedTuple):
    """Heads that came in and left through a gate, scans that it refused, and those that it allowed
    and nobody walked on."""

    came: int
    left: int
    refused: int
    annulled: int


class Sought(NamedTuple):
    """Which scans or passages of an area, or of one gate in it; `said` is a decision or a
    refusal, `between` two moments."""

    area_id: str
    gate_id: str | None = None
    said: str = ""
    ticket_id: str | None = None
    between: tuple[datetime, datetime] = ALWAYS


class Preview(NamedTuple):
    """What a gate would say, without its saying it."""

    refusal: Refusal | None
    ticket_id: str | None
    details: dict[str, Any]


async def day_of_gate(tx: Tx, gate_id: str, since: datetime, until: datetime) -> GateDay:
    day: dict[str, Any] = {"gate_id": gate_id, "since": since, "until": until}
    heads = await tx.one(store.HEADS_AT_GATE, **day)
    refused = await tx.one(store.REFUSED_AT_GATE, **day)
    annulled = await tx.one(store.ANNULLED_AT_GATE, **day)
    return GateDay(int(heads.came), int(heads.left), int(refused.many), int(annulled.many))


async def get(tx: Tx, redemption_id: str) -> Any:
    row = await tx.one(store.GET_REDEMPTION, id=redemption_id)
    if row is None:
        raise NotFound()
    return row


async def list_scans(tx: Tx, sought: Sought, cut: Cut = FIRST) -> list[Any]:
    """Every scan, refused ones too, newest first."""
    at = "gate" if sought.gate_id else "area"
    values: dict[str, Any] = {
        "of_id": sought.gate_id or sought.area_id,
        "since": sought.between[0],
        "until": sought.between[1],
    }
    if sought.ticket_id:
        listed = store.LIST_SCANS_OF_TICKET[at]
        return await listed.page(tx, cut, of_ticket_id=sought.ticket_id, **values)
    if not sought.said:
        return await store.LIST_SCANS[at, ""].page(tx, cut, **values)
    by = "decision" if sought.said in set(Decision) else "refusal"
    return await store.LIST_SCANS[at, by].page(tx, cut, said=sought.said, **values)


async def list_passages(tx: Tx, sought: Sought, cut: Cut = FIRST) -> list[Any]:
    """Every turn of an arm, and every one that did not turn, newest first."""
    return await store.LIST_PASSAGES["gate" if sought.gate_id else "area"].page(
        tx,
        cut,
        of_id=sought.gate_id or sought.area_id,
        since=sought.between[0],
        until=sought.between[1],
    )


async def preview(tx: Tx, presented: Presented, now: datetime) -> Preview:
    """What this gate would say to a code now: nothing is kept, nothing is used."""
    seen = await look(tx, presented, now)
    if (found := await bearing.find(tx, seen, presented, now)) is not None:
        no = bearing.refusal_for(seen, found, presented, now)
        return Preview(no, None, dict(found.details))
    refusal = refusal_for(seen, presented, now)
    last = None
    if refusal in show.WITH_LAST_ENTRY:
        last = await tx.one(store.LAST_ENTRY, ticket_id=seen.ticket_id)
    details = show.refused(seen, refusal, last) if refusal else show.ticket(seen)
    if seen.ticket_id is not None and presented.form is not Form.FORGED:
        details |= {"left": seen.entries_left, "status": seen.status}
        details |= {"valid_from": seen.valid_from, "valid_until": seen.valid_until}
    return Preview(refusal, seen.ticket_id, details)


async def preview_of_ticket(tx: Tx, gate_id: str, ticket_id: str, now: datetime) -> Preview:
    """The same to a ticket's newest print."""
    medium = await tx.one(store.NEWEST_MEDIUM, ticket_id=ticket_id)
    scan = Scan("preview", gate_id, None, "")
    presented = Presented(scan, Form.MEDIUM, "", medium_code=medium.code if medium else "")
    return await preview(tx, presented, now)
