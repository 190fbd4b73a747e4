"""Reading the audit trail: everything of a day, of a person, of a kind, about one thing."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import NotFound
from domain.operation.audit import store

NEWEST = Cut()
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Filter(NamedTuple):
    """What to look for; what is not said does not matter. An `act` outweighs a `noun`."""

    actor_id: str = ""
    noun: str = ""
    act: str = ""
    subject_id: str = ""
    from_at: datetime = FIRST
    until_at: datetime = LAST


async def page(tx: Tx, wanted: Filter, cut: Cut = NEWEST) -> list[Any]:
    """Entries, newest first; a cut's key is the number of one."""
    when: dict[str, Any] = {"from_at": wanted.from_at, "until_at": wanted.until_at}
    actor, noun = {"actor_id": wanted.actor_id}, {"noun": wanted.noun}
    if wanted.subject_id:
        return await store.ABOUT.page(tx, cut, subject_id=wanted.subject_id, **noun)
    if wanted.actor_id and wanted.noun:
        return await store.BY_ACTOR_AND_NOUN.page(tx, cut, **when, **actor, **noun)
    if wanted.actor_id:
        return await store.BY_ACTOR.page(tx, cut, **when, **actor)
    if wanted.act:
        return await store.BY_ACT.page(tx, cut, **when, act=wanted.act)
    if wanted.noun:
        return await store.BY_NOUN.page(tx, cut, **when, **noun)
    return await store.EVERYTHING.page(tx, cut, **when)


async def history(tx: Tx, noun: str, subject_id: str, most: int = 20) -> list[Any]:
    """What happened to one thing, newest first: for the history panel of its page."""
    return await store.ABOUT.page(tx, Cut(most=most), noun=noun, subject_id=subject_id)


async def get(tx: Tx, seq: int) -> Any:
    row = await tx.one(store.GET_ENTRY, number=seq)
    if row is None:
        raise NotFound()
    return row
