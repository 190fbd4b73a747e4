"""A new signing key each month, and the end of those that no good ticket needs any more."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.admission.tickets.signing_keys import store
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Unavailable, say
from domain.kernel.vault import Vault
from domain.operation.audit import record

PURPOSE = "signing_key"
NUMBERS = 256  # a code has one byte for it
KNOWN_AHEAD = timedelta(days=7)  # a gate that was offline for days still learns it in time
MADE_AHEAD = timedelta(days=8)  # a day more, for this is looked at once a day


class PublicKey(NamedTuple):
    """What a gate is given."""

    kid: int
    key: bytes
    signs_from: datetime


def next_start(newest: datetime | None, now: datetime) -> datetime | None:
    """From when a new key signs, when it is time to make one; else None.

    The first signs at once. After that each month has its own, known a week before. A house that
    was closed for months goes on with its old key for that week.
    """
    if newest is None:
        return now
    due = month_after(newest)
    if now < due - MADE_AHEAD:
        return None
    return max(due, now + KNOWN_AHEAD)


def month_after(moment: datetime) -> datetime:
    year, month = divmod(moment.astimezone(UTC).year * 12 + moment.astimezone(UTC).month, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def next_number(keys: list[Any]) -> int | None:
    """The number after the newest key's that is free or retired; None when all are in use."""
    in_use = {key.kid for key in keys if key.retired_at is None}
    after = keys[-1].kid + 1 if keys else 1
    candidates = ((after + n) % NUMBERS for n in range(NUMBERS))
    return next((kid for kid in candidates if kid not in in_use), None)


async def rotate(tx: Tx, vault: Vault, now: datetime, actor: Actor = SYSTEM) -> int | None:
    """Make the next key when it is time; gives its number. Safe to call as often as one likes."""
    keys = await tx.rows(store.LIST_KEYS)
    signs_from = next_start(keys[-1].signs_from if keys else None, now)
    return None if signs_from is None else await make(tx, vault, signs_from, now, actor)


async def make(
    tx: Tx, vault: Vault, signs_from: datetime, now: datetime, actor: Actor = SYSTEM
) -> int | None:
    """A key that signs what is issued from a moment on, until a later one does; its number."""
    keys = await tx.rows(store.LIST_KEYS)
    kid = next_number(keys)
    if kid is None:
        raise Unavailable(say("All {count} signing keys are still needed.", count=NUMBERS))
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    made = await tx.one(
        store.ADD_KEY,
        kid=kid,
        private_sealed=vault.seal(PURPOSE, private.private_bytes_raw(), subject(kid, public)),
        public_key=public,
        signs_from=signs_from,
        now=now,
    )
    if made is None:
        return None  # another process was first
    after = {"signs_from": signs_from.isoformat(), "public_key": public.hex()}
    record(tx, actor, "signing_key.made", str(kid), now, after=after)
    return kid


async def retire(tx: Tx, kids: list[int], now: datetime, actor: Actor = SYSTEM) -> None:
    """These sign and prove nothing any more. See `no_longer_needed`."""
    for kid in kids:
        if await tx.one(store.RETIRE, of_kid=kid, now=now):
            record(tx, actor, "signing_key.retired", str(kid), now)


async def no_longer_needed(tx: Tx, now: datetime) -> list[int]:
    """Keys older than the one that signs, with no ticket left that is still good.

    A question, not part of an act: it looks at every medium, and gates should not wait for that.
    No ticket gets an old key, so what is true here stays true.
    """
    good = {row.kid for row in await tx.rows(store.KEYS_OF_GOOD_TICKETS, now=now)}
    keys = [key for key in await tx.rows(store.LIST_KEYS) if key.retired_at is None]
    started = [key for key in keys if key.signs_from <= now]
    return [key.kid for key in started[:-1] if key.kid not in good]


async def keep(db: Database, vault: Vault, now: datetime) -> None:
    """What a schedule does: once a day is often enough."""
    await db.act(rotate, vault, now)
    if kids := await db.ask(no_longer_needed, now):
        await db.act(retire, kids, now)


async def current(tx: Tx, now: datetime) -> int:
    """The number of the key that signs what is issued now."""
    row = await tx.one(store.CURRENT, now=now)
    if row is None:
        raise Unavailable(say("There is no key to sign tickets with."))
    return int(row.kid)


async def list_public(tx: Tx) -> list[PublicKey]:
    """What gates need: keys in use and the one that comes next, oldest first."""
    rows = await tx.rows(store.LIST_KEYS)
    return [PublicKey(r.kid, r.public_key, r.signs_from) for r in rows if r.retired_at is None]


async def get_private(tx: Tx, vault: Vault, kid: int) -> Ed25519PrivateKey:
    """Unsealed; it stays in this process. A retired key signs no more."""
    row = await tx.one(store.GET_PRIVATE, kid=kid)
    if row is None:
        raise Unavailable(say("There is no key to sign tickets with."))
    raw = vault.open(PURPOSE, row.private_sealed, subject(kid, row.public_key))
    return Ed25519PrivateKey.from_private_bytes(raw)


def subject(kid: int, public: bytes) -> str:
    """What a sealed key belongs to: moved to another row, it does not open."""
    return f"{kid}:{public.hex()}"


def public_keys(keys: list[PublicKey]) -> dict[int, Ed25519PublicKey]:
    return {key.kid: Ed25519PublicKey.from_public_bytes(key.key) for key in keys}
