"""Who has which role where, and what that comes to: the places that each permission covers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, say
from domain.operation.audit import record
from domain.operation.places import get_place
from domain.operation.places.model import PlaceKind
from domain.operation.staff import roles, sessions, store
from domain.operation.staff.model import Permission
from domain.operation.staff.signed_in import EVERYWHERE, SignedIn

KNOWN = {permission.value: permission for permission in Permission}

TOO_MUCH = say("A role that may do more than you may at its place can only be given by others.")


class Grant(NamedTuple):
    """A role at a place and everything inside it; `place_id` is "" for everywhere."""

    role_id: str
    place_kind: PlaceKind = PlaceKind.EVERYWHERE
    place_id: str = EVERYWHERE


async def of(tx: Tx, staff_id: str) -> list[Any]:
    """A person's grants, each with the role's code, names and permissions."""
    return await tx.rows(store.GRANTS_OF, staff_id=staff_id)


async def of_many(tx: Tx, staff_ids: list[str]) -> dict[str, list[Any]]:
    """The same for a page of people."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in await tx.rows(store.GRANTS_OF_MANY, ids=staff_ids):
        found[row.staff_id].append(row)
    return found


async def reach_of(tx: Tx, granted: Iterable[Any]) -> dict[Permission, Set[str]]:
    """For each permission the ids of every place that it covers."""
    granted = list(granted)
    return reach_within(granted, await inside_these(tx, granted))


async def inside_these(tx: Tx, granted: Iterable[Any]) -> dict[str, set[str]]:
    """What stands inside each place that grants are limited to."""
    limits = sorted({row.place_id for row in granted} - {EVERYWHERE})
    return inside_of(await tx.rows(store.PLACES_WITHIN, ids=limits)) if limits else {}


def reach_within(
    granted: Iterable[Any], inside: Mapping[str, Set[str]]
) -> dict[Permission, Set[str]]:
    """`reach_of`, by what is known to stand inside each place."""
    reach: dict[Permission, set[str]] = defaultdict(set)
    for row in granted:
        for permission in known_permissions(row.permissions):
            reach[permission] |= {row.place_id} | inside.get(row.place_id, set())
    return dict(reach)


def inside_of(places: Iterable[Any]) -> dict[str, set[str]]:
    """What stands inside each place, from rows of places with all that holds them."""
    inside: dict[str, set[str]] = defaultdict(set)
    for place in places:
        for holder in (place.unit_id, place.area_id, place.site_id):
            inside[holder].add(place.id)
    return inside


def known_permissions(words: Iterable[str]) -> set[Permission]:
    """A role may still name a permission that a later release dropped: it gives nothing."""
    return {KNOWN[word] for word in words if word in KNOWN}


async def replace(
    tx: Tx, editor: SignedIn | None, actor: Actor, staff_id: str, wanted: Set[Grant], now: datetime
) -> None:
    """Give exactly these grants. `editor` None is the system, which may grant everything.

    Nobody changes their own; at one place nobody gives more than they may do there. Whoever it
    happens to is signed out, so that no page of theirs shows what they may no longer.
    """
    old = await of(tx, staff_id)
    before = {Grant(row.role_id, PlaceKind(row.place_kind), row.place_id) for row in old}
    if before == wanted:
        return
    if editor is not None:
        await _must_be_theirs_to_change(tx, editor, staff_id, before, wanted)
    for grant in sorted(wanted - before):
        await _give(tx, staff_id, grant)
    for row in old:
        if Grant(row.role_id, PlaceKind(row.place_kind), row.place_id) not in wanted:
            await tx.run(store.DROP_GRANT, grant_id=row.id)
    await must_leave_an_administrator(tx)
    if staff_id != actor.id:
        await sessions.revoke_all(tx, actor, staff_id, now)
    names = await _names(tx, before | wanted)
    record(
        tx,
        actor,
        "staff.roles_changed",
        staff_id,
        now,
        before={"roles": _listed(before, names)},
        after={"roles": _listed(wanted, names)},
    )


