"""What is written into the files."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from webapp.exporting import books
from webapp.exporting.books import Table, Workbook
from webapp.exporting.model import Cell, Kind
from webapp.exporting.scribe import Head

HEADS = [
    Head("名称", Kind.TEXT, 10),
    Head("数量", Kind.NUMBER, 10),
    Head("金额", Kind.MONEY, 10),
    Head("时间", Kind.MOMENT, 20),
    Head("日期", Kind.DAY, 12),
]
ROW: list[Cell] = [
    "=1+1",
    3,
    -1_205,
    datetime(2026, 7, 1, 16, 30, tzinfo=UTC),
    date(2026, 7, 1),
]
ZONE = ZoneInfo("Asia/Shanghai")


def test_a_workbook_keeps_texts_as_texts_and_moments_on_the_local_clock(tmp_path: Path) -> None:
    book = Workbook(tmp_path / "a.xlsx", "订单", HEADS, ZONE)
    book.add(ROW)
    book.add([None, None, None, None, None])
    book.close()

    rows = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("订单").to_python()

    shown = datetime(2026, 7, 2, 0, 30, tzinfo=UTC).replace(tzinfo=None)
    assert rows[1] == ["=1+1", 3.0, -12.05, shown, date(2026, 7, 1)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=40),
    number=st.integers(-(10**12), 10**12),
    money=st.integers(-(10**12), 10**12),
    moment=st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    day=st.dates(date(1901, 1, 1), date(2100, 1, 1)),
)
def test_what_is_read_back_is_what_was_written(
    tmp_path: Path, text: str, number: int, money: int, moment: datetime, day: date
) -> None:
    moment = moment.replace(microsecond=0)
    book = Workbook(tmp_path / "a.xlsx", "订单", HEADS, ZONE)
    book.add([text, number, money, moment, day])
    book.close()

    sheet = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("订单")

    read = sheet.to_python()[1]
    shown = moment.astimezone(ZONE).replace(tzinfo=None)
    assert read[0] == text
    assert read[1:3] == [number, pytest.approx(money / 100, abs=0.001)]
    assert isinstance(read[3], datetime)
    assert abs(read[3] - shown) < timedelta(seconds=1)
    assert read[4] == day


@pytest.mark.parametrize("text", ["a\x01b", "_x0041_", "\ufffe", " 前后 ", "<&>\"'", "两\n行"])
def test_a_sheet_says_it_as_the_library_would(tmp_path: Path, text: str) -> None:
    book = Workbook(tmp_path / "ours.xlsx", "订单", HEADS[:1], ZONE)
    book.add([text])
    book.close()
    with xlsxwriter.Workbook(tmp_path / "theirs.xlsx", {"constant_memory": True}) as theirs:
        sheet = theirs.add_worksheet("订单")
        sheet.write_string(0, 0, "名称")
        sheet.write_string(1, 0, text)

    ours, library = (
        CalamineWorkbook.from_path(tmp_path / name).get_sheet_by_name("订单").to_python()[1]
        for name in ("ours.xlsx", "theirs.xlsx")
    )
    assert ours == library


def test_a_long_text_ends_where_a_cell_does(tmp_path: Path) -> None:
    book = Workbook(tmp_path / "a.xlsx", "订单", HEADS, ZONE)
    book.add(["山" * 40_000, *ROW[1:]])
    book.close()

    rows = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("订单").to_python()

    assert rows[1][0] == "山" * 32_767


def test_a_list_longer_than_a_sheet_goes_on_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "MOST_SHEET_ROWS", 2)
    book = Workbook(tmp_path / "a.xlsx", "订单", HEADS, ZONE)
    for _ in range(5):
        book.add(ROW)
    book.close()

    sheets = CalamineWorkbook.from_path(tmp_path / "a.xlsx")

    assert sheets.sheet_names == ["订单", "订单 2", "订单 3"]
    assert [len(sheets.get_sheet_by_name(name).to_python()) for name in sheets.sheet_names] == [
        3,
        3,
        2,
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_csv_cell_is_no_formula(tmp_path: Path, text: str) -> None:
    book = Table(tmp_path / "a.csv", "订单", HEADS, ZONE)
    book.add([text, *ROW[1:]])
    book.close()

    content = (tmp_path / "a.csv").read_bytes()

    assert content.startswith(b"\xef\xbb\xbf")
    (_, row) = csv.reader(content.decode("utf-8-sig").splitlines())
    assert row == [f"'{text}", "3", "-12.05", "2026-07-02 00:30:00", "2026-07-01"]
