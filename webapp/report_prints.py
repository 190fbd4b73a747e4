"""From reports to paper for the safe."""

from datetime import datetime
from typing import Any

from domain.kernel.db import Tx
from domain.kernel.errors import Message, say
from domain.kernel.money import to_text
from domain.operation import places, settings
from domain.operation.places import PlaceKind
from webapp import filters, i18n
from webapp.printing.model import Label, Letterhead, PrintedReport, PrintedTable
from webapp.reporting.asking import Made
from webapp.reporting.model import Measure, Row, Show
from webapp.words import label_of

SIGNED = (say("Made by"), say("Checked by"), say("Received by"))


def both(text: Message) -> Label:
    return Label(i18n.translate("zh", text), i18n.translate("en", text))


async def letterhead(tx: Tx, area_id: str | None) -> Letterhead:
    """Of an area; without one, of the house."""
    said = await settings.current(tx, area_id or settings.HOUSE)
    if area_id is None:
        return Letterhead(Label(said.name_zh, said.name_en), "", said.service_phone, said.time_zone)
    area = await places.get_place(tx, PlaceKind.AREA, area_id)
    unit = await places.get_place(tx, PlaceKind.UNIT, area.unit_id)
    return Letterhead(
        Label(area.name_zh, area.name_en), unit.name_zh, said.service_phone, area.time_zone
    )


def report_on_paper(head: Letterhead, made: Made, now: datetime) -> PrintedReport:
    """The table of a report's page."""
    wanted, sheet = made.wanted, made.sheet
    total = (i18n.here(say("Total")), *cells(sheet.measures, sheet.total))
    table = PrintedTable(
        both(label_of(sheet.by)),
        (both(label_of(sheet.by)), *(both(each.title) for each in sheet.measures)),
        tuple((row.label, *cells(sheet.measures, row)) for row in sheet.rows),
        total,
    )
    facts = ((both(say("Days")), f"{wanted.first} – {wanted.last}"),)
    return PrintedReport(
        head, both(made.report.title), "", facts, (table,), tuple(map(both, SIGNED)), now
    )


def cells(measures: Any, row: Row) -> tuple[str, ...]:
    pairs = zip(measures, row.cells, strict=True)
    return tuple(written(measure, value) for measure, value in pairs)


def written(measure: Measure, value: int | None) -> str:
    if measure.show is Show.MONEY:
        return money(value or 0)
    if measure.show is Show.NUMBER:
        return filters.number(value)
    return filters.percent(value)


def money(minor: int) -> str:
    return f"{'−' if minor < 0 else ''}{to_text(abs(minor))}"
