"""A face at a gate: whose it is, whether it is the one on file, and keeping it for who agrees."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.admission import faces
from domain.admission.faces import LONGEST, Binding, Owner
from domain.admission.redemptions import store
from domain.admission.redemptions.bearers import Bearer
from domain.admission.redemptions.keeping import actor_of
from domain.admission.redemptions.rules import Presented
from domain.commerce.catalog.model import GateMode
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Tx
from domain.kernel.refusals import Refusal

# tickets whose holder comes more than once: for the others a face would serve nobody
SEVERAL_TIMES = {GateMode.RE_ENTRY, GateMode.MULTI_ENTRY, GateMode.MULTI_SPOT}


async def recognised(tx: Tx, presented: Presented, now: datetime) -> Presented:
    """A face alone, with what it was bound to; the same where it is nobody's here."""
    gate = await tx.one(store.AREA_OF_GATE, gate_id=presented.scan.gate_id)
    found = await faces.find(tx, presented.faces, gate.area_id, now) if gate else []
    if not found:
        return presented
    newest = found[0]
    if newest.owner is Owner.CARD:
        return presented._replace(card_id=newest.owner_id)
    return presented._replace(ticket_id=newest.owner_id)


async def compared(
    tx: Tx, presented: Presented, seen: Any, card: Bearer | None, now: datetime
) -> Presented:
    """What a code was shown with: a face that is not the one on file is what the device found."""
    owner, owner_id = owner_of(seen, card)
    if owner_id is None or presented.scan.finding is not None:
        return presented
    if not await faces.is_another(tx, owner, owner_id, presented.faces, now):
        return presented
    return presented._replace(scan=presented.scan._replace(finding=Refusal.BIO_MISMATCH))


async def keep_face(
    tx: Tx, presented: Presented, seen: Any, card: Bearer | None, now: datetime
) -> None:
    """Who was let through agreed to be known by face: until the ticket or card ends, and with a
    ticket for coming back on the same day, until that day ends."""
    owner, owner_id = owner_of(seen, card)
    until = good_until(seen, card, now)
    if owner_id is None or until is None or not await faces.is_on(tx, seen.area_id):
        return
    scan = presented.scan
    actor = actor_of(scan.device_id, scan.staff_id, scan.gate_id)
    binding = Binding(owner, owner_id, seen.area_id, now, until)
    await faces.bind(tx, binding, presented.faces, scan.device_id, actor)


def owner_of(seen: Any, card: Bearer | None) -> tuple[Owner, str | None]:
    return (Owner.TICKET, seen.ticket_id) if card is None else (Owner.CARD, card.id)


def good_until(seen: Any, card: Bearer | None, now: datetime) -> datetime | None:
    """Until when a face serves; None where it would not."""
    if card is not None:
        return min(card.good_until or now + LONGEST, now + LONGEST)
    if seen.persons != 1 or seen.gate_mode not in SEVERAL_TIMES:
        return None
    until: datetime = seen.valid_until
    if seen.gate_mode != GateMode.RE_ENTRY:
        return until
    zone = ZoneInfo(seen.time_zone)
    return min(until, day_bounds(local_day(now, zone), zone)[1])
