"""What each kind of line does: a kind registers its two halves when its package is imported.

Its `Offer` (price, hold, release) is what selling needs; its `Fulfilment` (fulfil, owned, lock,
unlock, give back, replace) is what the buyer then owns. For tickets the offer is in commerce
(`ticket_lines.py`), the fulfilment in admission. Everything here runs in the order's transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from domain.commerce.ledger import AccountKind, Posting
from domain.commerce.orders.model import LineKind
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.money import split
from domain.kernel.refusals import Refusal


class Visitor(NamedTuple):
    """Somebody named on a ticket. Made by `visitors.named`, which checks and seals the document."""

    id: str
    name: str = ""
    document_kind: str = ""
    document_sealed: bytes | None = None
    document_hash: str | None = None
    document_hashes: tuple[str, ...] = ()  # under every secret, newest first: what to look for
    document_mask: str = ""
    born_on: date | None = None
    height_cm: int | None = None
    proof_kind: str = ""  # student_card, disability_card ...
    proof: str = ""  # the certificate's number
    is_companion: bool = False  # of a visitor whose concession admits one


class Wanted(NamedTuple):
    """What a buyer asks for. `quantity` is tickets, or the heads of a group on one ticket."""

    subject_id: str  # the ticket type
    quantity: int
    visit_on: date
    slot_id: str | None = None
    visitors: tuple[Visitor, ...] = ()  # by ticket; those beyond the names have none
    concession: str = ""  # claimed for tickets without a name, checked by eye
    kind: LineKind = LineKind.TICKET
    details: Mapping[str, Any] | None = None  # JSON values that only its kind knows


class Market(NamedTuple):
    """Where and when something is sold: the same for all lines of an order."""

    area_id: str
    channel: Channel
    window_id: str | None
    now: datetime
    accompanied: bool = False  # children come with an adult who has a ticket already
    member_id: str = ""  # whose card was read: see members.py
    is_sale: bool = False  # promotions lower the price of sales only: see discounts.py
    codes: tuple[str, ...] = ()  # of coupons that the buyer shows
    phone_hash: str = ""  # of the phone that the buyer leaves
    names_later: bool = False  # places are held before it is known whose they are


class Line(NamedTuple):
    """A priced row of an order, as it is stored. `terms` are the rules as sold, for ever."""

    id: str
    position: int
    kind: LineKind
    product_id: str | None
    ticket_type_id: str | None
    slot_id: str | None
    visit_on: date
    name_zh: str
    name_en: str
    quantity: int  # tickets
    persons: int  # heads
    free_persons: int
    unit_price_minor: int
    list_price_minor: int
    amount_minor: int
    concession: str
    counts_day: bool  # its heads count against the area's day
    places_held: int  # heads that keep a place in the slot and the day
    terms: Mapping[str, Any]
    visitors: tuple[Visitor, ...] = ()
    discount_minor: int = 0  # what promotions took off; the amount is without it

    def prices(self) -> list[int]:
        """What was paid for each ticket: parts of the amount that add up to it."""
        return split(self.amount_minor, [1] * self.quantity)

    def discounts(self) -> list[int]:
        """What promotions took off each ticket: parts of the discount that add up to it, in the
        order of `prices`."""
        full = split(self.amount_minor + self.discount_minor, [1] * self.quantity)
        return [before - after for before, after in zip(full, self.prices(), strict=True)]

    def moment(self, key: str) -> datetime:
        """A moment in the terms: valid_from, valid_until, starts_at, ends_at."""
        return datetime.fromisoformat(self.terms[key])

    def visitor(self, position: int) -> Visitor | None:
        """Who is named on the ticket at a position of this line, counted from 0."""
        return self.visitors[position] if position < len(self.visitors) else None


class Sold(NamedTuple):
    """The order that lines belong to, as fulfilment sees it."""

    id: str
    number: str
    area_id: str
    channel: Channel
    window_id: str | None
    staff_id: str | None
    contact_name: str = ""
    language: str = "zh"


class Owned(NamedTuple):
    """One thing bought through a line and its state now: a ticket.

    `weight` is what it is worth when untouched (heads, or shares of spots), `weight_left` what of
    it is unused; a refund counts what was paid in that proportion.
    """

    id: str
    line_id: str
    number: str
    paid_minor: int
    weight: int
    weight_left: int
    persons_left: int  # heads that have not come
    changes: int  # how often it was changed before
    pending: bool  # locked until somebody decides about a refund
    refusal: Refusal | None  # why it can be neither refunded nor changed: REFUNDED, CHANGED, LOCKED
    version: int
    holder_name: str = ""
    visitor_id: str | None = None  # who is named on it


class Replacement(NamedTuple):
    """One owned thing that becomes another (改签), at `position` (from 0) of its new line."""

    owned: Owned
    line: Line
    position: int
    paid_minor: int


class Offer(Protocol):
    """How a kind of line is sold."""

    async def price(
        self, tx: Tx, wanted: Sequence[Wanted], market: Market, first: int
    ) -> list[Line]:
        """Lines at today's rules, positions from `first`. Refused when it is not sold so."""

    async def hold(self, tx: Tx, lines: Sequence[Line], market: Market) -> list[Line]:
        """Take the places. Refused QUOTA_EXHAUSTED when there are too few.

        Answers the lines as they are to be stored: with the slot and the places they keep.
        """

    async def release(
        self, tx: Tx, order: "Sold", lines: Sequence[tuple[Line, int]], now: datetime
    ) -> list[tuple[str, int]]:
        """Give so many places of each line back, where the rules let them return.

        Answers line ids and the places that did return.
        """


