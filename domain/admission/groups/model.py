"""A group's contract, and what it comes to when the group has left. Pure."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from domain.commerce.orders import Contact
from domain.commerce.orders.model import OrderStatus
from domain.kernel.money import split


class GroupKind(StrEnum):
    AGENCY = "agency"
    SCHOOL = "school"
    COMPANY = "company"
    OTHER = "other"


class GroupStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class GroupStage(StrEnum):
    """How far a group is, as people say it; follows from its order and its ticket."""

    BOOKED = "booked"  # places are kept, nothing is paid
    DEPOSIT = "deposit"  # a part is paid
    PAID = "paid"
    ARRIVING = "arriving"  # the first bus is in
    COMPLETE = "complete"
    CLOSED = "closed"
    LAPSED = "lapsed"  # nobody paid in time, the places are free
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


class Booking(NamedTuple):
    """What a group agrees to. `planned` heads pay or are free by number; `guides` come on top.

    `single_price_minor` is what a head costs when fewer than `least` came and `reprices` is agreed.
    Made by `booking.checked`; `contact` is the leader's, with the phone sealed.
    """

    area_id: str
    kind: GroupKind
    name: str
    contact: Contact
    planned: int
    guides: int
    visit_on: date
    slot_id: str | None
    ticket_type_id: str
    reprices: bool
    single_price_minor: int | None = None
    deposit_minor: int = 0
    pay_until: datetime | None = None
    invoice_title: str = ""
    note: str = ""


class Progress(NamedTuple):
    """What is known beside the contract."""

    status: GroupStatus
    order_status: OrderStatus
    has_lapsed: bool
    captured_minor: int
    entered: int
    heads: int


def stage_of(seen: Progress) -> GroupStage:
    if seen.status is GroupStatus.CLOSED:
        return GroupStage.CLOSED
    if seen.status is GroupStatus.CANCELLED:
        return GroupStage.CANCELLED
    if seen.order_status is OrderStatus.CANCELLED or seen.has_lapsed:
        return GroupStage.LAPSED
    if seen.order_status is OrderStatus.HELD:
        return GroupStage.DEPOSIT if seen.captured_minor else GroupStage.BOOKED
    if seen.order_status is OrderStatus.REFUNDED:
        return GroupStage.REFUNDED
    if seen.entered == 0:
        return GroupStage.PAID
    return GroupStage.COMPLETE if seen.entered >= seen.heads else GroupStage.ARRIVING


class Contract(NamedTuple):
    """The terms that a reckoning depends on."""

    planned: int
    least: int
    reprices: bool
    single_price_minor: int


class Reckoning(NamedTuple):
    """What closing a group comes to.

    `refund_minor` is what the refund policy gives for those who did not come; `surcharge_minor`
    what those who came still owe at the single price. The one is set off against the other:
    `back_minor` goes back, or `due_minor` is asked for.
    """

    planned: int
    entrants: int
    unused_minor: int
    refund_minor: int
    is_repriced: bool
    surcharge_minor: int

    @property
    def absent(self) -> int:
        return self.planned - self.entrants

    @property
    def kept_minor(self) -> int:
        return min(self.surcharge_minor, self.refund_minor)

    @property
    def back_minor(self) -> int:
        return self.refund_minor - self.kept_minor

    @property
    def due_minor(self) -> int:
        return self.surcharge_minor - self.kept_minor


def reckon(contract: Contract, paid_minor: int, absent: int, refund_minor: int) -> Reckoning:
    """The adjustment at the end. Repriced are only those who came, only below the smallest group,
    and only when the contract says so: each of them at the single price, nobody free by number."""
    entrants = contract.planned - absent
    unused = split(paid_minor, [entrants, absent])[1]
    below = contract.reprices and 0 < entrants < contract.least
    owed = entrants * contract.single_price_minor - (paid_minor - unused) if below else 0
    return Reckoning(contract.planned, entrants, unused, refund_minor, below, max(0, owed))
