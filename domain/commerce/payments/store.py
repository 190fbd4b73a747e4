"""Every statement over payments and payouts."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.payments.tables import payments, payouts
from domain.kernel.columns import UtcDateTime

_p, _o = payments, payouts

ADD_PAYMENT = _p.insert()
GET_PAYMENT = sa.select(_p).where(_p.c.id == b("id"))
OF_ORDER = sa.select(_p).where(_p.c.order_id == b("order_id")).order_by(_p.c.created_at, _p.c.id)
# compare-and-swap of a status that waits for the far side
SAVE_STATUS = (
    _p.update()
    .where(_p.c.id == b("payment"), _p.c.status == b("seen"))
    .values(
        status=b("to_status"),
        reference=b("their_reference"),
        paid_at=b("at", type_=UtcDateTime),
    )
    .returning(_p.c.id)
)
NOTE_INVITED = (
    _p.update().where(_p.c.id == b("payment"), _p.c.is_invited.is_(False)).values(is_invited=True)
)
CHOOSE_WAY = _p.update().where(_p.c.id == b("payment")).values(is_invited=True, way=b("to_way"))
CLOSE_PENDING = (
    _p.update()
    .where(_p.c.order_id == b("of_order"), _p.c.status.in_(["created", "pending"]))
    .values(status="closed")
    .returning(_p.c.id, _p.c.tender)
)
# never more than was captured: the WHERE decides, the CHECK is the last guard
RESERVE = (
    _p.update()
    .where(_p.c.id == b("payment"), _p.c.status.in_(["paid", "part_refunded"]))
    .where(_p.c.refunded_minor + b("minor", type_=sa.BigInteger) <= _p.c.amount_minor)
    .values(
        refunded_minor=_p.c.refunded_minor + b("minor", type_=sa.BigInteger),
        status=sa.case(
            (
                _p.c.refunded_minor + b("minor", type_=sa.BigInteger) == _p.c.amount_minor,
                "refunded",
            ),
            else_="part_refunded",
        ),
    )
    .returning(_p.c.id)
)
PENDING_SINCE = (
    sa.select(_p.c.id, _p.c.tender)
    .where(_p.c.status == "pending", _p.c.created_at <= b("before", type_=UtcDateTime))
    .order_by(_p.c.created_at, _p.c.id)
    .limit(b("most"))
)

ADD_PAYOUT = _o.insert()
GET_PAYOUT = (
    sa.select(_o, _p.c.order_id).join(_p, _p.c.id == _o.c.payment_id).where(_o.c.id == b("id"))
)
OF_REFUND = sa.select(_o).where(_o.c.refund_id == b("refund_id")).order_by(_o.c.id)
PAYOUTS_OF_ORDER = (
    sa.select(_o)
    .join(_p, _p.c.id == _o.c.payment_id)
    .where(_p.c.order_id == b("order_id"))
    .order_by(_o.c.created_at, _o.c.id)
)
SAVE_PAYOUT = (
    _o.update()
    .where(_o.c.id == b("payout"), _o.c.status == b("seen"))
    .values(
        status=b("to_status"),
        reference=b("their_reference"),
        problem=b("the_problem"),
        shift_id=b("from_shift"),
        paid_out_at=b("at", type_=UtcDateTime),
    )
    .returning(_o.c.id)
)

_paid_out = (
    sa.select(_o.c.payment_id, sa.func.sum(_o.c.amount_minor).label("minor"))
    .group_by(_o.c.payment_id)
    .subquery()
)
WRONG_REFUNDED = (
    sa.select(_p.c.id, _p.c.refunded_minor, sa.func.coalesce(_paid_out.c.minor, 0).label("minor"))
    .outerjoin(_paid_out, _paid_out.c.payment_id == _p.c.id)
    .where(_p.c.refunded_minor != sa.func.coalesce(_paid_out.c.minor, 0))
    .limit(b("most"))
)