class Fulfilment(Protocol):
    """What a kind of line becomes when it is paid. A status is changed by compare-and-swap;
    Conflict when somebody else was first."""

    async def fulfil(self, tx: Tx, order: Sold, lines: Sequence[Line], now: datetime) -> None:
        """Make what was bought: for tickets, line.quantity of them, each with its medium."""

    async def owned(self, tx: Tx, order_id: str, now: datetime) -> list[Owned]:
        """Everything that the order's lines of this kind became, by number, dead ones included."""

    async def lock(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        """Nobody may use it until a refund is decided."""

    async def unlock(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        """The refund was rejected: as before."""

    async def give_back(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        """Worthless for ever: the money goes back. Also from locked."""

    async def replace(
        self, tx: Tx, order: Sold, replacements: Sequence[Replacement], now: datetime
    ) -> list[str]:
        """Make the successors, linked from the old ones, with one change more; their ids."""


Credits = Callable[[Sold, Sequence[Line]], list[Posting]]

_offers: dict[LineKind, Offer] = {}
_fulfilments: dict[LineKind, Fulfilment] = {}
_credits: dict[LineKind, Credits] = {}


def register(
    kind: LineKind,
    *,
    offer: Offer | None = None,
    fulfilment: Fulfilment | None = None,
    credits: Credits | None = None,
) -> None:
    """Say, when a package is imported, how a kind is sold or what it becomes (or both).

    `credits`: where what was paid for it lies, when that is not revenue (`ledger.INCOME`).
    """
    if offer is not None:
        _offers[kind] = offer
    if fulfilment is not None:
        _fulfilments[kind] = fulfilment
    if credits is not None:
        _credits[kind] = credits


def offer_of(kind: LineKind) -> Offer:
    return _offers[kind]


def fulfilment_of(kind: LineKind) -> Fulfilment:
    return _fulfilments[kind]


def credits_of(kind: LineKind, order: Sold, lines: Sequence[Line]) -> list[Posting]:
    """What paying these lines of a kind adds to: revenue, unless the kind says otherwise."""
    if (credits := _credits.get(kind)) is not None:
        return credits(order, lines)
    total = sum(line.amount_minor for line in lines)
    return [Posting(AccountKind.SALES, order.area_id, -total)]
