"""A holder who looks at his card without staff: by its number, his phone and a code that is sent.

The code is `kernel.onetime`'s; what counts tries and sendings is the caller's
(`collections.guessing`).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from domain.cards.memberships import store
from domain.cards.memberships.cards import NOUN
from domain.cards.memberships.holders import PHONE
from domain.cards.memberships.model import MembershipStatus
from domain.cards.memberships.reminding import phone_of
from domain.kernel import onetime
from domain.kernel.db import Database, Tx
from domain.kernel.vault import Vault
from domain.operation import outbox
from domain.operation.outbox import Carrier, Parcel

CODE = "card.code"
PURPOSE = "card_code"
Send = Callable[[str, str, str, str], Awaitable[None]]  # id, phone, language, code


async def card_of_phone(tx: Tx, number: str, phone_marks: tuple[str, ...]) -> Any | None:
    """The card with this number, if its holder left this phone; a replaced or returned one shows
    nothing any more. None says nothing about which of them was wrong."""
    row = await tx.one(store.FIND_BY_NUMBER, number=number.strip().upper())
    if row is None or row.holder_id is None:
        return None
    holder = await tx.one(store.GET_HOLDER, id=row.holder_id)
    gone = row.status in (MembershipStatus.REPLACED, MembershipStatus.RETURNED)
    return None if gone or holder.phone_hash not in phone_marks else row


async def send_code(tx: Tx, card_id: str, nonce: str, now: datetime) -> None:
    """The code goes to the holder's phone by the outbox."""
    row = await tx.one(store.GET_CARD, id=card_id)
    outbox.enqueue(tx, CODE, NOUN, card_id, {"nonce": nonce}, now, area_id=row.area_id)


def is_code(vault: Vault, card_id: str, nonce: str, typed: str, now: datetime) -> bool:
    """Whether this is the code that was sent for the nonce, not too long ago."""
    return onetime.is_code(vault, PURPOSE, card_id, nonce, typed, now)


def code_carriers(db: Database, vault: Vault, send: Send) -> dict[str, Carrier]:
    """What the outbox needs to send codes."""

    async def carry(parcel: Parcel) -> None:
        phone = await db.ask(phone_of, parcel.subject_id)
        if phone is None:
            return
        sealed, language = phone
        code = onetime.code_for(vault, PURPOSE, parcel.subject_id, parcel.payload["nonce"])
        await send(parcel.id, vault.open(PHONE, sealed).decode(), language, code)

    return {CODE: carry}
