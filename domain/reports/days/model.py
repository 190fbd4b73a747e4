"""A day in figures: what was sold, given back and changed, and who came in, added up."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, Self


class Dimension(StrEnum):
    """By what figures are told apart."""

    DAY = "day"
    AREA = "area"
    TYPE = "type"
    SITE = "site"
    WINDOW = "window"
    CASHIER = "cashier"
    CHANNEL = "channel"
    CHECK_SITE = "check_site"
    GATE = "gate"
    HOUR = "hour"
    CAUSE = "cause"
    LEVEL = "level"
    UNIT = "unit"
    PRODUCT = "product"  # of member cards
    BLANK = "blank"  # a kind of blank tickets or cards
    HOLDER = "holder"  # of blanks
    OTA = "ota"  # its account
    PROMOTION = "promotion"


class Side(NamedTuple):
    """Whose figures they are: a row of a day. "" where there is none."""

    kind: str
    ticket_type_id: str
    window_id: str
    staff_id: str
    channel: str


class Sold(NamedTuple):
    """Each figure has the moment of its own act: a refund counts on the day it was decided. Window,
    cashier and channel are those of the sale."""

    tickets: int = 0
    persons: int = 0
    list_minor: int = 0  # at the list price, or what was paid on a dearer day
    sold_minor: int = 0
    changed_in: int = 0  # tickets that others became, and those that became others
    changed_out: int = 0
    changed_minor: int = 0  # the difference in price
    returned: int = 0
    fee_minor: int = 0
    returned_minor: int = 0  # what went back, fees kept

    @property
    def discount_minor(self) -> int:
        return self.list_minor - self.sold_minor

    @property
    def net_minor(self) -> int:
        """What the house keeps: sales and differences, less what went back."""
        return self.sold_minor + self.changed_minor - self.returned_minor

    @property
    def returned_bps(self) -> int:
        return self.returned * 10_000 // self.tickets if self.tickets else 0

    def plus(self, other: Self) -> "Sold":
        return Sold(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Came(NamedTuple):
    """Heads through gates, and scans that were refused."""

    entered: int = 0
    left: int = 0
    refused: int = 0

    def plus(self, other: Self) -> "Came":
        return Came(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


Key = tuple[Any, ...] | date | str | int


def total_sold(rows: Iterable[Sold]) -> Sold:
    total = Sold()
    for row in rows:
        total = total.plus(row)
    return total


def total_came(rows: Iterable[Came]) -> Came:
    total = Came()
    for row in rows:
        total = total.plus(row)
    return total


def share_bps(part: int, whole: int) -> int:
    return part * 10_000 // whole if whole > 0 else 0
