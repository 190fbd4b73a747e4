"""Sessions: one row for each browser that somebody signed in with. The cookie holds a random
token, the row its hash, so a copied database opens no door."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Forbidden, NotFound, say
from domain.operation import settings
from domain.operation.audit import record
from domain.operation.places import takes
from domain.operation.staff import grants, store
from domain.operation.staff.model import Permission
from domain.operation.staff.signed_in import SignedIn

FIRST = Cut()
TOUCH_EVERY = timedelta(minutes=1)
KEPT_AFTER_END = timedelta(days=30)


class Seen(NamedTuple):
    """A valid session; `is_stale` when it should be touched, or it would seem idle."""

    staff: SignedIn
    is_stale: bool


class Browser(NamedTuple):
    """Where somebody signs in from."""

    address: str = ""
    user_agent: str = ""


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def open_session(tx: Tx, staff_id: str, browser: Browser, now: datetime) -> str:
    """Sign somebody in; gives the token for the cookie."""
    chosen = await settings.current(tx)
    token = secrets.token_urlsafe(32)
    tx.add(
        store.ADD_SESSION,
        id=ids.new_id(),
        token_hash=hash_of(token),
        staff_id=staff_id,
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=chosen.session_hours),
        address=browser.address[:64],
        user_agent=browser.user_agent[:200],
    )
    return token


async def find(tx: Tx, token: str, now: datetime) -> Seen | None:
    """Who is behind a token; None when it is unknown, revoked, expired or was idle too long."""
    row = await tx.one(store.FIND_SESSION, token_hash=hash_of(token), now=now)
    if row is None:
        return None
    chosen = await settings.current(tx)
    if now >= row.seen_at + timedelta(minutes=chosen.session_idle_minutes):
        return None
    fields = row._asdict()
    seen_at = fields.pop("seen_at")
    return Seen(await _with_reach(tx, fields), now - seen_at >= TOUCH_EVERY)


async def standing(tx: Tx, staff_id: str) -> SignedIn:
    """Somebody as they stand now, without a browser: for work that goes on after they left.
    Raises NotFound when they do not work here any more."""
    row = await tx.one(store.STANDING, staff_id=staff_id)
    if row is None:
        raise NotFound()
    return await _with_reach(tx, row._asdict())


async def _with_reach(tx: Tx, fields: dict[str, Any]) -> SignedIn:
    granted = await grants.of(tx, fields["id"])
    return SignedIn(
        **fields,
        role_names_zh="、".join(dict.fromkeys(grant.name_zh for grant in granted)),
        role_names_en=", ".join(dict.fromkeys(grant.name_en for grant in granted)),
        reach=await grants.reach_of(tx, granted),
    )


async def touch(tx: Tx, session_id: str, now: datetime) -> None:
    """Somebody is there: the time of being idle begins anew."""
    await tx.run(store.TOUCH_SESSION, session_id=session_id, now=now)


async def stand_at(
    tx: Tx,
    actor: Actor,
    session_id: str,
    now: datetime,
    *,
    window_id: str | None = None,
    gate_id: str | None = None,
) -> None:
    """This browser is the till of a window, or the tablet of a gate, until said otherwise.

    Whether the person's role reaches there is the caller's check; whether the window takes them as
    its cashier is checked here (Forbidden).
    """
    if window_id is not None and not await takes(tx, window_id, actor.id):
        raise Forbidden(
            say("This window is kept for other cashiers. Choose another one, or ask the office.")
        )
    if not await tx.one(
        store.STAND_AT, session_id=session_id, new_window_id=window_id, new_gate_id=gate_id
    ):
        raise NotFound()
    record(tx, actor, "session.placed", session_id, now, window_id=window_id, gate_id=gate_id)


async def rotate(tx: Tx, session_id: str) -> str:
    """A new token for the same session: what may have been copied before is worth nothing."""
    token = secrets.token_urlsafe(32)
    if not await tx.one(store.ROTATE_SESSION, session_id=session_id, new_token_hash=hash_of(token)):
        raise NotFound()
    return token


async def revoke(tx: Tx, actor: Actor, staff_id: str, session_id: str, now: datetime) -> None:
    """End one session of a person. Raises NotFound when it is over or not theirs."""
    if not await tx.one(store.REVOKE_SESSION, session_id=session_id, owner_id=staff_id, now=now):
        raise NotFound()
    record(tx, actor, "session.revoked", session_id, now, staff_id=staff_id)


async def revoke_all(tx: Tx, actor: Actor, staff_id: str, now: datetime, *, but: str = "") -> int:
    """End every session of a person, except one; gives how many ended."""
    ended = await tx.rows(store.REVOKE_SESSIONS, owner_id=staff_id, but=but, now=now)
    for row in ended:
        record(tx, actor, "session.revoked", row.id, now, staff_id=staff_id)
    return len(ended)


async def list_of(tx: Tx, staff_id: str, now: datetime) -> list[Any]:
    """A person's open sessions, newest first."""
    return await tx.rows(store.SESSIONS_OF, owner_id=staff_id, now=now)


async def list_open(tx: Tx, viewer: SignedIn, now: datetime, cut: Cut = FIRST) -> list[Any]:
    """The open sessions of everybody whom the viewer may see, newest first; a cut's key is the id
    of one."""
    covered = viewer.covered(Permission.STAFF_SEE)
    if covered is None:
        return await store.OPEN_SESSIONS.page(tx, cut, now=now)
    return await store.OPEN_SESSIONS_WITHIN.page(tx, cut, now=now, ids=covered, viewer=viewer.id)


async def get(tx: Tx, session_id: str) -> Any:
    row = await tx.one(store.GET_SESSION, session_id=session_id)
    if row is None:
        raise NotFound()
    return row


async def forget_old(tx: Tx, now: datetime) -> None:
    """Sessions that ended long ago, and counters that count nothing any more."""
    await tx.run(store.FORGET_SESSIONS, long_ago=now - KEPT_AFTER_END)
    await tx.run(store.FORGET_COUNTERS, long_ago=now - timedelta(days=2))
