"""Taking people on and letting them go; roles; sessions."""

import asyncio
from datetime import timedelta

import pytest

from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Database, Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from domain.operation import staff
from domain.operation.staff import Permission, Person, Role, StaffStatus
from domain.operation.staff.roles import RoleInput
from tests.staffing import NOON, actor_of, hire, signed_in, token_for

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("login", ["", "a", "Ming Li", "明明明", "a" * 65, "ming@", "-ming"])
async def test_a_login_is_plain_letters(sqlite_db: Database, login: str) -> None:
    with pytest.raises(InvalidInput):
        await sqlite_db.act(staff.people.add, SYSTEM, login, Person("Ming"), "hash", NOON)


async def test_a_login_is_taken_once(db: Database) -> None:
    await db.act(staff.people.add, SYSTEM, "ming", Person("Ming"), "hash", NOON)

    with pytest.raises(InvalidInput):
        await db.act(staff.people.add, SYSTEM, " Ming ", Person("Another"), "hash", NOON)


async def test_a_form_that_is_sent_twice_at_once_takes_one_person_on(db: Database) -> None:
    results = await asyncio.gather(
        *(db.act(staff.people.add, SYSTEM, "ming", Person("Ming"), "hash", NOON) for _ in range(5)),
        return_exceptions=True,
    )

    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, InvalidInput) for result in results) == 4


async def change(tx: Tx, staff_id: str, name: str, version: int) -> None:
    await staff.people.change(tx, SYSTEM, staff_id, Person(name), NOON, version=version)


async def test_of_two_who_edit_the_same_page_the_second_is_told(db: Database) -> None:
    staff_id = await hire(db, "ming")
    await db.act(change, staff_id, "First", 1)

    with pytest.raises(Conflict) as told:
        await db.act(change, staff_id, "Second", 1)

    assert told.value.code == "VERSION_CONFLICT"
    assert (await db.ask(staff.people.get, staff_id)).name == "First"


async def test_people_are_found_by_part_of_name_or_login_page_by_page(db: Database) -> None:
    for n in range(5):
        await hire(db, f"user{n}")

    async def find(tx: Tx, words: str, after: str = "") -> list[str]:
        cut = Cut((after,) if after else None, most=3)
        rows = await staff.people.search(tx, words, cut=cut)
        return [row.login for row in rows]

    assert await db.ask(find, "USER") == ["user0", "user1", "user2"]
    assert await db.ask(find, "user", "user2") == ["user3", "user4"]
    assert await db.ask(find, "%") == []
    assert await db.ask(find, "oss") == ["boss"]


async def test_a_retired_person_is_signed_out_and_comes_back_with_the_old_roles(
    db: Database,
) -> None:
    staff_id = await hire(db, "ming", Role.CASHIER)
    token = await token_for(db, staff_id)

    async def let_go(tx: Tx) -> None:
        await staff.people.retire(tx, actor_of("boss"), staff_id, NOON, version=1)

    async def take_back(tx: Tx) -> None:
        await staff.people.bring_back(tx, actor_of("boss"), staff_id, NOON, version=2)

    async def retired(tx: Tx) -> list[str]:
        rows = await staff.people.search(tx, "", status=StaffStatus.RETIRED)
        return [row.login for row in rows]

    await db.act(let_go)
    assert await db.ask(staff.sessions.find, token, NOON) is None
    assert await db.ask(retired) == ["ming"]
    with pytest.raises(Conflict):
        await db.act(let_go)

    await db.act(take_back)
    seen = await db.ask(staff.sessions.find, await token_for(db, staff_id), NOON)
    assert seen is not None
    assert seen.staff.may(Permission.SALES_SELL)


async def test_nobody_retires_their_own_account(sqlite_db: Database) -> None:
    staff_id = await hire(sqlite_db, "ming")

    async def let_go(tx: Tx) -> None:
        await staff.people.retire(tx, actor_of(staff_id), staff_id, NOON, version=1)

    with pytest.raises(Forbidden):
        await sqlite_db.act(let_go)


