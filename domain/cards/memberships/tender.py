"""Paying an order from a card's balance (Tender.STORED_VALUE)."""

from datetime import datetime
from typing import Any

from domain.cards.memberships import spending
from domain.cards.memberships.cards import locked, refusal_for_use
from domain.cards.memberships.holders import get_holder
from domain.cards.memberships.spending import Cause
from domain.cards.products import WITH_BALANCE
from domain.commerce.ledger import Posting
from domain.commerce.orders.model import LineKind
from domain.commerce.payments import Tender, tenders
from domain.commerce.payments.tenders import Claim, Return
from domain.kernel.db import Tx
from domain.kernel.errors import Refused, say
from domain.kernel.refusals import Refusal
from domain.operation import settings

PAYMENT = "payment"
MOST_PIN_FAILURES = 5


class StoredValue:
    """Registered for Tender.STORED_VALUE; an account is a card's id."""

    async def charge(self, tx: Tx, claim: Claim, now: datetime) -> list[Posting]:
        """Refused BALANCE_SHORT, LOST, LOCKED, EXPIRED, CARD_INACTIVE, PROOF_NEEDED,
        PROOF_WRONG. Cards are not bought with cards: bonus would become principal."""
        if claim.line_kinds - {LineKind.TICKET.value}:
            raise Refused(Refusal.NOT_ON_SALE, say("A card cannot pay for cards."))
        card = await locked(tx, claim.account_id)
        if refusal := refusal_for_use(card, now):
            raise Refused(refusal)
        if card.kind not in WITH_BALANCE:
            raise Refused(Refusal.BALANCE_SHORT, say("This card has no balance."))
        await must_be_proved(tx, card, claim)
        cause = Cause(PAYMENT, claim.payment_id, claim.area_id)
        return await spending.spend(tx, card, claim.amount_minor, cause, now)

    async def give_back(self, tx: Tx, back: Return, now: datetime) -> list[Posting]:
        cause = Cause(PAYMENT, back.payment_id, back.area_id)
        return await spending.put_back(tx, cause, back.amount_minor, now)


async def must_be_proved(tx: Tx, card: Any, claim: Claim) -> None:
    """Above the operator's limit a PIN or the holder's document is needed, when there is one; what
    is shown without need must be right as well."""
    mark, holder_id = card.pin_mark, card.holder_id
    document = None
    if holder_id is not None:
        document = (await get_holder(tx, holder_id)).document_hash
    known = {one for one in (mark, document) if one is not None}
    if card.pin_failures >= MOST_PIN_FAILURES and mark is not None:
        known.discard(mark)
    if known & set(claim.proof):
        return
    if claim.proof and known:
        raise Refused(Refusal.PROOF_WRONG)
    limit = (await settings.current(tx, claim.area_id)).card_proof_above_minor
    if known and claim.amount_minor > limit:
        raise Refused(Refusal.PROOF_NEEDED)


tenders.register(Tender.STORED_VALUE, StoredValue())
