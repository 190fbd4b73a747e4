"""Sharing the revenue of combined tickets among units: each gets its parts of the price.

    await set_shares(tx, type_id, [Part(own_id, None, 3), Part(ropeway_id, spot_id, 2)], day, ...)
    await statement(tx, Asked(...))   # fen by unit and ticket type; the sum is what was taken

What a type took on a day (sales and differences, less what went back) is divided by largest
remainder, so the parts of a day add up to it to the fen, and a month is the sum of its days. A type
without shares belongs to the unit of its area.

What promotions took off is divided as if it had been paid, and each unit that bears a part of it
(the unit of the area for the area's part) has that taken off what it gets: who gives nothing away
loses nothing. What the platform bears comes on top of what was taken.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce import promotions
from domain.commerce.promotions import PLATFORM, FunderKind
from domain.kernel.actors import Actor
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, say
from domain.kernel.money import split
from domain.operation.audit import record
from domain.reports.days import Asked, Sold, sales_by
from domain.reports.shares import store

__all__ = ["Line", "Part", "by_day", "current", "divided", "of_type", "set_shares", "statement"]

MOST_PARTS = 20
LARGEST_PART = 10_000


class Part(NamedTuple):
    """`spot_id`: what the unit lets the visitor into; none: the ticket as a whole."""

    unit_id: str
    spot_id: str | None
    parts: int


class Line(NamedTuple):
    """What a unit gets of a type: tickets sold, taken in all, and its part."""

    unit_id: str
    ticket_type_id: str
    kind: str
    tickets: int
    taken_minor: int
    share_minor: int


async def of_type(tx: Tx, ticket_type_id: str) -> dict[date, list[Any]]:
    """A type's shares by the day from which they count, the latest first."""
    found: dict[date, list[Any]] = {}
    for row in await tx.rows(store.OF_TYPE, ticket_type_id=ticket_type_id):
        found.setdefault(row.from_on, []).append(row)
    return found


async def current(tx: Tx, ticket_type_ids: Sequence[str], day: date) -> dict[str, list[Part]]:
    """The shares of types that count on a day; those that have none are not there."""
    rows = await tx.rows(store.CURRENT, types=list(ticket_type_ids), day=day)
    return {type_id: _of_day(days, day) for type_id, days in _by_type(rows).items()}


async def set_shares(
    tx: Tx, ticket_type_id: str, parts: Sequence[Part], from_on: date, actor: Actor, now: datetime
) -> None:
    """Divide a type's price so from a day on, at the earliest of this month; no parts: the area's
    unit has it all again."""
    kind = await tx.one(store.TYPE, ticket_type_id=ticket_type_id)
    if kind is None:
        raise NotFound()
    month = local_day(now, ZoneInfo(kind.time_zone)).replace(day=1)
    if from_on < month:
        raise InvalidInput(
            {"from_on": say("Months before {month} are settled.", month=month.isoformat())}
        )
    await _check(tx, kind.area_id, parts)
    owner = (await tx.one(store.OWNERS_ONE, area_id=kind.area_id)).unit_id
    await tx.run(store.CLEAR, of_type=ticket_type_id, since=from_on)
    for position, part in enumerate(parts or [Part(owner, None, 1)]):
        tx.add(
            store.ADD,
            ticket_type_id=ticket_type_id,
            from_on=from_on,
            position=position,
            **part._asdict(),
            set_by=actor.id,
            set_at=now,
        )
    after = {"from_on": from_on.isoformat(), "parts": " : ".join(str(p.parts) for p in parts)}
    record(tx, actor, "ticket_type.shared", ticket_type_id, now, after=after)


async def _check(tx: Tx, area_id: str, parts: Sequence[Part]) -> None:
    if len(parts) > MOST_PARTS:
        raise InvalidInput({"parts": say("At most {most} shares.", most=MOST_PARTS)})
    if any(not 0 < part.parts <= LARGEST_PART for part in parts):
        raise InvalidInput({"parts": say("A share is from 1 to {most}.", most=LARGEST_PART)})
    if len({(part.unit_id, part.spot_id) for part in parts}) < len(parts):
        raise InvalidInput({"parts": say("A unit stands here twice for the same spot.")})
    unit_ids = {part.unit_id for part in parts}
    spot_ids = {part.spot_id for part in parts if part.spot_id}
    known = {row.id for row in await tx.rows(store.UNITS, ids=sorted(unit_ids))}
    spots = {row.id for row in await tx.rows(store.SPOTS, ids=sorted(spot_ids), area_id=area_id)}
    if known != unit_ids or spots != spot_ids:
        raise InvalidInput({"parts": say("Choose units in business, and spots of this area.")})


