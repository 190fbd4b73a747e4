"""Two days on which the demo's area was kept small and became full: its capacity log."""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from domain.admission import occupancy
from domain.kernel.actors import Actor
from domain.kernel.clock import local_moment
from domain.kernel.db import Database, Tx
from domain.operation import places
from domain.operation.places import PlaceKind, inputs
from webapp.site import SHANGHAI

LASTS = timedelta(hours=2)


class FullDay(NamedTuple):
    """So many days ago the area reached so much of what was allowed that day."""

    days_ago: int
    percent: int
    note: str


FULL_DAYS = (
    FullDay(9, 93, "北门增开 2 号通道，广播引导错峰"),
    FullDay(2, 102, "已停售并执行出一进一，加派 4 人疏导"),
)


async def play(
    db: Database, area_id: str, today: date, manager: Actor, officer: Actor, opened: datetime
) -> None:
    """The cable car was under repair on those days, so fewer people were allowed in."""
    for full in FULL_DAYS:
        noon = local_moment(today - timedelta(days=full.days_ago), time(13, 20), SHANGHAI)
        if noon > opened:
            await db.act(become_full, area_id, full, manager, officer, noon)


async def become_full(
    tx: Tx, area_id: str, full: FullDay, manager: Actor, officer: Actor, noon: datetime
) -> None:
    usual = await places.get_place(tx, PlaceKind.AREA, area_id)
    heads = (await occupancy.occupancy_of(tx, area_id, noon)).heads
    if not heads.entered:
        return
    most = max(1, heads.entered * 100 // full.percent)
    await allow(tx, usual, most, manager, noon - timedelta(hours=5))
    await occupancy.refresh(tx, area_id, noon)
    for alert in await occupancy.alerts(tx, area_id, most=1):
        at = noon + timedelta(minutes=3)
        await occupancy.acknowledge(tx, area_id, alert.id, full.note, officer, at)
    await allow(tx, usual, usual.daily_capacity, manager, noon + LASTS)
    await occupancy.refresh(tx, area_id, noon + LASTS)


async def allow(tx: Tx, usual: Any, most: int, manager: Actor, now: datetime) -> None:
    area = await places.get_place(tx, PlaceKind.AREA, usual.id)
    given = inputs.AreaInput(**{**usual._asdict(), "daily_capacity": most})
    await places.change_place(
        tx, PlaceKind.AREA, usual.id, given, manager, now, version=area.version
    )
