"""Every statement over the names of things, retired ones too."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from domain.admission.ota.tables import ota_accounts
from domain.cards.products.tables import card_products
from domain.commerce.agents.tables import agents
from domain.commerce.catalog.tables import ticket_types
from domain.commerce.promotions.tables import promotions
from domain.commerce.stock.tables import stock_kinds
from domain.kernel.db import among
from domain.operation.places.tables import (
    check_sites,
    gates,
    sales_sites,
    units,
    warehouses,
    windows,
)
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
    Dimension.CHECK_SITE: _named(check_sites),
    Dimension.GATE: _named(gates, gates.c.check_site_id),
    Dimension.TYPE: _named(ticket_types),
    Dimension.PRODUCT: _named(card_products),
    Dimension.BLANK: _named(stock_kinds),
    Dimension.PROMOTION: _named(promotions),
    Dimension.HOLDER: sa.select(_holders)
    .where(among(_holders.c.area_id, "areas"))
    .order_by(_holders.c.code),
    Dimension.OTA: sa.select(
        ota_accounts.c.id,
        ota_accounts.c.area_id,
        (agents.c.name + " · " + ota_accounts.c.account_id).label("name_zh"),
        (agents.c.name + " · " + ota_accounts.c.account_id).label("name_en"),
    )
    .join(agents, agents.c.id == ota_accounts.c.agent_id)
    .where(among(ota_accounts.c.area_id, "areas"))
    .order_by(ota_accounts.c.account_id),
}
OF_HOUSE: Mapping[Dimension, sa.Select[Any]] = {
    Dimension.CASHIER: sa.select(
        staff.c.id, staff.c.name.label("name_zh"), staff.c.name.label("name_en")
    ).order_by(staff.c.login),
    Dimension.UNIT: sa.select(units.c.id, units.c.name_zh, units.c.name_en).order_by(units.c.code),
}
