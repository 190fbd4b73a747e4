"""Every statement over faces."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.admission.faces.tables import face_bindings
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among

_f = face_bindings.c
NOW = b("now", type_=UtcDateTime)
_add: Any = insert(face_bindings).values(
    owner=b("of_owner"),
    owner_id=b("of_id"),
    area_id=b("area"),
    mark=b("face"),
    bound_at=NOW,
    bound_by=b("device"),
    valid_until=b("until", type_=UtcDateTime),
)
SAVE = _add.on_conflict_do_update(
    index_elements=["owner", "owner_id"],
    set_={
        name: _add.excluded[name]
        for name in ("area_id", "mark", "bound_at", "bound_by", "valid_until")
    },
)
FIND = (
    sa.select(face_bindings)
    .where(among(_f.mark, "marks"), _f.area_id == b("area"), _f.valid_until > NOW)
    .order_by(_f.bound_at.desc(), _f.owner_id)
)
OF_OWNER = sa.select(face_bindings).where(_f.owner == b("of_owner"), _f.owner_id == b("of_id"))
DROP = (
    face_bindings.delete()
    .where(_f.owner == b("of_owner"), _f.owner_id == b("of_id"))
    .returning(_f.area_id)
)
