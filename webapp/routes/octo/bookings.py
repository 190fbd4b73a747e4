"""Bookings: held, confirmed, extended, changed, cancelled, looked up."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from domain.commerce import capacity, resellers
from domain.commerce.resellers import Asked, Booking, Confirmed, Item, Search, Shelf, Space, Wish
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.kernel.errors import say
from webapp.octo import bodies, people, shapes
from webapp.octo.bodies import Confirmation, Contact, Extension, Hold, UnitItem, Update, day_of
from webapp.octo.bookings import shown, shown_all
from webapp.octo.callers import Caller, octo
from webapp.octo.problems import (
    BadRequest,
    Unprocessable,
    unknown_availability,
    unknown_option,
    unknown_product,
    unknown_unit,
)
from webapp.parts import db_of, vault_of
from webapp.routes.octo.availability import shelf_for


async def create(request: Request, caller: Caller) -> Any:
    """Hold. The same uuid again is the same booking."""
    given: Hold = await bodies.read(request, Hold)
    if not given.unit_items:
        raise Unprocessable(say("Choose at least one ticket."))
    uuid, now = given.uuid or ids.new_id(), clock.utc_now()

    async def looked_up(tx: Tx) -> tuple[Shelf, Space]:
        shelf = await shelf_for(tx, caller, given.product_id, given.option_id)
        return shelf, await space_for(tx, caller, shelf, given.availability_id)

    shelf, space = await db_of(request).ask(looked_up)
    units = with_uuids(given.unit_items)
    said = people.said_of(given.contact, units)
    asked = Asked(
        caller.agent_id,
        caller.area_id,
        uuid,
        shelf.id,
        space,
        items_of(units, shelf),
        given.expiration_minutes,
        given.reseller_reference or "",
        given.notes or "",
        given.order_id if caller.has("cart") else None,
        people.seal(vault_of(request), said, uuid),
        caller.language,
        caller.is_test,
    )
    lane = capacity.lane(caller.area_id)
    found = await db_of(request).act(resellers.hold, asked, caller.actor, now, lane=lane)
    return await shown(request, caller, found)


async def space_for(tx: Tx, caller: Caller, shelf: Shelf, availability_id: str) -> Space:
    space = await resellers.space(tx, shelf, caller.agent_id, availability_id, clock.utc_now())
    if space is None:
        raise unknown_availability(availability_id)
    return space


def with_uuids(units: Sequence[UnitItem]) -> list[UnitItem]:
    """Units that the reseller did not number get a number of ours. BadRequest for one twice."""
    made = [
        UnitItem(one.unit_id, one.uuid or ids.new_id(), one.reseller_reference, one.contact)
        for one in units
    ]
    if len({one.uuid for one in made}) < len(made):
        raise BadRequest(say("The same uuid stands on two units."))
    return made


def items_of(units: Sequence[UnitItem], shelf: Shelf) -> tuple[Item, ...]:
    for one in units:
        if shelf.offer(one.unit_id) is None:
            raise unknown_unit(one.unit_id)
    return tuple(Item(one.uuid or "", one.unit_id, one.reseller_reference or "") for one in units)


async def confirm(request: Request, caller: Caller) -> Any:
    """Pay from the agent's balance. Repeats all units, who come with what is new about them."""
    given: Confirmation = await bodies.read(request, Confirmation)
    return await shown(request, caller, await confirmed(request, caller, uuid_of(request), given))


async def confirmed(request: Request, caller: Caller, uuid: str, given: Confirmation) -> Booking:
    now, vault = clock.utc_now(), vault_of(request)
    known = await db_of(request).ask(resellers.get, caller.agent_id, uuid, now)
    units = given.unit_items or []
    check_units(known, units)
    said = said_now(request, known, given.contact, units)
    zone = (await db_of(request).ask(zone_of, known, now)).zone
    made = Confirmed(
        given.reseller_reference,
        people.buyer(vault, said),
        people.seal(vault, said, uuid),
        people.visitors(vault, said, [one.uuid for one in known.living], zone, now),
    )
    lane = capacity.lane(caller.area_id)
    return await db_of(request).act(
        resellers.confirm, caller.agent_id, uuid, made, caller.actor, now, lane=lane
    )


async def zone_of(tx: Tx, known: Booking, now: Any) -> Shelf:
    return await resellers.shelf_of(tx, known.row.area_id, known.row.product_id, now)


def check_units(known: Booking, units: Sequence[UnitItem]) -> None:
    """A confirmation that repeats units repeats all of them."""
    said = sorted(one.unit_id for one in units)
    if units and said != sorted(one.type_id for one in known.living):
        raise Unprocessable(say("The units are not those of the booking."))


def said_now(
    request: Request, known: Booking, contact: Contact | None, units: Sequence[UnitItem]
) -> people.Said:
    """What was said before, with what is said now. Units without a uuid are in their order."""
    before = people.opened(vault_of(request), known.row.contact_sealed, known.row.uuid)
    free = {one.uuid: one.type_id for one in known.living}
    numbered = []
    for one in units:
        uuid = one.uuid if one.uuid in free else next(
            (each for each, type_id in free.items() if type_id == one.unit_id), None
        )  # fmt: skip
        if uuid is not None:
            del free[uuid]
        numbered.append(UnitItem(one.unit_id, uuid, one.reseller_reference, one.contact))
    return before | people.said_of(contact, numbered)


