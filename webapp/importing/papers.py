"""Workbooks about an import: the template to fill in, and the rows that were wrong."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from starlette.responses import Response

from domain.kernel.errors import Message, say
from domain.operation.imports import Field, Kind
from webapp import i18n

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 18
Problems = Iterable[Sequence[Any]]


def template(title: Message, fields: Sequence[Field]) -> bytes:
    """An empty table with one example row, and a sheet that explains each column."""
    written = io.BytesIO()
    book: Any = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False})
    bold, needed = (book.add_format({"bold": True, "bottom": 1, **more}) for more in ({}, NEEDED))
    as_text = book.add_format({"num_format": "@"})
    table = book.add_worksheet(i18n.here(title)[:25])
    table.freeze_panes(1, 0)
    for at, field in enumerate(fields):
        table.set_column(at, at, WIDTH, as_text)
        table.write_string(0, at, i18n.here(field.title), needed if field.is_required else bold)
        table.write_string(1, at, field.example, as_text)
    notes = book.add_worksheet(i18n.here(say("Explanation")))
    notes.set_column(0, 3, WIDTH)
    notes.set_column(1, 1, WIDTH * 4)
    heads = (say("Column"), say("What stands there"), say("Needed"), say("Example"))
    for at, head in enumerate(heads):
        notes.write_string(0, at, i18n.here(head), bold)
    for row, field in enumerate(fields, start=1):
        yes = i18n.here(say("yes")) if field.is_required else ""
        cells = (i18n.here(field.title), i18n.here(field.help), yes, field.example)
        for at, text in enumerate(cells):
            notes.write_string(row, at, text)
    rest = say("The second row of the first sheet is an example: write over it.")
    notes.write_string(len(fields) + 2, 0, i18n.here(rest))
    book.close()
    return written.getvalue()


NEEDED = {"bg_color": "#FFF2CC"}


def said(kind: Kind, problems: Problems) -> str:
    """What is wrong with a row, in the reader's language."""
    titles = {field.word: field.title for field in kind.fields}
    told = []
    for word, sentence, values in problems:
        text = i18n.here(Message(sentence, **values))
        told.append(f"{i18n.here(titles[word])}：{text}" if word in titles else text)
    return " ".join(told)


def mistakes(headings: Sequence[str], rows: Iterable[tuple[int, Sequence[str], str]]) -> bytes:
    """The rows that were wrong, as they stood in the file, with what is wrong behind them. Mended,
    it is a file that can be brought in."""
    written = io.BytesIO()
    book: Any = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    red = book.add_format({"font_color": "#B3261E", "text_wrap": True})
    as_text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(i18n.here(say("Mistakes")))
    sheet.set_column(0, len(headings), WIDTH, as_text)
    sheet.set_column(len(headings), len(headings), 60)
    sheet.freeze_panes(1, 0)
    heads = (*headings, i18n.here(say("Mistakes")), i18n.here(say("Row of the file")))
    for at, heading in enumerate(heads):
        sheet.write_string(0, at, heading, bold)
    for row, (position, cells, wrong) in enumerate(rows, start=1):
        for at, text in enumerate(cells):
            sheet.write_string(row, at, text, as_text)
        sheet.write_string(row, len(headings), wrong, red)
        sheet.write_number(row, len(headings) + 1, position)
    book.close()
    return written.getvalue()


def answer(content: bytes, name: str) -> Response:
    """A workbook to save under this name."""
    quoted = "".join(f"%{byte:02X}" for byte in f"{name}.xlsx".encode())
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quoted}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
