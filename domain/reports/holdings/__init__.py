"""What is held, and how it came to that: money on member cards, blanks in warehouses and windows.

await cards(tx, span)   # opening + paid in + bonus - spent - given back = closing, by product
await stock(tx, span)   # opening + in - out = closing, by kind and holder

The closing figure is what is held now without what moved after the span; the opening one is that
without what moved within. So a report of any days costs what moved since they began.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from domain.kernel.db import Tx
from domain.reports.happenings import Span
from domain.reports.holdings import store

__all__ = ["CardFlow", "Carded", "Span", "Stocked", "card_flows", "cards", "opened", "stock"]

END = datetime(9999, 1, 1, tzinfo=UTC)


class CardFlow(NamedTuple):
    """What moved on cards, fen: what came is positive, what went is negative. What a replaced card
    hands to its successor moves nothing."""

    paid_in: int = 0
    bonus: int = 0
    spent: int = 0  # less what was put back by refunds
    returned: int = 0
    deposits: int = 0
    taken_over: int = 0  # from an old system, less what was taken back

    @property
    def balance(self) -> int:
        """Principal and bonus; deposits are for the cards themselves."""
        return self.paid_in + self.bonus + self.spent + self.returned + self.taken_over

    def plus(self, other: "CardFlow") -> "CardFlow":
        return CardFlow(*(a + b for a, b in zip(self, other, strict=True)))


class Carded(NamedTuple):
    """Cards of a product in an area."""

    area_id: str
    product_id: str
    opening: int
    flow: CardFlow
    closing: int
    deposits: int  # held at the end
    active: int  # now


async def cards(tx: Tx, span: Span) -> list[Carded]:
    """Every product that has cards."""
    within = await card_flows(tx, span)
    after = await card_flows(tx, span._replace(start=span.end, end=END))
    found = []
    for row in await tx.rows(store.CARDS_NOW, areas=list(span.area_ids)):
        key = (row.area_id, row.product_id)
        flow, later = within.get(key, CardFlow()), after.get(key, CardFlow())
        closing = int(row.balance_minor) - later.balance
        deposits = int(row.deposit_minor) - later.deposits
        opening = closing - flow.balance
        found.append(Carded(*key, opening, flow, closing, deposits, int(row.active)))
    return found


async def card_flows(tx: Tx, span: Span) -> dict[tuple[str, str], CardFlow]:
    """What moved on cards, by (area, product)."""
    rows = await tx.rows(
        store.CARD_FLOWS, areas=list(span.area_ids), start=span.start, end=span.end
    )
    found: dict[tuple[str, str], CardFlow] = {}
    for row in rows:
        key, minor = (row.area_id, row.product_id), int(row.minor)
        found[key] = found.get(key, CardFlow()).plus(CardFlow(**{row.way: minor}))
    return found


async def opened(tx: Tx, span: Span) -> list[tuple[str, str, datetime]]:
    """The cards that were opened: area, product, when."""
    rows = await tx.rows(store.OPENED, areas=list(span.area_ids), start=span.start, end=span.end)
    return [(row.area_id, row.product_id, row.opened_at) for row in rows]


class Stocked(NamedTuple):
    """Blanks of a kind at a holder, pieces: what came is positive, what went is negative."""

    kind_id: str
    holder_id: str
    opening: int
    received: int
    handed: int  # issued, transferred and returned: among holders this is nothing
    used: int
    reprinted: int
    voided: int
    corrected: int  # lost, found, written off
    closing: int


WAYS = {
    "received": "received",
    "issued": "handed",
    "transferred": "handed",
    "returned": "handed",
    "printed": "used",
    "opened": "used",
    "reprinted": "reprinted",
    "voided": "voided",
    "lost": "corrected",
    "found": "corrected",
    "written_off": "corrected",
}


async def stock(tx: Tx, span: Span) -> list[Stocked]:
    """Every kind at every holder that has some, or had some moved."""
    areas = list(span.area_ids)
    closing: dict[tuple[str, str], int] = {
        (row.kind_id, row.holder_id): int(row.pieces)
        for row in await tx.rows(store.STOCK_NOW, areas=areas)
    }
    moved: dict[tuple[str, str], dict[str, int]] = {key: {} for key in closing}
    for row in await tx.rows(store.STOCK_MOVES, areas=areas, start=span.end, end=END):
        key = (row.kind_id, row.holder_id)
        closing[key] = closing.get(key, 0) - int(row.pieces)
        moved.setdefault(key, {})
    for row in await tx.rows(store.STOCK_MOVES, areas=areas, start=span.start, end=span.end):
        ways = moved.setdefault((row.kind_id, row.holder_id), {})
        ways[WAYS[row.act]] = ways.get(WAYS[row.act], 0) + int(row.pieces)
    found = []
    for key, ways in moved.items():
        end = closing.get(key, 0)
        figures = [ways.get(way, 0) for way in dict.fromkeys(WAYS.values())]
        found.append(Stocked._make([*key, end - sum(ways.values()), *figures, end]))
    return [one for one in found if any(one[2:])]
