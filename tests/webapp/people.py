"""Staff for tests: real rows, real sessions; only the password's slow hash is made once."""

from functools import cache

import httpx2
from starlette.applications import Starlette

from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.operation.places import PlaceKind
from domain.operation.staff import (
    EVERYWHERE,
    Grant,
    Person,
    Role,
    grants,
    passwords,
    people,
    roles,
    sessions,
)
from domain.operation.staff.sessions import Browser
from webapp.signin import COOKIE

PASSWORD = "correct horse 42"


@cache
def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


async def add_person(
    db: Database,
    role: Role = Role.ADMINISTRATOR,
    *,
    login: str = "",
    name: str = "古丽努尔·买买提艾力",
    language: str = "zh",
    gate_id: str = EVERYWHERE,
) -> str:
    """Somebody with a role, everywhere or at a gate; gives the staff id. The login is the role's,
    if not said."""

    async def take_on(tx: Tx) -> str:
        now = clock.utc_now()
        await roles.seed(tx, now)
        staff_id = await people.add(
            tx,
            SYSTEM,
            login or role.value,
            Person(name, language=language),
            password_hash(),
            now,
            must_change_password=False,
        )
        kind = PlaceKind.GATE if gate_id else PlaceKind.EVERYWHERE
        granted = Grant(await roles.id_of(tx, role), place_kind=kind, place_id=gate_id)
        await grants.replace(tx, None, SYSTEM, staff_id, {granted}, now)
        return staff_id

    return await db.act(take_on)


async def sign_in(client: httpx2.AsyncClient, app: Starlette, staff_id: str) -> str:
    """Give the client a session of this person, without the way through the door."""
    db: Database = app.state.db
    token = await db.act(sessions.open_session, staff_id, Browser(), clock.utc_now())
    client.cookies.set(COOKIE, token)
    return token


async def sign_in_as(
    client: httpx2.AsyncClient, app: Starlette, role: Role, *, gate_id: str = EVERYWHERE
) -> str:
    """Somebody new with this role, signed in; gives the staff id."""
    login = f"{role.value}.{'there' if gate_id else 'two'}"
    staff_id = await add_person(app.state.db, role, login=login, gate_id=gate_id)
    await sign_in(client, app, staff_id)
    return staff_id
