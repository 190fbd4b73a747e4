"""Every statement over shifts and the cash that moved besides sales and refunds."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.payments.tables import payments, payouts
from domain.commerce.shifts.tables import cash_moves, shifts
from domain.kernel.columns import Json, UtcDateTime
from domain.operation.places.tables import areas, window_cashiers, windows
from domain.operation.staff.tables import staff

_t, _m = shifts, cash_moves
CLOSED: sa.ColumnElement[str] = sa.literal_column("'closed'")  # as the partial indexes say it

# orders and refunds stand above: of them only these columns are read
orders = sa.table(
    "orders",
    sa.column("id", sa.String),
    sa.column("shift_id", sa.String),
    sa.column("tickets", sa.Integer),
    sa.column("persons", sa.Integer),
    sa.column("total_minor", sa.BigInteger),
    sa.column("status", sa.String),
)

order_lines = sa.table(
    "order_lines",
    sa.column("id", sa.String),
    sa.column("order_id", sa.String),
    sa.column("changed_from_id", sa.String),
    sa.column("name_zh", sa.String),
    sa.column("name_en", sa.String),
    sa.column("quantity", sa.Integer),
    sa.column("amount_minor", sa.BigInteger),
)
refund_lines = sa.table(
    "refund_lines",
    sa.column("id", sa.String),
    sa.column("refund_id", sa.String),
    sa.column("order_line_id", sa.String),
    sa.column("amount_minor", sa.BigInteger),
)

WINDOW = (
    sa.select(
        windows.c.id,
        windows.c.area_id,
        windows.c.number,
        windows.c.any_cashier,
        windows.c.retired_at,
        areas.c.number.label("area_number"),
        areas.c.time_zone,
        sa.exists()
        .where(
            window_cashiers.c.window_id == windows.c.id,
            window_cashiers.c.staff_id == b("staff_id"),
        )
        .label("is_assigned"),
    )
    .join(areas, areas.c.id == windows.c.area_id)
    .where(windows.c.id == b("window_id"))
)
GET_SHIFT = sa.select(_t).where(_t.c.id == b("id"))
OPEN_AT_WINDOW = sa.select(_t).where(_t.c.window_id == b("window_id"), _t.c.status != CLOSED)
OPEN_OF_STAFF = sa.select(_t).where(_t.c.staff_id == b("staff_id"), _t.c.status != CLOSED)
# who sells shares the row, who closes locks it: no sale slips in behind the count
FOR_SALE = (
    sa.select(_t.c.id, _t.c.staff_id, _t.c.status)
    .where(_t.c.window_id == b("window_id"), _t.c.status != CLOSED)
    .with_for_update(read=True)
)
LAST_NUMBER = sa.select(sa.func.count().label("n")).where(
    _t.c.window_id == b("window_id"), _t.c.number.startswith(b("prefix"))
)
ADD_SHIFT = _t.insert()
LOCK = (
    _t.update()
    .where(_t.c.id == b("shift"), _t.c.status == b("seen"))
    .values(version=_t.c.version + 1)
    .returning(_t.c.id)
)
SAVE_COUNT = (
    _t.update()
    .where(_t.c.id == b("shift"))
    .values(
        status=b("to_status"),
        expected_minor=b("expected", type_=sa.BigInteger),
        counted_minor=b("counted", type_=sa.BigInteger),
        count_detail=b("detail", type_=Json),
        difference_note=b("the_note"),
        approval_id=b("approval"),
        closed_at=b("at", type_=UtcDateTime),
    )
)
ADD_MOVE = _m.insert()
FIND_MOVE = sa.select(_m).where(_m.c.request_id == b("request_id"))
MOVES = sa.select(_m).where(_m.c.shift_id == b("shift_id")).order_by(_m.c.moved_at, _m.c.id)

TAKEN = (
    sa.select(
        payments.c.tender,
        sa.func.count().label("count"),
        sa.func.sum(payments.c.amount_minor).label("minor"),
    )
    .where(payments.c.shift_id == b("shift_id"))
    .where(payments.c.status.in_(["paid", "part_refunded", "refunded"]))
    .group_by(payments.c.tender)
    .order_by(payments.c.tender)
)
CASH_PAID_OUT = sa.select(
    sa.func.count().label("count"),
    sa.func.coalesce(sa.func.sum(payouts.c.amount_minor), 0).label("minor"),
).where(
    payouts.c.shift_id == b("shift_id"),
    payouts.c.tender == "cash",
    payouts.c.status == "paid_out",
)
SOLD = sa.select(
    sa.func.count().label("orders"),
    sa.func.coalesce(sa.func.sum(orders.c.tickets), 0).label("tickets"),
    sa.func.coalesce(sa.func.sum(orders.c.persons), 0).label("persons"),
    sa.func.coalesce(sa.func.sum(orders.c.total_minor), 0).label("minor"),
).where(
    orders.c.shift_id == b("shift_id"),
    orders.c.status.in_(["paid", "part_refunded", "refunded"]),
)
_ol, _rl = order_lines.c, refund_lines.c
SOLD_BY_TYPE = (
    sa.select(
        _ol.name_zh,
        _ol.name_en,
        sa.func.sum(_ol.quantity).label("tickets"),
        sa.func.sum(_ol.amount_minor).label("minor"),
    )
    .join(orders, orders.c.id == _ol.order_id)
    .where(orders.c.shift_id == b("shift_id"))
    .where(orders.c.status.in_(["paid", "part_refunded", "refunded"]))
    .where(_ol.changed_from_id.is_(None))
    .group_by(_ol.name_zh, _ol.name_en)
    .order_by(_ol.name_zh, _ol.name_en)
)
CASH_REFUNDED_BY_TYPE = (
    sa.select(
        _ol.name_zh,
        _ol.name_en,
        sa.func.count().label("tickets"),
        sa.func.sum(_rl.amount_minor).label("minor"),
    )
    .join(order_lines, _ol.id == _rl.order_line_id)
    .where(
        _rl.refund_id.in_(
            sa.select(payouts.c.refund_id).where(
                payouts.c.shift_id == b("shift_id"),
                payouts.c.tender == "cash",
                payouts.c.status == "paid_out",
            )
        )
    )
    .group_by(_ol.name_zh, _ol.name_en)
    .order_by(_ol.name_zh, _ol.name_en)
)
# -- the list: newest first, each filter with an index of its own
_listed = (
    sa.select(
        _t,
        windows.c.name_zh.label("window_name_zh"),
        windows.c.name_en.label("window_name_en"),
        staff.c.name.label("staff_name"),
    )
    .join(windows, windows.c.id == _t.c.window_id)
    .join(staff, staff.c.id == _t.c.staff_id)
    .where(
        sa.tuple_(_t.c.opened_at, _t.c.id)
        < sa.tuple_(b("at", type_=UtcDateTime), b("id", type_=sa.String))
    )
    .order_by(_t.c.opened_at.desc(), _t.c.id.desc())
    .limit(b("most"))
)
LIST_ALL = _listed
LIST_OF_AREA = _listed.where(_t.c.area_id == b("area_id"))
LIST_OF_STAFF = _listed.where(_t.c.staff_id == b("staff_id"))
LIST_OF_WINDOW = _listed.where(_t.c.window_id == b("window_id"))

# -- verification: what a drawer holds is float + sales - refunds + moves, all from their own tables

_cash_in = (
    sa.select(payments.c.shift_id, sa.func.sum(payments.c.amount_minor).label("minor"))
    .where(payments.c.tender == "cash", payments.c.status.not_in(["created", "pending", "failed"]))
    .group_by(payments.c.shift_id)
    .subquery()
)
_cash_out = (
    sa.select(payouts.c.shift_id, sa.func.sum(payouts.c.amount_minor).label("minor"))
    .where(payouts.c.tender == "cash", payouts.c.status == "paid_out")
    .group_by(payouts.c.shift_id)
    .subquery()
)
_moved = (
    sa.select(_m.c.shift_id, sa.func.sum(_m.c.amount_minor).label("minor"))
    .group_by(_m.c.shift_id)
    .subquery()
)
postings = sa.table(
    "ledger_postings",
    sa.column("account_kind", sa.String),
    sa.column("owner_id", sa.String),
    sa.column("amount_minor", sa.BigInteger),
)
_drawer = (
    sa.select(postings.c.owner_id, sa.func.sum(postings.c.amount_minor).label("minor"))
    .where(postings.c.account_kind == "drawer")
    .group_by(postings.c.owner_id)
    .subquery()
)


def _or_0(subquery: sa.Subquery) -> sa.ColumnElement[int]:
    return sa.func.coalesce(subquery.c.minor, 0)


_expected = _or_0(_moved) + _or_0(_cash_in) - _or_0(_cash_out)
WRONG_DRAWERS = (
    sa.select(_t.c.id, _t.c.status, _or_0(_drawer).label("held"), _expected.label("expected"))
    .outerjoin(_moved, _moved.c.shift_id == _t.c.id)
    .outerjoin(_cash_in, _cash_in.c.shift_id == _t.c.id)
    .outerjoin(_cash_out, _cash_out.c.shift_id == _t.c.id)
    .outerjoin(_drawer, _drawer.c.owner_id == _t.c.id)
    .where(sa.or_(_or_0(_drawer) != _expected, sa.and_(_t.c.status == "closed", _expected != 0)))
    .limit(b("most"))
)
