"""Printers that the server prints on, and what waits for them."""

from collections.abc import Mapping, Set
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple


class PrinterLanguage(StrEnum):
    """What a printer understands: rolls speak the first, labels and wrist bands the others."""

    ESCPOS = "escpos"
    TSPL = "tspl"
    ZPL = "zpl"


class PrintedDocument(StrEnum):
    """What is printed. A drawer is opened by the same wire, without paper."""

    TICKET = "ticket"
    RECEIPT = "receipt"
    SHIFT = "shift"
    CARD = "card"
    LABEL = "label"  # a member card for its holder, on a label printer
    TEST = "test"
    DRAWER = "drawer"


class PostKind(StrEnum):
    """Whom a printer serves: all windows of a sales site, one window, or one kiosk."""

    SALES_SITE = "sales_site"
    WINDOW = "window"
    KIOSK = "kiosk"


class PrinterTrouble(StrEnum):
    """What is wrong with a printer; `PAPER_LOW` still prints."""

    OFFLINE = "OFFLINE"
    COVER_OPEN = "COVER_OPEN"
    PAPER_OUT = "PAPER_OUT"
    PAPER_LOW = "PAPER_LOW"
    FAILED = "FAILED"


class PrintOutcome(StrEnum):
    """What became of a page that was given to a printer."""

    DONE = "DONE"  # it is on paper
    NOT_SENT = "NOT_SENT"  # not one byte left: may be tried again
    UNKNOWN = "UNKNOWN"  # a person has to look


class Delivery(NamedTuple):
    outcome: PrintOutcome
    trouble: PrinterTrouble | None = None


class PrintStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    DONE = "done"
    UNKNOWN = "unknown"  # the line was cut within the page: a person has to look
    FAILED = "failed"  # nothing was printed, and nothing is tried any more
    CANCELLED = "cancelled"


PRINT_MOVES: Mapping[PrintStatus, Set[PrintStatus]] = {
    PrintStatus.QUEUED: {PrintStatus.SENDING, PrintStatus.FAILED, PrintStatus.CANCELLED},
    PrintStatus.SENDING: {PrintStatus.QUEUED, PrintStatus.DONE, PrintStatus.UNKNOWN},
    PrintStatus.UNKNOWN: {PrintStatus.DONE, PrintStatus.CANCELLED},
    PrintStatus.FAILED: {PrintStatus.QUEUED, PrintStatus.CANCELLED},
    PrintStatus.DONE: frozenset(),
    PrintStatus.CANCELLED: frozenset(),
}
NEEDS_PERSON = (PrintStatus.UNKNOWN, PrintStatus.FAILED)

ON_ROLLS = (
    PrintedDocument.TICKET,
    PrintedDocument.RECEIPT,
    PrintedDocument.SHIFT,
    PrintedDocument.CARD,
)
ON_LABELS = (PrintedDocument.TICKET, PrintedDocument.LABEL)
ROLLS_MM = (80, 58)
PINS = (0, 1)

BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (2, 4, 8, 15, 30))
GIVE_UP_AFTER = timedelta(minutes=30)  # nobody waits at the window for longer
DRAWER_LIFE = timedelta(seconds=20)  # a drawer that opens later opens before a stranger


class Post(NamedTuple):
    """Where paper is wanted."""

    kind: PostKind
    id: str


class Sheet(NamedTuple):
    """One piece of paper to be printed: what, of which thing, and the number people know it by.
    `issue` says which print of a ticket it is; a newer one makes this one worthless."""

    document: PrintedDocument
    subject_id: str
    number: str
    details: Mapping[str, Any] = {}  # never changed


def backoff_after(attempts: int) -> timedelta:
    """How long a printer that cannot print is left alone."""
    return BACKOFF[min(attempts, len(BACKOFF)) - 1]


def documents_of(language: PrinterLanguage) -> tuple[PrintedDocument, ...]:
    """What a printer of this language can print."""
    return ON_ROLLS if language is PrinterLanguage.ESCPOS else ON_LABELS
