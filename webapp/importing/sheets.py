"""The process that reads one uploaded file: bytes on standard input, a sheet on standard output.

A file may be anything. So it is read apart from the server, with little memory and little time, and
whatever it does there ends with the process. Nothing of the file is written anywhere.
"""

import csv
import io
import os
import re
import resource
import sys
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec
import python_calamine

MOST_MEMORY = 1 << 30
MOST_SECONDS = 20
MOST_UNPACKED = 150 * 1024 * 1024
MOST_ENTRIES = 2_000
MOST_ROWS, MOST_COLUMNS = 60_000, 200  # of the sheet: the limits that people are told are lower
MOST_TEXT = 40_000_000  # characters: a workbook may say one long text in each of its cells
EXACT = 10**15  # beyond it Excel has cut digits off
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
ENCODINGS = ("utf-8-sig", "gb18030")
NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")
FIRST_SHEET = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?r:id="([^"]+)"')
RELATION = re.compile(rb"<Relationship\s[^>]*?/?>")
FORMULA = re.compile(rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*<(?:\w+:)?f[\s>/]')


class Read(msgspec.Struct):
    """A sheet, or why there is none (`problem`, a word)."""

    headings: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    formulas: dict[int, list[int]] = {}
    problem: str = ""


class Unreadable(Exception):
    """The word says why."""


def read(content: bytes) -> Read:
    """The first sheet: its first row that is not empty are the headings."""
    if content[:4] in WORKBOOKS:
        rows, formulas = workbook(content)
    else:
        rows, formulas = text(content)
    kept = [(at, cells) for at, cells in rows if any(cells)]
    if not kept:
        raise Unreadable("empty")
    headings = kept[0][1]
    width = max((at + 1 for at, heading in enumerate(headings) if heading), default=0)
    body = [(at, cells[:width]) for at, cells in kept[1:] if any(cells[:width])]
    if sum(len(text) for _, cells in body for text in cells) > MOST_TEXT:
        raise Unreadable("bomb")
    return Read(headings[:width], body, formulas)


def workbook(content: bytes) -> tuple[list[tuple[int, list[str]]], dict[int, list[int]]]:
    formulas = {}
    if content[:4] == WORKBOOKS[0]:
        formulas = formulas_of(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
    except (python_calamine.CalamineError, OSError, IndexError, ValueError) as error:
        raise Unreadable("broken") from error
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise Unreadable("large")
    rows = sheet.to_python(skip_empty_area=False)
    return [(at, [cell(value) for value in row]) for at, row in enumerate(rows, start=1)], formulas


def formulas_of(content: bytes) -> dict[int, list[int]]:
    """Which cells of the first sheet are computed: (row: columns from 0). The directory is looked
    at first, so that nothing small becomes something huge."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
                raise Unreadable("bomb")
            names = {entry.filename for entry in entries}
            if "xl/workbook.xml" not in names:
                return {}  # another form of workbook: calamine says whether it is one
            part = first_sheet(archive)
            if part not in names:
                raise Unreadable("broken")
            found: dict[int, list[int]] = {}
            for match in FORMULA.finditer(archive.read(part)):
                found.setdefault(int(match[2]), []).append(column(match[1].decode()))
            return found
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, OSError) as error:
        raise Unreadable("broken") from error


def first_sheet(archive: zipfile.ZipFile) -> str:
    """The name of its part inside the file."""
    first = FIRST_SHEET.search(archive.read("xl/workbook.xml"))
    for relation in RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        target = re.search(rb'Target="([^"]+)"', relation)
        if first and target and b'Id="' + first[1] + b'"' in relation:
            name = target[1].decode(errors="replace")
            return name.lstrip("/") if name.startswith("/") else f"xl/{name}"
    return "xl/worksheets/sheet1.xml"


def column(letters: str) -> int:
    """AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def cell(value: Any) -> str:
    """As it would be typed. A number whose digits Excel has cut does not look like one."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        if abs(value) >= EXACT:
            return f"{value:.5E}"
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value == midnight(value) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split())


def midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def text(content: bytes) -> tuple[list[tuple[int, list[str]]], dict[int, list[int]]]:
    """CSV as Excel in China writes it. What begins like a formula is one."""
    written = decoded(content)
    head = written.split("\n", 1)[0]
    delimiter = max(",\t;", key=head.count)
    rows: list[tuple[int, list[str]]] = []
    formulas: dict[int, list[int]] = {}
    try:
        for at, cells in enumerate(csv.reader(io.StringIO(written), delimiter=delimiter), start=1):
            if at > MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise Unreadable("large")
            rows.append((at, [plain(each) for each in cells]))
            if computed := computed_in(cells):
                formulas[at] = computed
    except csv.Error as error:
        raise Unreadable("broken") from error
    return rows, formulas


def computed_in(cells: Iterable[str]) -> list[int]:
    return [n for n, each in enumerate(cells) if each.startswith("=") and not TEXT_CELL.match(each)]


TEXT_CELL = re.compile(r'="([^"]*)"$')  # how exports keep long numbers whole


def plain(each: str) -> str:
    match = TEXT_CELL.match(each.strip())
    return " ".join((match[1] if match else each).split())


def decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Unreadable("type") from error
    if NOT_TEXT.search(content):
        raise Unreadable("type")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("type")


def main() -> None:
    """One file. Told only in words what is wrong with it: its contents are nobody's business."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        found = read(sys.stdin.buffer.read())
    except Unreadable as why:
        found = Read(problem=str(why))
    except MemoryError:
        found = Read(problem="bomb")
    sys.stdout.buffer.write(msgspec.msgpack.encode(found))


if __name__ == "__main__":
    main()
