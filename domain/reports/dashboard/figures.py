"""What the dashboard shows of an area's day. Cheap enough to be asked every second."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.admission import faults
from domain.kernel.clock import day_bounds
from domain.kernel.db import Tx
from domain.operation.approvals import worklist
from domain.reports.dashboard import store

HOUR = timedelta(hours=1)
LATELY = timedelta(minutes=5)
AT_FAULT = ("offline", "degraded")


class Day(NamedTuple):
    """A calendar day of an area, or several up to it: whose moments count."""

    area_id: str
    day: date
    zone: ZoneInfo
    days: int = 1

    @property
    def starts_at(self) -> datetime:
        return day_bounds(self.day - timedelta(days=self.days - 1), self.zone)[0]

    @property
    def ends_at(self) -> datetime:
        return day_bounds(self.day, self.zone)[1]

    def before(self, days: int) -> "Day":
        return self._replace(day=self.day - timedelta(days=days))

    def bounds(self) -> dict[str, Any]:
        return {"area_id": self.area_id, "day_start": self.starts_at, "day_end": self.ends_at}


class Sales(NamedTuple):
    """`tickets` and `minor` by channel; `expected` are heads with a ticket who have not come."""

    tickets: Mapping[str, int]
    minor: Mapping[str, int]
    orders: int
    refunds: int
    refunded_minor: int
    expected: int

    @property
    def all_tickets(self) -> int:
        return sum(self.tickets.values())

    @property
    def all_minor(self) -> int:
        return sum(self.minor.values())

    def share_bps(self, channel: str) -> int:
        """A channel's part of the tickets."""
        return self.tickets.get(channel, 0) * 10_000 // max(1, self.all_tickets)


async def sales(tx: Tx, day: Day) -> Sales:
    rows = await tx.rows(store.SALES, **day.bounds())
    refunded = await tx.one(store.REFUNDS, **day.bounds())
    expected = await tx.one(store.EXPECTED, area_id=day.area_id, day=day.day)
    return Sales(
        {row.channel: int(row.tickets) for row in rows},
        {row.channel: int(row.minor) for row in rows},
        sum(row.orders for row in rows),
        refunded.refunds,
        int(refunded.minor),
        int(expected.persons),
    )


class Hours(NamedTuple):
    """By hour of the day: tickets sold, heads come in, and heads a week before."""

    sold: Sequence[int]
    entered: Sequence[int]
    entered_before: Sequence[int]


async def hours(tx: Tx, day: Day) -> Hours:
    last_week = day.before(7)
    return Hours(
        await _by_hour(tx, store.SOLD_BY_HOUR, day),
        await _by_hour(tx, store.ENTERED_BY_HOUR, day),
        await _by_hour(tx, store.ENTERED_BY_HOUR, last_week),
    )


async def _by_hour(tx: Tx, statement: Any, day: Day) -> list[int]:
    start, end = day_bounds(day.day, day.zone)
    moments = [start + HOUR * number for number in range(store.HOURS + 1)]
    row = await tx.one(statement, area_id=day.area_id, **store.hour_values(moments))
    return [int(value) for value in row][: round((end - start) / HOUR)]


class WindowFigures(NamedTuple):
    name_zh: str
    name_en: str
    cashier: str
    tickets: int
    minor: int


async def windows(tx: Tx, day: Day) -> list[WindowFigures]:
    """What each window sold, by cashier."""
    return [
        WindowFigures(row.name_zh, row.name_en, row.cashier or "", int(row.tickets), int(row.minor))
        for row in await tx.rows(store.WINDOWS, **day.bounds())
    ]


class GateFigures(NamedTuple):
    """`presence` is that of its worst device, "" without one; `a_minute` of the last five."""

    id: str
    name_zh: str
    name_en: str
    status: str
    presence: str
    since: datetime | None
    passed: int
    refused: int
    a_minute: float


async def gates(tx: Tx, day: Day, now: datetime) -> list[GateFigures]:
    passed = {
        row.gate_id: row for row in await tx.rows(store.PASSED, lately=now - LATELY, **day.bounds())
    }
    refused = {row.gate_id: row.scans for row in await tx.rows(store.REFUSED, **day.bounds())}
    at_gate: dict[str, Any] = {}
    for device in await tx.rows(store.PRESENCE, area_id=day.area_id):
        if device.gate_id and device.presence != "never":
            known = at_gate.get(device.gate_id)
            if known is None or device.presence in AT_FAULT:
                at_gate[device.gate_id] = device
    figures = []
    for gate in await tx.rows(store.GATES, area_id=day.area_id):
        seen, device = passed.get(gate.id), at_gate.get(gate.id)
        figures.append(
            GateFigures(
                gate.id,
                gate.name_zh,
                gate.name_en,
                gate.status,
                device.presence if device else "",
                device.presence_at if device else None,
                int(seen.heads) if seen else 0,
                refused.get(gate.id, 0),
                int(seen.lately) / 5 if seen else 0.0,
            )
        )
    return figures


class Trouble(NamedTuple):
    """What needs a person: how many, and since when the oldest waits."""

    approvals: int
    approvals_since: datetime | None
    failed: int
    failed_since: datetime | None
    incidents: int
    incidents_since: datetime | None
    devices: Sequence[Any]  # offline or degraded: id, name, presence, presence_at
    alarms: Sequence[Any]  # code, name, device_id, raised_at
    by_kind: Mapping[str, tuple[int, int]]  # devices: working, all that were ever seen
    prints: int  # unknown or given up
    prints_since: datetime | None
    faults: int  # open exceptions of devices
    faults_since: datetime | None
    bills: int  # differences of platforms' bills that nobody has settled

    @property
    def waiting(self) -> int:
        papers = self.failed + self.prints + self.faults + self.bills
        return self.approvals + papers + self.incidents + len(self.devices) + len(self.alarms)

    @property
    def oldest(self) -> datetime | None:
        moments = [self.approvals_since, self.failed_since, self.incidents_since]
        moments += [self.prints_since, self.faults_since]
        moments += [one.presence_at for one in self.devices]
        moments += [one.raised_at for one in self.alarms]
        return min((moment for moment in moments if moment), default=None)


async def trouble(tx: Tx, area_id: str) -> Trouble:
    waiting = await worklist.requested(tx)
    failed = await tx.one(store.FAILED)
    open_incidents = await tx.one(store.INCIDENTS, area_id=area_id)
    prints = await tx.one(store.PRINTS, area_id=area_id)
    open_faults = await faults.open_in(tx, area_id)
    bills = await tx.one(store.BILLS, area_id=area_id)
    devices = await tx.rows(store.PRESENCE, area_id=area_id)
    by_kind: dict[str, tuple[int, int]] = {}
    for device in devices:
        if device.presence != "never":
            good, every = by_kind.get(device.kind, (0, 0))
            by_kind[device.kind] = (good + (device.presence == "online"), every + 1)
    return Trouble(
        waiting.n,
        waiting.oldest,
        failed.n,
        failed.oldest,
        open_incidents.n,
        open_incidents.oldest,
        [device for device in devices if device.presence in AT_FAULT],
        await tx.rows(store.ALARMS, area_id=area_id),
        by_kind,
        prints.n,
        prints.oldest,
        open_faults.many,
        open_faults.oldest,
        bills.n,
    )
