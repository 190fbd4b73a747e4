"""From a daily close to paper, for the safe."""

from collections.abc import Sequence
from datetime import datetime

from starlette.requests import Request

from domain.commerce.payments import Tender
from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.operation.staff import people
from domain.reports import closes
from domain.reports.closes import Close, Figures, KeptLine
from webapp import i18n
from webapp.office_closes import BEARERS, kind_label, name_of_line, parts_of, use_rows
from webapp.parts import db_of, printer_of
from webapp.printing.model import Label, PrintedReport, PrintedTable
from webapp.report_prints import SIGNED, both, letterhead, money
from webapp.words import label_of

TIMING_WORDS = say("Falls on another day")


async def close_pdf(request: Request, close: Close, now: datetime) -> bytes:
    found = await db_of(request).ask(gather, close, now)
    return await printer_of(request).report(found)


async def gather(tx: Tx, close: Close, now: datetime) -> PrintedReport:
    kept = await closes.lines_of(tx, close.id)
    parts = parts_of(kept)
    who = {close.made_by, close.closed_by, *(one.noted_by for one in kept)} - {None}
    names = await people.names(tx, sorted(str(one) for one in who))
    left = closes.unexplained_minor([one.line for one in kept])
    facts = (
        (both(say("State")), i18n.here(label_of(close.status))),
        (both(say("Money")), money(close.figures.money_minor)),
        (both(say("Sold")), money(close.figures.sold_minor)),
        (both(say("Unexplained")), money(left)),
        (both(say("Drawn up by")), names.get(close.made_by or "", "")),
        (both(say("Checked by")), names.get(close.closed_by or "", "")),
    )
    tables = [*money_tables(close.figures), *ticket_tables(close.figures)]
    if parts.own:
        tables.append(lines_table(both(say("Differences")), parts.own, names))
    if parts.timing:
        tables.append(lines_table(both(TIMING_WORDS), parts.timing, names))
    return PrintedReport(
        await letterhead(tx, close.area_id),
        both(say("Daily close")),
        close.day.isoformat(),
        facts,
        tuple(tables),
        tuple(map(both, SIGNED)),
        now,
    )


TAKEN = (
    say("Way of payment"),
    say("Received"),
    say("Paid out"),
    say("By the books"),
    say("Counted or stated"),
)
SOLD = (
    say("Kind"),
    say("Pieces"),
    say("Sold"),
    say("Rebooked"),
    say("Refunded"),
    say("Together"),
)


def money_tables(figures: Figures) -> list[PrintedTable]:
    together = i18n.here(say("Together"))
    taken = tuple(
        (
            i18n.here(label_of(Tender(one.tender))),
            money(one.in_minor),
            money(-one.out_minor),
            money(one.net_minor),
            "—" if one.counted_minor is None else money(one.counted_minor),
        )
        for one in figures.tenders
    )
    sold = tuple(
        (
            i18n.here(kind_label(one.kind)),
            str(one.tickets),
            money(one.sold_minor),
            money(one.changed_minor),
            money(-one.returned_minor),
            money(one.net_minor),
        )
        for one in figures.sold
    )
    money_sum = (together, "", "", money(figures.money_minor), "")
    sold_sum = (together, "", "", "", "", money(figures.sold_minor))
    return [
        PrintedTable(both(say("Money")), tuple(map(both, TAKEN)), taken, money_sum),
        PrintedTable(both(say("Sold")), tuple(map(both, SOLD)), sold, sold_sum),
    ]


def ticket_tables(figures: Figures) -> list[PrintedTable]:
    columns = (say("Tickets"), say("Pieces"), say("Persons"), say("Value"))
    uses = PrintedTable(
        both(say("Tickets and passages")),
        tuple(map(both, columns)),
        tuple(
            (
                f"{one.sign} {i18n.here(one.label)}".strip(),
                str(one.figures.tickets),
                str(one.figures.heads),
                money(one.figures.minor),
            )
            for one in use_rows(figures)
        ),
    )
    heads = PrintedTable(
        both(say("Passages")),
        tuple(map(both, (say("Passages"), say("In"), say("Out")))),
        tuple(
            (i18n.here(BEARERS[one.by]), str(one.entered), str(one.left)) for one in figures.heads
        ),
    )
    return [uses, heads]


def lines_table(heading: Label, kept: Sequence[KeptLine], names: dict[str, str]) -> PrintedTable:
    columns = (say("Cause"), say("What"), say("Explanation"), say("Amount"), say("Pieces"))
    return PrintedTable(
        heading,
        tuple(map(both, columns)),
        tuple(
            (
                i18n.here(label_of(one.line.cause)),
                name_of_line(one.line),
                f"{one.line.note} {names.get(one.noted_by or '', '')}".strip(),
                money(one.line.amount_minor) if one.line.amount_minor else "",
                str(one.line.pieces or ""),
            )
            for one in kept
        ),
        texts=(1, 2),
    )
