"""Every statement over invoices that were asked for."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.invoices.tables import invoice_requests
from domain.commerce.orders.tables import orders
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset

_i, _o = invoice_requests.c, orders.c

ADD = invoice_requests.insert()
GET = sa.select(invoice_requests).where(_i.id == b("id"))
OF_ORDER = (
    sa.select(invoice_requests)
    .where(_i.order_id == b("order_id"))
    .order_by(_i.requested_at.desc(), _i.id.desc())
    .limit(1)
)
ANSWER = (
    invoice_requests.update()
    .where(_i.id == b("request"), _i.status == "requested", _i.version == b("seen"))
    .values(
        status=b("to_status"),
        number=b("given_number"),
        reason=b("why"),
        answered_at=b("now", type_=UtcDateTime),
        answered_by=b("who"),
        version=_i.version + 1,
    )
    .returning(_i.id)
)
LIST = Keyset.of(
    sa.select(invoice_requests, _o.number.label("order_number"))
    .join(orders, _o.id == _i.order_id)
    .where(
        among(_i.area_id, "areas"),
        sa.or_(b("state", type_=sa.String) == "", _i.status == b("state", type_=sa.String)),
        sa.or_(
            b("words", type_=sa.String) == "",
            _i.title.contains(b("words", type_=sa.String), autoescape=False),
            _o.number == b("words", type_=sa.String),
        ),
    ),
    _i.requested_at,
    _i.id,
)
