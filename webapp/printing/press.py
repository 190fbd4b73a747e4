"""The printing process: reads jobs on standard input, answers with PDFs on standard output.

It is started by `webapp/pdf.py`, knows no secret and no database, and ends when its input ends.
A job that it cannot do ends it too: the one who asked sees that and decides.
"""

import logging
import os
import resource
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import IO

import msgspec
from weasyprint import CSS, HTML
from weasyprint import Document as Layout
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from webapp.printing import bold, fonts
from webapp.printing.model import (
    Document,
    Paper,
    PrintedCard,
    PrintedReceipt,
    PrintedReport,
    PrintedShift,
    PrintedStock,
    PrintedTicket,
)
from webapp.printing.pages import page
from webapp.printing.wire import LENGTH, Job, Printed

STATIC = Path(__file__).parent.parent.parent / "static"
STYLE = STATIC / "css" / "paper.css"
DECODERS: dict[str, msgspec.msgpack.Decoder[Sequence[Document]]] = {
    PrintedTicket.__name__: msgspec.msgpack.Decoder(list[PrintedTicket]),
    PrintedReceipt.__name__: msgspec.msgpack.Decoder(list[PrintedReceipt]),
    PrintedReport.__name__: msgspec.msgpack.Decoder(list[PrintedReport]),
    PrintedShift.__name__: msgspec.msgpack.Decoder(list[PrintedShift]),
    PrintedStock.__name__: msgspec.msgpack.Decoder(list[PrintedStock]),
    PrintedCard.__name__: msgspec.msgpack.Decoder(list[PrintedCard]),
}
MARGIN_PX = 19  # 5 mm, for the knife
LEAST_HEIGHT_PX = 340  # 90 mm: a page wider than high is turned by some printer drivers
NICER = 5  # gates come before paper


class HouseFetcher(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
    """Pictures inside the page and our own static files; never the network, never other files."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if url.startswith("data:image/"):
            return super().fetch(url)
        path = Path(url.removeprefix("static:")).resolve() if url.startswith("static:/") else None
        if path is None or not path.is_relative_to(STATIC):
            raise ValueError("not a file of the house")
        return URLFetcherResponse(url, path.read_bytes())


class Sheet(HTML):  # type: ignore[misc]  # weasyprint has no types
    """A page whose whole style is ours: weighing the rules for all of HTML takes a fifth of the
    time of a ticket."""

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return []


class MissingLetters(logging.Handler):
    """Counts letters without a glyph. Which they are is not kept: they stand in people's names."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += ".notdef" in record.getMessage()


@cache
def fixtures() -> tuple[FontConfiguration, CSS, MissingLetters]:
    """What every document shares; made with the first."""
    counter = MissingLetters()
    logging.getLogger("weasyprint").handlers[:] = [counter]
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    if fonts.ONE_WEIGHT in fonts.families("zh-cn"):
        bold.install()
    font_config = FontConfiguration()
    return font_config, CSS(filename=STYLE, font_config=font_config), counter


def render(documents: Sequence[Document], paper: Paper) -> Printed:
    """One PDF of documents of one kind."""
    font_config, style, counter = fixtures()
    counter.count = 0
    html = Sheet(string=page(documents, paper), url_fetcher=HouseFetcher())
    layout = html.render(font_config=font_config, stylesheets=[style])
    if paper is Paper.ROLL:
        cut(layout)
    return Printed(layout.write_pdf(), counter.count, resident_kb())


def cut(layout: Layout) -> None:
    """Give each page of the roll the length of what is on it. The last mark on it says where."""
    for sheet in layout.pages:
        end_px = max((bottom for _, _, _, bottom in sheet.anchors.values()), default=sheet.height)
        sheet.height = max(end_px + MARGIN_PX, LEAST_HEIGHT_PX)


def resident_kb() -> int:
    """What this process holds now. Not `ru_maxrss`: that starts with what the server once held."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024


def answer(frame: bytes) -> bytes:
    job = msgspec.msgpack.decode(frame, type=Job)
    documents = DECODERS[job.kind].decode(job.documents)
    return msgspec.msgpack.encode(render(documents, job.paper))


def read_frame(stream: IO[bytes]) -> bytes | None:
    head = stream.read(LENGTH.size)
    return stream.read(*LENGTH.unpack(head)) if len(head) == LENGTH.size else None


def main() -> None:
    """Until the input ends. What libraries print must not get between the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.nice(NICER)
    fixtures()
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        printed = answer(frame)
        answers.write(LENGTH.pack(len(printed)) + printed)
        answers.flush()


if __name__ == "__main__":
    main()
