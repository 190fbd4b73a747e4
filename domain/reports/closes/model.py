"""What a day of an area comes to, three ways: money, sales and passages, and why they differ."""

from collections.abc import Mapping, Sequence, Set
from enum import StrEnum
from typing import Any, NamedTuple


class CloseStatus(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"  # signed by its maker; a checker decides
    CLOSED = "closed"


_S = CloseStatus
CLOSE_MOVES: Mapping[CloseStatus, Set[CloseStatus]] = {
    _S.DRAFT: {_S.WAITING},
    _S.WAITING: {_S.CLOSED, _S.DRAFT},
    _S.CLOSED: frozenset(),
}


class Cause(StrEnum):
    """Why two of the three differ. What only falls on another day explains itself."""

    DEPOSIT_OPEN = "deposit_open"  # paid, and its order is not settled on this day
    DEPOSIT_USED = "deposit_used"  # its order was settled today, paid on an earlier day
    DEPOSIT_RETURNED = "deposit_returned"  # of an order given up, or paid too late
    REFUND_DUE = "refund_due"  # decided today, not yet paid out
    REFUND_EARLIER = "refund_earlier"  # paid out today, decided on an earlier day
    REFUND_FAILED = "refund_failed"  # decided today, and its payout went wrong
    ORDER_WRONG = "order_wrong"  # money and sales of an order differ, and nothing says why
    DRAWER_CARRIED = "drawer_carried"  # cash in the drawer of a shift that went past midnight
    CASH_COUNTED = "cash_counted"  # a shift counted more or less than its drawer should hold
    DRAWER_WRONG = "drawer_wrong"  # a drawer's cash and its payments differ
    SHIFT_OPEN = "shift_open"  # nobody has counted it: the day cannot be closed
    STATEMENT_MISSING = "statement_missing"  # nobody said what the bank or platform states
    STATEMENT_DIFFERS = "statement_differs"
    BILL_DIFFERS = "bill_differs"  # one charge or refund of a platform's bill
    PAYMENT_WAITING = "payment_waiting"  # begun on this day, and nobody knows how it ended
    LEDGER_WRONG = "ledger_wrong"  # a payment or payout is not in the ledger as it is
    TICKETS_WRONG = "tickets_wrong"  # an order has more or fewer tickets than it sold
    BY_HAND = "by_hand"  # let in by hand
    INCIDENT = "incident"  # somebody passed a gate without right
    PASSED_AFTER = "passed_after"  # on a ticket that was refunded, changed or over
    USES_WRONG = "uses_wrong"  # a ticket's counter and its passages differ
    OPENING_WRONG = "opening_wrong"  # unused tickets are not those that the day before left


_C = Cause
TIMING = frozenset(
    {
        _C.DEPOSIT_OPEN,
        _C.DEPOSIT_USED,
        _C.DEPOSIT_RETURNED,
        _C.REFUND_DUE,
        _C.REFUND_EARLIER,
        _C.DRAWER_CARRIED,
    }
)
BLOCKING = frozenset({_C.SHIFT_OPEN})
# those that stand between the money of the day and its sales
OF_MONEY = TIMING - {_C.DRAWER_CARRIED} | {_C.ORDER_WRONG, _C.REFUND_FAILED}


class Line(NamedTuple):
    """One difference. `note` explains it: of the maker, or of whoever was there when it arose."""

    cause: Cause
    noun: str
    subject_id: str
    label: str  # an order's number, a shift's, a tender's word
    amount_minor: int = 0
    pieces: int = 0  # tickets or heads
    note: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return (self.cause.value, self.subject_id)

    @property
    def tender(self) -> str:
        """Of a difference of a bill: its label begins with the tender's word."""
        return self.label.partition(" ")[0]

    @property
    def is_timing(self) -> bool:
        return self.cause in TIMING

    @property
    def is_blocking(self) -> bool:
        return self.cause in BLOCKING

    @property
    def is_open(self) -> bool:
        """Somebody must still say why."""
        return self.is_blocking or not (self.is_timing or self.note.strip())


class TenderFigures(NamedTuple):
    """`counted_minor`: cash that left the drawers or lies in them, what the platform states, what
    the ledger took from cards. None when nobody said it."""

    tender: str
    in_minor: int
    out_minor: int
    counted_minor: int | None
    billed_minor: int | None = None  # the platform's bill, where it is there

    @property
    def net_minor(self) -> int:
        return self.in_minor - self.out_minor

    @property
    def difference_minor(self) -> int:
        return 0 if self.counted_minor is None else self.counted_minor - self.net_minor


class SoldFigures(NamedTuple):
    kind: str
    tickets: int
    sold_minor: int
    changed_minor: int
    returned: int
    returned_minor: int

    @property
    def net_minor(self) -> int:
        return self.sold_minor + self.changed_minor - self.returned_minor


class CashFigures(NamedTuple):
    """Of all drawers: what went into the safe and what lies in drawers now, less before."""

    floats_minor: int = 0
    drops_minor: int = 0
    handed_minor: int = 0
    carried_minor: int = 0
    difference_minor: int = 0

    @property
    def counted_minor(self) -> int:
        return self.drops_minor + self.handed_minor - self.floats_minor + self.carried_minor


class UseFigures(NamedTuple):
    """Tickets that were unused, what became of them, and those that are unused now."""

    row: str  # opening, sold, changed_in, changed_out, refunded, used, expired, closing
    tickets: int
    heads: int
    minor: int


class HeadFigures(NamedTuple):
    """Who went through: `by` is ticket, card or none (by hand, and whatever went wrong)."""

    by: str
    entered: int
    left: int


class Figures(NamedTuple):
    tenders: Sequence[TenderFigures]
    cash: CashFigures
    sold: Sequence[SoldFigures]
    uses: Sequence[UseFigures]
    heads: Sequence[HeadFigures]

    @property
    def money_minor(self) -> int:
        return sum(one.net_minor for one in self.tenders)

    @property
    def sold_minor(self) -> int:
        return sum(one.net_minor for one in self.sold)

    def use(self, row: str) -> UseFigures:
        found = [one for one in self.uses if one.row == row]
        return found[0] if found else UseFigures(row, 0, 0, 0)

    def as_json(self) -> dict[str, Any]:
        return {
            "tenders": [one._asdict() for one in self.tenders],
            "cash": self.cash._asdict(),
            "sold": [one._asdict() for one in self.sold],
            "uses": [one._asdict() for one in self.uses],
            "heads": [one._asdict() for one in self.heads],
        }


def figures_of(kept: Mapping[str, Any]) -> Figures:
    return Figures(
        [TenderFigures(**one) for one in kept["tenders"]],
        CashFigures(**kept["cash"]),
        [SoldFigures(**one) for one in kept["sold"]],
        [UseFigures(**one) for one in kept["uses"]],
        [HeadFigures(**one) for one in kept["heads"]],
    )


USE_ROWS = (
    ("opening", 1),
    ("sold", 1),
    ("changed_in", 1),
    ("changed_out", -1),
    ("refunded", -1),
    ("used", -1),
    ("expired", -1),
    ("closing", 0),
)


def uses_rest(figures: Figures) -> int:
    """Opening and what came, less what went, less closing: 0 in tickets."""
    return sum(sign * figures.use(row).tickets for row, sign in USE_ROWS) - (
        figures.use("closing").tickets
    )


def money_rest(figures: Figures, lines: Sequence[Line]) -> int:
    """What no line accounts for between money and sales: 0, or the day was added up wrongly."""
    known = sum(line.amount_minor for line in lines if line.cause in OF_MONEY)
    return figures.money_minor - figures.sold_minor - known


def unexplained_minor(lines: Sequence[Line]) -> int:
    """Fen for which nobody has given a reason yet."""
    return sum(abs(line.amount_minor) for line in lines if line.is_open)


class Read(NamedTuple):
    """A day as its tables say it."""

    figures: Figures
    lines: Sequence[Line]
