"""Reading the audit trail: everything of a day, of a person, of a kind, about one thing."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut, Keyset
from domain.kernel.errors import NotFound
from domain.operation.audit import store

NEWEST = Cut()
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Sought(NamedTuple):
    """What somebody's words may mean: entries of any of these people, acts and subjects, or of one
    request of the logs."""

    actors: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    subjects: tuple[tuple[str, str], ...] = ()  # noun and id
    request_id: str = ""


class Filter(NamedTuple):
    """What to look for; what is not said does not matter. An `act` outweighs a `noun`. `areas`
    are those to which the reader is limited."""

    actor_id: str = ""
    noun: str = ""
    act: str = ""
    subject_id: str = ""
    from_at: datetime = FIRST
    until_at: datetime = LAST
    sought: Sought | None = None
    areas: tuple[str, ...] | None = None


Looks = list[tuple[Keyset, dict[str, Any]]]


async def page(tx: Tx, wanted: Filter, cut: Cut = NEWEST) -> list[Any]:
    """Entries, newest first; a cut's key is the number of one. Several looks, each a few rows of
    one index, are put together."""
    found: dict[int, Any] = {}
    for keyset, values in looks_for(wanted):
        found |= {row.seq: row for row in await keyset.page(tx, cut, **values)}
    order = sorted(found, reverse=not (cut.is_newer and cut.key is not None))
    return [found[seq] for seq in order[: cut.most]]


def looks_for(wanted: Filter) -> Looks:
    """Which statements answer this."""
    when = {"from_at": wanted.from_at, "until_at": wanted.until_at}
    actor, noun = {"actor_id": wanted.actor_id}, {"noun": wanted.noun}
    if wanted.sought is not None:
        return _looks_for_words(wanted, wanted.sought, when)
    if wanted.subject_id:
        look = (store.BY_SUBJECT, {**noun, "subject_id": wanted.subject_id})
    elif wanted.actor_id and wanted.noun:
        look = (store.BY_ACTOR_AND_NOUN, {**actor, **noun})
    elif wanted.actor_id:
        look = (store.BY_ACTOR, actor)
    elif wanted.act:
        look = (store.BY_ACT, {"act": wanted.act})
    elif wanted.noun:
        look = (store.BY_NOUN, noun)
    elif wanted.areas is not None:
        return [(store.BY_AREA, {**when, "area_id": area_id}) for area_id in wanted.areas]
    else:
        look = (store.EVERYTHING, {})
    return [_limited(wanted, look[0], {**when, **look[1]})]


def _looks_for_words(wanted: Filter, sought: Sought, when: dict[str, datetime]) -> Looks:
    only = {**when, "only_actor_id": wanted.actor_id, "only_noun": wanted.noun}
    every: list[tuple[store.Trail, dict[str, Any]]] = [
        *((store.FOUND_BY_ACTOR, {"actor_id": actor_id}) for actor_id in sought.actors),
        *((store.FOUND_BY_ACT, {"act": act}) for act in sought.acts),
        *((store.FOUND_BY_SUBJECT, {"noun": n, "subject_id": id}) for n, id in sought.subjects),
    ]
    if sought.request_id:
        every.append((store.FOUND_BY_REQUEST, {"request_id": sought.request_id}))
    return [_limited(wanted, trail, {**only, **values}) for trail, values in every]


def _limited(
    wanted: Filter, trail: store.Trail, values: dict[str, Any]
) -> tuple[Keyset, dict[str, Any]]:
    if wanted.areas is None:
        return trail.house, values
    return trail.in_areas, {**values, "areas": list(wanted.areas)}


async def acts(tx: Tx) -> list[str]:
    """Every act that ever happened here, like "order.paid"."""
    return [row.act for row in await tx.rows(store.ACTS)]


async def called(tx: Tx, number: str, most: int = 20) -> list[tuple[str, str]]:
    """The nouns and ids of what bears this number, code or login."""
    rows = await tx.rows(store.SUBJECTS, the_number=number, most=most)
    return [(row.noun, row.subject_id) for row in rows]


async def history(tx: Tx, noun: str, subject_id: str, most: int = 20) -> list[Any]:
    """What happened to one thing, newest first: for the history panel of its page."""
    return await store.ABOUT.page(tx, Cut(most=most), noun=noun, subject_id=subject_id)


async def get(tx: Tx, seq: int) -> Any:
    row = await tx.one(store.GET_ENTRY, number=seq)
    if row is None:
        raise NotFound()
    return row
