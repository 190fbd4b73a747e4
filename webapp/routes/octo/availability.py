"""Which days and slots can be booked, and what they cost."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request

from domain.commerce import resellers
from domain.commerce.resellers import Shelf, Space
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import say
from webapp.octo import shapes
from webapp.octo.bodies import Ask, read
from webapp.octo.callers import Caller, octo
from webapp.octo.problems import (
    BadRequest,
    unknown_availability,
    unknown_option,
    unknown_product,
    unknown_unit,
)
from webapp.parts import db_of


async def calendar(request: Request, caller: Caller) -> Any:
    """One object a day, days that cannot be booked too."""
    asked: Ask = await read(request, Ask)
    first, last = span(asked)
    found, spaces = await db_of(request).ask(looked_up, caller, asked, first, last)
    wanted, by_day = units_of(asked, found), grouped(spaces)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [
        shapes.calendar_day(on.isoformat(), by_day.get(on, []), found, wanted, caller)
        for on in days
    ]


async def index(request: Request, caller: Caller) -> Any:
    """The days or slots of a day, of some days, or by their ids."""
    asked: Ask = await read(request, Ask)
    ids = asked.availability_ids
    first, last = span_of_ids(ids) if ids is not None else span(asked)
    found, spaces = await db_of(request).ask(looked_up, caller, asked, first, last)
    if ids is not None:
        spaces = [one for one in spaces if one.id in ids]
    wanted = units_of(asked, found)
    return [
        shapes.availability(one, found, wanted, caller)
        for one in spaces
        if one.prices and one.is_open
    ]


async def looked_up(
    tx: Tx, caller: Caller, asked: Ask, first: date, last: date
) -> tuple[Shelf, list[Space]]:
    now = clock.utc_now()
    found = await shelf_for(tx, caller, asked.product_id, asked.option_id)
    return found, await resellers.spaces(tx, found, caller.agent_id, first, last, now)


async def shelf_for(tx: Tx, caller: Caller, product_id: str, option_id: str) -> Shelf:
    """Raises UnknownId for a product or option that is not ours."""
    found = await resellers.shelf(tx, caller.area_id, product_id, clock.utc_now())
    if found is None:
        raise unknown_product(product_id)
    if option_id != shapes.OPTION:
        raise unknown_option(option_id)
    return found


def span(asked: Ask) -> tuple[date, date]:
    """The days asked for. BadRequest unless they are said in one way, and not too many."""
    first = asked.local_date or asked.local_date_start
    last = asked.local_date or asked.local_date_end
    if first is None or last is None:
        raise BadRequest(say("Say localDate, localDateStart and localDateEnd, or availabilityIds."))
    if last < first or (last - first).days > resellers.MOST_DAYS:
        raise BadRequest(say("Ask for at most {most} days, in order.", most=resellers.MOST_DAYS))
    return first, last


def span_of_ids(ids: list[str]) -> tuple[date, date]:
    days = []
    for one in ids:
        try:
            days.append(date.fromisoformat(one[:10]))
        except ValueError:
            raise unknown_availability(one) from None
    if not days or (max(days) - min(days)).days > resellers.MOST_DAYS:
        raise BadRequest(say("Ask for at most {most} days, in order.", most=resellers.MOST_DAYS))
    return min(days), max(days)


def units_of(asked: Ask, found: Shelf) -> dict[str, int]:
    """How many of each unit. Raises UnknownId for one that the product has not."""
    counted: Counter[str] = Counter()
    for one in asked.units or ():
        if found.offer(one.id) is None:
            raise unknown_unit(one.id)
        counted[one.id] += one.quantity
    return {type_id: many for type_id, many in counted.items() if many}


def grouped(spaces: list[Space]) -> dict[date, list[Space]]:
    by_day: dict[date, list[Space]] = {}
    for one in spaces:
        by_day.setdefault(one.visit_on, []).append(one)
    return by_day


POST = ["POST"]
routes = [
    octo("/availability/calendar", calendar, name="octo.availability.calendar", methods=POST),
    octo("/availability", index, name="octo.availability.index", methods=POST),
]
