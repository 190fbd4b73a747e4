"""What pages about groups share: the contract's form, its choices, a roster from a sheet."""

import csv
import io
from datetime import date, datetime
from typing import Annotated, Any

import python_calamine
from pydantic import Field

from domain.admission import groups
from domain.admission.groups import Booking, GroupKind
from domain.commerce import catalog, orders
from domain.commerce.catalog import Sellable
from domain.commerce.catalog.model import GateMode
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, say
from domain.kernel.vault import Vault
from webapp.form_fields import Day, Id, Line, LocalMoment, Yuan
from webapp.forms import Form, Typed

MOST_BYTES = 2_000_000
ENCODINGS = ("utf-8-sig", "gb18030")


class GroupForm(Form):
    kind: GroupKind = GroupKind.AGENCY
    name: Line
    leader_name: Line
    phone: Line = ""
    planned: Annotated[int, Field(ge=1, le=groups.MOST_HEADS)]
    guides: Annotated[int, Field(ge=0, le=groups.MOST_GUIDES)] = 0
    visit_on: Day
    slot_id: Id | None = None
    ticket_type_id: Id
    reprices: bool = False
    single_price_minor: Yuan | None = None
    deposit_minor: Yuan = 0
    pay_until: LocalMoment | None = None
    invoice_title: Line = ""
    note: Annotated[str, Field(max_length=200)] = ""

    def booking(self, area_id: str, vault: Vault) -> Booking:
        """Checked and with the phone sealed. InvalidInput at `phone`."""
        return Booking(
            area_id,
            self.kind,
            self.name,
            orders.contact(vault, self.leader_name, self.phone),
            self.planned,
            self.guides,
            self.visit_on,
            self.slot_id,
            self.ticket_type_id,
            self.reprices,
            self.single_price_minor,
            self.deposit_minor,
            self.pay_until,
            self.invoice_title,
            self.note,
        )


FIELDS = tuple(GroupForm.model_fields)


async def offered(tx: Tx, area_id: str, day: date, now: datetime) -> Sellable:
    """What agents may book on a day; a question."""
    return await catalog.sellable(tx, area_id, Channel.AGENT, None, day, now)


def group_types(found: Sellable) -> list[tuple[Any, Any]]:
    """Products and their types that let many in on one code."""
    return [
        (product, one)
        for product in found.products
        for one in product.types
        if one.group_min and one.gate_mode == GateMode.ONE_MANY
    ]


def shown_of(row: Any) -> dict[str, object]:
    """A stored contract as the form shows it; the phone is never shown again."""
    values = row._asdict()
    found: dict[str, object] = {name: values[name] for name in FIELDS if name in values}
    return found | {"pay_until": row.pay_until}


async def sheet_of(typed: Typed) -> list[list[str]]:
    """Rows that were pasted or uploaded (CSV, Excel). Raises InvalidInput at `rows`."""
    file = next((one for one in typed.files.get("file", []) if one.filename), None)
    if file is None:
        return rows_of_text(typed.text("rows"))
    content = await file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InvalidInput({"rows": say("This file is too large.")})
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return rows_of_workbook(content)
    return rows_of_text(decoded(content))


def decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput({"rows": say("This file cannot be read.")})


def rows_of_workbook(content: bytes) -> list[list[str]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(nrows=groups.MOST_HEADS + 2)
    except (python_calamine.CalamineError, OSError, IndexError) as error:
        raise InvalidInput({"rows": say("This file cannot be read.")}) from error
    return [[cell_text(value) for value in row] for row in rows]


def cell_text(value: object) -> str:
    """Excel keeps long numbers as floats; an identity number that lost digits shows as wrong."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\x00", "")


def rows_of_text(text: str) -> list[list[str]]:
    """Pasted from a sheet (tabs) or a message (commas)."""
    delimiter = "\t" if "\t" in text else ","
    lines = text.replace("，", ",").replace("\x00", "").splitlines()
    try:
        return [row for row in csv.reader(lines, delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise InvalidInput({"rows": say("This file cannot be read.")}) from error
