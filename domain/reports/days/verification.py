"""Recomputing days: what was added up is what the sales and passages themselves say."""

from zoneinfo import ZoneInfo

from domain.kernel.db import Tx
from domain.operation.verification import Finding, register
from domain.reports.days import store
from domain.reports.days.asking import Asked, sales_by
from domain.reports.days.building import Day, read_entries, read_sales
from domain.reports.days.model import Came, Side

MOST_DAYS = 60  # the latest: older ones are read less and less


async def check(tx: Tx) -> list[Finding]:
    zones = {row.id: ZoneInfo(row.time_zone) for row in await tx.rows(store.ALL_AREAS)}
    found: list[Finding] = []
    for row in await tx.rows(store.LATEST_SUMMED, most=MOST_DAYS):
        if await _differs(tx, Day(row.area_id, row.day, zones[row.area_id])):
            problem = "what was added up is not what was sold and who came in"
            found.append(Finding("days", f"area {row.area_id}, {row.day}", problem))
    return found


async def _differs(tx: Tx, day: Day) -> bool:
    asked = Asked([day.area_id], day.day, day.day)
    kept = await sales_by(tx, asked, Side._fields)
    rows = await tx.rows(
        store.entries_by(("gate_id", "hour"), frozenset()),
        areas=[day.area_id],
        first=day.day,
        last=day.day,
    )
    came = {
        (row.gate_id, row.hour): Came(int(row.entered), int(row.left), int(row.refused))
        for row in rows
    }
    return kept != dict(await read_sales(tx, day)) or came != await read_entries(tx, day)


register("days", check)
