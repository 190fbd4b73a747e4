"""Every statement over places: the same few for each kind, made once from its table."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.operation.files.tables import files
from domain.operation.places.model import PlaceKind
from domain.operation.places.tables import (
    areas,
    check_sites,
    gates,
    sales_sites,
    spots,
    units,
    warehouses,
    window_cashiers,
    windows,
)

TABLES: dict[PlaceKind, sa.Table] = {
    PlaceKind.UNIT: units,
    PlaceKind.AREA: areas,
    PlaceKind.SPOT: spots,
    PlaceKind.SALES_SITE: sales_sites,
    PlaceKind.WINDOW: windows,
    PlaceKind.CHECK_SITE: check_sites,
    PlaceKind.GATE: gates,
    PlaceKind.WAREHOUSE: warehouses,
}
BOOKKEEPING = {"id", "version", "created_at", "retired_at"}


class Statements(NamedTuple):
    """What is asked of one kind of place."""

    get: sa.Select[tuple[object, ...]]
    add: sa.Insert
    change: sa.Update
    retire: sa.Update
    page_after: sa.Select[tuple[object, ...]]
    page_before: sa.Select[tuple[object, ...]]
    page_after_within: sa.Select[tuple[object, ...]]  # of places with one of `ids`
    page_before_within: sa.Select[tuple[object, ...]]
    all: sa.Select[tuple[object, ...]]


def _page(table: sa.Table) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(table)
        .where(
            sa.or_(table.c.retired_at.is_(None), b("retired", type_=sa.Boolean) == sa.true()),
            sa.or_(
                table.c.code.ilike(b("like"), escape="\\"),
                table.c.name_zh.ilike(b("like"), escape="\\"),
                table.c.name_en.ilike(b("like"), escape="\\"),
            ),
        )
        .limit(b("most", type_=sa.Integer))
    )


def statements_for(table: sa.Table) -> Statements:
    after = _page(table).where(table.c.code > b("code_key")).order_by(table.c.code)
    before = _page(table).where(table.c.code < b("code_key")).order_by(table.c.code.desc())
    is_within = among(table.c.id, "ids")
    written = [column.name for column in table.c if column.name not in BOOKKEEPING]
    return Statements(
        get=sa.select(table).where(table.c.id == b("id")),
        add=table.insert().values(
            {name: b(name) for name in written} | {"id": b("id"), "created_at": b("created_at")}
        ),
        change=table.update()
        .where(table.c.id == b("place_id"), table.c.version == b("seen_version"))
        .where(table.c.retired_at.is_(None))
        .values({name: b(name) for name in written} | {"version": table.c.version + 1})
        .returning(table.c.version),
        retire=table.update()
        .where(table.c.id == b("place_id"), table.c.version == b("seen_version"))
        .where(table.c.retired_at.is_(None))
        .values(retired_at=b("now", type_=UtcDateTime), version=table.c.version + 1)
        .returning(table.c.id),
        page_after=after,
        page_before=before,
        page_after_within=after.where(is_within),
        page_before_within=before.where(is_within),
        all=sa.select(table).where(table.c.retired_at.is_(None)).order_by(table.c.code),
    )


PLACES = {kind: statements_for(table) for kind, table in TABLES.items()}


def _live_children(child: sa.Table, column: str) -> sa.Select[tuple[str]]:
    return (
        sa.select(child.c.code)
        .where(child.c[column] == b("parent_id"), child.c.retired_at.is_(None))
        .order_by(child.c.code)
        .limit(3)
    )


LIVE_CHILDREN = {
    PlaceKind.UNIT: [_live_children(areas, "unit_id")],
    PlaceKind.AREA: [
        _live_children(table, "area_id") for table in (spots, sales_sites, check_sites, warehouses)
    ],
    PlaceKind.SPOT: [_live_children(gates, "spot_id")],
    PlaceKind.SALES_SITE: [
        _live_children(table, "sales_site_id") for table in (windows, warehouses)
    ],
    PlaceKind.WINDOW: [],
    PlaceKind.CHECK_SITE: [_live_children(gates, "check_site_id")],
    PlaceKind.GATE: [],
    PlaceKind.WAREHOUSE: [],
}
HIGHEST_AREA_NUMBER = sa.select(sa.func.coalesce(sa.func.max(areas.c.number), 0).label("number"))
SCOPE_BITS = sa.select(spots.c.scope_bit).where(spots.c.area_id == b("area_id"))
CASHIERS = sa.select(window_cashiers.c.staff_id).where(
    window_cashiers.c.window_id == b("window_id")
)
ADD_CASHIER = window_cashiers.insert().values(window_id=b("window_id"), staff_id=b("staff_id"))
SET_ANY_CASHIER = (
    windows.update()
    .where(windows.c.id == b("window_id"), windows.c.version == b("seen_version"))
    .where(windows.c.retired_at.is_(None))
    .values(any_cashier=b("anybody", type_=sa.Boolean), version=windows.c.version + 1)
    .returning(windows.c.version)
)
REMOVE_CASHIERS = window_cashiers.delete().where(window_cashiers.c.window_id == b("window_id"))

MAP_OF_AREA = (
    sa.select(areas.c.version, areas.c.map_file_id, files.c.width, files.c.height)
    .select_from(areas.outerjoin(files, files.c.id == areas.c.map_file_id))
    .where(areas.c.id == b("area_id"))
)
SET_MAP = (
    areas.update()
    .where(areas.c.id == b("area_id"), areas.c.version == b("seen_version"))
    .where(areas.c.retired_at.is_(None))
    .values(map_file_id=b("file_id"), version=areas.c.version + 1)
    .returning(areas.c.version)
)


class PinStatements(NamedTuple):
    """What is asked of places that can stand on a map."""

    of_area: sa.Select[tuple[object, ...]]
    move: sa.Update


def _pins(table: sa.Table) -> PinStatements:
    return PinStatements(
        sa.select(table)
        .where(table.c.area_id == b("area_id"), table.c.retired_at.is_(None))
        .order_by(table.c.code),
        table.update()
        .where(table.c.id == b("place_id"))
        .values(map_x_permille=b("new_x"), map_y_permille=b("new_y")),
    )


PINS = {
    kind: _pins(TABLES[kind])
    for kind in (PlaceKind.SPOT, PlaceKind.SALES_SITE, PlaceKind.CHECK_SITE, PlaceKind.GATE)
}
