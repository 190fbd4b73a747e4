"""Member cards: sold and paid like everything else, by orders; presented at gates; what they hold
lies in the ledger.

Importing it registers the card lines of orders, Tender.STORED_VALUE, cards at gates, and the checks
of `shanmen verify`. Acts and questions: docs/developing.md, "Cards acts".
"""

from domain.cards.memberships import fulfilling, gate, offers, tender, verification
from domain.cards.memberships.cards import Term, last_day_of, refusal_for_use, renewed
from domain.cards.memberships.editing import Rights, edit_holder, propose_rights
from domain.cards.memberships.holders import Holder, HolderInput, get_holder, holder
from domain.cards.memberships.initialising import (
    Range,
    add_blanks,
    initialise,
    initialise_all,
    propose_rebuild,
)
from domain.cards.memberships.looking import (
    Detail,
    Search,
    detail,
    find,
    is_number,
    list_cards,
    numbers_of,
    returns,
    search_for,
    spends,
    statement,
    totals,
    waiting_orders,
)
from domain.cards.memberships.losing import (
    check_pin,
    freeze,
    is_holder,
    lift_loss,
    pin_mark,
    report_loss,
    set_pin,
    unfreeze,
)
from domain.cards.memberships.model import (
    CardMediumKind,
    CardMediumStatus,
    LotKind,
    MembershipStatus,
    ReplacementCause,
    ReturnReason,
    ReturnStatus,
)
from domain.cards.memberships.opening import opening, renewal, replacement, sell, top_up
from domain.cards.memberships.reminding import carriers, forget_holders, is_any_due, sweep
from domain.cards.memberships.returning import (
    CardReturn,
    LotWorth,
    Request,
    ReturnQuote,
    quote,
    return_card,
)

__all__ = [
    "CardMediumKind",
    "CardMediumStatus",
    "CardReturn",
    "Detail",
    "Holder",
    "HolderInput",
    "LotKind",
    "LotWorth",
    "MembershipStatus",
    "Range",
    "ReplacementCause",
    "Request",
    "ReturnQuote",
    "ReturnReason",
    "ReturnStatus",
    "Rights",
    "Search",
    "Term",
    "add_blanks",
    "carriers",
    "check_pin",
    "detail",
    "edit_holder",
    "find",
    "forget_holders",
    "freeze",
    "fulfilling",
    "gate",
    "get_holder",
    "holder",
    "initialise",
    "initialise_all",
    "is_any_due",
    "is_holder",
    "is_number",
    "last_day_of",
    "lift_loss",
    "list_cards",
    "numbers_of",
    "offers",
    "opening",
    "pin_mark",
    "propose_rebuild",
    "propose_rights",
    "quote",
    "refusal_for_use",
    "renewal",
    "renewed",
    "replacement",
    "report_loss",
    "return_card",
    "returns",
    "search_for",
    "sell",
    "set_pin",
    "spends",
    "statement",
    "sweep",
    "tender",
    "top_up",
    "totals",
    "unfreeze",
    "verification",
    "waiting_orders",
]
