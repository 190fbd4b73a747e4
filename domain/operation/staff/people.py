"""Taking people on, changing what is known of them, letting them go, and finding them."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound, say
from domain.operation.audit import record
from domain.operation.staff import grants, sessions, store
from domain.operation.staff.model import Permission, StaffStatus
from domain.operation.staff.signed_in import EVERYWHERE, SignedIn

FIRST = Cut()
EVERYBODY = FIRST._replace(most=1_000)
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")


class Person(NamedTuple):
    """What the operator says about somebody. `refund_limit_minor` None: the setting's."""

    name: str
    phone: str = ""
    language: str = "zh"
    refund_limit_minor: int | None = None


def clean_login(typed: str) -> str:
    """The login as it is stored."""
    return typed.strip().lower()


async def get(tx: Tx, staff_id: str) -> Any:
    """The row. Raises NotFound."""
    row = await tx.one(store.GET_STAFF, staff_id=staff_id)
    if row is None:
        raise NotFound()
    return row


async def find_by_login(tx: Tx, login: str) -> Any | None:
    return await tx.one(store.FIND_STAFF_BY_LOGIN, login=clean_login(login))


async def is_anybody(tx: Tx) -> bool:
    """Has anybody ever been taken on? If not, the installation waits to be set up."""
    return await tx.one(store.ANYBODY) is not None


async def search(
    tx: Tx,
    words: str = "",
    *,
    status: StaffStatus = StaffStatus.ACTIVE,
    role_id: str = "",
    cut: Cut = FIRST,
    viewer: SignedIn | None = None,
    permission: Permission = Permission.STAFF_SEE,
) -> list[Any]:
    """By login: those whose login or name contains `words`, who have a role if one is said; of
    them, if `viewer` is said, those who have a role at a place where the viewer has `permission`.
    """
    cleaned = words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    wanted = {"status": status.value, "like": f"%{cleaned}%", "role": role_id}
    covered = viewer.covered(permission) if viewer else None
    if viewer is None or covered is None:
        return await store.LIST_STAFF.page(tx, cut, **wanted)
    return await store.LIST_STAFF_WITHIN.page(tx, cut, ids=covered, viewer=viewer.id, **wanted)


async def who_may(tx: Tx, permission: Permission, place_ids: Collection[str | None]) -> list[Any]:
    """By login: those who work here and have the permission in one of these places, or everywhere.
    A role in an area counts for every place inside it, not the other way round."""
    everybody, found = await search(tx, cut=EVERYBODY), []
    granted = await grants.of_many(tx, [row.id for row in everybody])
    inside = await grants.inside_these(tx, [one for held in granted.values() for one in held])
    wanted = {*place_ids, EVERYWHERE}
    for row in everybody:
        reach = grants.reach_within(granted.get(row.id, ()), inside)
        if not wanted.isdisjoint(reach.get(permission, ())):
            found.append(row)
    return found


async def must_see(tx: Tx, viewer: SignedIn, staff_id: str) -> None:
    """Raises NotFound for people who have no role at a place where the viewer may see staff (and
    whom the viewer did not take on): whoever runs one area does not learn who works in another."""
    covered = viewer.covered(Permission.STAFF_SEE)
    if covered is None:
        return
    found = await tx.one(store.IS_WITHIN, staff_id=staff_id, ids=covered, viewer=viewer.id)
    if found is None:
        raise NotFound()


async def names(tx: Tx, staff_ids: list[str]) -> dict[str, str]:
    """What the people behind ids are called; ids of nobody are left out."""
    return {row.id: row.name for row in await tx.rows(store.NAMES, ids=staff_ids)}


async def add(
    tx: Tx,
    actor: Actor,
    login: str,
    person: Person,
    password_hash: str,
    now: datetime,
    *,
    must_change_password: bool = True,
) -> str:
    """Take somebody on, without any role yet; gives the staff id. Raises InvalidInput."""
    login = clean_login(login)
    if not LOGIN.fullmatch(login):
        raise InvalidInput(
            {"login": say("A login is 3 to 64 letters a to z, digits, dots, dashes.")}
        )
    if await tx.one(store.FIND_STAFF_BY_LOGIN, login=login):
        raise InvalidInput({"login": say("This login is taken.")})
    staff_id = ids.new_id()
    tx.add(
        store.ADD_STAFF,
        id=staff_id,
        login=login,
        password_hash=password_hash,
        must_change_password=must_change_password,
        password_changed_at=now,
        added_by=actor.id,
        created_at=now,
        **person._asdict(),
    )
    record(tx, actor, "staff.added", staff_id, now, after={"login": login, **_public(person)})
    return staff_id


