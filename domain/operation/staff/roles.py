"""Roles: those that every installation has, and the operator's own."""

import re
from collections.abc import Set
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound, say
from domain.operation.audit import record
from domain.operation.staff import grants, sessions, store
from domain.operation.staff.model import ROLE_PERMISSIONS, Permission, Role

CODE = re.compile(r"[a-z][a-z0-9_]{1,31}")
NAMES: dict[Role, tuple[str, str]] = {
    Role.PRODUCT_MANAGER: ("产品管理员", "Product manager"),
    Role.APPROVER: ("审核员", "Approver"),
    Role.CASHIER: ("售票员", "Cashier"),
    Role.GATE_STAFF: ("检票员", "Gate staff"),
    Role.CUSTOMER_SERVICE: ("客服", "Customer service"),
    Role.FINANCE: ("财务", "Finance"),
    Role.SAFETY_OFFICER: ("安全员", "Safety officer"),
    Role.SUPERVISOR: ("值班经理", "Supervisor"),
    Role.ADMINISTRATOR: ("系统管理员", "Administrator"),
    Role.WAREHOUSE: ("仓管员", "Warehouse keeper"),
    Role.AUDITOR: ("审计员", "Auditor"),
}


class RoleInput(NamedTuple):
    name_zh: str
    name_en: str
    permissions: Set[Permission]


async def get(tx: Tx, role_id: str) -> Any:
    """The row. Raises NotFound."""
    row = await tx.one(store.GET_ROLE, role_id=role_id)
    if row is None:
        raise NotFound()
    return row


async def list_all(tx: Tx) -> list[Any]:
    """Those in use, every installation's first."""
    return await tx.rows(store.LIST_ROLES)


async def holders(tx: Tx) -> dict[str, int]:
    """How many people have each role."""
    return {row.role_id: row.people for row in await tx.rows(store.HELD_BY)}


async def id_of(tx: Tx, role: Role) -> str:
    """The id of a role that every installation has."""
    row = await tx.one(store.FIND_ROLE_BY_CODE, code=role.value)
    if row is None:
        raise NotFound()
    return str(row.id)


async def seed(tx: Tx, now: datetime) -> None:
    """Make the roles that every installation has, as this release defines them. At every start."""
    for role, permissions in ROLE_PERMISSIONS.items():
        words = sorted(permissions)
        name_zh, name_en = NAMES[role]
        found = await tx.one(store.FIND_ROLE_BY_CODE, code=role.value)
        if found is None:
            role_id = _add(tx, role.value, RoleInput(name_zh, name_en, permissions), True, now)
            record(tx, SYSTEM, "role.added", role_id, now, after={"code": role.value})
        elif found.permissions != words:
            await _save(tx, found, RoleInput(name_zh, name_en, permissions), found.version)
            _record_change(tx, SYSTEM, found, set(permissions), now)


async def add(tx: Tx, actor: Actor, code: str, role: RoleInput, now: datetime) -> str:
    """A role of the operator's own; gives its id. Raises InvalidInput."""
    if not CODE.fullmatch(code):
        raise InvalidInput({"code": say("A code is 2 to 32 small letters, digits, underscores.")})
    if await tx.one(store.FIND_ROLE_BY_CODE, code=code):
        raise InvalidInput({"code": say("This code is already in use.")})
    _must_permit_something(role)
    role_id = _add(tx, code, role, False, now)
    words: list[str] = sorted(role.permissions)
    record(tx, actor, "role.added", role_id, now, after={"code": code, "permissions": words})
    return role_id


async def change(
    tx: Tx, actor: Actor, role_id: str, role: RoleInput, now: datetime, *, version: int
) -> None:
    """Write names and permissions as given; whoever has the role is signed out. Nobody adds
    permissions to a role of their own, and somebody is left who may manage staff."""
    old = await get(tx, role_id)
    if old.builtin:
        raise Forbidden(say("This role belongs to every installation and cannot be changed."))
    _must_permit_something(role)
    holders = {row.staff_id for row in await tx.rows(store.HOLDERS, role_id=role_id)}
    if actor.id in holders and set(role.permissions) - set(old.permissions):
        sentence = say("You have this role yourself: somebody else must add permissions to it.")
        raise Forbidden(sentence, code="OWN_ROLES")
    await _save(tx, old, role, version)
    if set(old.permissions) != set(role.permissions):
        for staff_id in sorted(holders - {actor.id}):
            await sessions.revoke_all(tx, actor, staff_id, now)
        await grants.must_leave_an_administrator(tx)
    _record_change(tx, actor, old, role.permissions, now)


async def retire(tx: Tx, actor: Actor, role_id: str, now: datetime, *, version: int) -> None:
    """End a role that nobody has any more."""
    old = await get(tx, role_id)
    if old.builtin:
        raise Forbidden(say("This role belongs to every installation and cannot be changed."))
    if await tx.rows(store.HOLDERS, role_id=role_id):
        raise Conflict(say("Somebody still has this role."))
    if not await tx.one(store.RETIRE_ROLE, role_id=role_id, seen_version=version, at=now):
        raise Conflict(code="VERSION_CONFLICT")
    record(tx, actor, "role.retired", role_id, now)


def _add(tx: Tx, code: str, role: RoleInput, builtin: bool, now: datetime) -> str:
    role_id = ids.new_id()
    tx.add(
        store.ADD_ROLE,
        id=role_id,
        code=code,
        name_zh=role.name_zh,
        name_en=role.name_en,
        builtin=builtin,
        permissions=sorted(role.permissions),
        created_at=now,
    )
    return role_id


async def _save(tx: Tx, old: Any, role: RoleInput, version: int) -> None:
    saved = await tx.one(
        store.SAVE_ROLE,
        role_id=old.id,
        seen_version=version,
        new_name_zh=role.name_zh,
        new_name_en=role.name_en,
        new_permissions=sorted(role.permissions),
    )
    if saved is None:
        raise Conflict(code="VERSION_CONFLICT")


def _must_permit_something(role: RoleInput) -> None:
    if not role.permissions:
        raise InvalidInput({"permissions": say("Choose at least one permission.")})


def _record_change(
    tx: Tx, actor: Actor, old: Any, permissions: Set[Permission], now: datetime
) -> None:
    was, is_now = set(old.permissions), {word.value for word in permissions}
    record(
        tx,
        actor,
        "role.changed",
        old.id,
        now,
        before={"permissions": sorted(was - is_now)},
        after={"permissions": sorted(is_now - was)},
    )
