"""A card that pays on the web: by its number, and a code that is sent to its holder's phone.

Whether a number is a card of ours, and whether it has a phone, is never said. What counts who asks
and who tries is the caller's (`collections.guessing`).
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from domain.cards.memberships import store
from domain.cards.memberships.holders import PHONE, get_holder
from domain.kernel.db import Tx
from domain.kernel.errors import TooOften
from domain.kernel.vault import Vault
from domain.operation.messages import MessageChannel, Verdict, codes

PURPOSE = "card_payment"
SMS = MessageChannel.SMS


async def send_pay_code(
    tx: Tx, vault: Vault, number: str, area_id: str, asker: str, now: datetime
) -> None:
    """A code to the holder's phone, if there is one; one that was just sent is still good."""
    found = await with_phone(tx, vault, number, area_id)
    if found is not None:
        _, holder, phone = found
        with suppress(TooOften):
            await codes.issue(tx, vault, PURPOSE, SMS, phone, holder.language, now, asker)


async def card_of_code(
    tx: Tx, vault: Vault, number: str, area_id: str, typed: str, now: datetime
) -> Any | None:
    """The card, if this is the code that its holder's phone got. An act of its own: a try is
    counted, and a right code is right once."""
    found = await with_phone(tx, vault, number, area_id)
    if found is None:
        return None
    card, _, phone = found
    verdict = await codes.verify(tx, vault, PURPOSE, SMS, phone, typed, now)
    return card if verdict is Verdict.RIGHT else None


async def proof_by_phone(tx: Tx, card: Any) -> tuple[str, ...]:
    """What stands for the PIN or the document of a holder whose phone was proved. A question."""
    holder = await get_holder(tx, card.holder_id)
    return (holder.document_hash,) if holder.document_hash else ()


async def with_phone(
    tx: Tx, vault: Vault, number: str, area_id: str
) -> tuple[Any, Any, str] | None:
    card = await tx.one(store.FIND_BY_NUMBER, number=number.strip().upper())
    if card is None or card.holder_id is None or card.area_id != area_id:
        return None
    holder = await get_holder(tx, card.holder_id)
    if holder.phone_sealed is None:
        return None
    return card, holder, vault.open(PHONE, holder.phone_sealed).decode()
