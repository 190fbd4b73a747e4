"""Words of how long identities are kept."""

from collections.abc import Mapping
from enum import StrEnum

from domain.kernel.errors import Message, say
from domain.retention import HoldNoun, IdentityKind

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]] = {
    IdentityKind: {
        IdentityKind.VISITORS: say("Visitors on tickets"),
        IdentityKind.CONTACTS: say("Buyers of orders"),
        IdentityKind.GROUPS: say("Leaders and rosters of groups"),
        IdentityKind.HOLDERS: say("Holders of cards"),
        IdentityKind.CUSTOMERS: say("Customers of the web shop"),
    },
    HoldNoun: {
        HoldNoun.ORDER: say("Order"),
        HoldNoun.GROUP: say("Group"),
        HoldNoun.CARD_HOLDER: say("Holder of a card"),
    },
}
