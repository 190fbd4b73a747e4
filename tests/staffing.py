"""People for tests: with a known password, with roles, at places."""

import functools
from datetime import UTC, datetime

from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.operation import staff
from domain.operation.places.model import PlaceKind
from domain.operation.staff import Grant, Person, Role, SignedIn
from domain.operation.staff.sessions import Browser

PASSWORD = "birch-Rain-1896"
NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)  # twelve o'clock in Shanghai
BROWSER = Browser("192.0.2.7", "Test")


@functools.cache
def password_hash() -> str:
    return staff.passwords.hash_password(PASSWORD)


async def hire(
    db: Database,
    login: str,
    *roles: Role,
    at: tuple[PlaceKind, str] | None = None,
    now: datetime = NOON,
    must_change_password: bool = False,
) -> str:
    """Somebody with these roles, everywhere or `at` one place; gives the staff id."""
    await db.act(staff.roles.seed, now)
    if login != "boss" and not await db.ask(staff.people.find_by_login, "boss"):
        await hire(db, "boss", Role.ADMINISTRATOR, now=now)

    async def add(tx: Tx) -> str:
        staff_id = await staff.people.add(
            tx,
            SYSTEM,
            login,
            Person(login.title()),
            password_hash(),
            now,
            must_change_password=must_change_password,
        )
        wanted = {Grant(await staff.roles.id_of(tx, role), *(at or ())) for role in roles}
        if wanted:
            await staff.grants.replace(tx, None, SYSTEM, staff_id, wanted, now)
        return staff_id

    return await db.act(add)


async def token_for(db: Database, staff_id: str, now: datetime = NOON) -> str:
    """The cookie of somebody who signed in."""
    return await db.act(staff.sessions.open_session, staff_id, BROWSER, now)


async def signed_in(
    db: Database,
    login: str,
    *roles: Role,
    at: tuple[PlaceKind, str] | None = None,
    now: datetime = NOON,
) -> SignedIn:
    """Somebody new, signed in."""
    staff_id = await hire(db, login, *roles, at=at, now=now)
    seen = await db.ask(staff.sessions.find, await token_for(db, staff_id, now), now)
    assert seen is not None
    return seen.staff


def actor_of(staff_id: str) -> Actor:
    return Actor(ActorKind.STAFF, staff_id)
