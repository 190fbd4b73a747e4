"""Member cards and blanks: what was there, what came, what went, what is there."""

from datetime import date
from typing import Any

from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.reports import holdings
from domain.reports.days import Dimension, Key
from domain.reports.holdings import Carded, CardFlow
from webapp.reporting.model import Measure, Report, Sheet, Show, Wanted, span_of
from webapp.reporting.sheets import grouped, sheet, summed

D = Dimension
FLOWS = (
    Measure(say("Cards opened")),
    Measure(say("Paid in"), Show.MONEY, is_main=True),
    Measure(say("Bonus"), Show.MONEY),
    Measure(say("Spent"), Show.MONEY),
    Measure(say("Given back to members"), Show.MONEY),
    Measure(say("Taken over"), Show.MONEY),
)
CARDS = (
    Measure(say("Active now")),
    FLOWS[0],
    Measure(say("Balance at the beginning"), Show.MONEY),
    *FLOWS[1:],
    Measure(say("Balance at the end"), Show.MONEY),
    Measure(say("Deposits held"), Show.MONEY),
)


async def cards(tx: Tx, wanted: Wanted) -> Sheet:
    """What members have paid and not spent yet: the sum of the ledger at both ends."""
    if wanted.by is D.DAY:
        return await cards_by_day(tx, wanted)
    opened: dict[Key, int] = {}
    for area_id, product_id, _ in await holdings.opened(tx, wanted.span):
        if not is_wanted(wanted, product_id):
            continue
        key = area_id if wanted.by is D.AREA else product_id
        opened[key] = opened.get(key, 0) + 1

    def key_of(row: Carded) -> Key:
        return row.area_id if wanted.by is D.AREA else row.product_id

    held = [
        row for row in await holdings.cards(tx, wanted.span) if is_wanted(wanted, row.product_id)
    ]
    rows = grouped(held, key_of, card_cells)
    rows = {key: (cells[0], opened.get(key, 0), *cells[2:]) for key, cells in rows.items()}
    earlier = span_of(wanted.asked.before(), wanted.zone)
    before: dict[Key, int] = {}
    for (area_id, product_id), flow in (await holdings.card_flows(tx, earlier)).items():
        if not is_wanted(wanted, product_id):
            continue
        key = area_id if wanted.by is D.AREA else product_id
        before[key] = before.get(key, 0) + flow.paid_in
    return sheet(wanted, CARDS, rows, summed(rows, len(CARDS)), before=before)


def is_wanted(wanted: Wanted, product_id: str) -> bool:
    return product_id in wanted.only.get("product_id", (product_id,))


def card_cells(row: Carded) -> tuple[int, ...]:
    flow = row.flow
    moved = (flow.paid_in, flow.bonus, flow.spent, flow.returned, flow.taken_over)
    return (row.active, 0, row.opening, *moved, row.closing, row.deposits)


async def cards_by_day(tx: Tx, wanted: Wanted) -> Sheet:
    opened: dict[date, int] = {}
    for _, product_id, at in await holdings.opened(tx, wanted.span):
        if not is_wanted(wanted, product_id):
            continue
        day = local_day(at, wanted.zone)
        opened[day] = opened.get(day, 0) + 1
    rows: dict[Key, tuple[int, ...]] = {}
    for day in wanted.asked.days:
        span = span_of(wanted.asked._replace(first=day, last=day), wanted.zone)
        flow = CardFlow()
        for (_, product_id), one in (await holdings.card_flows(tx, span)).items():
            flow = flow.plus(one) if is_wanted(wanted, product_id) else flow
        moved = (flow.paid_in, flow.bonus, flow.spent, flow.returned, flow.taken_over)
        cells = (opened.get(day, 0), *moved)
        if any(cells):
            rows[day] = cells
    return sheet(wanted, FLOWS, rows, summed(rows, len(FLOWS)))


STOCK = (
    Measure(say("Had before")),
    Measure(say("Received")),
    Measure(say("Issued, returned, moved")),
    Measure(say("Used")),
    Measure(say("Reprints")),
    Measure(say("Void")),
    Measure(say("Lost, found, written off")),
    Measure(say("Has after"), is_main=True),
)


async def stock(tx: Tx, wanted: Wanted) -> Sheet:
    """Pieces: what came is above nothing, what went below."""

    def key_of(row: Any) -> Key:
        key: str = row.holder_id if wanted.by is D.HOLDER else row.kind_id
        return key

    kinds, holders = wanted.only.get("kind_id"), wanted.only.get("holder_id")
    held = [
        row
        for row in await holdings.stock(tx, wanted.span)
        if kinds is None or row.kind_id in kinds
        if holders is None or row.holder_id in holders
    ]
    rows = grouped(held, key_of, lambda row: row[2:])
    return sheet(wanted, STOCK, rows, summed(rows, len(STOCK)))


REPORTS = (
    Report(
        "cards",
        say("Member cards"),
        say("What was paid onto cards, spent from them and given back, and what is still on them."),
        "card",
        (D.PRODUCT, D.DAY, D.AREA),
        ("product_id",),
        cards,
    ),
    Report(
        "stock",
        say("Blanks in stock"),
        say("Blank tickets and cards: what was there, what came, what went, what is there."),
        "tag",
        (D.BLANK, D.HOLDER),
        ("kind_id", "holder_id"),
        stock,
    ),
)
