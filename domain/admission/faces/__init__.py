"""Faces at gates: who agrees may come back, or come with a card, by the face alone.

A terminal recognises people by itself and tells us its own reference of a face; we keep a keyed
mark of that reference beside the ticket or card, and nothing of the face. Off unless an area says
otherwise; whoever does not agree shows the code as before; a binding is deleted within an hour of
its ticket's or card's end (domain.retention), or at once when somebody asks for it.

await faces.bind(tx, ...)       # the person agreed at the terminal
await faces.find(tx, ...)       # whose face this is
await faces.forget(tx, ...)     # the person, or staff for them, wants it deleted
"""

from collections.abc import Sequence
from datetime import datetime

from domain.admission.faces import store
from domain.admission.faces.model import LONGEST, Binding, Owner
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.operation import settings
from domain.operation.audit import record

__all__ = ["LONGEST", "Binding", "Owner", "bind", "find", "forget", "is_another", "is_on", "of"]

NOUNS = {Owner.TICKET: "ticket", Owner.CARD: "membership"}


async def is_on(tx: Tx, area_id: str) -> bool:
    """Whether the area uses faces at all."""
    return (await settings.current(tx, area_id)).faces_at_gates


async def bind(
    tx: Tx, binding: Binding, marks: Sequence[str], device_id: str | None, actor: Actor
) -> None:
    """Keep a face for a ticket or a card; a new one takes the place of the one before. `marks`:
    keyed hashes of the terminal's reference, the newest secret's first."""
    await tx.run(
        store.SAVE,
        of_owner=binding.owner.value,
        of_id=binding.owner_id,
        area=binding.area_id,
        face=marks[0],
        now=binding.bound_at,
        device=device_id,
        until=binding.valid_until,
    )
    after = {"valid_until": binding.valid_until.isoformat()}
    _record(tx, actor, binding.owner, binding.owner_id, "face_bound", binding.bound_at, after)


async def find(tx: Tx, marks: Sequence[str], area_id: str, now: datetime) -> list[Binding]:
    """What a face stands for in an area, the newest first; nothing where faces are not used."""
    rows = await tx.rows(store.FIND, marks=list(marks), area=area_id, now=now)
    if not rows or not await is_on(tx, area_id):
        return []
    return [
        Binding(Owner(row.owner), row.owner_id, row.area_id, row.bound_at, row.valid_until)
        for row in rows
    ]


async def is_another(
    tx: Tx, owner: Owner, owner_id: str, marks: Sequence[str], now: datetime
) -> bool:
    """Whether a ticket or card has a face, and it is not this one."""
    row = await tx.one(store.OF_OWNER, of_owner=owner.value, of_id=owner_id)
    return row is not None and row.valid_until > now and row.mark not in marks


async def of(tx: Tx, owner: Owner, owner_id: str) -> Binding | None:
    """What is kept of a ticket's or card's face, for who looks after it."""
    row = await tx.one(store.OF_OWNER, of_owner=owner.value, of_id=owner_id)
    if row is None:
        return None
    return Binding(owner, owner_id, row.area_id, row.bound_at, row.valid_until)


async def forget(tx: Tx, owner: Owner, owner_id: str, actor: Actor, now: datetime) -> bool:
    """Delete it at once; whether there was one. The same again changes nothing."""
    if await tx.one(store.DROP, of_owner=owner.value, of_id=owner_id) is None:
        return False
    _record(tx, actor, owner, owner_id, "face_deleted", now, {"cause": "asked"})
    return True


def _record(
    tx: Tx,
    actor: Actor,
    owner: Owner,
    owner_id: str,
    act: str,
    now: datetime,
    after: dict[str, str],
) -> None:
    record(tx, actor, f"{NOUNS[owner]}.{act}", owner_id, now, after=after)
