"""Every statement over approvals."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import UtcDateTime
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
