"""Documents to HTML. Paper speaks both languages at once: Chinese, and smaller, English."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
from babel.dates import format_date

from domain.kernel import money
from domain.kernel.identity import mask, mask_name
from domain.kernel.ids import shown_code
from webapp.i18n import catalogue
from webapp.printing import qr
from webapp.printing.model import (
    Document,
    Label,
    Letterhead,
    Paper,
    PrintedCard,
    PrintedReceipt,
    PrintedReport,
    PrintedShift,
    PrintedStock,
    PrintedTicket,
)

TEMPLATES = Path(__file__).parent.parent / "templates"
NAMES = {
    PrintedTicket: "ticket",
    PrintedReceipt: "receipt",
    PrintedShift: "shift",
    PrintedStock: "stock",
    PrintedCard: "card",
    PrintedReport: "report",
}


class Both(str):
    """A Chinese text that knows its English."""

    en: str

    def __new__(cls, zh: str, en: str) -> "Both":
        made = super().__new__(cls, zh)
        made.en = en
        return made


def page(documents: Sequence[Document], paper: Paper) -> str:
    """One HTML page of documents of one kind, a sheet for each."""
    name = NAMES[type(documents[0])]
    return _environment().get_template(f"print/{name}-{paper}.html").render(documents=documents)


def pgettext(context: str, text: str, **values: object) -> Both:
    """A sentence of ours in both languages."""
    return Both(catalogue("zh").upgettext(context, text) % values, text % values)


def yuan(amount_minor: int) -> str:
    sign = "−" if amount_minor < 0 else ""
    return f"{sign}¥{money.to_text(abs(amount_minor))}"


def moment(at: datetime, head: Letterhead) -> str:
    return at.astimezone(ZoneInfo(head.zone)).strftime("%Y-%m-%d %H:%M")


def long_day(day: date) -> Both:
    return Both(
        format_date(day, "y年M月d日 EEEE", locale="zh"),
        format_date(day, "EEE, d MMM y", locale="en"),
    )


def day_range(ticket: PrintedTicket) -> Both:
    """The day of a visit, or the first and last day."""
    first, last = long_day(ticket.visit_on), ticket.last_day
    if last is None or last == ticket.visit_on:
        return first
    return Both(f"{ticket.visit_on} – {last}", f"{first.en} – {long_day(last).en}")


def hours(ticket: PrintedTicket) -> str:
    if ticket.slot_from is None or ticket.slot_until is None:
        return ""
    return f"{ticket.slot_from:%H:%M}–{ticket.slot_until:%H:%M}"


def admission(ticket: PrintedTicket) -> Both:
    """How many people, and how often each."""
    persons, entries = ticket.persons, ticket.entries
    if entries == 0:
        return pgettext("paper", "Persons: %(persons)s, any number of entries", persons=persons)
    return pgettext(
        "paper",
        "Persons: %(persons)s, entries each: %(entries)s",
        persons=persons,
        entries=entries,
    )


def list_of(labels: Sequence[Label]) -> Both:
    return Both(
        "、".join(label.zh for label in labels), ", ".join(label.en or label.zh for label in labels)
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"pgettext": pgettext}
    filters = (yuan, moment, day_range, hours, admission, list_of, mask, mask_name, shown_code)
    environment.filters |= {filter_.__name__: filter_ for filter_ in filters}
    environment.filters["qr_picture"] = qr.picture
    return environment
