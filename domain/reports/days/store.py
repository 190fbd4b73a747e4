"""Every statement over days in figures: of one day live, and of many days added up."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.redemptions.tables import passages, redemptions
from domain.commerce.changes.tables import change_lines, changes
from domain.commerce.orders.tables import order_lines, orders
from domain.commerce.refunds.tables import refund_lines, refunds
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.operation.approvals.tables import approvals
from domain.operation.places.tables import areas
from domain.reports.days.tables import entry_hours, sales_days, summed_days

_o, _l, _r, _rl = orders.c, order_lines.c, refunds.c, refund_lines.c
HOURS = 25  # a day on which the clock is put back has as many
START, END = b("day_start", type_=UtcDateTime), b("day_end", type_=UtcDateTime)


def _within(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    return sa.and_(column >= START, column < END)


def _or_none(column: sa.Column[Any]) -> sa.ColumnElement[str]:
    return sa.func.coalesce(column, "")


# Joined to an empty text, so that no index on areas is used: what happened to sales is found by its
# own moment, and an area has too many orders.
_IN_AREA = _o.area_id.concat("") == b("area_id")
_side = (
    _l.kind,
    _or_none(_l.ticket_type_id).label("ticket_type_id"),
    _or_none(_o.window_id).label("window_id"),
    _or_none(_o.staff_id).label("staff_id"),
    _o.channel,
)


def _by_side(inner: sa.Select[Any], *names: str) -> Any:
    """Rows of an inner question added up by side."""
    s = inner.subquery()
    keys = [s.c[each.name] for each in _side]
    sums = [sa.func.sum(s.c[name]).label(name) for name in names]
    return sa.select(*keys, *sums).group_by(*keys)


AREAS = sa.select(areas.c.id, areas.c.time_zone).where(among(areas.c.id, "areas"))
ALL_AREAS = sa.select(areas.c.id, areas.c.time_zone)
FIRST_PAID = sa.select(sa.func.min(_o.placed_at).label("at")).where(_o.area_id == b("area_id"))

# -- one day, from the sales themselves

# else by heads: a group
_per_ticket = _l.amount_minor + _l.discount_minor == _l.unit_price_minor * _l.quantity
_listed = _l.list_price_minor * sa.case((_per_ticket, _l.quantity), else_=_l.persons)
SOLD = _by_side(
    sa.select(
        *_side,
        _l.quantity.label("tickets"),
        _l.persons.label("persons"),
        sa.case((_listed > _l.amount_minor, _listed), else_=_l.amount_minor).label("list_minor"),
        _l.amount_minor.label("sold_minor"),
    )
    .select_from(orders.join(order_lines, _l.order_id == _o.id))
    .where(_o.area_id == b("area_id"), _within(_o.paid_at), _l.changed_from_id.is_(None)),
    "tickets",
    "persons",
    "list_minor",
    "sold_minor",
)
DECIDED = ("approved", "paid_out", "failed")  # the money's own fate is another matter


def _returned(*where: sa.ColumnElement[bool], joined: bool) -> sa.Select[Any]:
    source: Any = (
        refund_lines.join(refunds, _r.id == _rl.refund_id)
        .join(order_lines, _l.id == _rl.order_line_id)
        .join(orders, _o.id == _r.order_id)
    )
    if joined:
        source = source.join(approvals, approvals.c.id == _r.approval_id)
    return (
        sa.select(
            *_side,
            sa.literal(1).label("returned"),
            _rl.fee_minor.label("fee_minor"),
            _rl.amount_minor.label("returned_minor"),
        )
        .select_from(source)
        .where(_IN_AREA, (_r.status.concat("") if joined else _r.status).in_(DECIDED), *where)
    )


_FIGURES_BACK = ("returned", "fee_minor", "returned_minor")
RETURNED = _by_side(
    _returned(_within(_r.requested_at), _r.approval_id.is_(None), joined=False), *_FIGURES_BACK
)
RETURNED_LATER = _by_side(_returned(_within(approvals.c.decided_at), joined=True), *_FIGURES_BACK)


def _changed(old: bool) -> Any:
    mine = change_lines.c.old_line_id if old else change_lines.c.new_line_id
    minor = -change_lines.c.old_minor if old else change_lines.c.new_minor
    return _by_side(
        sa.select(
            *_side,
            sa.literal(0 if old else 1).label("changed_in"),
            sa.literal(1 if old else 0).label("changed_out"),
            minor.label("changed_minor"),
        )
        .select_from(
            change_lines.join(changes, changes.c.id == change_lines.c.change_id)
            .join(order_lines, _l.id == mine)
            .join(orders, _o.id == changes.c.order_id)
        )
        .where(_IN_AREA, _within(changes.c.changed_at)),
        "changed_in",
        "changed_out",
        "changed_minor",
    )


CHANGED = (_changed(old=True), _changed(old=False))
SALES = (SOLD, RETURNED, RETURNED_LATER, *CHANGED)


def _hour_of(moment: sa.Column[Any]) -> sa.ColumnElement[int]:
    """Which hour of the day it falls into, by the bounds of the hours."""
    later = [(moment < b(f"h{n + 1}", type_=UtcDateTime), n) for n in range(HOURS - 1)]
    return sa.case(*later, else_=HOURS - 1)


def _by_hour(inner: sa.Select[Any], *names: str) -> Any:
    s = inner.subquery()
    sums = [sa.func.sum(s.c[name]).label(name) for name in names]
    return sa.select(s.c.gate_id, s.c.hour, *sums).group_by(s.c.gate_id, s.c.hour)


_p = passages.c
PASSED = _by_hour(
    sa.select(
        _p.gate_id,
        _hour_of(_p.passed_at).label("hour"),
        sa.case((_p.direction == "in", _p.counted), else_=0).label("entered"),
        sa.case((_p.direction == "out", -_p.counted), else_=0).label("left"),
    ).where(_p.area_id == b("area_id"), _within(_p.passed_at)),
    "entered",
    "left",
)
REFUSED = _by_hour(
    sa.select(
        redemptions.c.gate_id,
        _hour_of(redemptions.c.scanned_at).label("hour"),
        sa.literal(1).label("refused"),
    ).where(
        redemptions.c.area_id == b("area_id"),
        _within(redemptions.c.scanned_at),
        redemptions.c.decision == "deny",
    ),
    "refused",
)

# -- days that are over

SUMMED = sa.select(summed_days.c.area_id, summed_days.c.day).where(
    among(summed_days.c.area_id, "areas"),
    summed_days.c.day >= b("first", type_=sa.Date),
    summed_days.c.day <= b("last", type_=sa.Date),
)
ADD_SUMMED, ADD_SALES, ADD_HOURS = summed_days.insert(), sales_days.insert(), entry_hours.insert()
FORGET_DAY = tuple(
    table.delete().where(table.c.area_id == b("area"), table.c.day == b("on_day", type_=sa.Date))
    for table in (summed_days, sales_days, entry_hours)
)
FORGET_ALL = tuple(table.delete() for table in (summed_days, sales_days, entry_hours))
LATEST_SUMMED = (
    sa.select(summed_days.c.area_id, summed_days.c.day)
    .order_by(summed_days.c.day.desc())
    .limit(b("most"))
)
_MEASURES = [
    each
    for each in sales_days.c
    if each.name not in ("area_id", "day", "channel") and isinstance(each.type, sa.BigInteger)
]
_HEADS = [entry_hours.c.entered, entry_hours.c.left, entry_hours.c.refused]


@cache
def sales_by(columns: tuple[str, ...], filters: frozenset[str]) -> Any:
    """The figures of summed days by these columns; `filters` names those that must fit."""
    return _added_up(sales_days, _MEASURES, columns, filters)


@cache
def entries_by(columns: tuple[str, ...], filters: frozenset[str]) -> Any:
    return _added_up(entry_hours, _HEADS, columns, filters)


def _added_up(
    table: sa.Table,
    measures: list[Any],
    columns: tuple[str, ...],
    filters: frozenset[str],
) -> Any:
    keys = [table.c[name] for name in columns]
    asked = sa.select(*keys, *(sa.func.sum(each).label(each.name) for each in measures)).where(
        among(table.c.area_id, "areas"),
        table.c.day >= b("first", type_=sa.Date),
        table.c.day <= b("last", type_=sa.Date),
    )
    for name in sorted(filters):
        asked = asked.where(among(table.c[name], f"of_{name}"))
    return asked.group_by(*keys)
