"""A holder who looks at his card without staff: by its number, his phone and a code that is sent.

Nothing of a code is kept: it is computed from the card and a nonce, when it is sent and again when
it is typed. What counts tries and sendings is the caller's (`collections.guessing`).
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from domain.cards.memberships import store
from domain.cards.memberships.cards import NOUN
from domain.cards.memberships.holders import PHONE
from domain.cards.memberships.model import MembershipStatus
from domain.cards.memberships.reminding import phone_of
from domain.kernel import ids
from domain.kernel.db import Database, Tx
from domain.kernel.vault import Vault
from domain.operation import outbox
from domain.operation.outbox import Carrier, Parcel

CODE = "card.code"
PURPOSE = "card_code"
LIFE = timedelta(minutes=10)
DIGITS = 6
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


def nonce_at(now: datetime) -> str:
    """What the page that asks for the code remembers."""
    return f"{int(now.timestamp())}.{ids.new_id()}"


async def send_code(tx: Tx, card_id: str, nonce: str, now: datetime) -> None:
    """The code goes to the holder's phone by the outbox."""
    row = await tx.one(store.GET_CARD, id=card_id)
    outbox.enqueue(tx, CODE, NOUN, card_id, {"nonce": nonce}, now, area_id=row.area_id)


def is_code(vault: Vault, card_id: str, nonce: str, typed: str, now: datetime) -> bool:
    """Whether this is the code that was sent for the nonce, not too long ago."""
    at, _, rest = nonce.partition(".")
    plain = "".join(typed.split())
    if not (at.isascii() and at.isdigit() and len(at) < 12 and rest and plain.isascii()):
        return False
    age = now.timestamp() - int(at)
    if not -1 <= age <= LIFE.total_seconds():
        return False
    known = [shown(mark) for mark in vault.fingerprints(PURPOSE, f"{card_id}:{nonce}")]
    return any(hmac.compare_digest(one, plain) for one in known)


def shown(mark: str) -> str:
    """Six digits of a keyed mark."""
    number = int.from_bytes(hashlib.sha256(mark.encode()).digest()[:8], "big")
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def code_carriers(db: Database, vault: Vault, send: Send) -> dict[str, Carrier]:
    """What the outbox needs to send codes."""

    async def carry(parcel: Parcel) -> None:
        phone = await db.ask(phone_of, parcel.subject_id)
        if phone is None:
            return
        sealed, language = phone
        mark = vault.fingerprint(PURPOSE, f"{parcel.subject_id}:{parcel.payload['nonce']}")
        await send(parcel.id, vault.open(PHONE, sealed).decode(), language, shown(mark))

    return {CODE: carry}
