"""Finding what changed, and writing it into the outbox beside the note that it was told.

Nothing has to remember to say so: a sweep compares how bookings, products and days stand with how
they stood when they were last told. So a scan at a gate, a refund in the office and a price of
tomorrow are told alike, each once, and nothing that happens while nobody looks is lost.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from domain.admission.subscriptions import store
from domain.admission.subscriptions.model import NoticeType
from domain.admission.subscriptions.sending import KIND
from domain.commerce import resellers
from domain.commerce.resellers import Shelf, Space
from domain.kernel.clock import local_day
from domain.kernel.db import Database, Tx
from domain.operation import outbox

BOOKING_SECONDS, CATALOGUE_SECONDS = 3, 60
LOOK_BACK = timedelta(days=7)  # a refund or a late passage may come after the visit
LOOK_AHEAD = timedelta(days=60)


class Wanted(NamedTuple):
    """Who wants to be told of a type: subscription ids and since when, by agent."""

    by_agent: Mapping[str, Sequence[tuple[str, datetime]]]
    areas: Mapping[str, str]  # one agent of each area, whose eyes look at its days


async def wanted(tx: Tx, *types: NoticeType) -> Wanted:
    by_agent: dict[str, list[tuple[str, datetime]]] = {}
    areas: dict[str, str] = {}
    for row in await tx.rows(store.ALL):
        if not {one.value for one in types}.isdisjoint(row.types):
            by_agent.setdefault(row.agent_id, []).append((row.id, row.made_at))
            areas.setdefault(row.area_id, row.agent_id)
    return Wanted(by_agent, areas)


# -- bookings


async def look_at_bookings(db: Database, now: datetime) -> None:
    """A schedule: mostly there is nothing."""
    for row in await db.ask(changed_bookings, now):
        await db.act(tell_booking, row.id, row.mark, now)


async def changed_bookings(tx: Tx, now: datetime) -> list[Any]:
    found = await wanted(tx, NoticeType.BOOKING)
    if not found.by_agent:
        return []
    since = (now - LOOK_BACK).date()
    rows = await tx.rows(store.OF_AGENTS, agents=sorted(found.by_agent), since=since)
    return [row for row in rows if row.mark != mark_of(row)]


def mark_of(row: Any) -> str:
    return f"{row.version}:{row.seen}:{row.order_status}"


async def tell_booking(tx: Tx, booking_id: str, seen: str | None, now: datetime) -> None:
    """Whoever looked at the same time finds another mark, and tells nothing."""
    row = await tx.one(store.ONE_STANDING, booking=booking_id, since=date.min)
    if row is None or row.mark != seen or row.mark == mark_of(row):
        return
    if seen is None:
        tx.add(store.ADD_BOOKING_MARK, booking_id=row.id, mark=mark_of(row))
    elif not await tx.one(
        store.SAVE_BOOKING_MARK, booking=row.id, seen_mark=seen, to_mark=mark_of(row)
    ):
        return
    found = await wanted(tx, NoticeType.BOOKING)
    for subscription_id, since in found.by_agent.get(row.agent_id, ()):
        if seen is not None or row.created_at >= since:  # not all that was ever booked, at first
            say_so(tx, subscription_id, row.area_id, NoticeType.BOOKING, {"uuid": row.uuid}, now)


# -- products and their days


class Standing(NamedTuple):
    """How a product stands: its mark, and those of its days. `is_news` False: it is looked at for
    the first time, and there is nothing that it differs from."""

    product_id: str
    mark: str
    days: Mapping[str, str]
    is_news: bool = True


async def look_at_catalogue(db: Database, now: datetime) -> None:
    """A schedule, each minute: what is sold, and whether one can still book each day."""
    found = await db.ask(wanted, NoticeType.PRODUCT, NoticeType.AVAILABILITY)
    for area_id, agent_id in found.areas.items():
        for stands in await db.ask(standing_of, area_id, agent_id, now):
            await db.act(tell_product, area_id, stands, now)


async def standing_of(tx: Tx, area_id: str, agent_id: str, now: datetime) -> list[Standing]:
    """What differs from what was told."""
    told = {row.product_id: row for row in await tx.rows(store.PRODUCT_MARKS, area=area_id)}
    made: list[Standing] = []
    is_news = bool(told)
    for shelf in await resellers.shelves(tx, area_id, now):
        first = local_day(now, shelf.zone)
        spaces = await resellers.spaces(tx, shelf, agent_id, first, first + LOOK_AHEAD, now)
        mark, days = mark_of_product(shelf), marks_of_days(spaces)
        known = told.pop(shelf.id, None)
        if known is None or known.mark != mark or changed_days(known.days, days, first):
            made.append(Standing(shelf.id, mark, days, is_news))
    for row in told.values():  # nobody sells it any more
        if row.mark:
            made.append(Standing(row.product_id, "", {}))
    return made


async def tell_product(tx: Tx, area_id: str, stands: Standing, now: datetime) -> None:
    product_id, mark, days, is_news = stands
    told = {row.product_id: row for row in await tx.rows(store.PRODUCT_MARKS, area=area_id)}
    known = told.get(product_id)
    if known is None:
        tx.add(store.ADD_PRODUCT_MARK, product_id=product_id, area_id=area_id, mark=mark, days=days)
        if not is_news:
            return
    elif not await tx.one(
        store.SAVE_PRODUCT_MARK,
        product=product_id,
        seen_mark=known.mark,
        to_mark=mark,
        to_days=days,
    ):
        return
    key = {"productId": product_id}
    if known is None or known.mark != mark:
        await say_to_all(tx, area_id, NoticeType.PRODUCT, key, now)
    if known is not None:
        for first, last in ranges(changed_days(known.days, days, now.date() - timedelta(days=1))):
            span = {"localDateStart": first.isoformat(), "localDateEnd": last.isoformat()}
            about = key | {"optionId": "DEFAULT"} | span
            await say_to_all(tx, area_id, NoticeType.AVAILABILITY, about, now)


def mark_of_product(shelf: Shelf) -> str:
    product = {k: v for k, v in shelf.product._asdict().items() if k != "version"}
    types = [
        {k: v for k, v in offer.row._asdict().items() if k not in {"version", "sold"}}
        for offer in sorted(shelf.offers, key=lambda one: str(one.row.id))
    ]
    return hashed([product, types, list(shelf.starts)])


def marks_of_days(spaces: Iterable[Space]) -> dict[str, str]:
    """Not how many places are left, which changes with every sale: whether one can book, and at
    what price."""
    by_day: dict[str, list[Any]] = {}
    for one in spaces:
        state = [one.id, one.is_open, one.is_sold_out, one.is_limited]
        prices = sorted((k, v.retail_minor) for k, v in one.prices.items())
        by_day.setdefault(one.visit_on.isoformat(), []).append([*state, prices])
    return {day: hashed(states)[:16] for day, states in by_day.items()}


def hashed(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def changed_days(before: Mapping[str, str], after: Mapping[str, str], first: date) -> list[date]:
    """Days from `first` on that stand otherwise. A day that was too far ahead to be looked at is
    not news."""
    last = max(before, default="")
    differs = [day for day in before.keys() | after.keys() if before.get(day) != after.get(day)]
    return sorted(date.fromisoformat(day) for day in differs if first.isoformat() <= day <= last)


def ranges(days: Sequence[date]) -> list[tuple[date, date]]:
    made: list[tuple[date, date]] = []
    for day in days:
        if made and day - made[-1][1] == timedelta(days=1):
            made[-1] = (made[-1][0], day)
        else:
            made.append((day, day))
    return made


async def say_to_all(
    tx: Tx, area_id: str, kind: NoticeType, data: Mapping[str, Any], now: datetime
) -> None:
    for row in await tx.rows(store.ALL):
        if row.area_id == area_id and kind.value in row.types:
            say_so(tx, row.id, area_id, kind, data, now)


def say_so(
    tx: Tx,
    subscription_id: str,
    area_id: str,
    kind: NoticeType,
    data: Mapping[str, Any],
    now: datetime,
) -> None:
    payload = {"type": kind.value, "data": dict(data)}
    outbox.enqueue(tx, KIND, "subscription", subscription_id, payload, now, area_id=area_id)
