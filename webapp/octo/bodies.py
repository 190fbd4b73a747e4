"""What resellers' programs send."""

from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.requests import Request

from domain.kernel.errors import say
from webapp.machines import read_json
from webapp.octo.problems import BadRequest

Text = Annotated[str, Meta(max_length=200)]
Short = Annotated[str, Meta(max_length=120)]
Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\A[A-Za-z0-9:_.+-]+\Z")]
Minutes = Annotated[int, Meta(ge=1, le=100_000)]
Many = Annotated[int, Meta(ge=0, le=10_000)]
MOST_ITEMS = 200
MOST_BYTES = 256 * 1024


class Struct(msgspec.Struct, rename="camel"):
    """Fields that we do not know are passed over."""


class UnitWanted(Struct):
    id: Short
    quantity: Many = 1


class Ask(Struct):
    """For a calendar and for availability."""

    product_id: Short
    option_id: Short
    local_date: date | None = None
    local_date_start: date | None = None
    local_date_end: date | None = None
    availability_ids: Annotated[list[Short], Meta(max_length=100)] | None = None
    units: Annotated[list[UnitWanted], Meta(max_length=MOST_ITEMS)] | None = None


class Contact(Struct):
    full_name: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    email_address: Text | None = None
    phone_number: Text | None = None
    locales: Annotated[list[Short], Meta(max_length=20)] | None = None
    postal_code: Short | None = None
    country: Short | None = None
    notes: Annotated[str, Meta(max_length=1000)] | None = None

    def said(self) -> dict[str, Any]:
        """What was said of it, in OCTO's words."""
        given = msgspec.to_builtins(self)
        return {name: value for name, value in given.items() if value not in (None, [])}


class UnitItem(Struct):
    unit_id: Short
    uuid: Name | None = None
    reseller_reference: Short | None = None
    contact: Contact | None = None


Items = Annotated[list[UnitItem], Meta(max_length=MOST_ITEMS)]


class Hold(Struct):
    product_id: Short
    option_id: Short
    availability_id: Short
    unit_items: Items
    uuid: Name | None = None
    expiration_minutes: Minutes | None = None
    reseller_reference: Short | None = None
    contact: Contact | None = None
    notes: Text | None = None
    order_id: Name | None = None


class Confirmation(Struct):
    contact: Contact | None = None
    reseller_reference: Short | None = None
    email_receipt: bool = False
    unit_items: Items | None = None
    notes: Text | None = None


class Extension(Struct):
    expiration_minutes: Minutes | None = None


class Update(Struct):
    product_id: Short | None = None
    option_id: Short | None = None
    availability_id: Short | None = None
    unit_items: Items | None = None
    reseller_reference: Short | None = None
    contact: Contact | None = None
    notes: Text | None = None
    expiration_minutes: Minutes | None = None


class Cancellation(Struct):
    reason: Text | None = None
    force: bool = False


_decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {}


def _decoder_of(kind: type[Any]) -> msgspec.json.Decoder[Any]:
    if kind not in _decoders:
        _decoders[kind] = msgspec.json.Decoder(kind)
    return _decoders[kind]


async def read(request: Request, kind: type[Any]) -> Any:
    """The body as this kind; where everything may be left out an empty one will do."""
    headers = request.headers
    is_empty = not int(headers.get("content-length") or 0) and "transfer-encoding" not in headers
    if is_empty and kind in (Cancellation, Extension, Confirmation):
        return kind()
    return await read_json(request, _decoder_of(kind), MOST_BYTES)


def day_of(text: str | None, name: str) -> date | None:
    """A day of the address. BadRequest when it is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(say("{name} is not a day like 2026-07-01.", name=name)) from None