async def change(
    tx: Tx, actor: Actor, staff_id: str, person: Person, now: datetime, *, version: int
) -> None:
    """Write all fields as given. Raises Conflict VERSION_CONFLICT when changed meanwhile."""
    old = await get(tx, staff_id)
    before = Person(*(getattr(old, field) for field in Person._fields))
    if staff_id == actor.id and before.refund_limit_minor != person.refund_limit_minor:
        own_limit = say("Somebody else must change your own limit.")
        raise InvalidInput({"refund_limit_minor": own_limit})
    saved = await tx.one(
        store.SAVE_STAFF,
        staff_id=staff_id,
        seen_version=version,
        **{f"new_{field}": value for field, value in person._asdict().items()},
    )
    if saved is None:
        raise Conflict(code="VERSION_CONFLICT")
    was, is_now = _public(before), _public(person)
    if before.phone != person.phone:
        was["phone"], is_now["phone"] = _masked(before.phone), _masked(person.phone)
    different = {name for name in is_now if was[name] != is_now[name]}
    record(
        tx,
        actor,
        "staff.changed",
        staff_id,
        now,
        before={name: was[name] for name in sorted(different)},
        after={name: is_now[name] for name in sorted(different)},
    )


async def retire(tx: Tx, actor: Actor, staff_id: str, now: datetime, *, version: int) -> None:
    """Let somebody go: signed out everywhere at once, kept in every record for ever."""
    if staff_id == actor.id:
        raise Forbidden(say("Somebody else must do this to your own account."))
    await _set_status(tx, staff_id, StaffStatus.RETIRED, now, version)
    await sessions.revoke_all(tx, actor, staff_id, now)
    await grants.must_leave_an_administrator(tx)
    record(tx, actor, "staff.retired", staff_id, now)


async def must_stand_for(tx: Tx, editor: SignedIn, staff_id: str) -> None:
    """Raises Forbidden unless the editor may manage a person and could give them all their roles:
    for what opens an account to somebody again, a new password for one."""
    await must_manage(tx, editor, staff_id)
    await grants.must_be_able_to_give(tx, editor, staff_id)


async def bring_back(tx: Tx, actor: Actor, staff_id: str, now: datetime, *, version: int) -> None:
    """Take somebody on again, with the roles of old."""
    await _set_status(tx, staff_id, StaffStatus.ACTIVE, now, version)
    record(tx, actor, "staff.brought_back", staff_id, now)


async def must_manage(tx: Tx, editor: SignedIn, staff_id: str) -> None:
    """Raises Forbidden unless the editor may edit staff at every place where this person is
    somebody: whoever runs one area cannot take over an account that reaches further."""
    editor.must(Permission.STAFF_EDIT)
    held = await grants.of(tx, staff_id)
    if not held and editor.is_limited(Permission.STAFF_EDIT):
        await must_see(tx, editor, staff_id)
    for grant in held:
        editor.must(Permission.STAFF_EDIT, grant.place_id)


async def _set_status(tx: Tx, staff_id: str, to: StaffStatus, now: datetime, version: int) -> None:
    old = await get(tx, staff_id)
    if old.status == to.value:
        raise Conflict()
    saved = await tx.one(
        store.SAVE_STATUS,
        staff_id=staff_id,
        seen_version=version,
        new_status=to.value,
        new_retired_at=now if to is StaffStatus.RETIRED else None,
    )
    if saved is None:
        raise Conflict(code="VERSION_CONFLICT")


def _public(person: Person) -> dict[str, Any]:
    """What may stand in the audit trail: no phone number."""
    return {name: value for name, value in person._asdict().items() if name != "phone"}


def _masked(phone: str) -> str:
    return f"…{phone[-2:]}" if phone else ""
