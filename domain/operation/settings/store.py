"""Every statement over settings."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.operation.settings.tables import settings

_t = settings
LIST_SETTINGS = sa.select(_t.c.key, _t.c.area_id, _t.c.value).where(
    sa.or_(_t.c.area_id == "", _t.c.area_id == b("area_id"))
)
