"""Everything sold is an order with lines, whatever the channel."""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import NamedTuple


class OrderStatus(StrEnum):
    HELD = "held"  # places are kept until `held_until`, then free themselves
    PAID = "paid"
    CANCELLED = "cancelled"  # never paid
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"


_S = OrderStatus
ORDER_MOVES: Mapping[OrderStatus, Set[OrderStatus]] = {
    _S.HELD: {_S.PAID, _S.CANCELLED},
    _S.PAID: {_S.PART_REFUNDED, _S.REFUNDED},
    _S.PART_REFUNDED: {_S.PART_REFUNDED, _S.REFUNDED},
    _S.CANCELLED: frozenset(),
    _S.REFUNDED: frozenset(),
}


class LineKind(StrEnum):
    """What a line becomes when it is paid; each kind registers with `lines.py`."""

    TICKET = "ticket"
    CARD_OPENING = "card_opening"  # a member card: its price, for a year or for so many uses
    CARD_DEPOSIT = "card_deposit"  # for the card itself; comes back with it
    CARD_TOP_UP = "card_top_up"
    CARD_RENEWAL = "card_renewal"
    CARD_REPLACEMENT = "card_replacement"  # the fee for a new card in place of a lost one
    GROUP_SURCHARGE = "group_surcharge"  # fewer came than a group needs, and the contract says so


class Contact(NamedTuple):
    """Whom to call about an order. Made by `visitors.contact`, which seals the phone."""

    name: str = ""
    phone_sealed: bytes | None = None
    phone_hash: str | None = None
    phone_mask: str = ""


NOBODY = Contact()


class OrderEvent(StrEnum):
    """What others who show or hold an order must hear of."""

    PAID = "paid"
    COLLECTED = "collected"
    REFUNDED = "refunded"
    CHANGED = "changed"  # another day or time
    LOCKED = "locked"  # a dispute, a loss, a refund that waits
    UNLOCKED = "unlocked"
    REPRINTED = "reprinted"  # older prints are dead
    CANCELLED = "cancelled"
