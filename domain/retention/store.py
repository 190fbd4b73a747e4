"""Every statement of retention: whose time is over, what is blanked, runs and holds.

These are the only statements that write to other packages' tables. They take identities out of
rows and leave the rows: every count, sum and chain is what it was.
"""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.faces.tables import face_bindings
from domain.admission.groups.tables import group_members, groups
from domain.admission.tickets.tables import tickets
from domain.cards.memberships.tables import card_holders, memberships
from domain.commerce.customers.tables import customers, travellers
from domain.commerce.invoices.tables import invoice_requests
from domain.commerce.orders.tables import order_visitors, orders
from domain.commerce.resellers.tables import reseller_bookings
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.files.tables import files
from domain.retention.model import IdentityKind
from domain.retention.tables import retention_holds, retention_runs

_v, _o, _g, _m = order_visitors.c, orders.c, groups.c, group_members.c
_h, _c, _t, _cu = card_holders.c, memberships.c, tickets.c, customers.c
_inv = invoice_requests.c
_hold, _run = retention_holds.c, retention_runs.c
DAY, AT = b("day", type_=sa.Date), b("at", type_=UtcDateTime)
MOST = b("most", type_=sa.Integer)


class Statements(NamedTuple):
    """Of one kind: those whose time is over, how many, those that a hold keeps; what is written."""

    due: sa.Select[Any]
    how_many: sa.Select[Any]
    how_many_held: sa.Select[Any]
    blank: tuple[sa.Update | sa.Delete, ...]  # of the ids, in this order


