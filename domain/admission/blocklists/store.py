"""Every statement over block lists."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.admission.blocklists.tables import block_lists, blocked_codes
from domain.kernel.columns import UtcDateTime

_l, _c = block_lists.c, blocked_codes.c

_next = insert(block_lists).values(area_id=b("area"), rev=1)
NEXT_REV = _next.on_conflict_do_update(
    index_elements=["area_id"], set_={"rev": _l.rev + 1}
).returning(_l.rev)
_put = insert(blocked_codes).values(
    area_id=b("area"),
    mark=b("code_mark"),
    rev=b("at_rev"),
    is_blocked=b("blocked"),
    changed_at=b("now", type_=UtcDateTime),
)
PUT = _put.on_conflict_do_update(
    index_elements=["area_id", "mark"],
    set_={
        "rev": _put.excluded.rev,
        "is_blocked": _put.excluded.is_blocked,
        "changed_at": _put.excluded.changed_at,
    },
)
REVISIONS = sa.select(_l.area_id, _l.rev)
REVISION = sa.select(_l.rev).where(_l.area_id == b("area"))
BLOCKED = (
    sa.select(_c.mark).where(_c.area_id == b("area"), _c.is_blocked.is_(True)).order_by(_c.mark)
)
CHANGED = (
    sa.select(_c.mark, _c.is_blocked)
    .where(_c.area_id == b("area"), _c.rev > b("since"))
    .order_by(_c.mark)
)
