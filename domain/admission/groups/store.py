"""Every statement over groups and their rosters."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.groups.tables import group_members, groups
from domain.admission.tickets.tables import tickets
from domain.commerce.capacity.tables import slots
from domain.commerce.catalog.tables import ticket_types
from domain.commerce.orders.tables import orders
from domain.commerce.payments.tables import payments
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset

_g, _m, _o, _t, _y, _s = (
    groups.c,
    group_members.c,
    orders.c,
    tickets.c,
    ticket_types.c,
    slots.c,
)

ADD = groups.insert()
BY_REQUEST = sa.select(groups).where(_g.request_id == b("request_id"))
_one = (groups.c.id == b("group"), groups.c.version == b("seen"), groups.c.status == "open")
AMEND = (
    groups.update()
    .where(*_one)
    .values(
        {
            name: b(f"new_{name}", type_=_g[name].type)
            for name in (
                "kind",
                "name",
                "leader_name",
                "phone_sealed",
                "phone_hash",
                "phone_mask",
                "planned",
                "guides",
                "visit_on",
                "slot_id",
                "ticket_type_id",
                "least",
                "reprices",
                "single_price_minor",
                "deposit_minor",
                "pay_until",
                "invoice_title",
                "note",
                "order_id",
            )
        }
        | {"version": _g.version + 1}
    )
    .returning(_g.id)
)
MOVE = (
    groups.update()
    .where(_g.order_id == b("of_order"), _g.status == "open")
    .values(
        visit_on=b("to_day", type_=sa.Date),
        slot_id=b("to_slot"),
        version=_g.version + 1,
    )
    .returning(_g.id)
)
CANCEL = (
    groups.update()
    .where(*_one)
    .values(status="cancelled", closed_at=b("now", type_=UtcDateTime), version=_g.version + 1)
    .returning(_g.id)
)
CLOSE = (
    groups.update()
    .where(*_one)
    .values(
        status="closed",
        closed_at=b("now", type_=UtcDateTime),
        entrants=b("came"),
        refund_id=b("refund"),
        surcharge_order_id=b("surcharge"),
        version=_g.version + 1,
    )
    .returning(_g.id)
)

_captured = (
    sa.select(sa.func.coalesce(sa.func.sum(payments.c.amount_minor), 0))
    .where(payments.c.order_id == _g.order_id, payments.c.status.in_(["paid", "part_refunded"]))
    .correlate(groups)
    .scalar_subquery()
)
# The ticket as it is now: one that was moved to another day has a successor.
_shown = (
    sa.select(
        groups,
        _o.number.label("order_number"),
        _o.status.label("order_status"),
        _o.held_until,
        _o.total_minor,
        _o.refunded_minor,
        _captured.label("captured_minor"),
        _t.id.label("ticket_id"),
        _t.number.label("ticket_number"),
        _t.status.label("ticket_status"),
        sa.func.coalesce(_t.heads, _g.planned + _g.guides).label("heads"),
        sa.func.coalesce(_t.entries_used, 0).label("entered"),
        sa.func.coalesce(_t.inside, 0).label("inside"),
        _t.last_passed_at,
        _y.name_zh.label("type_zh"),
        _y.name_en.label("type_en"),
        _s.starts_at,
        _s.ends_at,
    )
    .select_from(groups)
    .join(orders, _o.id == _g.order_id)
    .join(ticket_types, _y.id == _g.ticket_type_id)
    .outerjoin(slots, _s.id == _g.slot_id)
    .outerjoin(tickets, sa.and_(_t.order_id == _g.order_id, _t.status != "changed"))
)
GET = _shown.where(_g.id == b("id"))
OF_ORDER = _shown.where(sa.or_(_g.order_id == b("id"), _g.surcharge_order_id == b("id")))
_words: sa.BindParameter[str] = b("words", type_=sa.String)
_mine = among(_g.area_id, "areas")
LIST = Keyset.of(
    _shown.where(
        _mine,
        sa.or_(b("day", type_=sa.Date).is_(None), _g.visit_on == b("day", type_=sa.Date)),
        sa.or_(b("state", type_=sa.String) == "", _g.status == b("state", type_=sa.String)),
    ),
    _g.booked_at,
    _g.id,
)
FIND = (
    _shown.where(
        _mine,
        sa.or_(
            _g.number == b("number"),
            _o.number == b("number"),
            _t.id == b("ticket_id"),
            among(_g.phone_hash, "marks"),
            sa.and_(b("words", type_=sa.String) != "", _g.name.contains(_words)),
        ),
    )
    .order_by(_g.visit_on.desc(), _g.id.desc())
    .limit(b("most", type_=sa.Integer))
)
OF_DAYS = (
    _shown.where(
        _mine,
        _g.visit_on >= b("from_on", type_=sa.Date),
        _g.visit_on <= b("until_on", type_=sa.Date),
        _g.status != "cancelled",
    )
    .order_by(_g.visit_on, _g.id)
    .limit(b("most", type_=sa.Integer))
)

ADD_MEMBER = group_members.insert()
DROP_MEMBERS = group_members.delete().where(_m.group_id == b("group"))
MEMBERS = sa.select(group_members).where(_m.group_id == b("group")).order_by(_m.position)

WRONG_HEADS = (
    sa.select(_g.number, _g.planned, _g.guides, _t.heads, _t.number.label("ticket"))
    .join(tickets, sa.and_(_t.order_id == _g.order_id, _t.status != "changed"))
    .where(_g.status != "cancelled", _t.heads != _g.planned + _g.guides)
    .limit(b("most", type_=sa.Integer))
)
