"""Every statement over approvals."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.approvals.tables import approvals

_t = approvals
GET_APPROVAL = sa.select(_t).where(_t.c.id == b("id"))
ADD_APPROVAL = _t.insert().values(
    id=b("id"),
    kind=b("kind"),
    noun=b("noun"),
    subject_id=b("subject_id"),
    area_id=b("area_id"),
    amount_minor=b("amount_minor"),
    payload=b("payload"),
    reason=b("reason"),
    status="requested",
    requested_by=b("requested_by"),
    requested_at=b("requested_at"),
    note="",
)
DECIDE = (
    _t.update()
    .where(_t.c.id == b("approval_id"), _t.c.status == "requested")
    .values(
        status=b("to_status"),
        decided_by=b("by"),
        decided_at=b("at", type_=UtcDateTime),
        note=b("the_note"),
    )
    .returning(_t.c.id)
)

# -- worklists

REQUESTED = sa.select(
    sa.func.count().label("n"), sa.func.min(_t.c.requested_at).label("oldest")
).where(_t.c.status == "requested")

_of_kinds = sa.select(_t).where(_t.c.status == b("status"), among(_t.c.kind, "kinds"))
_in_areas = _of_kinds.where(among(_t.c.area_id, "areas"))
OPEN = Keyset.of(_of_kinds, _t.c.requested_at, _t.c.id, ascending=True)
OPEN_IN_AREAS = Keyset.of(_in_areas, _t.c.requested_at, _t.c.id, ascending=True)
DECIDED = Keyset.of(
    sa.select(_t).where(_t.c.status != "requested", among(_t.c.kind, "kinds")),
    _t.c.requested_at,
    _t.c.id,
)
DECIDED_IN_AREAS = Keyset.of(
    sa.select(_t).where(
        _t.c.status != "requested", among(_t.c.kind, "kinds"), among(_t.c.area_id, "areas")
    ),
    _t.c.requested_at,
    _t.c.id,
)
MINE = Keyset.of(
    sa.select(_t).where(_t.c.requested_by == b("requested_by")), _t.c.requested_at, _t.c.id
)
ABOUT = (
    sa.select(_t)
    .where(_t.c.noun == b("noun"), _t.c.subject_id == b("subject_id"))
    .order_by(_t.c.requested_at.desc())
    .limit(20)
)
