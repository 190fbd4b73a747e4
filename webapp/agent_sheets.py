"""Orders of an agent from a sheet: a row is so many tickets of a type, or a visitor whose ticket
needs a name, or a group with its leader. Rows of the same reference are one order; nothing is
booked while a row is wrong."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.commerce import catalog, orders
from domain.commerce.catalog import SellableType
from domain.commerce.orders import Sale, Visitor, VisitorInput, Wanted
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import DomainError, InvalidInput, Message, say
from domain.kernel.vault import Vault
from domain.operation.imports import Field
from webapp.sale_form import said

MOST_ROWS, MOST_OF_A_ROW = 100, 200
COLUMNS: Mapping[str, tuple[str, ...]] = {  # what people head them with
    "day": ("日期", "游玩", "游玩日期", "day", "visit"),
    "type": ("票种", "票类", "ticket type", "type"),
    "quantity": ("数量", "张数", "quantity", "how many"),
    "name": ("姓名", "游客姓名", "name", "visitor", "游客"),
    "document": ("证件号", "证件号码", "身份证号", "身份证件", "document", "identity document"),
    "contact": ("联系人", "领队", "contact", "leader or contact", "领队或联系人"),
    "phone": ("手机", "手机号", "电话", "phone", "mobile phone"),
    "reference": ("单号", "团号", "贵方单号", "reference", "your reference"),
}
NEEDED = ("day", "type")
FIELDS = (  # the template's columns
    Field(
        "day",
        say("Visit"),
        say("The day of the visit, written like 2026-05-01."),
        "2026-05-01",
        is_required=True,
    ),
    Field(
        "type",
        say("Ticket type"),
        say(
            "Name or code of a ticket as it stands under Net prices. Tickets with a time are "
            "booked on the page."
        ),
        "ADULT",
        is_required=True,
    ),
    Field(
        "quantity",
        say("How many"),
        say("How many tickets, or heads of a group. Leave it empty where every visitor has a row."),
        "2",
    ),
    Field(
        "name",
        say("Visitor"),
        say("Real-name tickets only: a row for every visitor. Of a group its leader."),
        "",
    ),
    Field(
        "document",
        say("Identity document"),
        say("The identity document of the visitor in this row: ID card, permit or passport."),
        "",
    ),
    Field("contact", say("Leader or contact"), say("Whom the area calls on the day."), ""),
    Field("phone", say("Mobile phone"), say("The contact's mobile number."), ""),
    Field(
        "reference",
        say("Your reference"),
        say("Your own number of the order or group. Rows of the same number become one order."),
        "CQ-1102",
    ),
)
DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T].*)?")


class Row(NamedTuple):
    """A row as it was typed; `number` is its place in the sheet."""

    number: int
    texts: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.texts.get(name, "")


class Mistake(NamedTuple):
    number: int
    problem: Message


class Meant(NamedTuple):
    """What one row asks for."""

    row: Row
    wanted: Wanted


class Checked(NamedTuple):
    """The orders that a sheet means, what they cost, and what is wrong."""

    sales: Sequence[Sale]
    total_minor: int
    mistakes: Sequence[Mistake]

    @property
    def tickets(self) -> int:
        return sum(one.quantity for sale in self.sales for one in sale.wanted)


def rows_of(headings: Sequence[str], body: Sequence[tuple[int, Sequence[str]]]) -> list[Row]:
    """The rows by what their columns are called. InvalidInput at `file`."""
    at: dict[str, int] = {}
    for place, heading in enumerate(headings):
        for name, known in COLUMNS.items():
            if heading.strip().lower() in known:
                at.setdefault(name, place)
    if missing := [COLUMNS[name][0] for name in NEEDED if name not in at]:
        sentence = say("A column is missing: {names}.", names="、".join(missing))
        raise InvalidInput({"file": sentence})
    if not 1 <= len(body) <= MOST_ROWS:
        raise InvalidInput({"file": say("A sheet has 1 to {most} rows.", most=MOST_ROWS)})
    return [
        Row(
            number,
            {
                name: cells[place].strip()[:200] if place < len(cells) else ""
                for name, place in at.items()
            },
        )
        for number, cells in body
    ]


async def check(
    tx: Tx, rows: Sequence[Row], agent: Any, vault: Vault, request_id: str, now: datetime
) -> Checked:
    """What the rows mean, priced; a question."""
    mistakes: list[Mistake] = []
    together: dict[str, list[Meant]] = {}
    days: dict[date, Mapping[str, SellableType]] = {}
    seen: dict[tuple[str, date, str], int] = {}
    for row in rows:
        try:
            wanted = await _wanted(tx, row, agent.area_id, days, vault, now)
            check_once(seen, row, wanted)
            orders.contact(vault, row.text("contact"), row.text("phone"))
        except DomainError as error:
            mistakes.append(Mistake(row.number, said(error)))
            continue
        bound = together.setdefault(row.text("reference") or f"#{row.number}", [])
        bound.append(Meant(row, wanted))
    sales, total = [], 0
    for number, bound in enumerate(together.values()):
        sale = _sale(joined([one.wanted for one in bound]), bound[0].row, agent, vault)
        sale = sale._replace(request_id=f"{request_id}-{number}")
        try:
            lines = await orders.quote(
                tx, agent.area_id, Channel.AGENT, None, sale.wanted, now, agent.id
            )
            total += sum(line.amount_minor for line in lines)
        except DomainError as error:
            mistakes.append(Mistake(bound[0].row.number, said(error)))
        sales.append(sale)
    return Checked(sales, total, sorted(mistakes))


def check_once(seen: dict[tuple[str, date, str], int], row: Row, wanted: Wanted) -> None:
    """A document stands once for a type and day, in whichever order of the sheet."""
    for visitor in wanted.visitors:
        if visitor.document_hash is None:
            continue
        key = (wanted.subject_id, wanted.visit_on, visitor.document_hash)
        if first := seen.get(key):
            sentence = say(
                "The same document as in row {number}. Leave one of the two out.", number=first
            )
            raise InvalidInput({"document": sentence})
        seen[key] = row.number


def joined(wanted: Sequence[Wanted]) -> list[Wanted]:
    """Visitors of one type and day on one line; what has no visitor or is a group stays alone."""
    lines: list[Wanted] = []
    at: dict[tuple[str, date], int] = {}
    for one in wanted:
        key = (one.subject_id, one.visit_on)
        if len(one.visitors) != one.quantity:
            lines.append(one)
        elif key in at:
            before = lines[at[key]]
            lines[at[key]] = before._replace(
                quantity=before.quantity + one.quantity, visitors=before.visitors + one.visitors
            )
        else:
            at[key] = len(lines)
            lines.append(one)
    return lines


def _sale(wanted: Sequence[Wanted], first: Row, agent: Any, vault: Vault) -> Sale:
    contact = orders.contact(vault, first.text("contact")[:120], first.text("phone"))
    return Sale(
        "",
        agent.area_id,
        Channel.AGENT,
        tuple(wanted),
        contact=contact,
        note=first.text("reference"),
        member_id=agent.id,
    )


async def _wanted(
    tx: Tx,
    row: Row,
    area_id: str,
    days: dict[date, Mapping[str, SellableType]],
    vault: Vault,
    now: datetime,
) -> Wanted:
    """Raises InvalidInput: what is wrong with the row."""
    day = day_in(row.text("day"))
    if day is None:
        raise InvalidInput({"day": say("The day must look like 2026-05-01.")})
    if day not in days:
        days[day] = await _types(tx, area_id, day, now)
    found = days[day].get(row.text("type").lower())
    if found is None:
        sentence = say(
            "No such ticket on this day, or it needs a time. Write its name as under Net prices; "
            "tickets with a time are booked on the page."
        )
        raise InvalidInput({"type": sentence})
    quantity = _quantity(row, found)
    visitors = _visitors(row, found, vault, day)
    return Wanted(found.id, quantity, day, visitors=visitors)


def _quantity(row: Row, kind: SellableType) -> int:
    """How many the row asks for. A named visitor is one."""
    text = row.text("quantity")
    if kind.real_name and not kind.group_min:
        if text not in ("", "1"):
            sentence = say("This ticket needs names: give every visitor a row, quantity 1.")
            raise InvalidInput({"quantity": sentence})
        return 1
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_OF_A_ROW):
        raise InvalidInput({"quantity": say("A quantity from 1 to {most}.", most=MOST_OF_A_ROW)})
    if int(text) < kind.group_min:
        sentence = say("A group is at least {least}; take another ticket.", least=kind.group_min)
        raise InvalidInput({"quantity": sentence})
    return int(text)


def _visitors(row: Row, kind: SellableType, vault: Vault, day: date) -> tuple[Visitor, ...]:
    """Who comes on the row's ticket; of a group its leader."""
    name, document = row.text("name"), row.text("document")
    if not kind.real_name and not (kind.group_min and document):
        if name or document:
            sentence = say("This ticket has no names: leave name and document empty.")
            raise InvalidInput({"document": sentence})
        return ()
    if not document or not (name or kind.group_min):
        if kind.group_min:
            raise InvalidInput({"document": say("The leader's document is needed.")})
        sentence = say("Type the visitor's name and document into this row.")
        raise InvalidInput({"document": sentence})
    name = name or row.text("contact")
    return (orders.named(vault, VisitorInput(name, document), day),)


async def _types(tx: Tx, area_id: str, day: date, now: datetime) -> Mapping[str, SellableType]:
    """Types that need no time, by code and by names in small letters."""
    sold = await catalog.sellable(tx, area_id, Channel.AGENT, None, day, now)
    return {
        name.lower(): one
        for product in sold.products
        for one in product.types
        if not product.slotted
        for name in (one.code, one.name_zh, one.name_en)
        if name
    }


def day_in(text: str) -> date | None:
    """A day as sheets have it, with or without a midnight."""
    found = DAY.fullmatch(text)
    if found is None:
        return None
    try:
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None