async def extend(request: Request, caller: Caller) -> Any:
    given: Extension = await bodies.read(request, Extension)
    found = await db_of(request).act(
        resellers.extend,
        caller.agent_id,
        uuid_of(request),
        given.expiration_minutes,
        caller.actor,
        clock.utc_now(),
        lane=capacity.lane(caller.area_id),
    )
    return await shown(request, caller, found)


async def update(request: Request, caller: Caller) -> Any:
    """Units that are not repeated go; another availability is another day or slot."""
    given: Update = await bodies.read(request, Update)
    uuid, now = uuid_of(request), clock.utc_now()
    known = await db_of(request).ask(resellers.get, caller.agent_id, uuid, now)
    if given.product_id not in (None, known.row.product_id):
        raise unknown_product(given.product_id or "")
    if given.option_id not in (None, shapes.OPTION):
        raise unknown_option(given.option_id or "")

    async def looked_up(tx: Tx) -> tuple[Shelf, Space]:
        shelf = await shelf_for(tx, caller, known.row.product_id, shapes.OPTION)
        wanted = given.availability_id or known.row.availability_id
        return shelf, await space_for(tx, caller, shelf, wanted)

    moves = given.unit_items is not None or given.availability_id is not None
    items, space = None, None
    if moves:
        shelf, space = await db_of(request).ask(looked_up)
        if given.unit_items is not None:
            items = kept_items(known, given.unit_items, shelf)
    said = said_now(request, known, given.contact, given.unit_items or [])
    wish = Wish(
        items,
        space,
        given.reseller_reference,
        given.notes,
        people.seal(vault_of(request), said, uuid),
    )
    lane = capacity.lane(caller.area_id)
    found = await db_of(request).act(
        resellers.change, caller.agent_id, uuid, wish, caller.actor, now, lane=lane
    )
    return await shown(request, caller, found)


def kept_items(known: Booking, units: Sequence[UnitItem], shelf: Shelf) -> tuple[Item, ...]:
    """The units that shall be: known ones keep their tickets."""
    if not units:
        raise Unprocessable(say("Choose at least one ticket."))
    by_uuid = {one.uuid: one for one in known.living}
    made = []
    for one in with_uuids(units):
        item = by_uuid.get(one.uuid or "")
        if item is None or item.type_id != one.unit_id:
            (item,) = items_of([one], shelf)
        reference = one.reseller_reference
        made.append(item if reference is None else item._replace(reference=reference))
    return tuple(made)


async def cancel(request: Request, caller: Caller) -> Any:
    given: bodies.Cancellation = await bodies.read(request, bodies.Cancellation)
    found = await db_of(request).act(
        resellers.cancel,
        caller.agent_id,
        uuid_of(request),
        given.reason or "",
        caller.actor,
        clock.utc_now(),
        given.force,
        lane=capacity.lane(caller.area_id),
    )
    return await shown(request, caller, found)


async def show(request: Request, caller: Caller) -> Any:
    now = clock.utc_now()
    found = await db_of(request).ask(resellers.get, caller.agent_id, uuid_of(request), now)
    return await shown(request, caller, found)


async def index(request: Request, caller: Caller) -> Any:
    """By the reseller's reference, our number, or days of the visit."""
    query = request.query_params
    on = day_of(query.get("localDate"), "localDate")
    first = on or day_of(query.get("localDateStart"), "localDateStart")
    last = on or day_of(query.get("localDateEnd"), "localDateEnd")
    wanted = Search(
        query.get("resellerReference") or None, query.get("supplierReference") or None, first, last
    )
    if (first is None) is not (last is None) or not any(wanted):
        raise BadRequest(
            say("Say resellerReference, supplierReference, localDate, or a first and last day.")
        )
    found = await db_of(request).ask(resellers.find, caller.agent_id, wanted, clock.utc_now())
    return await shown_all(request, caller, found)


def uuid_of(request: Request) -> str:
    return str(request.path_params["uuid"])


POST, ONE = ["POST"], "/bookings/{uuid}"
routes = [
    octo("/bookings", create, name="octo.bookings.create", methods=POST),
    octo("/bookings", index, name="octo.bookings.index"),
    octo(ONE, show, name="octo.bookings.show"),
    octo(ONE, update, name="octo.bookings.update", methods=["PATCH"]),
    octo(ONE, cancel, name="octo.bookings.destroy", methods=["DELETE"]),
    octo(f"{ONE}/confirm", confirm, name="octo.bookings.confirm", methods=POST),
    octo(f"{ONE}/extend", extend, name="octo.bookings.extend", methods=POST),
    octo(f"{ONE}/cancel", cancel, name="octo.bookings.cancel", methods=POST),
]
