"""Letting in by an agent's program, at the gate that the area gave it (capability redemption)."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NamedTuple

from msgspec import Meta
from starlette.requests import Request

from domain.admission import redemptions, tickets
from domain.admission.redemptions import Form, Presented, Preview, Scan
from domain.commerce import agents, resellers
from domain.commerce.resellers import Booking, Item
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.kernel.errors import DomainError, Forbidden, Message, Refused, say
from domain.kernel.refusals import Refusal
from webapp import i18n
from webapp.octo.bodies import Name, Struct, read
from webapp.octo.bookings import shown, shown_all
from webapp.octo.callers import Caller, octo
from webapp.octo.problems import BadRequest
from webapp.octo.shapes import moment
from webapp.parts import db_of

Code = Annotated[str, Meta(min_length=1, max_length=512)]
MOST_REFERENCE = 120


class Wanted(Struct):
    """`uuid` is the program's: said again with the same code, it is the same redemption."""

    redemption_code: Code | Annotated[list[Code], Meta(min_length=1, max_length=20)]
    uuid: Name | None = None


class Shown(NamedTuple):
    """A code of a booking of the agent's, as it was read, and what the gate would say."""

    presented: Presented
    preview: Preview
    booking: Booking
    item: Item


Deed = Callable[[Request, Caller, Shown], Awaitable[dict[str, Any]]]


async def lookup(request: Request, caller: Caller) -> Any:
    """Bookings by a uuid, a reference or our number; none is an empty list."""
    reference = request.query_params.get("reference", "").strip()
    if not 0 < len(reference) <= MOST_REFERENCE:
        raise BadRequest(say("Say the reference."))
    now = clock.utc_now()
    found = await db_of(request).ask(resellers.lookup, caller.agent_id, reference, now)
    return await shown_all(request, caller, found)


async def redeem(request: Request, caller: Caller) -> Any:
    return await each(request, caller, let_in)


async def unredeem(request: Request, caller: Caller) -> Any:
    return await each(request, caller, take_back)


async def validate(request: Request, caller: Caller) -> Any:
    return await each(request, caller, tell)


async def each(request: Request, caller: Caller, deed: Deed) -> Any:
    """One code: what became of it, or an error. A list: one after the other, and what cannot be
    done leaves the others as they are."""
    given: Wanted = await read(request, Wanted)
    gate_id = await gate_of(request, caller)
    if isinstance(given.redemption_code, str):
        return await done(request, caller, deed, gate_id, given.redemption_code, given.uuid)
    made = []
    for code in given.redemption_code:
        try:
            made.append(await done(request, caller, deed, gate_id, code, given.uuid))
        except DomainError as error:
            made.append(rejected(code, error))
    return made


async def gate_of(request: Request, caller: Caller) -> str:
    """Forbidden where the area gave the agent none."""
    agent = await db_of(request).ask(agents.get, caller.agent_id)
    if agent.gate_id is None:
        raise Forbidden(say("The scenic area has not let this agent redeem."))
    return str(agent.gate_id)


async def done(
    request: Request, caller: Caller, deed: Deed, gate_id: str, code: str, uuid: str | None
) -> dict[str, Any]:
    scan = Scan(
        scan_id_of(caller, code, uuid), gate_id, None, code, passage=True, actor=caller.actor
    )
    presented = await request.app.state.gatekeeper.reader.read(scan, clock.utc_now())
    found = await db_of(request).ask(own, caller, presented)
    return {"redemptionCode": code} | await deed(request, caller, found)


def scan_id_of(caller: Caller, code: str, uuid: str | None) -> str:
    said = f"{caller.agent_id}\n{uuid or ids.new_id()}\n{code}"
    return f"octo:{hashlib.sha256(said.encode()).hexdigest()[:40]}"


async def own(tx: Tx, caller: Caller, presented: Presented) -> Shown:
    """Whose booking a code is of. Of anybody else's it is unknown, and so is a document: it is the
    ticket that a program holds, not the person."""
    now = clock.utc_now()
    preview = await redemptions.preview(tx, presented, now)
    if preview.ticket_id is None or presented.form is Form.DOCUMENT:
        raise Refused(Refusal.NOT_FOUND)
    ticket = await tickets.get(tx, preview.ticket_id)
    booking = await resellers.of_order(tx, caller.agent_id, ticket.order_id, now)
    items = booking.items if booking is not None else ()
    item = next((one for one in items if one.ticket_id == ticket.id), None)
    if booking is None or item is None:
        raise Refused(Refusal.NOT_FOUND)
    return Shown(presented, preview, booking, item)


async def let_in(request: Request, caller: Caller, one: Shown) -> dict[str, Any]:
    db = db_of(request)
    answer = await db.act(redemptions.authorise, one.presented, clock.utc_now())
    if answer.refusal is not None:
        raise Refused(answer.refusal)
    row = await db.ask(redemptions.get, answer.redemption_id)
    return {
        "status": "REDEEMED",
        "utcRedeemedAt": moment(row.scanned_at),
        **await about(request, caller, one),
    }


async def take_back(request: Request, caller: Caller, one: Shown) -> dict[str, Any]:
    await db_of(request).act(
        redemptions.undo,
        one.presented.scan.gate_id,
        one.item.ticket_id,
        caller.actor,
        clock.utc_now(),
    )
    return {"status": "CONFIRMED", **await about(request, caller, one)}


async def tell(request: Request, caller: Caller, one: Shown) -> dict[str, Any]:
    refusal = one.preview.refusal
    told = {"valid": refusal is None, **await about(request, caller, one)}
    if refusal is not None:
        told |= {"reason": refusal.value, "errorMessage": i18n.here(Message(refusal.message))}
    return told


async def about(request: Request, caller: Caller, one: Shown) -> dict[str, Any]:
    now = clock.utc_now()
    found = await db_of(request).ask(resellers.get, caller.agent_id, one.booking.row.uuid, now)
    return {"unitItemUuid": one.item.uuid, "booking": await shown(request, caller, found)}


def rejected(code: str, error: DomainError) -> dict[str, Any]:
    return {
        "redemptionCode": code,
        "status": "REJECTED",
        "error": "UNPROCESSABLE_ENTITY",
        "reason": error.code,
        "errorMessage": i18n.here(error.message),
    }


POST, ALL = ["POST"], "/redemption"
routes = [
    octo(f"{ALL}/lookup", lookup, name="octo.redemption.lookup"),
    octo(f"{ALL}/redeem", redeem, name="octo.redemption.redeem", methods=POST),
    octo(f"{ALL}/redeem", unredeem, name="octo.redemption.destroy", methods=["DELETE"]),
    octo(f"{ALL}/unredeem", unredeem, name="octo.redemption.unredeem", methods=POST),
    octo(f"{ALL}/validate", validate, name="octo.redemption.validate", methods=POST),
]
