"""Every statement over the names of things, retired ones too."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from domain.cards.products.tables import card_products
from domain.commerce.catalog.tables import ticket_types
from domain.commerce.stock.tables import stock_kinds
from domain.kernel.db import among
from domain.operation.places.tables import gates, sales_sites, units, warehouses, windows
from domain.operation.staff.tables import staff
from domain.reports.days.model import Dimension


def _named(table: sa.Table, *more: sa.Column[Any]) -> sa.Select[Any]:
    c = table.c
    return (
        sa.select(c.id, c.area_id, c.name_zh, c.name_en, *more)
        .where(among(c.area_id, "areas"))
        .order_by(c.code)
    )


_holders = sa.union_all(
    *(
        sa.select(t.c.id, t.c.area_id, t.c.name_zh, t.c.name_en, t.c.code)
        for t in (warehouses, windows)
    )
).subquery()
OF_AREAS: Mapping[Dimension, sa.Select[Any]] = {
    Dimension.SITE: _named(sales_sites),
    Dimension.WINDOW: _named(windows, windows.c.sales_site_id),
    Dimension.GATE: _named(gates),
    Dimension.TYPE: _named(ticket_types),
    Dimension.PRODUCT: _named(card_products),
    Dimension.BLANK: _named(stock_kinds),
    Dimension.HOLDER: sa.select(_holders)
    .where(among(_holders.c.area_id, "areas"))
    .order_by(_holders.c.code),
}
OF_HOUSE: Mapping[Dimension, sa.Select[Any]] = {
    Dimension.CASHIER: sa.select(
        staff.c.id, staff.c.name.label("name_zh"), staff.c.name.label("name_en")
    ).order_by(staff.c.login),
    Dimension.UNIT: sa.select(units.c.id, units.c.name_zh, units.c.name_en).order_by(units.c.code),
}
