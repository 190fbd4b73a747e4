"""Pages over a real socket to a printer that is played."""

from collections.abc import AsyncIterator

import pytest

from devicehub.printers import Delivery, Outcome, Trouble, deliver, trouble_of
from devicehub.printers.played import PlayedPrinter
from tests.webapp.printing import samples
from webapp.printing.thermal import escpos

HOST = "127.0.0.1"
START, CUT = b"\x1b@\x1c&", b"\x1dVB\x03"


def page(number: int) -> bytes:
    return START + f"票号 {number}\n".encode("gb18030") + CUT


@pytest.fixture
async def printer() -> AsyncIterator[PlayedPrinter]:
    played = PlayedPrinter()
    await played.start()
    yield played
    await played.stop()


async def sent(printer: PlayedPrinter, number: int = 1) -> Delivery:
    return await deliver(HOST, printer.port, page(number), answer_seconds=0.3, page_seconds=0.5)


async def test_a_page_that_came_out_is_done(printer: PlayedPrinter) -> None:
    assert await sent(printer) == Delivery(Outcome.DONE)
    assert [slip.lines for slip in printer.read.slips] == [["票号 1"]]


async def test_a_hundred_pages_come_in_their_order(printer: PlayedPrinter) -> None:
    for number in range(100):
        assert (await sent(printer, number)).outcome is Outcome.DONE
    assert [slip.lines[0] for slip in printer.read.slips] == [f"票号 {n}" for n in range(100)]


async def test_without_paper_nothing_is_sent(printer: PlayedPrinter) -> None:
    printer.has_paper = False
    assert await sent(printer) == Delivery(Outcome.NOT_SENT, Trouble.PAPER_OUT)
    assert printer.taken == 0
    printer.has_paper = True
    assert (await sent(printer)).outcome is Outcome.DONE
    assert len(printer.read.slips) == 1


async def test_an_open_cover_is_told_and_little_paper_still_prints(
    printer: PlayedPrinter,
) -> None:
    printer.is_open = True
    assert await sent(printer) == Delivery(Outcome.NOT_SENT, Trouble.COVER_OPEN)
    printer.is_open, printer.is_low = False, True
    assert await sent(printer) == Delivery(Outcome.DONE, Trouble.PAPER_LOW)


async def test_a_printer_that_is_off_gets_nothing(printer: PlayedPrinter) -> None:
    await printer.stop()
    assert await sent(printer) == Delivery(Outcome.NOT_SENT, Trouble.OFFLINE)
    assert await trouble_of(HOST, printer.port) is Trouble.OFFLINE


async def test_a_line_cut_in_the_middle_leaves_it_unknown(printer: PlayedPrinter) -> None:
    printer.cuts_line_after = 9
    assert await sent(printer) == Delivery(Outcome.UNKNOWN, Trouble.OFFLINE)
    assert printer.read.slips == []
    assert printer.taken == 9


async def test_a_printer_too_slow_to_answer_leaves_it_unknown(printer: PlayedPrinter) -> None:
    printer.seconds_per_chunk = 1.5
    assert (await sent(printer)).outcome is Outcome.UNKNOWN


async def test_tickets_come_out_as_they_were_signed(printer: PlayedPrinter) -> None:
    for seed in range(1, 21):
        made = escpos.page([samples.ticket(seed)], escpos.Roll())
        assert (await deliver(HOST, printer.port, made)).outcome is Outcome.DONE
    assert [slip.codes for slip in printer.read.slips] == [[samples.code(n)] for n in range(1, 21)]
    assert printer.read.kicks == 0


async def test_paper_that_ends_within_a_ticket_leaves_it_unknown(printer: PlayedPrinter) -> None:
    printer.runs_out_after = 600
    made = escpos.page([samples.ticket()], escpos.Roll())
    told = await deliver(HOST, printer.port, made, page_seconds=0.5)
    assert told == Delivery(Outcome.UNKNOWN, Trouble.PAPER_OUT)
    assert printer.read.slips == []


async def test_an_answer_that_comes_late_is_not_taken_for_another(printer: PlayedPrinter) -> None:
    printer.seconds_per_chunk = 0.4
    told = await deliver(HOST, printer.port, page(1), page_seconds=0.2, answer_seconds=1)
    assert told == Delivery(Outcome.UNKNOWN)
