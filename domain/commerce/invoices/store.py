"""Every statement over invoices that were asked for."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.invoices.tables import invoice_reds, invoice_requests
from domain.commerce.orders.tables import orders
from domain.commerce.refunds.tables import refunds
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.staff.tables import staff

_i, _o, _r = invoice_requests.c, orders.c, invoice_reds.c

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
ADD_RED = invoice_reds.insert()
REDS_OF = (
    sa.select(
        invoice_reds, refunds.c.number.label("refund_number"), staff.c.name.label("staff_name")
    )
    .join(refunds, refunds.c.id == _r.refund_id)
    .outerjoin(staff, staff.c.id == _r.written_by)
    .where(_r.invoice_id == b("invoice_id"))
    .order_by(_r.due_at, _r.id)
)
WRITE_RED = (
    invoice_reds.update()
    .where(_r.id == b("red"), _r.status == "due", _r.version == b("seen"))
    .values(
        status="written",
        number=b("given_number"),
        written_at=b("now", type_=UtcDateTime),
        written_by=b("who"),
        version=_r.version + 1,
    )
    .returning(_r.id)
)
_red_due = (
    sa.select(sa.func.sum(_r.amount_minor))
    .where(_r.invoice_id == _i.id, _r.status == "due")
    .correlate(invoice_requests)
    .scalar_subquery()
)
LIST = Keyset.of(
    sa.select(
        invoice_requests,
        _o.number.label("order_number"),
        sa.func.coalesce(_red_due, 0).label("red_due_minor"),
    )
    .join(orders, _o.id == _i.order_id)
    .where(
        among(_i.area_id, "areas"),
        sa.or_(b("state", type_=sa.String) == "", _i.status == b("state", type_=sa.String)),
        sa.or_(b("reds", type_=sa.Boolean).is_(False), _red_due.is_not(None)),
        sa.or_(
            b("words", type_=sa.String) == "",
            _i.title.contains(b("words", type_=sa.String), autoescape=False),
            _o.number == b("words", type_=sa.String),
        ),
    ),
    _i.requested_at,
    _i.id,
)
