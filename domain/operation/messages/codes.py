"""One-time codes: sent to a phone or a mailbox to see whose it is.

Nothing of a code is kept, not even a hash: it is computed with the vault's key from its row's id,
when it is sent and again when it is typed. Tries are counted in the database before they are
looked at.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import TooOften, say
from domain.kernel.vault import Vault
from domain.operation import outbox
from domain.operation.messages import addresses, store
from domain.operation.messages.model import MessageChannel

CODE_MESSAGE = "message.code"
PURPOSE, ADDRESS = "one_time_code", "code_address"
LIFE = timedelta(minutes=10)
DIGITS = 6
MOST_TRIES = 5
ISSUE_LIMITS = (
    (timedelta(minutes=1), 1),
    (timedelta(hours=1), 5),
    (timedelta(days=1), 10),
)
ASKER_LIMITS = (  # of whoever asks, whatever the addresses: a network has many people
    (timedelta(minutes=10), 20),
    (timedelta(days=1), 100),
)
ASKER = "code_asker"
KEPT = timedelta(days=2)


class Verdict(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"  # none was sent, or it is too old, used, or was tried too often


async def issue(
    tx: Tx,
    vault: Vault,
    purpose: str,
    channel: MessageChannel,
    address: str,
    language: str,
    now: datetime,
    asker: str = "",
) -> str:
    """Send a new code to an address; older ones of the same purpose are void. Gives its id.

    Raises TooOften, InvalidInput at `address`. Pass the lane `code:<purpose>:<mark>`, or two at
    once on PostgreSQL may both be sent. `asker` is the network address of who asks, which may have
    so many sent and no more.
    """
    plain = addresses.tidy(channel, address)
    marks = list(addresses.marks(vault, channel, plain))
    for span, most in ISSUE_LIMITS:
        row = await tx.one(store.COUNT_CODES, purpose=purpose, marks=marks, since=now - span)
        if row.many >= most:
            raise TooOften(say("A code was sent a moment ago. Please wait before asking again."))
    askers = await check_asker(tx, vault, asker, now) if asker else [None]
    await tx.run(store.END_CODES, of_purpose=purpose, marks=marks, now=now)
    code_id = ids.new_id()
    tx.add(
        store.ADD_CODE,
        id=code_id,
        purpose=purpose,
        address_hash=marks[0],
        asker_hash=askers[0],
        tries=0,
        expires_at=now + LIFE,
        created_at=now,
    )
    sealed = vault.seal(ADDRESS, plain.encode(), code_id)
    payload = {
        "channel": channel.value,
        "language": language,
        "sealed": base64.b64encode(sealed).decode(),
        "good_until": (now + LIFE).isoformat(),
    }
    outbox.enqueue(tx, CODE_MESSAGE, "one_time_code", code_id, payload, now)
    return code_id


async def check_asker(tx: Tx, vault: Vault, asker: str, now: datetime) -> list[str]:
    """The marks of who asks, newest first. Raises TooOften."""
    marks = list(vault.fingerprints(ASKER, asker))
    for span, most in ASKER_LIMITS:
        row = await tx.one(store.COUNT_ASKED, marks=marks, since=now - span)
        if row.many >= most:
            raise TooOften()
    return marks


def lane(purpose: str, vault: Vault, channel: MessageChannel, address: str) -> str:
    """The lane of issuing and trying codes of an address."""
    mark = addresses.marks(vault, channel, addresses.tidy(channel, address))[0]
    return f"code:{purpose}:{mark}"


async def verify(
    tx: Tx,
    vault: Vault,
    purpose: str,
    channel: MessageChannel,
    address: str,
    typed: str,
    now: datetime,
) -> Verdict:
    """Look at what somebody typed. Its own act: a try is counted whatever it was. A right code is
    right once."""
    plain = addresses.tidy(channel, address)
    marks = list(addresses.marks(vault, channel, plain))
    row = await tx.one(store.LATEST_CODE, purpose=purpose, marks=marks)
    if row is None or row.expires_at <= now:
        return Verdict.OVER
    if not await tx.one(store.TRY_CODE, which=row.id, most=MOST_TRIES):
        return Verdict.OVER
    given = "".join(typed.split())
    known = [shown(mark) for mark in vault.fingerprints(PURPOSE, row.id)]
    right = given.isascii() and any([hmac.compare_digest(one, given) for one in known])
    if not right:
        return Verdict.WRONG
    return Verdict.RIGHT if await tx.one(store.USE_CODE, which=row.id, now=now) else Verdict.OVER


def code_of(vault: Vault, code_id: str) -> str:
    """The digits, for the one message that tells them."""
    return shown(vault.fingerprint(PURPOSE, code_id))


def shown(mark: str) -> str:
    number = int.from_bytes(hashlib.sha256(mark.encode()).digest()[:8], "big")
    return f"{number % 10**DIGITS:0{DIGITS}d}"


async def forget_old(tx: Tx, now: datetime) -> None:
    await tx.run(store.FORGET_CODES, before=now - KEPT)