async def test_a_session_ends_when_idle_and_when_old(db: Database) -> None:
    staff_id = await hire(db, "ming")
    token = await token_for(db, staff_id)
    find = staff.sessions.find

    fresh = await db.ask(find, token, NOON + 119 * MINUTE)
    assert fresh is not None
    assert fresh.is_stale
    assert await db.ask(find, token, NOON + 120 * MINUTE) is None

    for hours in range(1, 12):
        await db.act(staff.sessions.touch, fresh.staff.session_id, NOON + hours * 60 * MINUTE)
    assert await db.ask(find, token, NOON + timedelta(hours=12) - MINUTE)
    assert await db.ask(find, token, NOON + timedelta(hours=12)) is None


async def test_a_revoked_session_is_over_and_only_its_owner_revokes_it(db: Database) -> None:
    ming, hong = await signed_in(db, "ming"), await signed_in(db, "hong")
    revoke = staff.sessions.revoke

    with pytest.raises(NotFound):
        await db.act(revoke, hong.actor(), hong.id, ming.session_id, NOON)
    await db.act(revoke, ming.actor(), ming.id, ming.session_id, NOON)
    with pytest.raises(NotFound):
        await db.act(revoke, ming.actor(), ming.id, ming.session_id, NOON)

    assert await db.ask(staff.sessions.list_of, ming.id, NOON) == []


async def test_a_changed_password_ends_all_other_sessions_and_renews_this_one(
    db: Database,
) -> None:
    person = await signed_in(db, "ming")
    other = await token_for(db, person.id)
    old = (await db.ask(staff.people.get, person.id)).password_hash
    change_password = staff.credentials.change_password

    token = await db.act(change_password, person, person.actor(), old, "new hash", NOON)

    assert await db.ask(staff.sessions.find, other, NOON) is None
    seen = await db.ask(staff.sessions.find, token, NOON)
    assert seen is not None
    assert seen.staff.session_id == person.session_id
    with pytest.raises(Conflict):
        await db.act(change_password, person, person.actor(), old, "newer hash", NOON)


async def test_a_till_stands_at_a_window_until_said_otherwise(db: Database) -> None:
    person = await signed_in(db, "ming")

    with pytest.raises(NotFound):
        await db.act(stand, person.actor(), person.session_id, "nowhere")
    with pytest.raises(NotFound):
        await db.act(stand, person.actor(), "no such session", None)


async def stand(tx: Tx, actor: Actor, session_id: str, window_id: str | None) -> None:
    await staff.sessions.stand_at(tx, actor, session_id, NOON, window_id=window_id)


async def test_own_roles_are_made_changed_and_retired(db: Database) -> None:
    staff_id = await hire(db, "ming")
    wanted = RoleInput("导游", "Guide", {Permission.GATES_WATCH})
    role_id = await db.act(staff.roles.add, SYSTEM, "guide", wanted, NOON)
    grant = {staff.Grant(role_id)}
    await db.act(staff.grants.replace, None, SYSTEM, staff_id, grant, NOON)
    token = await token_for(db, staff_id)

    async def widen(tx: Tx) -> None:
        wider = wanted._replace(permissions={Permission.GATES_WATCH, Permission.GATES_SCAN})
        await staff.roles.change(tx, SYSTEM, role_id, wider, NOON, version=1)

    async def end(tx: Tx) -> None:
        await staff.roles.retire(tx, SYSTEM, role_id, NOON, version=2)

    await db.act(widen)
    assert await db.ask(staff.sessions.find, token, NOON) is None
    with pytest.raises(Conflict):
        await db.act(end)
    await db.act(staff.grants.replace, None, SYSTEM, staff_id, set(), NOON)
    await db.act(end)
    assert "guide" not in {role.code for role in await db.ask(staff.roles.list_all)}


async def test_roles_of_every_installation_follow_the_release_and_nobody_else(
    db: Database,
) -> None:
    await db.act(staff.roles.seed, NOON)
    await db.act(staff.roles.seed, NOON)
    rows = await db.ask(staff.roles.list_all)
    assert {row.code for row in rows} == set(Role)

    async def spoil(tx: Tx) -> None:
        wanted = RoleInput("x", "x", {Permission.STAFF_EDIT})
        await staff.roles.change(tx, SYSTEM, rows[0].id, wanted, NOON, version=1)

    with pytest.raises(Forbidden):
        await db.act(spoil)
