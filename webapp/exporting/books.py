"""The files: an Excel workbook or a CSV, written row by row in little memory."""

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import xlsxwriter

from webapp.exporting.model import Cell, Kind
from webapp.exporting.sheets import RowSheet

MOST_SHEET_ROWS = 1_048_575  # of Excel, without the heading
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
FORMATS = {
    Kind.TEXT: "@",
    Kind.NUMBER: "#,##0",
    Kind.MONEY: "#,##0.00",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
    Kind.DAY: "yyyy-mm-dd",
}


class Book(Protocol):
    """Takes rows, then is closed."""

    def add(self, cells: Sequence[Cell]) -> None: ...

    def close(self) -> None: ...


class Headed(Protocol):
    """A column whose title is already in the reader's language."""

    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def width(self) -> int: ...


class Workbook:
    """Excel. Nothing typed by a visitor becomes a formula or a link: texts are written as texts.
    A list longer than a sheet goes on in another."""

    def __init__(self, path: Path, title: str, columns: Sequence[Headed], zone: ZoneInfo) -> None:
        self._book: Any = xlsxwriter.Workbook(
            path, {"constant_memory": True, "tmpdir": str(path.parent)}
        )
        self._title, self._columns, self._zone = title[:25], columns, zone
        self._head: Any = self._book.add_format({"bold": True, "bottom": 1})
        self._formats: list[Any] = [
            self._book.add_format({"num_format": FORMATS[column.kind]}) for column in columns
        ]
        self._kinds = [column.kind for column in columns]
        self._sheets = 0
        self._turn()

    def _turn(self) -> None:
        """A fresh sheet with its heading."""
        self._sheets += 1
        name = self._title if self._sheets == 1 else f"{self._title} {self._sheets}"
        self._sheet: Any = self._book.add_worksheet(name, RowSheet)
        for at, column in enumerate(self._columns):
            self._sheet.set_column(at, at, column.width)
        self._sheet.freeze_panes(1, 0)
        for at, column in enumerate(self._columns):
            self._sheet.write_string(0, at, column.text, self._head)
        self._sheet.begin(self._kinds, self._formats, self._zone)
        self._row = 0

    def add(self, cells: Sequence[Cell]) -> None:
        if self._row == MOST_SHEET_ROWS:
            self._turn()
        self._row += 1
        self._sheet.add(self._row, cells)

    def close(self) -> None:
        self._book.close()


class Table:
    """CSV that Excel in China opens right: UTF-8 with a mark. What a spreadsheet would take for a
    formula has an apostrophe before it."""

    def __init__(self, path: Path, title: str, columns: Sequence[Headed], zone: ZoneInfo) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file)
        self._kinds, self._zone = [column.kind for column in columns], zone
        self._rows.writerow([column.text for column in columns])

    def add(self, cells: Sequence[Cell]) -> None:
        self._rows.writerow(
            [self._text(cell, kind) for cell, kind in zip(cells, self._kinds, strict=True)]
        )

    def _text(self, cell: Cell, kind: Kind) -> str:
        if cell is None:
            return ""
        if isinstance(cell, str):
            return f"'{cell}" if cell.startswith(STARTS_FORMULA) else cell
        if isinstance(cell, datetime):
            return f"{cell.astimezone(self._zone):%Y-%m-%d %H:%M:%S}"
        if kind is Kind.MONEY and isinstance(cell, int):
            sign = "-" if cell < 0 else ""
            return f"{sign}{abs(cell) // 100}.{abs(cell) % 100:02}"
        return str(cell)

    def close(self) -> None:
        self._file.close()


BOOKS: dict[str, type[Workbook] | type[Table]] = {"xlsx": Workbook, "csv": Table}
