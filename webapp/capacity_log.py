"""What somebody asks of the capacity log."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.admission.occupancy import CapacityLevel, LogFilter
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp.form_fields import Day, Id
from webapp.forms import Form


class FilterForm(Form):
    """One `day`, or the days from one to another."""

    area_id: Id | None = None
    day: Day | None = None
    from_on: Day | None = None
    until_on: Day | None = None
    level: CapacityLevel | None = None
    waiting: bool = False


async def sought_for(tx: Tx, wanted: FilterForm, areas: Mapping[str, str]) -> LogFilter:
    """Within the areas that the reader may see."""
    return LogFilter(
        tuple(area for area in areas if wanted.area_id in (None, area)),
        await bounds_of(tx, wanted),
        wanted.level.value if wanted.level else "",
        wanted.waiting,
    )


async def bounds_of(tx: Tx, wanted: FilterForm) -> tuple[datetime, datetime]:
    """The ends of the chosen days on their area's clock; all time when none are chosen."""
    first, last = wanted.day or wanted.from_on, wanted.day or wanted.until_on
    start, end = LogFilter(()).between
    if first is None and last is None:
        return start, end
    every = await places.list_places(tx, PlaceKind.AREA)
    chosen = next((row for row in every if row.id == wanted.area_id), None) or every[0]
    zone = ZoneInfo(chosen.time_zone)
    start = clock.day_bounds(first, zone)[0] if first else start
    return start, clock.day_bounds(last, zone)[1] if last else end
