"""Every statement over what promotions took off."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.orders.tables import order_lines, orders
from domain.commerce.promotions.tables import promotion_moves, promotion_uses
from domain.kernel.db import among
from domain.reports.days import Dimension

_m, _u, _l = promotion_moves.c, promotion_uses.c, order_lines.c
FILTERS = ("promotion_id", "ticket_type_id", "channel")


def _sum(when: Any, minor: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((when, minor), else_=0)), 0)


def _any_or(name: str, column: Any) -> Any:
    chosen = b(name, type_=sa.String)
    return sa.or_(chosen == "", column == chosen)


def _reduced(*key: Any) -> sa.Select[Any]:
    return (
        sa.select(
            *key,
            sa.func.count(sa.distinct(sa.case((_m.minor > 0, _u.order_id)))),
            _sum(_m.minor > 0, _m.minor),
            _sum(_m.minor < 0, -_m.minor),
            *(_sum(_m.kind == kind, _m.minor) for kind in ("area", "unit", "platform")),
        )
        .join_from(promotion_moves, promotion_uses, _u.id == _m.use_id)
        .join(order_lines, _l.id == _m.order_line_id)
        .join(orders, orders.c.id == _u.order_id)
        .where(
            among(_m.area_id, "areas"),
            _m.day >= b("first", type_=sa.Date),
            _m.day <= b("last", type_=sa.Date),
            _any_or("promotion_id", _m.promotion_id),
            _any_or("ticket_type_id", _l.ticket_type_id),
            _any_or("channel", orders.c.channel),
        )
        .group_by(*key)
    )


TOTAL = _reduced()
REDUCED: Mapping[Dimension, sa.Select[Any]] = {
    Dimension.PROMOTION: _reduced(_m.promotion_id),
    Dimension.DAY: _reduced(_m.day),
    Dimension.TYPE: _reduced(_l.kind, sa.func.coalesce(_l.ticket_type_id, "")),
    Dimension.CHANNEL: _reduced(orders.c.channel),
    Dimension.AREA: _reduced(_m.area_id),
}
