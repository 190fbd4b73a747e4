"""Every statement over changes."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.changes.tables import (
    change_hold_lines,
    change_hold_payments,
    change_holds,
    change_lines,
    changes,
)
from domain.kernel.columns import UtcDateTime

_t, _l = changes, change_lines
_h, _hl, _hp = change_holds, change_hold_lines, change_hold_payments

ADD_CHANGE, ADD_LINE = _t.insert(), _l.insert()
FIND_REQUEST = sa.select(_t).where(_t.c.request_id == b("request_id"))
LINES = sa.select(_l).where(_l.c.change_id == b("change_id")).order_by(_l.c.id)
GET_CHANGE = sa.select(_t).where(_t.c.id == b("id"))
OF_ORDER = sa.select(_t).where(_t.c.order_id == b("order_id")).order_by(_t.c.changed_at, _t.c.id)

ADD_HOLD, ADD_HOLD_LINE, ADD_HOLD_PAYMENT = _h.insert(), _hl.insert(), _hp.insert()
FIND_HOLD = sa.select(_h).where(_h.c.request_id == b("request_id"))
NEWEST_HOLD = sa.select(_h).where(_h.c.order_id == b("order_id")).order_by(_h.c.id.desc()).limit(1)
HOLD_OF_PAYMENT = (
    sa.select(_h).join(_hp, _hp.c.hold_id == _h.c.id).where(_hp.c.payment_id == b("payment_id"))
)
HOLD_LINES = sa.select(_hl).where(_hl.c.hold_id == b("hold_id")).order_by(_hl.c.id)
END_HOLD = (
    _h.update()
    .where(_h.c.id == b("hold"), _h.c.status == "held")
    .values(status=b("to_status"), change_id=b("made_id"), ended_at=b("now", type_=UtcDateTime))
    .returning(_h.c.id)
)
LAPSED_AREAS = (
    sa.select(_h.c.area_id)
    .where(_h.c.status == "held", _h.c.held_until <= b("now", type_=UtcDateTime))
    .distinct()
)
LAPSED = (
    sa.select(_h)
    .where(
        _h.c.status == "held",
        _h.c.held_until <= b("now", type_=UtcDateTime),
        _h.c.area_id == b("area"),
    )
    .order_by(_h.c.held_until)
    .limit(b("most", type_=sa.Integer))
)
