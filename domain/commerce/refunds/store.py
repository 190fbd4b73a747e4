"""Every statement over refunds and their lines."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.ledger.model import INCOME
from domain.commerce.ledger.tables import ledger_entries, ledger_postings
from domain.commerce.orders.tables import orders
from domain.commerce.payments.tables import payouts
from domain.commerce.refunds.tables import refund_lines, refunds
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.staff.tables import staff

_t, _l = refunds, refund_lines

ADD_REFUND, ADD_LINE = _t.insert(), _l.insert()
FIND_REQUEST = sa.select(_t).where(_t.c.request_id == b("request_id"))
GET_REFUND = sa.select(_t).where(_t.c.id == b("id"))
OF_ORDER = sa.select(_t).where(_t.c.order_id == b("order_id")).order_by(_t.c.requested_at, _t.c.id)
COUNT = sa.select(sa.func.count().label("n")).where(_t.c.order_id == b("order_id"))
LINES = sa.select(_l).where(_l.c.refund_id == b("refund_id")).order_by(_l.c.id)
SAVE_STATUS = (
    _t.update()
    .where(_t.c.id == b("refund"), _t.c.status == b("seen"))
    .values(status=b("to_status"), paid_out_at=b("at", type_=UtcDateTime))
    .returning(_t.c.id)
)
LIMIT_OF = (  # locked: two refunds of one person at once do not both stay below the limit
    sa.select(staff.c.refund_limit_minor)
    .where(staff.c.id == b("staff_id"))
    .with_for_update(key_share=True)
)
REFUNDED_ALONE = sa.select(
    sa.func.coalesce(sa.func.sum(_t.c.amount_minor), 0).label("minor")
).where(
    _t.c.requested_by == b("staff_id"),
    _t.c.requested_at >= b("since", type_=UtcDateTime),
    _t.c.approval_id.is_(None),
    _t.c.cause != "closure",
)

LIST = Keyset.of(
    sa.select(_t, orders.c.number.label("order_number"), orders.c.area_id)
    .join(orders, orders.c.id == _t.c.order_id)
    .where(
        among(orders.c.area_id.concat(""), "areas"),  # the list leads, not all orders of an area
        _t.c.requested_at >= b("from_at", type_=UtcDateTime),
        _t.c.requested_at < b("until_at", type_=UtcDateTime),
        sa.or_(b("status", type_=sa.String) == "", _t.c.status == b("status", type_=sa.String)),
        sa.or_(b("cause", type_=sa.String) == "", _t.c.cause == b("cause", type_=sa.String)),
    ),
    _t.c.requested_at,
    _t.c.id,
)

# approved refunds whose cash nobody has fetched yet
CASH_DUE = (
    sa.select(
        _t,
        orders.c.number.label("order_number"),
        sa.func.sum(payouts.c.amount_minor).label("cash_minor"),
    )
    .select_from(
        payouts.join(refunds, _t.c.id == payouts.c.refund_id).join(
            orders, orders.c.id == _t.c.order_id
        )
    )
    .where(payouts.c.status == "due", payouts.c.tender == "cash")
    .where(_t.c.status == "approved", orders.c.area_id == b("area_id"))
    .group_by(*_t.c, orders.c.number)
    .order_by(_t.c.requested_at, _t.c.id)
    .limit(b("most"))
)

# -- verification: lines, payouts and postings of every decided refund are what it says

_decided = ["approved", "paid_out", "failed"]
_lines = (
    sa.select(_l.c.refund_id, sa.func.sum(_l.c.amount_minor).label("minor"))
    .group_by(_l.c.refund_id)
    .subquery()
)
_payouts = (
    sa.select(payouts.c.refund_id, sa.func.sum(payouts.c.amount_minor).label("minor"))
    .group_by(payouts.c.refund_id)
    .subquery()
)
_posted = (
    sa.select(ledger_entries.c.cause_id, sa.func.sum(ledger_postings.c.amount_minor).label("minor"))
    .join(ledger_postings, ledger_postings.c.entry_id == ledger_entries.c.id)
    .where(ledger_entries.c.cause_noun == "refund", ledger_postings.c.account_kind.in_(INCOME))
    .group_by(ledger_entries.c.cause_id)
    .subquery()
)


def _or_0(subquery: sa.Subquery) -> Any:
    return sa.func.coalesce(subquery.c.minor, 0)


WRONG_REFUNDS = (
    sa.select(
        _t.c.number,
        _t.c.status,
        _t.c.paid_minor,
        _t.c.amount_minor,
        _or_0(_lines).label("in_lines"),
        _or_0(_payouts).label("in_payouts"),
        _or_0(_posted).label("posted"),
    )
    .outerjoin(_lines, _lines.c.refund_id == _t.c.id)
    .outerjoin(_payouts, _payouts.c.refund_id == _t.c.id)
    .outerjoin(_posted, _posted.c.cause_id == _t.c.id)
    .where(
        sa.or_(
            sa.and_(
                _t.c.status.in_(_decided),
                sa.or_(_or_0(_payouts) != _t.c.amount_minor, _or_0(_posted) != _t.c.paid_minor),
            ),
            sa.and_(
                _t.c.status.not_in(_decided), sa.or_(_or_0(_payouts) != 0, _or_0(_posted) != 0)
            ),
            sa.and_(_t.c.cause != "change", _or_0(_lines) != _t.c.amount_minor),
        )
    )
    .limit(b("most"))
)
