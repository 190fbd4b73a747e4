"""What the services are sent, as values; and the same with nobody's data, for the log."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from domain.admission.ota.model import Service
from domain.kernel.identity import mask

Key = Annotated[str, Meta(max_length=64, pattern=r"\A[A-Za-z0-9_.:-]+\Z")]
OptionalKey = Annotated[str, Meta(max_length=64, pattern=r"\A[A-Za-z0-9_.:-]*\Z")]
Text = Annotated[str, Meta(max_length=120, pattern=r"\A[^\x00-\x1f\x7f]*\Z")]
Count = Annotated[int, Meta(ge=1, le=200)]
SECRETS = frozenset({"cardNo", "mobile", "optionalMobile", "email", "voucherCode", "voucherData"})
NAMES = frozenset({"name", "firstName", "lastName"})
MOST_SHOWN = 20_000


class Contact(Struct):
    name: Text = ""
    mobile: Text = ""
    intlCode: Text = ""  # noqa: N815 (the wire's word)


class Passenger(Struct):
    name: Text = ""
    cardNo: Text = ""  # noqa: N815


class Item(Struct):
    PLU: Key
    useStartDate: date  # noqa: N815
    quantity: Count
    itemId: OptionalKey = ""  # noqa: N815
    cost: Decimal | None = None
    passengers: Annotated[list[Passenger], Meta(max_length=200)] = []


class Body(Struct):
    sequenceId: Key  # noqa: N815


class Verify(Body):
    items: Annotated[list[Item], Meta(min_length=1, max_length=20)]
    contacts: Annotated[list[Contact], Meta(max_length=20)] = []


class Create(Verify, kw_only=True):
    otaOrderId: Key  # noqa: N815


class CancelItem(Struct):
    itemId: Key  # noqa: N815
    quantity: Count


class Cancel(Body):
    otaOrderId: Key  # noqa: N815
    supplierOrderId: Key  # noqa: N815
    items: Annotated[list[CancelItem], Meta(min_length=1, max_length=20)]


class EditItem(Struct):
    itemId: Key  # noqa: N815
    targetUseStartDate: date  # noqa: N815
    originUseStartDate: date | None = None  # noqa: N815


class Edit(Body):
    otaOrderId: Key  # noqa: N815
    supplierOrderId: Key  # noqa: N815
    items: Annotated[list[EditItem], Meta(min_length=1, max_length=20)]


class Query(Body):
    otaOrderId: Key  # noqa: N815
    supplierOrderId: OptionalKey = ""  # noqa: N815


class SendVoucher(Body):
    otaOrderId: Key  # noqa: N815
    supplierOrderId: Key  # noqa: N815
    mobile: Text = ""
    intlCode: Text = ""  # noqa: N815
    email: Text = ""


DECODERS: Mapping[Service, msgspec.json.Decoder[Any]] = {
    Service.VERIFY: msgspec.json.Decoder(Verify),
    Service.CREATE: msgspec.json.Decoder(Create),
    Service.CANCEL: msgspec.json.Decoder(Cancel),
    Service.EDIT: msgspec.json.Decoder(Edit),
    Service.QUERY: msgspec.json.Decoder(Query),
    Service.VOUCHER: msgspec.json.Decoder(SendVoucher),
}


def masked(value: Any) -> Any:
    """A body as the log may keep it: no name, no number of a person, no code."""
    if isinstance(value, dict):
        return {str(key): masked_field(str(key), each) for key, each in value.items()}
    if isinstance(value, list):
        return [masked(each) for each in value]
    return value


def masked_field(key: str, value: Any) -> Any:
    if key in SECRETS and value:
        return mask(str(value))
    if key in NAMES and value:
        return f"{str(value)[:1]}**"
    return masked(value)
