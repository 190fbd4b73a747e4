"""Files that are small and would fill the server's memory or its time."""

import io
import sys

import pytest
import xlsxwriter

from domain.kernel.errors import InvalidInput
from webapp.importing import sheets, uploads


def test_one_long_text_in_every_cell_is_not_unfolded() -> None:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    sheet = book.add_worksheet()
    for column in range(50):
        sheet.write_string(0, column, f"c{column}")
        for row in range(1, 30):
            sheet.write_string(row, column, "x" * 30_000)  # kept once in the file
    book.close()

    assert len(written.getvalue()) < 100_000
    with pytest.raises(sheets.Unreadable, match="bomb"):
        sheets.read(written.getvalue())


async def test_a_reader_that_does_not_end_is_the_files_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits = (sys.executable, "-c", "import time; time.sleep(60)")
    monkeypatch.setattr(uploads, "COMMAND", waits)
    monkeypatch.setattr(uploads, "MOST_SECONDS", 0.1)

    with pytest.raises(InvalidInput) as error:
        await uploads.sheet_of(b"a,b")

    assert "file" in error.value.fields
