"""Reports as files: the table of the page with its filters, and its sum as the last row."""

from collections.abc import Sequence

from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.operation.staff import SignedIn
from webapp import filters, i18n, site
from webapp.exporting.model import (
    Cell,
    Column,
    ExportList,
    Key,
    Kind,
    Piece,
    Reading,
)
from webapp.forms import Typed
from webapp.reporting import asking
from webapp.reporting.catalogue import REPORTS
from webapp.reporting.model import Report, Row, Sheet, Show
from webapp.words import label_of

KINDS = {
    Show.NUMBER: Kind.NUMBER,
    Show.MONEY: Kind.MONEY,
    Show.PERCENT: Kind.TEXT,
    Show.SHARE: Kind.TEXT,
}


def noun_of(report: Report) -> str:
    """The word of a report among the lists."""
    return f"report.{report.word}"


def list_of(report: Report) -> ExportList:
    async def opened(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
        made = await asking.make(tx, staff, report, typed, site.today())
        rows = cells_of(made.sheet)

        async def read(tx: Tx, behind: Key | None) -> Piece:
            return Piece(rows, None)

        async def length(tx: Tx) -> int | None:
            return len(rows)

        return Reading(read, length, columns_of(made.sheet))

    return ExportList(report.title, asking.SEE, (), opened)


def columns_of(sheet: Sheet) -> tuple[Column, ...]:
    first = Column(label_of(sheet.by), width=26)
    rest = [Column(each.title, KINDS[each.show], 16) for each in sheet.measures]
    before = (Column(say("The days before"), KINDS[sheet.measures[sheet.main].show], 16),)
    return (first, *rest, *(before if sheet.is_compared else ()))


def cells_of(sheet: Sheet) -> list[Sequence[Cell]]:
    total = sheet.total._replace(label=i18n.here(say("Total")))
    return [_cells(sheet, row) for row in (*sheet.rows, total)]


def _cells(sheet: Sheet, row: Row) -> Sequence[Cell]:
    shown: list[Cell] = [row.label]
    for measure, value in zip(sheet.measures, row.cells, strict=True):
        is_text = KINDS[measure.show] is Kind.TEXT
        shown.append(filters.percent(value) if is_text else value)
    return [*shown, row.before] if sheet.is_compared else shown


LISTS = {noun_of(report): list_of(report) for report in REPORTS.values()}
