"""Every statement of the dashboard: each reads one area's day along an index."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.devices.tables import device_alarms, devices
from domain.admission.redemptions.tables import incidents, passages, redemptions
from domain.admission.tickets.tables import tickets
from domain.commerce.orders.tables import orders
from domain.commerce.reconciliation.tables import bill_items
from domain.commerce.refunds.tables import refunds
from domain.kernel.columns import UtcDateTime
from domain.operation.outbox.tables import outbox_messages
from domain.operation.places.tables import gates, windows
from domain.operation.printers.tables import print_jobs
from domain.operation.staff.tables import staff

_o, _p, _r, _t = orders.c, passages.c, redemptions.c, tickets.c
PAID = ("paid", "part_refunded", "refunded")
HOURS = 25  # a day on which the clock is put back has as many


def _within(column: sa.Column[object]) -> sa.ColumnElement[bool]:
    start, end = b("day_start", type_=UtcDateTime), b("day_end", type_=UtcDateTime)
    return sa.and_(column >= start, column < end)


SALES = (
    sa.select(
        _o.channel,
        sa.func.count().label("orders"),
        sa.func.sum(_o.tickets).label("tickets"),
        sa.func.sum(_o.total_minor).label("minor"),
    )
    .where(_o.area_id == b("area_id"), _within(_o.placed_at), _o.status.in_(PAID))
    .group_by(_o.channel)
)
REFUNDS = (
    sa.select(
        sa.func.count().label("refunds"),
        sa.func.coalesce(sa.func.sum(refunds.c.amount_minor), 0).label("minor"),
    )
    .select_from(refunds.join(orders, _o.id == refunds.c.order_id))
    .where(
        _within(refunds.c.requested_at),
        _o.area_id == b("area_id"),
        refunds.c.status.in_(("approved", "paid_out")),
    )
)
EXPECTED = sa.select(sa.func.coalesce(sa.func.sum(_t.persons), 0).label("persons")).where(
    _t.area_id == b("area_id"), _t.visit_on == b("day", type_=sa.Date), _t.status == "sold"
)
WINDOWS = (
    sa.select(
        windows.c.id,
        windows.c.name_zh,
        windows.c.name_en,
        staff.c.name.label("cashier"),
        sa.func.sum(_o.tickets).label("tickets"),
        sa.func.sum(_o.total_minor).label("minor"),
    )
    .select_from(
        orders.join(windows, windows.c.id == _o.window_id).outerjoin(
            staff, staff.c.id == _o.staff_id
        )
    )
    .where(_o.area_id == b("area_id"), _within(_o.placed_at), _o.status.in_(PAID))
    .group_by(windows.c.id, windows.c.name_zh, windows.c.name_en, windows.c.number, staff.c.name)
    .order_by(windows.c.number, staff.c.name)
)
GATES = (
    sa.select(gates.c.id, gates.c.name_zh, gates.c.name_en, gates.c.status)
    .where(gates.c.area_id == b("area_id"), gates.c.retired_at.is_(None))
    .order_by(gates.c.code)
)
PASSED = (
    sa.select(
        _p.gate_id,
        sa.func.sum(sa.func.abs(_p.counted)).label("heads"),
        sa.func.sum(
            sa.case(
                (_p.passed_at >= b("lately", type_=UtcDateTime), sa.func.abs(_p.counted)),
                else_=0,
            )
        ).label("lately"),
    )
    .where(_p.area_id == b("area_id"), _within(_p.passed_at))
    .group_by(_p.gate_id)
)
REFUSED = (
    sa.select(_r.gate_id, sa.func.count().label("scans"))
    .where(_r.area_id == b("area_id"), _within(_r.scanned_at), _r.decision == "deny")
    .group_by(_r.gate_id)
)
PRESENCE = sa.select(
    devices.c.id,
    devices.c.gate_id,
    devices.c.name,
    devices.c.kind,
    devices.c.presence,
    devices.c.presence_at,
).where(devices.c.area_id == b("area_id"), devices.c.retired_at.is_(None))
ALARMS = (
    sa.select(
        device_alarms.c.id,
        device_alarms.c.code,
        device_alarms.c.raised_at,
        devices.c.id.label("device_id"),
        devices.c.name,
    )
    .select_from(device_alarms.join(devices, devices.c.id == device_alarms.c.device_id))
    .where(device_alarms.c.active == sa.true(), devices.c.area_id == b("area_id"))
    .order_by(device_alarms.c.raised_at)
    .limit(20)
)
FAILED = sa.select(
    sa.func.count().label("n"), sa.func.min(outbox_messages.c.created_at).label("oldest")
).where(outbox_messages.c.status == "failed")
PRINTS = sa.select(
    sa.func.count().label("n"), sa.func.min(print_jobs.c.queued_at).label("oldest")
).where(print_jobs.c.status.in_(["unknown", "failed"]), print_jobs.c.area_id == b("area_id"))
BILLS = sa.select(sa.func.count().label("n")).where(
    bill_items.c.status == "open",
    sa.or_(bill_items.c.area_id == b("area_id"), bill_items.c.area_id.is_(None)),
)
INCIDENTS = sa.select(
    sa.func.count().label("n"), sa.func.min(incidents.c.raised_at).label("oldest")
).where(incidents.c.status == "open", incidents.c.area_id == b("area_id"))


def _by_hour(
    moment: sa.Column[object], value: sa.ColumnElement[int], *where: sa.ColumnElement[bool]
) -> Any:
    """One row with a sum for each hour: each walks its own stretch of the index."""

    def total(hour: int) -> sa.ColumnElement[int]:
        """Of one hour."""
        start, end = (b(f"h{each}", type_=UtcDateTime) for each in (hour, hour + 1))
        sums = sa.select(sa.func.coalesce(sa.func.sum(value), 0))
        return sums.where(moment >= start, moment < end, *where).scalar_subquery()

    return sa.select(*(total(hour).label(f"n{hour}") for hour in range(HOURS)))


SOLD_BY_HOUR = _by_hour(_o.placed_at, _o.tickets, _o.area_id == b("area_id"), _o.status.in_(PAID))
ENTERED_BY_HOUR = _by_hour(
    _p.passed_at, _p.counted, _p.area_id == b("area_id"), _p.direction == "in"
)


def hour_values(moments: Sequence[object]) -> dict[str, object]:
    """The bounds of the hours, as the statements by hour want them."""
    return {f"h{number}": moment for number, moment in enumerate(moments)}
