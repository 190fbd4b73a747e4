"""A booking as OCTO shows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from starlette.requests import Request

from domain.admission import tickets
from domain.admission.tickets.signing_keys import KeyRing
from domain.commerce import resellers
from domain.commerce.orders.altering import GONE
from domain.commerce.resellers import Booking, BookingStatus, Item, Price, Shelf, Space
from domain.commerce.resellers.offering import bare_space
from domain.kernel import clock
from domain.kernel.db import Tx
from webapp.octo import people, shapes
from webapp.octo.callers import Caller
from webapp.octo.documents import address_of_document
from webapp.octo.shapes import moment, pricing, total
from webapp.parts import db_of, vault_of

PAID = {BookingStatus.CONFIRMED, BookingStatus.REDEEMED, BookingStatus.PENDING}


class Around(NamedTuple):
    """A booking with what its page of JSON needs. `codes` by ticket, `used_at` by ticket."""

    found: Booking
    shelf: Shelf
    space: Space
    cancellable: bool
    printable: Sequence[Any]
    used_at: Mapping[str, datetime]


async def around(tx: Tx, found: Booking, shelf: Shelf, now: datetime) -> Around:
    row = found.row
    ids = [one.ticket_id for one in found.living if is_good(found, one)]
    shown = await tickets.shown_of(tx, row.order_id) if ids else []
    return Around(
        found,
        shelf,
        bare_space(shelf, row.availability_id, row.visit_on, found.order),
        await resellers.is_cancellable(tx, found, now),
        await tickets.printed(tx, ids) if ids else [],
        {one.id: one.last_passed_at for one in shown if one.last_passed_at is not None},
    )


def is_good(found: Booking, item: Item) -> bool:
    one = found.owned.get(item.ticket_id)
    return one is not None and one.refusal not in GONE


async def shown(request: Request, caller: Caller, found: Booking) -> dict[str, Any]:
    (made,) = await shown_all(request, caller, [found])
    return made


async def shown_all(
    request: Request, caller: Caller, found: Sequence[Booking]
) -> list[dict[str, Any]]:
    now = clock.utc_now()

    async def looked_up(tx: Tx) -> list[Around]:
        shelves: dict[str, Shelf] = {}
        for row in (one.row for one in found):
            if row.product_id not in shelves:
                shelf = await resellers.shelf_of(tx, row.area_id, row.product_id, now)
                shelves[row.product_id] = shelf
        return [await around(tx, one, shelves[one.row.product_id], now) for one in found]

    ring = KeyRing(db_of(request), vault_of(request))
    made = []
    for one in await db_of(request).ask(looked_up):
        codes = {each.row.id: await ring.sign(each.body) for each in one.printable}
        made.append(booking(request, caller, one, codes, now))
    return made


def booking(
    request: Request, caller: Caller, one: Around, codes: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    row, order, shelf = one.found.row, one.found.order, one.shelf
    status = one.found.status(now)
    said = people.opened(vault_of(request), row.contact_sealed, row.uuid)
    pdf = address_of_document(request, row.id) if status in PAID and codes else None
    used = list(one.used_at.values())
    product = shapes.product(shelf, caller)
    made: dict[str, Any] = {
        "id": row.id,
        "uuid": row.uuid,
        "testMode": order is None,
        "resellerReference": row.reseller_reference or None,
        "supplierReference": order.number if order else f"TEST-{row.id[-8:]}",
        "status": status.value,
        "utcCreatedAt": moment(row.created_at),
        "utcUpdatedAt": moment(row.updated_at),
        "utcExpiresAt": moment(expires_at(one.found)) if status is BookingStatus.ON_HOLD else None,
        "utcRedeemedAt": moment(max(used)) if status is BookingStatus.REDEEMED and used else None,
        "utcConfirmedAt": moment(row.confirmed_at),
        "productId": row.product_id,
        "product": product,
        "optionId": shapes.OPTION,
        "option": product["options"][0],
        "cancellable": one.cancellable,
        "cancellation": cancellation(one.found, status),
        "freesale": False,
        "availabilityId": row.availability_id,
        "availability": shapes.place_in_time(one.space, shelf.area),
        "contact": contact(said.get("")),
        "notes": row.notes or None,
        "deliveryMethods": shapes.DELIVERY["deliveryMethods"],
        "voucher": ticket([("PDF_URL", pdf)], None) if pdf else None,
        "unitItems": [
            unit_item(one, item, product, said, codes, pdf, now, caller)
            for item in one.found.items
            if not item.removed or status is BookingStatus.CANCELLED
        ],
    }
    if caller.has("pricing"):
        made["pricing"] = pricing(total([price_of(item) for item in one.found.living]))
    if caller.has("cart"):
        made |= {"orderId": row.cart_id, "primary": True}
    return made


def expires_at(found: Booking) -> datetime | None:
    until: datetime | None = found.order.held_until if found.order else found.row.held_until
    return until


def cancellation(found: Booking, status: BookingStatus) -> dict[str, Any] | None:
    row = found.row
    if status is not BookingStatus.CANCELLED:
        return None
    at = row.cancelled_at or (found.order.closed_at if found.order else None) or row.updated_at
    return {
        "refund": row.given or "FULL",
        "reason": row.cancel_reason or None,
        "utcCancelledAt": moment(at),
    }


def price_of(item: Item) -> Price:
    return Price(item.original_minor, item.retail_minor, item.net_minor)


def contact(said: Mapping[str, Any] | None) -> dict[str, Any]:
    said = said or {}
    names = ("fullName", "firstName", "lastName", "emailAddress", "phoneNumber", "postalCode",
             "country", "notes")  # fmt: skip
    return {**{name: said.get(name) for name in names}, "locales": said.get("locales", [])}


def ticket(options: Sequence[tuple[str, str | None]], used_at: datetime | None) -> dict[str, Any]:
    return {
        "redemptionMethod": "DIGITAL",
        "utcRedeemedAt": moment(used_at),
        "deliveryOptions": [
            {"deliveryFormat": kind, "deliveryValue": value} for kind, value in options if value
        ],
    }


def unit_item(
    one: Around,
    item: Item,
    product: Mapping[str, Any],
    said: Mapping[str, Any],
    codes: Mapping[str, str],
    pdf: str | None,
    now: datetime,
    caller: Caller,
) -> dict[str, Any]:
    units = {each["id"]: each for each in product["options"][0]["units"]}
    owned = one.found.owned.get(item.ticket_id)
    used_at = one.used_at.get(item.ticket_id)
    status = one.found.item_status(item, now)
    code = codes.get(item.ticket_id)
    is_test = one.found.order is None and status is BookingStatus.CONFIRMED
    made: dict[str, Any] = {
        "uuid": item.uuid,
        "resellerReference": item.reference or None,
        "supplierReference": owned.number if owned else None,
        "unitId": item.type_id,
        "unit": units.get(item.type_id) or bare_unit(item),
        "status": status.value,
        "utcRedeemedAt": moment(used_at) if status is BookingStatus.REDEEMED else None,
        "contact": contact(said.get(item.uuid)),
        "ticket": None,
    }
    if code or is_test:
        delivered = [("QRCODE", code or f"TEST-{item.uuid}"), ("PDF_URL", pdf)]
        made["ticket"] = ticket(delivered, used_at)
    if caller.has("pricing"):
        made["pricing"] = pricing(price_of(item))
    return made


def bare_unit(item: Item) -> dict[str, Any]:
    """A ticket type that is no longer sold."""
    return {
        "id": item.type_id,
        "internalName": item.type_id,
        "reference": None,
        "type": "OTHER",
        "requiredContactFields": [],
        "restrictions": {
            "minAge": 0,
            "maxAge": shapes.OLDEST,
            "idRequired": False,
            "minQuantity": None,
            "maxQuantity": None,
            "paxCount": 1,
            "accompaniedBy": [],
        },
    }
