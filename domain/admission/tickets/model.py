"""A ticket is the right of a visitor; a medium is what is presented for it."""

from collections.abc import Mapping, Set
from enum import StrEnum


class TicketStatus(StrEnum):
    """Expiry is computed, never stored; an unpaid ticket does not exist yet (its order is held)."""

    SOLD = "sold"  # 未使用
    PARTLY_USED = "partly_used"
    USED = "used"
    REFUND_PENDING = "refund_pending"
    REFUNDED = "refunded"
    CHANGED = "changed"  # 改签: its successor is `changed_to_id`
    LOCKED = "locked"  # a dispute


_S = TicketStatus
TICKET_MOVES: Mapping[TicketStatus, Set[TicketStatus]] = {
    _S.SOLD: {_S.PARTLY_USED, _S.USED, _S.REFUND_PENDING, _S.REFUNDED, _S.CHANGED, _S.LOCKED},
    _S.PARTLY_USED: {_S.PARTLY_USED, _S.USED, _S.REFUND_PENDING, _S.REFUNDED, _S.LOCKED},
    _S.USED: {_S.LOCKED},
    _S.REFUND_PENDING: {_S.SOLD, _S.PARTLY_USED, _S.REFUNDED},
    _S.LOCKED: {_S.SOLD, _S.PARTLY_USED, _S.USED},
    _S.REFUNDED: frozenset(),
    _S.CHANGED: frozenset(),
}
LIVING = frozenset({_S.SOLD, _S.PARTLY_USED})  # may still open a gate


class MediumKind(StrEnum):
    PAPER = "paper"  # QR and the short code beside it
    PHONE = "phone"  # an e-ticket
    NFC = "nfc"
    ID_CARD = "id_card"


class MediumStatus(StrEnum):
    ACTIVE = "active"
    DEAD = "dead"  # replaced by a reprint
    LOST = "lost"
