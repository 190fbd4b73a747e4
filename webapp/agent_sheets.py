"""Orders of an agent from a sheet: each row one kind of ticket, rows of the same reference one
order. Nothing is booked while a row is wrong."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.commerce import catalog, orders
from domain.commerce.catalog import SellableType
from domain.commerce.orders import Sale, Wanted
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import DomainError, InvalidInput, Message, say
from domain.kernel.vault import Vault
from webapp.baskets import for_visitors
from webapp.sale_form import said

MOST_ROWS, MOST_OF_A_ROW = 100, 200
COLUMNS: Mapping[str, tuple[str, ...]] = {  # what people head them with
    "day": ("日期", "游玩日期", "day", "visit"),
    "type": ("票种", "票类", "ticket type", "type"),
    "quantity": ("数量", "张数", "quantity"),
    "contact": ("联系人", "领队", "contact"),
    "phone": ("手机", "电话", "phone"),
    "reference": ("单号", "团号", "reference"),
}
NEEDED = ("day", "type", "quantity")
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
    together: dict[str, list[tuple[Row, Wanted]]] = {}
    days: dict[date, Mapping[str, SellableType]] = {}
    for row in rows:
        try:
            wanted = await _wanted(tx, row, agent.area_id, days, now)
            orders.contact(vault, row.text("contact"), row.text("phone"))
        except DomainError as error:
            mistakes.append(Mistake(row.number, said(error)))
            continue
        together.setdefault(row.text("reference") or f"#{row.number}", []).append((row, wanted))
    sales, total = [], 0
    for number, bound in enumerate(together.values()):
        sale = _sale([one for _, one in bound], bound[0][0], agent, vault)
        sale = sale._replace(request_id=f"{request_id}-{number}")
        try:
            lines = await orders.quote(
                tx, agent.area_id, Channel.AGENT, None, sale.wanted, now, agent.id
            )
            total += sum(line.amount_minor for line in lines)
        except DomainError as error:
            mistakes.append(Mistake(bound[0][0].number, said(error)))
        sales.append(sale)
    return Checked(sales, total, sorted(mistakes))


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
    now: datetime,
) -> Wanted:
    """Raises InvalidInput: what is wrong with the row."""
    day = day_in(row.text("day"))
    if day is None:
        raise InvalidInput({"day": say("The day must look like 2026-05-01.")})
    if day not in days:
        days[day] = await _simple_types(tx, area_id, day, now)
    found = days[day].get(row.text("type").lower())
    if found is None:
        sentence = say("No such ticket, or it needs names or a time: book it on the page.")
        raise InvalidInput({"type": sentence})
    text = row.text("quantity")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_OF_A_ROW):
        raise InvalidInput({"quantity": say("A quantity from 1 to {most}.", most=MOST_OF_A_ROW)})
    return Wanted(found.id, int(text), day)


async def _simple_types(
    tx: Tx, area_id: str, day: date, now: datetime
) -> Mapping[str, SellableType]:
    """Types that need neither names nor a time, by code and by names in small letters."""
    sold = for_visitors(await catalog.sellable(tx, area_id, Channel.AGENT, None, day, now))
    return {
        name.lower(): one
        for product in sold.products
        for one in product.types
        if not product.slotted and not one.real_name
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
