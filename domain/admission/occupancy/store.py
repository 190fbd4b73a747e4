"""Every statement over how full areas are."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.admission.occupancy.tables import area_states, capacity_alerts
from domain.admission.redemptions.tables import passages
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.places.tables import areas, gates
from domain.operation.staff.tables import staff

_a, _p, _s, _c = areas.c, passages.c, area_states.c, capacity_alerts.c

# Answered from ix_passages_area_passed alone.
COUNTS = (
    sa.select(
        _p.spot_id,
        sa.func.sum(sa.case((_p.direction == "in", _p.counted), else_=0)).label("entered"),
        sa.func.sum(_p.counted).label("balance"),
    )
    .where(
        _p.area_id == b("area_id"),
        _p.passed_at >= b("day_start", type_=UtcDateTime),
        _p.passed_at < b("day_end", type_=UtcDateTime),
    )
    .group_by(_p.spot_id)
)
HAS_ENTRANCE = (
    sa.select(gates.c.id)
    .where(
        gates.c.area_id == b("area_id"),
        gates.c.spot_id.is_(None),
        gates.c.retired_at.is_(None),
    )
    .limit(1)
)
AREA = (
    sa.select(
        _a.id,
        _a.name_zh,
        _a.name_en,
        _a.time_zone,
        _a.instant_capacity,
        _a.daily_capacity,
        _a.yellow_bps,
        _a.orange_bps,
        _a.red_bps,
        _a.stop_sale_bps,
        sa.func.coalesce(_s.level, "normal").label("level"),
        sa.func.coalesce(_s.entries_held, sa.false()).label("entries_held"),
        sa.func.coalesce(_s.sales_stopped, sa.false()).label("sales_stopped"),
        _s.changed_at,
    )
    .select_from(areas.outerjoin(area_states, _s.area_id == _a.id))
    .where(_a.id == b("area_id"))
)
LIST_AREA_IDS = sa.select(_a.id).where(_a.retired_at.is_(None)).order_by(_a.id)

_new_state = insert(area_states).values(
    area_id=b("area_id"),
    level=b("level"),
    entries_held=b("entries_held"),
    sales_stopped=b("sales_stopped"),
    changed_at=b("changed_at"),
)
SAVE_STATE = _new_state.on_conflict_do_update(
    index_elements=[_s.area_id],
    set_={
        "level": _new_state.excluded.level,
        "entries_held": _new_state.excluded.entries_held,
        "sales_stopped": _new_state.excluded.sales_stopped,
        "changed_at": _new_state.excluded.changed_at,
    },
)
ADD_ALERT = capacity_alerts.insert()
GET_ALERT = sa.select(capacity_alerts).where(_c.id == b("alert_id"))
ACKNOWLEDGE = (
    capacity_alerts.update()
    .where(_c.id == b("alert_id"), _c.acknowledged_at.is_(None))
    .values(
        acknowledged_by=b("by"),
        acknowledged_at=b("at", type_=UtcDateTime),
        note=b("the_note"),
    )
    .returning(_c.id)
)
LOG = Keyset.of(
    sa.select(capacity_alerts, staff.c.name.label("by_name"))
    .select_from(capacity_alerts.outerjoin(staff, staff.c.id == _c.acknowledged_by))
    .where(
        among(_c.area_id, "areas"),
        _c.raised_at >= b("from_at", type_=UtcDateTime),
        _c.raised_at < b("until_at", type_=UtcDateTime),
        sa.or_(b("level", type_=sa.String) == "", _c.level == b("level", type_=sa.String)),
        sa.or_(
            b("waiting", type_=sa.Boolean) == sa.false(),
            sa.and_(_c.acknowledged_at.is_(None), _c.level != "normal"),
        ),
    ),
    _c.raised_at,
    _c.id,
)
LIST_ALERTS = (
    sa.select(capacity_alerts)
    .where(_c.area_id == b("area_id"))
    .order_by(_c.raised_at.desc(), _c.id.desc())
    .limit(b("most", type_=sa.Integer))
)
