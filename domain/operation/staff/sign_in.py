"""Signing in: first `knock`, which counts; then the edge looks at the password in a thread; then
`sign_in`, which opens the session or says no.

A try is counted before the password is looked at, in a row that is locked meanwhile, so that a
thousand tries at once count as a thousand. An unknown login is counted and answered like a known
one. A correct sign-in takes its try back.
"""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Tx
from domain.kernel.vault import Vault
from domain.operation import settings
from domain.operation.audit import record
from domain.operation.staff import sessions, store, totp
from domain.operation.staff.people import clean_login
from domain.operation.staff.sessions import Browser


class SignInStatus(StrEnum):
    SIGNED_IN = "signed_in"
    CODE_NEEDED = "code_needed"  # the password is right; the one-time code is not there yet
    WRONG = "wrong"
    LOCKED = "locked"


class Knock(NamedTuple):
    """May this login be tried from here? `password_hash` None: nobody, compare with nothing."""

    staff_id: str | None
    password_hash: str | None
    locked_until: datetime | None = None


class SignInAnswer(NamedTuple):
    status: SignInStatus
    token: str = ""
    staff_id: str | None = None


class Counter(NamedTuple):
    """How often a key was tried in the window that began at `since`."""

    tries: int
    since: datetime
    locked_until: datetime | None = None


def after_try(counter: Counter, most: int, minutes: int, now: datetime) -> Counter:
    """The counter with one more try; locked when that is more than `most` in the window."""
    window = timedelta(minutes=minutes)
    if now >= (counter.locked_until or counter.since + window):
        return Counter(1, now)
    if counter.locked_until:
        return counter
    if counter.tries >= most:
        return counter._replace(locked_until=now + window)
    return counter._replace(tries=counter.tries + 1)


def login_key(login: str) -> str:
    """People type passwords into the wrong field: what was typed is not stored."""
    return "login:" + hashlib.sha256(clean_login(login).encode()).hexdigest()


def address_key(address: str) -> str:
    return f"address:{address[:64]}"


async def knock(tx: Tx, login: str, address: str, now: datetime) -> Knock:
    """Count this try, and give what its password must be compared with."""
    chosen = await settings.current(tx)
    limits = {
        login_key(login): chosen.lockout_failures,
        address_key(address): chosen.lockout_address_failures,
    }
    locked_until = None
    for key, most in limits.items():  # always the login first: no two tries wait for each other
        await tx.run(store.ENSURE_COUNTER, key=key, since=now)  # one cannot lock what is not there
        row = await tx.one(store.LOCK_COUNTER, key=key)
        old = Counter(row.tries, row.since, row.locked_until)
        new = after_try(old, most, chosen.lockout_minutes, now)
        await tx.run(
            store.SAVE_COUNTER,
            of_key=key,
            **{f"new_{name}": value for name, value in new._asdict().items()},
        )
        if new.locked_until and old.locked_until != new.locked_until:
            _record_lock(tx, key, address, now)
        locked_until = max(filter(None, (locked_until, new.locked_until)), default=None)
    staff = await tx.one(store.FIND_STAFF_BY_LOGIN, login=clean_login(login))
    if staff is None or staff.status != "active":
        return Knock(None, None, locked_until)
    return Knock(staff.id, staff.password_hash, locked_until)


async def sign_in(
    tx: Tx,
    login: str,
    right_hash: str | None,
    code: str,
    browser: Browser,
    vault: Vault,
    now: datetime,
) -> SignInAnswer:
    """Open a session for whoever gave the right password: `right_hash` is the hash it matched.

    With a one-time secret on the account, `code` must be its code of this half minute, unused.
    """
    staff = await tx.one(store.FIND_STAFF_BY_LOGIN, login=clean_login(login))
    actor = Actor(ActorKind.STAFF, staff.id if staff else None, None, browser.address)
    if staff is None or staff.status != "active" or staff.password_hash != right_hash:
        record(tx, actor, "sign_in.refused", staff.id if staff else "unknown", now)
        return SignInAnswer(SignInStatus.WRONG)
    if staff.totp_sealed is not None:
        if not code:
            await take_back(tx, login, browser.address)
            return SignInAnswer(SignInStatus.CODE_NEEDED, staff_id=staff.id)
        if not await uses_code(tx, staff, code, vault, now):
            record(tx, actor, "sign_in.refused", staff.id, now, reason="code")
            return SignInAnswer(SignInStatus.WRONG)
    await tx.run(store.DROP_COUNTER, of_key=login_key(login))
    await tx.run(store.TAKE_BACK_TRY, of_key=address_key(browser.address))
    token = await sessions.open_session(tx, staff.id, browser, now)
    record(tx, actor, "sign_in.done", staff.id, now)
    return SignInAnswer(SignInStatus.SIGNED_IN, token, staff.id)


async def uses_code(tx: Tx, staff: Any, code: str, vault: Vault, now: datetime) -> bool:
    """Is the one-time code right, and is this its first use? Of two at once, one."""
    secret = totp.unseal(vault, staff.totp_sealed, staff.id)
    step = totp.matching_step(secret, code, now, staff.totp_last_step)
    if step is None:
        return False
    return await tx.one(store.USE_TOTP_STEP, staff_id=staff.id, step=step) is not None


async def is_locked(tx: Tx, login: str, now: datetime) -> bool:
    """For the staff page: may this person not even try just now?"""
    rows = await tx.rows(store.LIST_COUNTERS, keys=[login_key(login)])
    return any(row.locked_until and row.locked_until > now for row in rows)


async def unlock(tx: Tx, actor: Actor, staff_id: str, login: str, now: datetime) -> None:
    """Let somebody try again at once."""
    await tx.run(store.DROP_COUNTER, of_key=login_key(login))
    record(tx, actor, "staff.unlocked", staff_id, now)


async def take_back(tx: Tx, login: str, address: str) -> None:
    """The try was right after all: it does not count."""
    for key in (login_key(login), address_key(address)):
        await tx.run(store.TAKE_BACK_TRY, of_key=key)


def _record_lock(tx: Tx, key: str, address: str, now: datetime) -> None:
    kind = key.partition(":")[0]
    record(tx, Actor(ActorKind.SYSTEM, address=address), "sign_in.locked", kind, now)
