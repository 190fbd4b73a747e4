"""Holds: identities that a dispute or the law still needs, whatever the days say."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record
from domain.retention import store
from domain.retention.model import HoldNoun

SHOWN = 200


class Wanted(NamedTuple):
    """By which number the thing goes: an order's, a group's, a card's."""

    noun: HoldNoun
    number: str
    reason: str


async def place(tx: Tx, wanted: Wanted, actor: Actor, now: datetime) -> str:
    """Keep these identities until somebody lets go; gives the hold's id. A group's hold keeps its
    order's too. Raises InvalidInput at `number` or `reason`, Conflict when it is held already."""
    if not wanted.reason.strip():
        raise InvalidInput({"reason": say("Please give a reason.")})
    number = wanted.number.strip().upper()
    subjects = await _subjects(tx, wanted.noun, number)
    if not subjects:
        raise InvalidInput({"number": say("Nothing has this number.")})
    placed = ""
    for noun, subject_id in subjects.items():
        if await tx.one(store.FIND_HOLD, noun=noun.value, subject_id=subject_id):
            if noun is wanted.noun:
                raise Conflict(say("This is held already."), code="DUPLICATE")
            continue
        hold_id = ids.new_id()
        placed = placed or hold_id
        tx.add(
            store.ADD_HOLD,
            id=hold_id,
            noun=noun.value,
            subject_id=subject_id,
            number=number,
            reason=wanted.reason.strip(),
            held_by=actor.id,
            held_at=now,
        )
        after = {"noun": noun.value, "number": number}
        record(tx, actor, "retention_hold.placed", hold_id, now, after=after, reason=wanted.reason)
    return placed


async def _subjects(tx: Tx, noun: HoldNoun, number: str) -> Mapping[HoldNoun, str]:
    if noun is HoldNoun.ORDER:
        row = await tx.one(store.FIND_ORDER, number=number)
        return {noun: row.id} if row else {}
    if noun is HoldNoun.GROUP:
        row = await tx.one(store.FIND_GROUP, number=number)
        return {noun: row.id, HoldNoun.ORDER: row.order_id} if row else {}
    row = await tx.one(store.FIND_CARD, number=number)
    return {noun: row.holder_id} if row and row.holder_id else {}


async def release(tx: Tx, hold_id: str, actor: Actor, now: datetime) -> None:
    """The next run may remove them. Raises NotFound, Conflict when somebody did it first."""
    row = await tx.one(store.GET_HOLD, hold_id=hold_id)
    if row is None:
        raise NotFound()
    if await tx.one(store.RELEASE, hold_id=hold_id, by=actor.id, now=now) is None:
        raise Conflict()
    record(tx, actor, "retention_hold.released", hold_id, now)


async def list_holds(tx: Tx) -> list[Any]:
    """Those in force, newest first."""
    return await tx.rows(store.LIST_HOLDS, most=SHOWN)
