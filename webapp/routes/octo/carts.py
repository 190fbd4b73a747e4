"""Carts: bookings with the same orderId, confirmed, extended and cancelled together."""

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request

from domain.commerce import capacity, resellers
from domain.commerce.resellers import Booking, BookingStatus
from domain.kernel import clock, ids
from webapp.octo import bodies
from webapp.octo.bodies import Confirmation, Extension
from webapp.octo.bookings import price_of, shown_all
from webapp.octo.callers import Caller, octo
from webapp.octo.shapes import moment, pricing, total
from webapp.parts import db_of
from webapp.routes.octo.bookings import confirmed

ORDER = (
    BookingStatus.ON_HOLD,
    BookingStatus.PENDING,
    BookingStatus.CONFIRMED,
    BookingStatus.REDEEMED,
    BookingStatus.EXPIRED,
    BookingStatus.CANCELLED,
)


async def create(request: Request, caller: Caller) -> Any:
    """An empty cart: its id for the bookings that follow."""
    return {"id": ids.new_id(), "testMode": caller.is_test, "status": "ON_HOLD", "bookings": []}


async def show(request: Request, caller: Caller) -> Any:
    return await cart(request, caller)


async def confirm(request: Request, caller: Caller) -> Any:
    """Each booking in its own act: what went wrong leaves the others as they are."""
    given: Confirmation = await bodies.read(request, Confirmation)
    for one in await found_in(request, caller):
        if one.status(clock.utc_now()) is BookingStatus.ON_HOLD:
            said = Confirmation(given.contact, given.reseller_reference)
            await confirmed(request, caller, one.row.uuid, said)
    return await cart(request, caller)


async def extend(request: Request, caller: Caller) -> Any:
    given: Extension = await bodies.read(request, Extension)
    return await for_each(request, caller, resellers.extend, given.expiration_minutes)


async def cancel(request: Request, caller: Caller) -> Any:
    given: bodies.Cancellation = await bodies.read(request, bodies.Cancellation)
    return await for_each(request, caller, resellers.cancel, given.reason or "")


async def for_each(
    request: Request, caller: Caller, act: Callable[..., Coroutine[Any, Any, Booking]], word: Any
) -> Any:
    lane = capacity.lane(caller.area_id)
    for one in await found_in(request, caller):
        now = clock.utc_now()
        if one.status(now) in (BookingStatus.ON_HOLD, BookingStatus.CONFIRMED):
            await db_of(request).act(
                act, caller.agent_id, one.row.uuid, word, caller.actor, now, lane=lane
            )
    return await cart(request, caller)


async def found_in(request: Request, caller: Caller) -> list[Booking]:
    cart_id, now = request.path_params["cart_id"], clock.utc_now()
    return list(await db_of(request).ask(resellers.of_cart, caller.agent_id, cart_id, now))


async def cart(request: Request, caller: Caller) -> Any:
    found, now = await found_in(request, caller), clock.utc_now()
    statuses = [one.status(now) for one in found]
    made: dict[str, Any] = {
        "id": request.path_params["cart_id"],
        "testMode": all(one.order is None for one in found),
        "supplierReference": None,
        "status": next(word.value for word in ORDER if word in statuses),
        "utcExpiresAt": moment(min((one.row.held_until for one in found if one.row.held_until),
                                   default=None)),
        "utcConfirmedAt": moment(max((one.row.confirmed_at for one in found
                                      if one.row.confirmed_at), default=None)),
        "confirmable": BookingStatus.ON_HOLD in statuses,
        "cancellable": any(word in (BookingStatus.ON_HOLD, BookingStatus.CONFIRMED)
                           for word in statuses),
        "bookings": await shown_all(request, caller, found),
    }  # fmt: skip
    if caller.has("pricing"):
        prices = [price_of(item) for one in found for item in one.living]
        made["pricing"] = pricing(total(prices))
    return made


POST, ONE = ["POST"], "/orders/{cart_id}"
routes = [
    octo("/orders", create, name="octo.carts.create", methods=POST),
    octo(ONE, show, name="octo.carts.show"),
    octo(f"{ONE}/confirm", confirm, name="octo.carts.confirm", methods=POST),
    octo(f"{ONE}/extend", extend, name="octo.carts.extend", methods=POST),
    octo(f"{ONE}/cancel", cancel, name="octo.carts.cancel", methods=POST),
]
