"""A member card: what can become of it, what is presented for it, and what was bought with it."""

from collections.abc import Mapping, Set
from enum import StrEnum

USE, POINT = "USE", "PTS"  # what the ledger counts uses and points in, beside money


class MembershipStatus(StrEnum):
    BLANK = "blank"  # a number that no card carries yet
    INITIALISED = "initialised"  # keys are written; nobody's
    ACTIVE = "active"
    LOST = "lost"
    FROZEN = "frozen"
    EXPIRED = "expired"
    REPLACED = "replaced"  # everything moved to its successor; refused for ever
    RETURNED = "returned"


_S = MembershipStatus
MEMBERSHIP_MOVES: Mapping[MembershipStatus, Set[MembershipStatus]] = {
    _S.BLANK: {_S.INITIALISED},
    _S.INITIALISED: {_S.ACTIVE},
    _S.ACTIVE: {_S.LOST, _S.FROZEN, _S.EXPIRED, _S.REPLACED, _S.RETURNED},
    _S.LOST: {_S.ACTIVE, _S.REPLACED},
    _S.FROZEN: {_S.ACTIVE},
    _S.EXPIRED: {_S.ACTIVE, _S.REPLACED, _S.RETURNED},
    _S.REPLACED: frozenset(),
    _S.RETURNED: frozenset(),
}


class CardMediumKind(StrEnum):
    NFC = "nfc"  # a UID
    BARCODE = "barcode"  # printed on the card
    QR = "qr"  # a code of ours: on the card or on a phone


class CardMediumStatus(StrEnum):
    ACTIVE = "active"
    LOST = "lost"
    DEAD = "dead"  # for ever


class LotKind(StrEnum):
    """What a purchase gave."""

    BALANCE = "balance"
    DEPOSIT = "deposit"  # for the card itself; of no value to spend
    TERM = "term"
    USES = "uses"


class ReturnReason(StrEnum):
    """Why a card is given back: it decides the formula (domain.md, 6.4)."""

    BY_RIGHT = "by_right"  # (a) closure, our own fault, an unfair change of terms
    BY_WISH = "by_wish"  # (b) the holder's own reason


class ReturnStatus(StrEnum):
    REQUESTED = "requested"  # above the limit: waits for another to approve
    DONE = "done"  # decided; the money goes out by the refunds of its orders
    REJECTED = "rejected"


class ReplacementCause(StrEnum):
    LOST = "lost"  # 补
    DAMAGED = "damaged"  # 换
