"""Accounts that we keep for somebody and that pay orders: stored value, an agent's credit.

No platform is asked: taking the money is part of the act that settles the order, and it goes back
onto the same account in the act that decides about a refund. Whoever keeps such accounts registers
when its package is imported.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from domain.commerce.ledger import Posting
from domain.commerce.payments.model import INTERNAL, Tender
from domain.kernel.actors import Actor
from domain.kernel.db import Tx


class Claim(NamedTuple):
    """What an order asks an account for. `proof`: keyed marks that show the payer may use it (of
    a PIN, of a document); `line_kinds` what is being bought."""

    payment_id: str
    order_id: str
    area_id: str
    account_id: str
    amount_minor: int
    line_kinds: frozenset[str]
    proof: Sequence[str]
    actor: Actor


class Return(NamedTuple):
    """Money of a payment that goes back onto the account it came from."""

    payout_id: str
    payment_id: str
    area_id: str
    account_id: str
    amount_minor: int


class AccountTender(Protocol):
    """The keeper of one kind of accounts. Both answer the postings of their half of the entry:
    what is taken is positive, what goes back negative, and they sum to the amount."""

    async def charge(self, tx: Tx, claim: Claim, now: datetime) -> list[Posting]:
        """Take the amount from the account. Refused, with nothing changed, when it may not."""

    async def give_back(self, tx: Tx, back: Return, now: datetime) -> list[Posting]:
        """Put (part of) a payment back where it came from. Refused when the account is closed."""


_keepers: dict[Tender, AccountTender] = {}


def register(tender: Tender, keeper: AccountTender) -> None:
    """Say who keeps the accounts that a tender is paid from."""
    _keepers[tender] = keeper


def is_internal(tender: Tender) -> bool:
    """Whether a tender is paid from an account that we keep, so that no platform is asked."""
    return tender in INTERNAL


def keeper_of(tender: Tender) -> AccountTender:
    return _keepers[tender]
