"""Label printers are asked how they are, before a page and until it is printed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from devicehub.printers import Delivery, Outcome, Trouble, deliver, trouble_of
from devicehub.printers.label_status import LabelState, UnreadableState, read_tspl, read_zpl
from domain.operation.printers import PrinterLanguage

HOST = "127.0.0.1"
QUESTIONS = {PrinterLanguage.TSPL: b"\x1b!?", PrinterLanguage.ZPL: b"~HS"}
PAGE = b"SIZE 60 mm,40 mm\r\nCLS\r\nPRINT 1\r\n"


class LabelPrinter:
    """It listens as one does; `busy` times it says that it is at work, then that it is done."""

    def __init__(self, language: PrinterLanguage) -> None:
        self.language, self.taken, self.asked = language, b"", 0
        self.busy, self.has_paper, self.is_open, self.is_deaf = 2, True, False, False
        self.ends_after = 0  # questions: then the paper is out
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        question = QUESTIONS[self.language]
        while arrived := await reader.read(4_096):
            self.taken += arrived.replace(question, b"")
            for _ in range(arrived.count(question)):
                self.asked += 1
                if not self.is_deaf:
                    writer.write(self.answer())
        writer.close()

    def answer(self) -> bytes:
        is_busy = bool(self.taken) and self.busy > 0
        self.busy -= is_busy
        out = not self.has_paper or (self.ends_after and self.asked > self.ends_after)
        if self.language is PrinterLanguage.TSPL:
            return bytes([(1 if self.is_open else 0) | (4 if out else 0) | (32 if is_busy else 0)])
        head, left = int(self.is_open), int(is_busy)
        lines = [
            f"030,{int(bool(out))},0,0320,000,0,0,0,000,0,0,0",
            f"001,0,{head},0,1,2,6,0,{left:08},1,000",
            "1234,0",
        ]
        return b"".join(b"\x02" + line.encode() + b"\x03\r\n" for line in lines)


@pytest.fixture(params=[PrinterLanguage.TSPL, PrinterLanguage.ZPL])
async def printer(request: pytest.FixtureRequest) -> AsyncIterator[LabelPrinter]:
    made = LabelPrinter(request.param)
    server = await asyncio.start_server(made.serve, HOST, 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


async def sent(printer: LabelPrinter) -> Delivery:
    return await deliver(
        HOST,
        printer.port,
        PAGE,
        answer_seconds=0.3,
        page_seconds=3,
        language=printer.language,
    )


async def test_a_label_is_done_when_nothing_is_left_to_print(printer: LabelPrinter) -> None:
    assert await sent(printer) == Delivery(Outcome.DONE)
    assert printer.taken == PAGE
    assert printer.busy == 0


async def test_what_is_wrong_is_told_before_anything_is_sent(printer: LabelPrinter) -> None:
    printer.has_paper = False
    assert await sent(printer) == Delivery(Outcome.NOT_SENT, Trouble.PAPER_OUT)
    printer.is_open = True
    told = await trouble_of(HOST, printer.port, language=printer.language)
    assert told is Trouble.COVER_OPEN
    assert printer.taken == b""


async def test_labels_that_end_midway_are_a_persons_to_look_for(printer: LabelPrinter) -> None:
    printer.busy, printer.ends_after = 50, 2
    assert await sent(printer) == Delivery(Outcome.UNKNOWN, Trouble.PAPER_OUT)


async def test_one_that_answers_nothing_gets_nothing(printer: LabelPrinter) -> None:
    printer.is_deaf = True
    assert await sent(printer) == Delivery(Outcome.NOT_SENT, Trouble.OFFLINE)
    assert printer.taken == b""


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (0x00, LabelState(None)),
        (0x20, LabelState(None, True)),
        (0x01, LabelState(Trouble.COVER_OPEN)),
        (0x05, LabelState(Trouble.COVER_OPEN)),
        (0x04, LabelState(Trouble.PAPER_OUT)),
        (0x02, LabelState(Trouble.FAILED)),
        (0x08, LabelState(Trouble.FAILED)),
        (0x10, LabelState(Trouble.FAILED)),
        (0x80, LabelState(Trouble.FAILED)),
    ],
)
def test_every_byte_of_tspl_is_read(state: int, told: LabelState) -> None:
    assert read_tspl(state) == told


def test_what_is_no_answer_of_zpl_is_not_guessed_at() -> None:
    for lines in ([], ["1,2", "3"], ["030,0,0,0320,x,0", "001,0,0,0,1,2,6,0,0,1"]):
        with pytest.raises(UnreadableState):
            read_zpl(lines)
