"""Staff changed together: where cashiers sell and gate staff let people in.

A batch gives nobody more than whoever asks for it, and whoever agrees to it, could give by hand.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Tx
from domain.kernel.errors import Message, NotFound, say
from domain.operation import places
from domain.operation.batches.applying import register
from domain.operation.batches.groups import FieldGroup
from domain.operation.batches.model import Change, Subject, Value, ValueKind
from domain.operation.batches.values import joined, parted
from domain.operation.places import PlaceKind
from domain.operation.staff import (
    EVERYWHERE,
    Grant,
    Permission,
    Role,
    SignedIn,
    StaffStatus,
    grants,
    people,
    roles,
    sessions,
)

EVERYWHERE_WORD = PlaceKind.EVERYWHERE.value


class Posts(NamedTuple):
    """The places at which people have a role."""

    role: Role
    kinds: tuple[PlaceKind, ...]

    async def read(self, tx: Tx, staff_ids: Sequence[str]) -> list[Subject]:
        role_id, held = await roles.id_of(tx, self.role), await grants.of_many(tx, list(staff_ids))
        found = []
        for staff_id in staff_ids:
            try:
                row = await people.get(tx, staff_id)
            except NotFound:
                continue
            if row.status == StaffStatus.ACTIVE:
                own = [each for each in held.get(staff_id, []) if each.role_id == role_id]
                value = joined(each.place_id or EVERYWHERE_WORD for each in own)
                found.append(Subject(row.id, f"{row.name} {row.login}", row.version, value, ""))
        return found

    async def values(self, tx: Tx, area_id: str) -> list[Value]:
        """Places, and how many people have the role there."""
        load = await _holders(tx, self.role)
        return [Value(EVERYWHERE_WORD)] + [
            Value(row.id, f"{row.name_zh} ({row.code})", row.name_en, load.get(row.id, 0))
            for kind in self.kinds
            for row in await places.list_places(tx, kind)
        ]

    async def judge(self, tx: Tx, who: SignedIn, subject: Subject, value: str) -> Message | None:
        if subject.id == who.id:
            return say("Somebody else must change your own roles.")
        given = await roles.get(tx, await roles.id_of(tx, self.role))
        for part in parted(value):
            if not grants.may_give(who, given.permissions, _place(part)):
                return grants.TOO_MUCH
        return None

    async def write(self, tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
        role_id = await roles.id_of(tx, self.role)
        before = {
            Grant(each.role_id, PlaceKind(each.place_kind), each.place_id)
            for each in await grants.of(tx, change.row_id)
        }
        known = {row.id: kind for kind in self.kinds for row in await places.list_places(tx, kind)}
        known |= {each.place_id: each.place_kind for each in before if each.place_id}
        wanted = {each for each in before if each.role_id != role_id} | {
            Grant(role_id, known.get(part, PlaceKind.EVERYWHERE), _place(part))
            for part in parted(change.value)
        }
        editor = None
        if actor.kind is ActorKind.STAFF and actor.id:
            editor = await sessions.standing(tx, actor.id)
        await grants.replace(tx, editor, actor, change.row_id, wanted, now)


def posts(role: Role, field: str, label: Message, title: Message, *kinds: PlaceKind) -> None:
    of = Posts(role, kinds)
    edit = Permission.STAFF_EDIT
    register(
        FieldGroup(
            "staff",
            field,
            label,
            title,
            edit,
            edit,
            of.read,
            of.values,
            of.write,
            kind=ValueKind.SET,
            words=PlaceKind,
            judge=of.judge,
        )
    )


def _place(part: str) -> str:
    return EVERYWHERE if part == EVERYWHERE_WORD else part


async def _holders(tx: Tx, role: Role) -> dict[str, int]:
    """How many people have the role at each place."""
    rows = await people.search(tx, role_id=await roles.id_of(tx, role), cut=people.EVERYBODY)
    count: dict[str, int] = {}
    for held in (await grants.of_many(tx, [row.id for row in rows])).values():
        for each in held:
            count[each.place_id] = count.get(each.place_id, 0) + 1
    return count


posts(
    Role.CASHIER,
    "cashier_at",
    say("Sells at"),
    say("Batch change: where cashiers sell"),
    PlaceKind.AREA,
    PlaceKind.SALES_SITE,
    PlaceKind.WINDOW,
)
posts(
    Role.GATE_STAFF,
    "gate_at",
    say("Lets people in at"),
    say("Batch change: posts of gate staff"),
    PlaceKind.AREA,
    PlaceKind.CHECK_SITE,
    PlaceKind.GATE,
)