def _held(noun: str, subject: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    found = sa.exists().where(_hold.noun == noun, _hold.subject_id == subject)
    return found.where(_hold.released_at.is_(None))


def _still_used(*owned: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """A ticket may be used, or was, after the cut."""
    return sa.exists().where(*owned, sa.or_(_t.valid_until > AT, _t.last_passed_at > AT))


def _statements(
    over: sa.Select[Any],
    oldest: tuple[sa.ColumnElement[Any], ...],
    held: sa.ColumnElement[bool],
    *blank: sa.Update | sa.Delete,
) -> Statements:
    def counted(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
        some = over.where(condition).limit(MOST).subquery()
        return sa.select(sa.func.count().label("many")).select_from(some)

    due = over.where(~held).order_by(*oldest).limit(MOST)
    return Statements(due, counted(~held), counted(held), blank)


_NO_DOCUMENT = {"document_sealed": None, "document_hash": None, "document_mask": ""}
_NO_PHONE = {"phone_sealed": None, "phone_hash": None, "phone_mask": ""}

VISITORS = _statements(
    sa.select(_v.id)
    .where(sa.text("order_visitors.name <> ''"), _v.visit_on < DAY)
    .where(~_still_used(_t.visitor_id == _v.id)),
    (_v.visit_on, _v.id),
    _held("order", _v.order_id),
    order_visitors.update()
    .where(among(_v.id, "ids"))
    .values(name="", born_on=None, proof="", **_NO_DOCUMENT),
    tickets.update().where(among(_t.visitor_id, "ids")).values(holder_name=""),
)
CONTACTS = _statements(
    sa.select(_o.id)
    .where(
        sa.text("(orders.contact_name <> '' OR orders.phone_mask <> '' OR orders.note <> '')"),
        _o.visit_on < DAY,
        _o.status != "held",
        ~sa.exists().where(_inv.order_id == _o.id, _inv.status == "requested"),  # to be answered
    )
    .where(~_still_used(_t.order_id == _o.id)),
    (_o.visit_on, _o.id),
    _held("order", _o.id),
    orders.update().where(among(_o.id, "ids")).values(contact_name="", note="", **_NO_PHONE),
    tickets.update()
    .where(among(_t.order_id, "ids"), _t.visitor_id.is_(None))
    .values(holder_name=""),
    reseller_bookings.update()
    .where(among(reseller_bookings.c.order_id, "ids"))
    .values(contact_sealed=None, notes=""),
    invoice_requests.update().where(among(_inv.order_id, "ids")).values(email=""),
    invoice_requests.update()  # a company's title and tax number are its books, not a person
    .where(among(_inv.order_id, "ids"), _inv.kind == "person")
    .values(title=""),
)
_unsettled = sa.exists().where(_o.id == _g.order_id, _o.status.in_(["paid", "part_refunded"]))
GROUPS = _statements(
    sa.select(_g.id)
    .where(sa.text("groups.leader_name <> ''"), _g.visit_on < DAY)
    .where(~sa.and_(_g.status == "open", _unsettled))
    .where(~_still_used(_t.order_id == _g.order_id)),
    (_g.visit_on, _g.id),
    _held("group", _g.id),
    groups.update().where(among(_g.id, "ids")).values(leader_name="", note="", **_NO_PHONE),
    tickets.update()
    .where(_t.order_id.in_(sa.select(_g.order_id).where(among(_g.id, "ids"))))
    .values(holder_name=""),
    group_members.update().where(among(_m.group_id, "ids")).values(name="", **_NO_DOCUMENT),
)
_given_back = sa.and_(_c.status.in_(["returned", "replaced"]), _c.status_at < AT)
_run_out = sa.and_(  # nothing is left on it that anybody could ask for
    _c.status == "expired",
    _c.valid_until < AT,
    _c.status_at < AT,
    _c.principal_minor + _c.bonus_minor + _c.deposit_minor == 0,
)
HOLDERS = _statements(
    sa.select(_h.id)
    .where(_h.name != "", _h.created_at < AT)
    .where(sa.exists().where(_c.holder_id == _h.id))
    .where(~sa.exists().where(_c.holder_id == _h.id, ~sa.or_(_given_back, _run_out))),
    (_h.created_at, _h.id),
    _held("card_holder", _h.id),
    card_holders.update()
    .where(among(_h.id, "ids"))
    .values(name="", born_on=None, photo_file_id=None, version=_h.version + 1, **_NO_DOCUMENT)
    .values(**_NO_PHONE),
)
CUSTOMERS = _statements(  # what they bought goes as orders do
    sa.select(_cu.id).where(_cu.seen_at < AT),
    (_cu.seen_at, _cu.id),
    _cu.id == "",  # nobody holds them
    travellers.delete().where(among(travellers.c.customer_id, "ids")),
    customers.delete().where(among(_cu.id, "ids")),
)
KINDS = {
    IdentityKind.VISITORS: VISITORS,
    IdentityKind.CONTACTS: CONTACTS,
    IdentityKind.GROUPS: GROUPS,
    IdentityKind.HOLDERS: HOLDERS,
    IdentityKind.CUSTOMERS: CUSTOMERS,
}
PHOTOS = sa.select(_h.photo_file_id).where(among(_h.id, "ids"), _h.photo_file_id.is_not(None))
DROP_FILES = files.delete().where(among(files.c.id, "ids"))

# -- faces

_f = face_bindings.c
_key = sa.select(_f.owner, _f.owner_id).order_by(_f.valid_until, _f.owner_id).limit(MOST)
FACES_OVER = _key.where(_f.valid_until <= AT)
FACES_ENDED = sa.union_all(
    sa.select(_f.owner, _f.owner_id)
    .join(tickets, _t.id == _f.owner_id)
    .where(_f.owner == "ticket", _t.status.in_(["refunded", "changed"])),
    sa.select(_f.owner, _f.owner_id)
    .join(memberships, _c.id == _f.owner_id)
    .where(_f.owner == "card", _c.status.in_(["returned", "replaced"])),
).limit(MOST)
FACES_OF_AREA = _key.where(_f.area_id == b("area"))
AREAS_WITH_FACES = sa.select(_f.area_id).distinct().order_by(_f.area_id)
DROP_FACE = face_bindings.delete().where(_f.owner == b("of_owner"), _f.owner_id == b("of_id"))

# -- runs

ADD_RUN = retention_runs.insert()
GET_RUN = sa.select(retention_runs).where(_run.id == b("run_id"))
LOCK_RUN = GET_RUN.with_for_update()
LIST_RUNS = Keyset.of(sa.select(retention_runs), _run.started_at, _run.id)
SAVE_REMOVED = retention_runs.update().where(_run.id == b("run_id")).values(removed=b("many"))
END_RUN = (
    retention_runs.update()
    .where(_run.id == b("run_id"), _run.ended_at.is_(None))
    .values(ended_at=b("now", type_=UtcDateTime), held=b("kept"))
    .returning(_run.id)
)

# -- holds

ADD_HOLD = retention_holds.insert()
FIND_HOLD = sa.select(_hold.id).where(
    _hold.noun == b("noun"), _hold.subject_id == b("subject_id"), _hold.released_at.is_(None)
)
GET_HOLD = sa.select(retention_holds).where(_hold.id == b("hold_id"))
LIST_HOLDS = (
    sa.select(retention_holds)
    .where(_hold.released_at.is_(None))
    .order_by(_hold.held_at.desc(), _hold.id.desc())
    .limit(MOST)
)
RELEASE = (
    retention_holds.update()
    .where(_hold.id == b("hold_id"), _hold.released_at.is_(None))
    .values(released_by=b("by"), released_at=b("now", type_=UtcDateTime))
    .returning(_hold.id)
)
FIND_ORDER = sa.select(_o.id, _o.number).where(_o.number == b("number"))
FIND_GROUP = sa.select(_g.id, _g.number, _g.order_id).where(_g.number == b("number"))
FIND_CARD = sa.select(_c.holder_id, _c.number).where(_c.number == b("number"))
