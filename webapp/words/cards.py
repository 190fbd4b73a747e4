"""Words of member cards."""

from collections.abc import Mapping
from enum import StrEnum

from domain.cards.memberships.model import (
    CardMediumKind,
    CardMediumStatus,
    LotKind,
    MembershipStatus,
    ReplacementCause,
    ReturnReason,
    ReturnStatus,
)
from domain.cards.memberships.reminders import Outcome
from domain.cards.products.model import CardKind, CardProductStatus
from domain.commerce.orders.model import LineKind
from domain.kernel.errors import Message, say

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]] = {
    CardKind: {
        CardKind.STORED_VALUE: say("Stored value card"),
        CardKind.VIP: say("VIP card"),
        CardKind.TERM: say("Annual card"),
        CardKind.COUNT: say("Card for entries"),
    },
    CardProductStatus: {
        CardProductStatus.DRAFT: say("Draft"),
        CardProductStatus.ON_SALE: (say("On sale"), "ok"),
        CardProductStatus.PAUSED: (say("Paused"), "warn"),
        CardProductStatus.RETIRED: say("Retired"),
    },
    MembershipStatus: {
        MembershipStatus.BLANK: say("Blank"),
        MembershipStatus.INITIALISED: (say("Initialised"), "info"),
        MembershipStatus.ACTIVE: (say("Active"), "ok"),
        MembershipStatus.LOST: (say("Reported lost"), "bad"),
        MembershipStatus.FROZEN: (say("Frozen"), "bad"),
        MembershipStatus.EXPIRED: (say("Expired"), "warn"),
        MembershipStatus.REPLACED: say("Replaced"),
        MembershipStatus.RETURNED: say("Returned"),
    },
    CardMediumKind: {
        CardMediumKind.NFC: say("Card chip"),
        CardMediumKind.BARCODE: say("Barcode"),
        CardMediumKind.QR: say("QR code"),
    },
    Outcome: {
        Outcome.SENT: (say("Sent out"), "ok"),
        Outcome.WAITING: (say("On their way"), "info"),
        Outcome.FAILED: (say("Failed"), "bad"),
        Outcome.WITHHELD: say("Withheld"),
    },
    CardMediumStatus: {
        CardMediumStatus.ACTIVE: (say("Active"), "ok"),
        CardMediumStatus.LOST: (say("Reported lost"), "bad"),
        CardMediumStatus.DEAD: say("Dead"),
    },
    LotKind: {
        LotKind.BALANCE: say("Top-up"),
        LotKind.DEPOSIT: say("Card deposit"),
        LotKind.TERM: say("Term"),
        LotKind.USES: say("Entries"),
    },
    ReturnReason: {
        ReturnReason.BY_RIGHT: say("Closure or our own fault"),
        ReturnReason.BY_WISH: say("The holder's wish"),
    },
    ReturnStatus: {
        ReturnStatus.REQUESTED: (say("Waits for approval"), "warn"),
        ReturnStatus.DONE: (say("Returned"), "ok"),
        ReturnStatus.REJECTED: (say("Rejected"), "bad"),
    },
    ReplacementCause: {
        ReplacementCause.LOST: say("The card is gone"),
        ReplacementCause.DAMAGED: say("Damaged"),
    },
    LineKind: {
        LineKind.TICKET: say("Ticket"),
        LineKind.CARD_OPENING: say("Card opening"),
        LineKind.CARD_DEPOSIT: say("Card deposit"),
        LineKind.CARD_TOP_UP: say("Top-up"),
        LineKind.CARD_RENEWAL: say("Renewal"),
        LineKind.CARD_REPLACEMENT: say("Replacement fee"),
        LineKind.GROUP_SURCHARGE: say("Group surcharge"),
    },
}
