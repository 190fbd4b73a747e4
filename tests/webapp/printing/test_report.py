"""Reports on A4: however many columns, nothing falls off the page."""

from datetime import UTC, datetime

import pypdfium2
import pytest

from webapp.pdf import Printer
from webapp.printing.model import Label, Letterhead, PrintedReport, PrintedTable


def report(columns: int, rows: int) -> PrintedReport:
    names = tuple(Label(f"第{n}栏金额合计", f"Amount number {n}") for n in range(columns - 1))
    row = ("云岭普通卡", *("-1,234,567.89" for _ in names))
    table = PrintedTable(
        Label("卡种", "Product"), (Label("卡种", "Product"), *names), (row,) * rows
    )
    return PrintedReport(
        Letterhead(Label("云岭景区", "Yunling"), "云岭文旅", "0871-1"),
        Label("会员卡", "Member cards"),
        "",
        (),
        (table,),
        (Label("编制", "Made by"),),
        datetime(2026, 7, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(("columns", "is_wide"), [(5, False), (10, True)])
async def test_every_column_is_on_the_page(columns: int, is_wide: bool) -> None:
    printer = Printer()
    try:
        pdf = await printer.report(report(columns, 60))
    finally:
        await printer.close()

    document = pypdfium2.PdfDocument(pdf)
    width, height = document[0].get_size()
    page = document[0].get_textpage()
    letters = [n for n in range(page.count_chars()) if page.get_text_range(n, 1).strip()]
    right = max(page.get_charbox(n)[2] for n in letters)
    assert (width > height) is is_wide
    assert right < width - 14 / 25.4 * 72 + 1
    assert len(document) > 1
    last = document[len(document) - 1].get_textpage().get_text_range()
    assert f"{len(document)} / {len(document)}" in last
