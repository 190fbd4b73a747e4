"""Units, areas, spots, sales sites, windows, check sites, gates, warehouses.

Each row has a `version` (raised by every change, compared by every form) and is retired, never
deleted.
"""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, Name, Text, UtcDateTime, Word, metadata, one_of
from domain.operation.places.model import GateDirection, GateStatus


def place(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    """A table of places: all have a code, names in both languages, a version and an end."""
    return sa.Table(
        name,
        metadata,
        sa.Column("id", Id, primary_key=True),
        sa.Column("code", sa.String(32), nullable=False, unique=True),
        sa.Column("name_zh", Name, nullable=False),
        sa.Column("name_en", Name, nullable=False, server_default=""),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("retired_at", UtcDateTime),
        *columns,
    )


def on_map() -> tuple[sa.schema.SchemaItem, ...]:
    """Where it stands on its area's map, from the left and from the top; nothing: not shown."""
    return (
        sa.Column("map_x_permille", sa.Integer),
        sa.Column("map_y_permille", sa.Integer),
        sa.CheckConstraint(
            "(map_x_permille IS NULL) = (map_y_permille IS NULL)", name="map_both_or_none"
        ),
    )


units = place(
    "units",
    sa.Column("contact", sa.String(200), nullable=False, server_default=""),
    sa.Column("phone", sa.String(40), nullable=False, server_default=""),
)

areas = place(
    "areas",
    sa.Column("unit_id", Id, sa.ForeignKey("units.id"), nullable=False, index=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),  # the area id in ticket codes
    sa.Column("time_zone", sa.String(40), nullable=False, server_default="Asia/Shanghai"),
    sa.Column("opens_at", sa.String(5), nullable=False),  # wall clock, HH:MM
    sa.Column("closes_at", sa.String(5), nullable=False),
    sa.Column("last_entry_at", sa.String(5), nullable=False),
    sa.Column("mean_stay_minutes", sa.Integer, nullable=False),
    sa.Column("instant_capacity", sa.Integer, nullable=False),  # people inside at once
    sa.Column("daily_capacity", sa.Integer, nullable=False),  # people in one day
    sa.Column("yellow_bps", sa.Integer, nullable=False, server_default="8000"),
    sa.Column("orange_bps", sa.Integer, nullable=False, server_default="9000"),
    sa.Column("red_bps", sa.Integer, nullable=False, server_default="10000"),
    sa.Column("stop_sale_bps", sa.Integer, nullable=False, server_default="10000"),
    sa.Column("phone", sa.String(40), nullable=False, server_default=""),
    sa.Column("address", sa.String(200), nullable=False, server_default=""),
    sa.Column("introduction_zh", Text, nullable=False, server_default=""),
    sa.Column("introduction_en", Text, nullable=False, server_default=""),
    sa.Column("map_file_id", Id, sa.ForeignKey("files.id")),
    sa.CheckConstraint("instant_capacity > 0 AND daily_capacity > 0", name="capacity_positive"),
)

spots = place(
    "spots",
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("scope_bit", sa.Integer, nullable=False),  # 0..31, its bit in ticket codes
    sa.Column("usable_m2", sa.Integer, nullable=False, server_default="0"),  # Xi of LB/T 034
    sa.Column("m2_per_person", sa.Integer, nullable=False, server_default="1"),  # Yi
    sa.Column("seats", sa.Integer, nullable=False, server_default="0"),  # of a facility
    sa.Column("runs_per_day", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rides_per_visitor", sa.Integer, nullable=False, server_default="1"),  # m
    sa.Column("introduction_zh", Text, nullable=False, server_default=""),
    sa.Column("introduction_en", Text, nullable=False, server_default=""),
    *on_map(),
    sa.UniqueConstraint("area_id", "scope_bit"),
)

sales_sites = place(
    "sales_sites",
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    *on_map(),
)

windows = place(
    "windows",
    sa.Column("sales_site_id", Id, sa.ForeignKey("sales_sites.id"), nullable=False, index=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("sells_everything", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("any_cashier", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("printer", Json, nullable=False, server_default="{}"),
)

window_cashiers = sa.Table(
    "window_cashiers",
    metadata,
    sa.Column("window_id", Id, sa.ForeignKey("windows.id"), primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), primary_key=True),
)

check_sites = place(
    "check_sites",
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    *on_map(),
)

gates = place(
    "gates",
    sa.Column("check_site_id", Id, sa.ForeignKey("check_sites.id"), nullable=False, index=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("spot_id", Id, sa.ForeignKey("spots.id")),  # none: the area's own entrance
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("direction", Word, nullable=False, server_default="in"),
    sa.Column("status", Word, nullable=False, server_default="open"),
    sa.Column("has_sensor", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("open_ms", sa.Integer, nullable=False, server_default="5000"),
    sa.Column("hold_seconds", sa.Integer, nullable=False, server_default="15"),
    *on_map(),
    one_of("direction", GateDirection),
    one_of("status", GateStatus),
)

warehouses = place(
    "warehouses",
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    # none: the area's own; else it serves the windows of one sales site
    sa.Column("sales_site_id", Id, sa.ForeignKey("sales_sites.id"), index=True),
)
