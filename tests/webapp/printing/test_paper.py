"""What is on the paper: a code that scanners read, Chinese that people read, no secrets."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from PIL import ImageChops
from weasyprint import HTML, draw

from tests.requirements import require
from tests.webapp.printing.reading import Paged, read
from tests.webapp.printing.samples import (
    HEAD,
    LONG_NAME,
    RECEIPT,
    REFUND,
    SHIFT,
    code,
    group_ticket,
    ticket,
)
from webapp.printing import bold, press
from webapp.printing.model import Document, Label, Letterhead, Paper, PrintedTicket

BOTH = pytest.mark.parametrize("paper", list(Paper))


def printed(*documents: Document, paper: Paper = Paper.ROLL) -> Paged:
    made = press.render(documents, paper)
    assert made.missing_letters == 0
    return read(made.pdf)


@BOTH
@pytest.mark.parametrize("dpi", [203, 300, 150])
def test_a_scanner_reads_the_code_that_was_printed(paper: Paper, dpi: int) -> None:
    tickets = [ticket(seed) for seed in range(5)]
    pages = printed(*tickets, paper=paper)
    assert [pages.codes(page, dpi) for page in range(5)] == [[code(seed)] for seed in range(5)]


def test_the_symbol_is_the_contract_s() -> None:
    (found,) = zxingcpp.read_barcodes(printed(ticket()).picture())
    assert found.format is zxingcpp.BarcodeFormat.QRCode
    extra = found.extra
    assert isinstance(extra, dict)
    assert (extra["ECLevel"], extra["Version"]) == ("M", "6")


def test_a_module_is_one_millimetre_on_the_roll() -> None:
    (found,) = zxingcpp.read_barcodes(printed(ticket()).picture())
    corners = found.position
    assert corners.top_right.x - corners.top_left.x == pytest.approx(41 * 8, abs=3)
    assert corners.bottom_left.y - corners.top_left.y == pytest.approx(41 * 8, abs=3)


def test_a_ticket_says_in_chinese_and_english_what_it_is_for() -> None:
    (text,) = printed(ticket()).texts
    assert "2026年11月22日 星期日\n13:00–15:00\nSun, 22 Nov 2026" in text
    for words in (
        "云岭景区",
        "成人票 × 2",
        "7K2M-90QX-4T8B-W1ZC",
        "共 2 人，每人 1 次",
        "Persons: 2, entries each: 1",
        "南门、北门、西门",
        "South, North, West",
        "¥196.00 现金 Cash",
        "20261122-1939-1",
        "票面遗失可凭身份证补打",
        "李秀英",
        "2026-11-22 14:32",
        "0888-800-1234",
    ):
        assert words in text.replace("\n", " ") or words in text.replace("\n", ""), words


def test_another_reader_finds_the_same_chinese(tmp_path: Path) -> None:
    file = tmp_path / "ticket.pdf"
    file.write_bytes(press.render([ticket()], Paper.ROLL).pdf)
    text = subprocess.run(
        [require("pdftotext"), file, "-"], capture_output=True, text=True, check=True
    )
    assert "成人票" in text.stdout
    assert "星期日" in text.stdout


def test_a_letter_that_no_font_has_is_counted() -> None:
    made = press.render([ticket(type_name=Label("成人票\U0010fffd"))], Paper.ROLL)
    assert made.missing_letters == 1
    assert press.render([ticket()], Paper.ROLL).missing_letters == 0


@BOTH
def test_names_and_phones_are_masked(paper: Paper) -> None:
    pages = printed(ticket(), paper=paper).texts + printed(group_ticket(), paper=paper).texts
    pages += printed(RECEIPT, paper=paper).texts
    text = "".join(pages)
    assert LONG_NAME not in text
    assert "古***·****力" in text
    assert "张*" in text
    assert "138****8000" in text
    assert not re.search("张伟|赵磊|陈思远|13800137740", text)


def test_a_reprint_says_so_on_its_face() -> None:
    assert "重打" not in printed(ticket()).texts[0]
    for paper in Paper:
        (text,) = printed(ticket(reprint=2), paper=paper).texts
        assert "重打 2" in text
        assert "Reprint 2" in text


@pytest.mark.parametrize("paper", Paper)
def test_a_numbered_seat_stands_below_the_time(paper: Paper) -> None:
    (text,) = printed(ticket(seats="5-7"), paper=paper).texts
    assert "座位 5-7 号" in text and "Seat 5-7" in text
    assert "座位" not in printed(ticket(), paper=paper).texts[0]


def test_what_depends_on_the_ticket_is_there_only_then() -> None:
    (plain,) = printed(ticket(persons=1, is_real_name=False, slot_from=None)).texts
    assert "× 1" not in plain
    assert "实名" not in plain
    assert "优惠证件" not in plain
    (special,) = printed(ticket(must_show_proof=True, last_day=date(2026, 11, 24), entries=0)).texts
    assert "入园请出示优惠证件" in special
    assert "2026-11-22 – 2026-11-24" in special
    assert "次数不限" in special


def test_a_group_s_sheet_has_its_lines_and_roster() -> None:
    (text,) = printed(group_ticket(), paper=Paper.A4).texts
    for words in ("团队入园单", "50 人", "贵阳市第六中学研学团", "赵* ·7740", "¥3,760.00", "50."):
        assert words in text
    assert len(printed(group_ticket(300), paper=Paper.A4).texts) == 2


@BOTH
def test_a_receipt_adds_up_on_paper(paper: Paper) -> None:
    (text,) = printed(RECEIPT, paper=paper).texts
    for words in ("收据", "R20261122-0031", "¥676.00", "¥500.00", "¥176.00", "¥600.00", "¥100.00"):
        assert words in text
    (refund,) = printed(REFUND, paper=paper).texts
    assert "退款收据" in refund
    assert "¥176.40" in refund
    assert "收现金" not in refund


@BOTH
def test_a_shift_report_shows_its_difference_and_why(paper: Paper) -> None:
    (text,) = printed(SHIFT, paper=paper).texts
    for words in ("交班报表", "¥4,580.00", "¥4,570.00", "−¥10.00", "−¥8,000.00", "无法追回"):
        assert words in text
    (still_open,) = printed(replace(SHIFT, closed_at=None, counted_minor=None), paper=paper).texts
    assert "未交班" in still_open
    assert "差额" not in still_open.replace("差额说明", "")


def test_the_roll_is_cut_where_the_text_ends() -> None:
    short, long = printed(ticket(terms=Label(""))), printed(ticket(must_show_proof=True, reprint=1))
    ((short_width, short_height),) = short.sizes_mm
    ((long_width, long_height),) = long.sizes_mm
    assert short_width == long_width == 80
    assert 90 <= short_height < long_height < 230
    assert ink_ends_mm(long) == pytest.approx(long_height - 6, abs=1)


def ink_ends_mm(pages: Paged) -> float:
    picture = pages.picture()
    box = ImageChops.invert(picture).getbbox()
    assert box
    return box[3] / 8


@BOTH
@pytest.mark.parametrize(
    "document",
    [
        ticket(
            type_name=Label(
                "云岭索道往返观光车联程优惠套票", "Cable car and shuttle, both ways, half"
            ),
            persons=200,
            paid_minor=123_456_700,
            visitors=(LONG_NAME,) * 200,
            reprint=12,
        ),
        replace(RECEIPT, lines=RECEIPT.lines * 30, total_minor=123_456_700),
        replace(SHIFT, cash_sales_minor=123_456_700, methods=SHIFT.methods * 10),
    ],
    ids=["ticket", "receipt", "shift"],
)
def test_nothing_is_printed_outside_the_72_mm_that_print(paper: Paper, document: Document) -> None:
    pages = printed(document, paper=paper)
    if paper is Paper.ROLL:
        box = ImageChops.invert(pages.picture()).getbbox()
        assert box
        assert box[0] >= 3.8 * 8
        assert box[2] <= 76.2 * 8
    assert "¥1,234,567.00" in "".join(pages.texts)


def test_headings_are_bold_though_the_font_is_not() -> None:
    """Guards the one function of the renderer that we replace (webapp/printing/bold.py)."""
    page = HTML(string="<p>成人票</p>"), HTML(string="<p><b>成人票</b></p>")
    font_config, _, _ = press.fixtures()
    plain, heavy = (read(html.write_pdf(font_config=font_config)) for html in page)
    assert ink(heavy) > 1.15 * ink(plain)
    assert draw.draw_text is bold.draw_emboldened


def ink(pages: Paged) -> int:
    return pages.picture(dpi=300).histogram()[0]


def test_a_hundred_tickets_are_a_hundred_pages() -> None:
    made = press.render([ticket(seed) for seed in range(100)], Paper.ROLL)
    pages = read(made.pdf)
    assert len(pages.texts) == 100
    assert len(made.pdf) < 1_000_000
    assert pages.codes(99) == [code(99)]


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/logo.png",
        "https://example.org/logo.png",
        "file:///etc/hostname",
        "static:/etc/hostname",
        f"static:{press.STATIC}/../pyproject.toml",
        "data:text/html,x",
        "logo.png",
    ],
)
def test_the_renderer_fetches_nothing_from_elsewhere(address: str) -> None:
    with pytest.raises(ValueError, match="not a file of the house"):
        press.HouseFetcher().fetch(address)


def test_the_renderer_fetches_our_own_files_and_pictures() -> None:
    assert press.HouseFetcher().fetch(f"static:{press.STYLE}").read() == press.STYLE.read_bytes()
    assert press.HouseFetcher().fetch(LOGO).read().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="logo"):
        Letterhead(Label("x"), "", "", logo="https://example.org/logo.png")


LOGO = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK"
    "+kcQAAAABJRU5ErkJggg=="
)


@BOTH
def test_a_logo_stands_at_the_top(paper: Paper) -> None:
    head = replace(HEAD, logo=LOGO)
    with_logo = press.render([ticket(head=head)], paper).pdf
    assert with_logo.count(b"/Subtype /Image") > press.render([ticket()], paper).pdf.count(
        b"/Subtype /Image"
    )


def test_markup_in_a_name_is_only_text() -> None:
    evil = ticket(type_name=Label("<b>成人</b>{{ 7*7 }}<img src=x>"), cashier="<script>")
    (text,) = printed(evil).texts
    assert "<b>成人</b>" in text.replace("\n", "")
    assert "49" not in text.replace(evil.short_code, "")


@pytest.mark.parametrize("digits", ["", "1" * 256, "12a", "１２"])
def test_only_digits_can_be_a_code(digits: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        ticket(code=digits)


def test_a_missing_english_name_leaves_no_gap() -> None:
    made: PrintedTicket = ticket(
        head=replace(HEAD, area=Label("云岭景区")), type_name=Label("成人票"), terms=Label("")
    )
    for paper in Paper:
        (text,) = printed(made, paper=paper).texts
        assert "云岭景区" in text
        assert "None" not in text
