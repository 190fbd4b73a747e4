"""A worksheet whose rows are written whole. The library makes an object, a list of attributes and
some calls of every cell; at 100,000 rows of fourteen cells that is nine tenths of an export."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from webapp.exporting.model import Cell, Kind

# Excel counts days from here, so that 1 January 1900 is 1 and its 29 February 1900 is a day.
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # a workbook knows no zones
DAY_SECONDS = 86_400
MOST_UNITS = 32_767  # of UTF-16 in a cell
NOT_PLAIN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[&<>\r]|_x|^\s|\s$")

Written = Callable[[Any], str]


class RowSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """`begin` after the heading, then `add` row after row."""

    def begin(self, kinds: Sequence[Kind], formats: Sequence[Any], zone: ZoneInfo) -> None:
        """What each column holds and how it is shown. Moments are shown in `zone`."""
        self._zone = zone
        self._write_single_row(1)  # the heading, which waits to be whole
        self._columns: list[tuple[str, str, Kind]] = [
            (xl_col_to_name(at), f'" s="{format_._get_xf_index()}"><v>', kind)
            for at, (kind, format_) in enumerate(zip(kinds, formats, strict=True))
        ]

    def add(self, row: int, cells: Sequence[Cell]) -> None:
        """`row` counts from 0, as the library does."""
        self._check_dimensions(row, len(cells) - 1)
        number = row + 1
        parts = [f'<row r="{number}">']
        for cell, (letters, style, kind) in zip(cells, self._columns, strict=True):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                parts.append(
                    f'<c r="{letters}{number}" t="inlineStr"><is>{self._text(cell)}</is></c>'
                )
            else:
                parts.append(f'<c r="{letters}{number}{style}{self._number(cell, kind)}</v></c>')
        parts.append("</row>")
        self.fh.write("".join(parts))

    def _text(self, text: str) -> str:
        if len(text) > MOST_UNITS // 2:
            text = text.encode("utf-16-le")[: MOST_UNITS * 2].decode("utf-16-le", "ignore")
        if not NOT_PLAIN.search(text):
            return f"<t>{text}</t>"
        escaped = self._escape_data(self._escape_control_characters(text))
        return f'<t xml:space="preserve">{escaped}</t>'

    def _number(self, cell: Cell, kind: Kind) -> str:
        if isinstance(cell, datetime):
            return _days(cell.astimezone(self._zone).replace(tzinfo=None))
        if isinstance(cell, date):
            return str(cell.toordinal() - EPOCH.toordinal())
        if kind is Kind.MONEY:
            return f"{cell / 100:.16G}"  # type: ignore[operator]  # a text is none of these
        return f"{cell:.16G}"


def _days(moment: datetime) -> str:
    past = moment - EPOCH
    return f"{past.days + (past.seconds + past.microseconds / 1e6) / DAY_SECONDS:.16G}"