async def may(tx: Tx, staff_id: str, permission: Permission, place_id: str) -> bool:
    """Has somebody a permission at a place? For acts that know only who acts."""
    covered = (await reach_of(tx, await of(tx, staff_id))).get(permission, frozenset())
    return EVERYWHERE in covered or place_id in covered


def may_give(editor: SignedIn, permissions: Iterable[str], place_id: str) -> bool:
    """Whoever manages staff everywhere gives every role. Who does so at some places only gives, at
    one of them, what they may do there themselves: else they could make themselves anything."""
    if not editor.is_limited(Permission.STAFF_EDIT):
        return True
    return editor.may(Permission.STAFF_EDIT, place_id) and all(
        editor.may(permission, place_id) for permission in known_permissions(permissions)
    )


async def must_be_able_to_give(tx: Tx, editor: SignedIn, staff_id: str) -> None:
    """Raises Forbidden unless the editor could give a person every role that they have: whoever
    gets hold of an account (a new password, say) gets hold of its roles."""
    for row in await of(tx, staff_id):
        if not may_give(editor, row.permissions, row.place_id):
            raise Forbidden(TOO_MUCH, code="ROLE_TOO_STRONG")


async def _must_be_theirs_to_change(
    tx: Tx, editor: SignedIn, staff_id: str, before: Set[Grant], wanted: Set[Grant]
) -> None:
    if staff_id == editor.id:
        raise Forbidden(say("Somebody else must change your own roles."), code="OWN_ROLES")
    for grant in sorted(before ^ wanted):
        editor.must(Permission.STAFF_EDIT, grant.place_id)
    for grant in sorted(wanted - before):
        role = await roles.get(tx, grant.role_id)
        if not may_give(editor, role.permissions, grant.place_id):
            raise Forbidden(TOO_MUCH, code="ROLE_TOO_STRONG")


async def must_leave_an_administrator(tx: Tx) -> None:
    """Raises Conflict when nobody would be left who can edit staff everywhere."""
    for row in await tx.rows(store.ACTIVE_GRANTS):
        if Permission.STAFF_EDIT in known_permissions(row.permissions):
            return
    raise Conflict(say("Nobody would be left who may manage staff."), code="LAST_ADMINISTRATOR")


async def _give(tx: Tx, staff_id: str, grant: Grant) -> None:
    role = await roles.get(tx, grant.role_id)
    if role.retired_at is not None:
        raise InvalidInput({"roles": say("Choose one that is in use.")})
    if (grant.place_kind is PlaceKind.EVERYWHERE) != (grant.place_id == EVERYWHERE):
        raise InvalidInput({"roles": say("Choose the place.")})
    if grant.place_kind is PlaceKind.SPOT:
        raise InvalidInput({"roles": say("A role cannot be limited to a spot.")})
    if grant.place_kind is not PlaceKind.EVERYWHERE:
        await get_place(tx, grant.place_kind, grant.place_id)
    tx.add(
        store.ADD_GRANT,
        id=ids.new_id(),
        staff_id=staff_id,
        role_id=grant.role_id,
        place_kind=grant.place_kind.value,
        place_id=grant.place_id,
    )


async def _names(tx: Tx, grants: Set[Grant]) -> Mapping[str, str]:
    """The codes of their roles and places."""
    names = {}
    for grant in grants:
        names[grant.role_id] = (await roles.get(tx, grant.role_id)).code
        if grant.place_id:
            names[grant.place_id] = (await get_place(tx, grant.place_kind, grant.place_id)).code
    return names


def _listed(grants: Set[Grant], names: Mapping[str, str]) -> list[str]:
    """For the audit trail: `cashier @ W1`."""
    return sorted(
        names[grant.role_id] + (f" @ {names[grant.place_id]}" if grant.place_id else "")
        for grant in grants
    )
