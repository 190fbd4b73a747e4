"""Every statement over announcements."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.announcements.tables import announcement_messages, announcements
from domain.admission.tickets.tables import tickets
from domain.commerce.orders.tables import orders
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.staff.tables import staff

_a, _m, _t, _o = announcements.c, announcement_messages.c, tickets.c, orders.c

ADD = announcements.insert()
GET = sa.select(announcements).where(_a.id == b("id"))
RELEASE = (
    announcements.update()
    .where(_a.id == b("which"), _a.version == b("seen"), _a.status == "draft")
    .values(
        status="released",
        released_by=b("by"),
        released_at=b("now", type_=UtcDateTime),
        version=_a.version + 1,
    )
    .returning(_a.id)
)
WITHDRAW = (
    announcements.update()
    .where(_a.id == b("which"), _a.version == b("seen"), _a.status.in_(["draft", "released"]))
    .values(
        status="withdrawn",
        withdrawn_by=b("by"),
        withdrawn_at=b("now", type_=UtcDateTime),
        version=_a.version + 1,
    )
    .returning(_a.id)
)
OF_LEVELS = sa.select(announcements).where(
    _a.area_id == b("area"), _a.level.is_not(None), _a.status.in_(["draft", "released"])
)
LIVE = (
    sa.select(announcements)
    .where(
        _a.area_id == b("area"),
        _a.status == "released",
        _a.until_at > b("now", type_=UtcDateTime),
        _a.from_at <= b("now", type_=UtcDateTime),
    )
    .order_by(_a.released_at.desc(), _a.id.desc())
)
LOG = Keyset.of(
    sa.select(announcements, staff.c.name.label("released_by_name"))
    .select_from(announcements.outerjoin(staff, staff.c.id == _a.released_by))
    .where(among(_a.area_id, "areas")),
    _a.drafted_at,
    _a.id,
)

AUDIENCE = (
    sa.select(sa.func.max(_o.id).label("order_id"))
    .select_from(tickets)
    .join(orders, _o.id == _t.order_id)
    .where(
        _t.area_id == b("area"),
        _t.visit_on == b("day"),
        _t.status.in_(["sold", "partly_used"]),
        _o.phone_hash.is_not(None),
        _o.channel != "ota",  # it writes to its own customers
    )
    .group_by(_o.phone_hash)
)
ADD_TOLD = announcement_messages.insert()
TOLD = (
    sa.select(announcement_messages)
    .where(_m.announcement_id == b("announcement"))
    .order_by(_m.visit_on)
)
