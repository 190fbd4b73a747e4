"""Every statement over settings."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import UtcDateTime
from domain.operation.settings.tables import settings

_t = settings
LIST_SETTINGS = sa.select(_t.c.key, _t.c.area_id, _t.c.value).where(
    sa.or_(_t.c.area_id == "", _t.c.area_id == b("area_id")), _t.c.value.is_not(None)
)
LIST_OWN = (
    sa.select(_t.c.key, _t.c.value, _t.c.version, _t.c.changed_at, _t.c.changed_by)
    .where(_t.c.area_id == b("area_id"))
    .with_for_update()
)
READ_OWN = sa.select(_t.c.key, _t.c.value, _t.c.version).where(_t.c.area_id == b("area_id"))
LIST_CHOSEN = sa.select(_t).where(_t.c.value.is_not(None)).order_by(_t.c.key, _t.c.area_id)
ADD_SETTING = _t.insert()
SAVE_SETTING = (
    _t.update()
    .where(
        _t.c.key == b("of_key"),
        _t.c.area_id == b("of_area_id"),
        _t.c.version == b("seen_version"),
    )
    .values(
        value=b("new_value"),
        version=_t.c.version + 1,
        changed_by=b("by"),
        changed_at=b("at", type_=UtcDateTime),
    )
    .returning(_t.c.version)
)
