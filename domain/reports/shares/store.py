"""Every statement over revenue shares."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.catalog.tables import ticket_types
from domain.kernel.db import among
from domain.operation.places.tables import areas, spots, units
from domain.reports.shares.tables import revenue_shares

_t = revenue_shares
OF_TYPE = (
    sa.select(_t)
    .where(_t.c.ticket_type_id == b("ticket_type_id"))
    .order_by(_t.c.from_on.desc(), _t.c.position)
)
IN_FORCE = (
    sa.select(_t)
    .join(ticket_types, ticket_types.c.id == _t.c.ticket_type_id)
    .where(among(ticket_types.c.area_id, "areas"), _t.c.from_on <= b("last", type_=sa.Date))
    .order_by(_t.c.ticket_type_id, _t.c.from_on, _t.c.position)
)
CURRENT = (
    sa.select(_t)
    .where(among(_t.c.ticket_type_id, "types"), _t.c.from_on <= b("day", type_=sa.Date))
    .order_by(_t.c.ticket_type_id, _t.c.from_on, _t.c.position)
)
ADD = _t.insert()
CLEAR = _t.delete().where(
    _t.c.ticket_type_id == b("of_type"), _t.c.from_on == b("since", type_=sa.Date)
)
OWNERS = sa.select(areas.c.id, areas.c.unit_id).where(among(areas.c.id, "areas"))
OWNERS_ONE = sa.select(areas.c.unit_id).where(areas.c.id == b("area_id"))
TYPE = (
    sa.select(ticket_types.c.id, ticket_types.c.area_id, areas.c.time_zone)
    .join(areas, areas.c.id == ticket_types.c.area_id)
    .where(ticket_types.c.id == b("ticket_type_id"))
)
UNITS = sa.select(units.c.id).where(among(units.c.id, "ids"), units.c.retired_at.is_(None))
SPOTS = sa.select(spots.c.id).where(among(spots.c.id, "ids"), spots.c.area_id == b("area_id"))