async def statement(tx: Tx, asked: Asked) -> list[Line]:
    """What each unit gets of each type; `share_minor` adds up to what was taken, and to what the
    platform bears of promotions."""
    found: dict[tuple[str, str, str], Line] = {}
    for _, line in await by_day(tx, asked):
        mine = (line.unit_id, line.kind, line.ticket_type_id)
        found[mine] = _plus(found[mine], line) if mine in found else line
    return [found[key] for key in sorted(found)]


async def by_day(tx: Tx, asked: Asked) -> list[tuple[date, Line]]:
    """The lines of the same statement, each on its day."""
    columns = ("day", "area_id", "kind", "ticket_type_id")
    figures = await sales_by(tx, asked, columns)
    owners = {row.id: row.unit_id for row in await tx.rows(store.OWNERS, areas=asked.area_ids)}
    shares = await _in_force(tx, asked)
    borne = await _borne(tx, asked, owners)
    found: list[tuple[date, Line]] = []
    for key in {*figures, *borne}:
        assert isinstance(key, tuple)
        day, area_id, kind, type_id = key
        sold, costs = figures.get(key, Sold()), borne.get(key, Counter())
        parts = _of_day(shares.get(type_id, {}), day) or [Part(owners[area_id], None, 1)]
        got = Counter(divided(sold.net_minor + costs.total(), parts))
        got.subtract({unit_id: minor for unit_id, minor in costs.items() if unit_id != PLATFORM})
        tickets = sold.tickets - sold.returned
        for unit_id, minor in got.items():
            found.append((day, Line(unit_id, type_id, kind, tickets, sold.net_minor, minor)))
    return found


async def _borne(
    tx: Tx, asked: Asked, owners: Mapping[str, str]
) -> dict[tuple[Any, ...], Counter[str]]:
    """What promotions cost by day, area, kind and type: for each the units that bear it, and the
    platform."""
    found: dict[tuple[Any, ...], Counter[str]] = {}
    for row in await promotions.borne(tx, asked.area_ids, asked.first, asked.last):
        key = (row.day, row.area_id, row.line_kind, row.ticket_type_id)
        owner = owners[row.owner_id] if row.kind == FunderKind.AREA else row.owner_id
        found.setdefault(key, Counter())[owner] += int(row.minor)
    return found


def divided(amount_minor: int, parts: Sequence[Part]) -> dict[str, int]:
    """An amount by unit, to the fen."""
    by_unit: dict[str, int] = {}
    for part, minor in zip(parts, split(amount_minor, [p.parts for p in parts]), strict=True):
        by_unit[part.unit_id] = by_unit.get(part.unit_id, 0) + minor
    return by_unit


def _plus(line: Line, more: Line) -> Line:
    return line._replace(
        tickets=line.tickets + more.tickets,
        taken_minor=line.taken_minor + more.taken_minor,
        share_minor=line.share_minor + more.share_minor,
    )


async def _in_force(tx: Tx, asked: Asked) -> dict[str, dict[date, list[Part]]]:
    return _by_type(await tx.rows(store.IN_FORCE, areas=list(asked.area_ids), last=asked.last))


def _by_type(rows: Sequence[Any]) -> dict[str, dict[date, list[Part]]]:
    found: dict[str, dict[date, list[Part]]] = {}
    for row in rows:
        days = found.setdefault(row.ticket_type_id, {})
        days.setdefault(row.from_on, []).append(Part(row.unit_id, row.spot_id, row.parts))
    return found


def _of_day(days: Mapping[date, list[Part]], day: date) -> list[Part]:
    """The latest that count on a day."""
    begun = [since for since in days if since <= day]
    return days[max(begun)] if begun else []
