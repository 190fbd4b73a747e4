"""Bytes for a roll printer, read back by a decoder that shares nothing with what wrote them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devicehub.printers.reading import Reader, UnknownCommand
from domain.admission.tickets import code as codes
from tests.webapp.printing import samples
from webapp.printing.model import Document, Label, PrintedReport
from webapp.printing.thermal import escpos
from webapp.printing.thermal.letters import columns, wrapped

ROLL = escpos.Roll(drawer_pin=0)


def read(*documents: Document, roll: escpos.Roll = ROLL, opens_drawer: bool = False) -> Reader:
    reader = Reader()
    reader.feed(escpos.page(documents, roll, opens_drawer=opens_drawer))
    return reader


def text_of(*documents: Document) -> str:
    return "\n".join(line for slip in read(*documents).slips for line in slip.lines)


def test_a_ticket_reads_back_with_its_number_its_text_and_its_code() -> None:
    (slip,) = read(samples.ticket()).slips
    text = "\n".join(slip.lines)
    assert slip.codes == [samples.code()]
    for part in ("云岭景区", "20261122-1939-1", "李秀英", "南门、北门、西门", "￥196.00 现金"):
        assert part in text
    assert slip.big == ["成人票 × 2", "13:00-15:00"]
    assert "张伟" not in text


def test_a_signed_code_is_good_after_printing() -> None:
    key = Ed25519PrivateKey.generate()
    body = codes.CodeBody(
        key_number=1,
        kind=codes.CodeKind.SINGLE,
        flags=codes.CodeFlag.NONE,
        ticket_number=77,
        type_number=1,
        scope_bits=1,
        valid_from=datetime(2026, 11, 22, tzinfo=UTC),
        valid_minutes=600,
        entries=1,
        persons=2,
        issue_serial=1,
        area_number=1,
    )
    (slip,) = read(samples.ticket(code=codes.sign(body, key))).slips
    keys = {1: key.public_key()}
    found = codes.verify(slip.codes[0], keys, now=datetime(2026, 11, 22, 3, tzinfo=UTC))
    assert found.body == body


def test_a_reprint_and_a_sample_say_so() -> None:
    assert "重打" in text_of(samples.ticket(reprint=2))
    assert "重打" not in text_of(samples.ticket())
    assert "样票" in text_of(samples.ticket(is_sample=True))


def test_a_numbered_seat_is_written_large() -> None:
    (slip,) = read(samples.ticket(seats="5-7")).slips
    assert slip.big[-1] == "座位 5-7 号"
    assert "座位" not in text_of(samples.ticket())


def test_a_receipt_and_a_shift_say_their_money() -> None:
    receipt = text_of(samples.RECEIPT)
    assert "￥676.00" in receipt and "￥100.00" in receipt
    assert "-￥10.00" in text_of(samples.SHIFT)


def test_each_document_is_cut_off() -> None:
    assert len(read(*(samples.ticket(seed) for seed in range(1, 6))).slips) == 5
    assert not read(samples.ticket(), roll=escpos.Roll(has_cutter=False)).slips


def test_the_drawer_opens_only_when_asked_and_only_where_there_is_one() -> None:
    assert read(samples.RECEIPT, opens_drawer=True).kicks == 1
    assert read(samples.RECEIPT).kicks == 0
    assert read(samples.RECEIPT, roll=escpos.Roll(), opens_drawer=True).kicks == 0


def test_a_name_cannot_give_orders_to_the_printer() -> None:
    evil = Label("成人\x1bp\x00\x19\xfa票\n\x1dVB\x03")
    made = read(samples.ticket(type_name=evil))
    assert made.kicks == 0
    assert len(made.slips) == 1


def test_letters_that_no_such_printer_has_are_marked() -> None:
    shown = text_of(samples.ticket(type_name=Label("𠮷祥票")))
    assert "〓祥票" in shown
    with pytest.raises(UnknownCommand):
        Reader().feed(b"\x1b@\x1c&" + "¥".encode("gb18030"))


@pytest.mark.parametrize("width", [32, 48])
def test_no_line_is_wider_than_the_paper(width: int) -> None:
    documents = (samples.ticket(), samples.group_ticket(), samples.RECEIPT, samples.SHIFT)
    for slip in read(*documents, roll=escpos.Roll(columns=width)).slips:
        for line in slip.lines:
            assert columns(line) <= width // (2 if line in slip.big else 1), line


def test_wrapping_loses_no_letter() -> None:
    text = "时段结束后30分钟停止入园" * 5
    assert "".join(wrapped(text, 17)) == text
    assert list(wrapped("Entry ends soon after", 12)) == ["Entry ends", "soon after"]


def test_what_belongs_on_a4_is_refused() -> None:
    report = PrintedReport(samples.HEAD, Label("日结"), "1", (), (), (), samples.AFTERNOON)
    with pytest.raises(ValueError, match="not for a roll"):
        escpos.page([report], ROLL)
    with pytest.raises(ValueError, match="pin"):
        replace(ROLL, drawer_pin=5)
