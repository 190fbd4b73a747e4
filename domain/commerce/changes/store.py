"""Every statement over changes."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.changes.tables import change_lines, changes

_t, _l = changes, change_lines

ADD_CHANGE, ADD_LINE = _t.insert(), _l.insert()
FIND_REQUEST = sa.select(_t).where(_t.c.request_id == b("request_id"))
LINES = sa.select(_l).where(_l.c.change_id == b("change_id")).order_by(_l.c.id)
GET_CHANGE = sa.select(_t).where(_t.c.id == b("id"))
OF_ORDER = sa.select(_t).where(_t.c.order_id == b("order_id")).order_by(_t.c.changed_at, _t.c.id)
