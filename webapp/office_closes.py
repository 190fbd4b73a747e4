"""What the pages and the paper of a daily close share: its rows in words, links of its lines."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.admission.redemptions import IncidentKind
from domain.commerce.orders import LineKind
from domain.commerce.payments import Tender
from domain.kernel.errors import Message, say
from domain.operation.staff import Permission
from domain.reports.closes import USE_ROWS, Cause, Figures, KeptLine, Line, UseFigures
from webapp import i18n
from webapp.addresses import Addresses
from webapp.words import acts, label_of

SEE, MAKE, APPROVE = Permission.CLOSE_SEE, Permission.CLOSE_MAKE, Permission.CLOSE_APPROVE

USE_WORDS: Mapping[str, Message] = {
    "opening": say("Unused in the morning"),
    "sold": say("Sold"),
    "changed_in": say("Changed into"),
    "changed_out": say("Changed from"),
    "refunded": say("Refunded"),
    "used": say("Used for the first time"),
    "expired": say("Over, unused"),
    "closing": say("Unused, carried forward"),
}
BEARERS: Mapping[str, Message] = {
    "ticket": say("On tickets"),
    "card": say("On member cards"),
    "none": say("Without a ticket"),
}


class UseRow(NamedTuple):
    label: Message
    sign: str
    figures: UseFigures


def use_rows(figures: Figures) -> list[UseRow]:
    """From the morning to the evening; rows of nothing are left out, but for the two ends."""
    signs = {1: "+", -1: "\u2212", 0: "="}
    return [
        UseRow(USE_WORDS[row], "" if row == "opening" else signs[sign], figures.use(row))
        for row, sign in USE_ROWS
        if row in ("opening", "closing") or figures.use(row).tickets
    ]


def kind_label(kind: str) -> Message:
    return label_of(LineKind(kind))


def name_of_line(line: Line) -> str:
    """What a line is about: a number, or a word for a tender or an incident."""
    if line.noun == "tender" and line.label in set(Tender):
        return i18n.here(label_of(Tender(line.label)))
    if line.cause is Cause.INCIDENT and line.label in set(IncidentKind):
        return i18n.here(label_of(IncidentKind(line.label)))
    if line.cause is Cause.BILL_DIFFERS:
        word, _, number = line.label.partition(" ")
        return f"{i18n.here(label_of(Tender(word)))} {number}" if word in set(Tender) else number
    return line.label


def address_of(addresses: Addresses, line: Line) -> str:
    """The page of what a line is about, when there is one."""
    noun = acts.NOUNS.get(line.noun)
    own = {"refund": ("refunds.show", "refund_id"), "shift": ("shifts.show", "shift_id")}
    route, parameter = own.get(line.noun, (noun.route, noun.parameter) if noun else ("", ""))
    if not parameter or route not in addresses:
        return ""
    values = {parameter: line.subject_id}
    return addresses.path(route, None, **values)


class Parts(NamedTuple):
    """A close's lines as they are shown: what a person explains, and what explains itself."""

    own: Sequence[KeptLine]
    timing: Sequence[KeptLine]
    still: int  # without an explanation

    @property
    def timing_minor(self) -> int:
        return sum(kept.line.amount_minor for kept in self.timing)


def parts_of(lines: Sequence[KeptLine]) -> Parts:
    own = [kept for kept in lines if not kept.line.is_timing]
    timing = [kept for kept in lines if kept.line.is_timing]
    return Parts(own, timing, sum(1 for kept in own if kept.line.is_open))
