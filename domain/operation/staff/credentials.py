"""Changing what one signs in with: the password, and the one-time secret."""

from datetime import datetime

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.kernel.vault import Vault
from domain.operation.audit import record
from domain.operation.staff import people, sessions, store, totp
from domain.operation.staff.sign_in import login_key
from domain.operation.staff.signed_in import SignedIn


async def change_password(
    tx: Tx, staff: SignedIn, actor: Actor, right_hash: str, new_hash: str, now: datetime
) -> str:
    """One's own. Every other session ends; gives the new token of this one.

    `right_hash` is what the old password, typed again, was found to match.
    """
    await _save_password(tx, staff.id, right_hash, new_hash, False, now)
    await sessions.revoke_all(tx, actor, staff.id, now, but=staff.session_id)
    record(tx, actor, "staff.password_changed", staff.id, now)
    return await sessions.rotate(tx, staff.session_id)


async def reset_password(
    tx: Tx, actor: Actor, staff_id: str, new_hash: str, now: datetime, *, must_change: bool = True
) -> None:
    """Somebody else's: they are signed out, and choose their own at the next sign-in."""
    old = await people.get(tx, staff_id)
    await _save_password(tx, staff_id, old.password_hash, new_hash, must_change, now)
    await tx.run(store.DROP_COUNTER, of_key=login_key(old.login))
    await sessions.revoke_all(tx, actor, staff_id, now)
    record(tx, actor, "staff.password_reset", staff_id, now)


async def enrol_totp(
    tx: Tx, staff: SignedIn, actor: Actor, vault: Vault, secret: str, code: str, now: datetime
) -> str:
    """From now on one's own sign-ins need a code. `code` proves that the app has the secret.

    Gives the new token of this session. Raises InvalidInput.
    """
    step = totp.matching_step(secret, code, now, None)
    if step is None:
        raise InvalidInput({"code": say("This code is not right. Check the clock of the phone.")})
    sealed = totp.seal(vault, secret, staff.id)
    await tx.run(store.SAVE_TOTP, staff_id=staff.id, sealed=sealed, step=step)
    await sessions.revoke_all(tx, actor, staff.id, now, but=staff.session_id)
    record(tx, actor, "staff.totp_enrolled", staff.id, now)
    return await sessions.rotate(tx, staff.session_id)


async def drop_totp(tx: Tx, actor: Actor, staff_id: str, now: datetime) -> None:
    """No code is needed any more (the phone is lost)."""
    await people.get(tx, staff_id)
    await tx.run(store.SAVE_TOTP, staff_id=staff_id, sealed=None, step=None)
    await sessions.revoke_all(tx, actor, staff_id, now)
    record(tx, actor, "staff.totp_dropped", staff_id, now)


async def set_taste(tx: Tx, staff_id: str, language: str, theme: str) -> None:
    """Language and light of one's own screens: nobody's business but theirs."""
    await tx.run(store.SAVE_TASTE, staff_id=staff_id, lang=language, light=theme)


async def _save_password(
    tx: Tx, staff_id: str, seen_hash: str, new_hash: str, must_change: bool, now: datetime
) -> None:
    saved = await tx.one(
        store.SAVE_PASSWORD,
        staff_id=staff_id,
        seen_hash=seen_hash,
        new_hash=new_hash,
        must_change=must_change,
        at=now,
    )
    if saved is None:
        raise Conflict()
