"""Every statement over member cards."""

from itertools import combinations
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.admission.redemptions.tables import redemptions
from domain.cards.memberships.tables import (
    card_holders,
    card_lots,
    card_media,
    card_numbers,
    card_reservations,
    card_returns,
    card_spend_parts,
    card_spends,
    memberships,
)
from domain.cards.products.tables import card_products
from domain.commerce.ledger.tables import ledger_entries, ledger_postings
from domain.commerce.orders.tables import order_lines
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.imports.tables import import_rows
from domain.operation.messages.tables import message_deliveries
from domain.operation.outbox.tables import outbox_messages
from domain.operation.places.tables import areas

_m, _h, _d, _l = memberships.c, card_holders.c, card_media.c, card_lots.c
_s, _t, _r, _p = card_spends.c, card_spend_parts.c, card_reservations.c, card_products.c


def _plus(column: sa.ColumnElement[int], name: str) -> Any:
    return column + b(name, type_=sa.BigInteger)


# -- cards

AREA = sa.select(areas.c.id, areas.c.number, areas.c.time_zone).where(areas.c.id == b("area"))
ADD_CARD, ADD_MEDIUM, ADD_HOLDER, ADD_LOT = (
    memberships.insert(),
    card_media.insert(),
    card_holders.insert(),
    card_lots.insert(),
)
GET_CARD = sa.select(memberships).where(_m.id == b("id"))
LOCK_CARD = GET_CARD.with_for_update()
LOCK_BY_NUMBER = sa.select(memberships).where(_m.number == b("number")).with_for_update()
LOCK_BY_MEDIUM = (
    sa.select(memberships)
    .where(
        _m.id == sa.select(_d.membership_id).where(_d.code == b("medium_code")).scalar_subquery()
    )
    .with_for_update()
)
_next = insert(card_numbers).values(area_id=b("area"), last=1)
NEXT_NUMBER = _next.on_conflict_do_update(
    index_elements=["area_id"], set_={"last": card_numbers.c.last + 1}
).returning(card_numbers.c.last)
MOVE_CARD = (
    memberships.update()
    .where(_m.id == b("card"), _m.status == b("seen"))
    .values(
        status=b("to_status"),
        note=b("why"),
        status_at=b("now", type_=UtcDateTime),
        version=_m.version + 1,
    )
    .returning(_m.id)
)
OPEN_CARD = (
    memberships.update()
    .where(_m.id == b("card"), _m.status == "initialised")
    .values(
        status="active",
        product_id=b("product"),
        kind=b("of_kind"),
        holder_id=b("holder"),
        scope_bits=b("bits"),
        daily_entries=b("daily"),
        passback_minutes=b("passback"),
        entry_price_minor=b("entry_price"),
        pays_entry=b("pays"),
        valid_from=b("from_at", type_=UtcDateTime),
        valid_until=b("until_at", type_=UtcDateTime),
        reminded=999,
        opened_at=b("now", type_=UtcDateTime),
        status_at=b("now", type_=UtcDateTime),
        version=_m.version + 1,
    )
    .returning(_m.id)
)
EXTEND = (
    memberships.update()
    .where(_m.id == b("card"), _m.status.in_(["active", "expired"]))
    .values(
        status="active",
        valid_until=b("until_at", type_=UtcDateTime),
        reminded=999,
        status_at=b("now", type_=UtcDateTime),
        version=_m.version + 1,
    )
    .returning(_m.id)
)
MOVE_BALANCE = (
    memberships.update()
    .where(_m.id == b("card"))
    .values(
        principal_minor=_plus(_m.principal_minor, "principal"),
        bonus_minor=_plus(_m.bonus_minor, "bonus"),
        deposit_minor=_plus(_m.deposit_minor, "deposit"),
        uses_left=_plus(_m.uses_left, "uses"),
        points=_plus(_m.points, "more_points"),
        level=b("to_level"),
        version=_m.version + 1,
    )
    .returning(_m.id)
)
SUCCEED = (
    memberships.update()
    .where(_m.id == b("card"))
    .values(
        replaced_by_id=b("successor"),
        held_by=None,
        held_until=None,
        pin_mark=None,
        version=_m.version + 1,
    )
)
INHERIT = (  # the card that takes the place of another has all its rights
    memberships.update()
    .where(_m.id == b("card"), _m.status == "initialised")
    .values(
        status="active",
        replaces_id=b("old"),
        product_id=b("new_product_id"),
        kind=b("new_kind"),
        holder_id=b("new_holder_id"),
        scope_bits=b("new_scope_bits"),
        daily_entries=b("new_daily_entries"),
        passback_minutes=b("new_passback_minutes"),
        entry_price_minor=b("new_entry_price_minor"),
        pays_entry=b("new_pays_entry"),
        valid_from=b("new_valid_from", type_=UtcDateTime),
        valid_until=b("new_valid_until", type_=UtcDateTime),
        reminded=b("new_reminded"),
        inside=b("new_inside"),
        entered_on=b("new_entered_on", type_=sa.Date),
        entered_times=b("new_entered_times"),
        last_passed_at=b("new_last_passed_at", type_=UtcDateTime),
        last_gate_id=b("new_last_gate_id"),
        pin_mark=b("new_pin_mark"),
        opened_at=b("new_opened_at", type_=UtcDateTime),
        status_at=b("now", type_=UtcDateTime),
        version=_m.version + 1,
    )
    .returning(_m.id)
)
CARDS_NAMED = (
    sa.select(
        _m.id,
        _m.number,
        _m.version,
        _m.valid_until,
        _m.area_id,
        card_products.c.name_zh.label("product_zh"),
        areas.c.time_zone,
    )
    .select_from(
        memberships.join(areas, areas.c.id == _m.area_id).outerjoin(
            card_products, card_products.c.id == _m.product_id
        )
    )
    .where(among(_m.id, "ids"))
)
EDIT_RIGHTS = (
    memberships.update()
    .where(_m.id == b("card"), _m.version == b("seen"))
    .values(
        scope_bits=b("to_scope_bits"),
        daily_entries=b("to_daily_entries"),
        passback_minutes=b("to_passback_minutes"),
        valid_until=b("to_valid_until", type_=UtcDateTime),
        reminded=999,
        version=_m.version + 1,
    )
    .returning(_m.id)
)
SET_PIN = (
    memberships.update()
    .where(_m.id == b("card"))
    .values(pin_mark=b("mark"), pin_failures=0, version=_m.version + 1)
    .returning(_m.id)
)
COUNT_PIN_FAILURE = (
    memberships.update()
    .where(_m.id == b("card"))
    .values(pin_failures=b("failures", type_=sa.Integer))
)

# -- media

MEDIA_OF = sa.select(card_media).where(_d.membership_id == b("card")).order_by(_d.issued_at, _d.id)
OWNER_OF = sa.select(_d.membership_id, _d.status).where(_d.code == b("medium_code"))
LOSE_MEDIA = (
    card_media.update()
    .where(_d.membership_id == b("card"), _d.status == "active")
    .values(status="lost")
)
FIND_MEDIA = (
    card_media.update()
    .where(_d.membership_id == b("card"), _d.status == "lost")
    .values(status="active")
)
KILL_MEDIA = (
    card_media.update()
    .where(_d.membership_id == b("card"), _d.status != "dead")
    .values(status="dead", died_at=b("now", type_=UtcDateTime))
)

# -- holders

GET_HOLDER = sa.select(card_holders).where(_h.id == b("id"))
SAVE_HOLDER = (
    card_holders.update()
    .where(_h.id == b("holder"), _h.version == b("seen"))
    .values(
        name=b("to_name"),
        phone_sealed=b("to_phone_sealed"),
        phone_hash=b("to_phone_hash"),
        phone_mask=b("to_phone_mask"),
        photo_file_id=b("to_photo"),
        language=b("to_language"),
        version=_h.version + 1,
    )
    .returning(_h.id)
)
FORGET_HOLDERS = (  # of sales that were never paid
    card_holders.delete()
    .where(_h.created_at < b("before", type_=UtcDateTime))
    .where(~sa.exists().where(_m.holder_id == _h.id))
    .where(_h.created_at > b("since", type_=UtcDateTime))
)

# -- lots

LOTS_OF = sa.select(card_lots).where(_l.membership_id == b("card")).order_by(_l.id)
OPEN_LOTS = LOTS_OF.where(_l.closed_at.is_(None), _l.principal_left_minor + _l.bonus_left_minor > 0)
USE_LOT = LOTS_OF.where(_l.closed_at.is_(None), _l.uses_left > 0).limit(1)
MOVE_LOT = (
    card_lots.update()
    .where(_l.id == b("lot"))
    .values(
        principal_left_minor=_plus(_l.principal_left_minor, "principal"),
        bonus_left_minor=_plus(_l.bonus_left_minor, "bonus"),
        uses_left=_plus(_l.uses_left, "more_uses"),
    )
    .returning(_l.id)
)
CLOSE_LOTS = (
    card_lots.update()
    .where(_l.membership_id == b("card"), _l.closed_at.is_(None))
    .values(
        principal_left_minor=0,
        bonus_left_minor=0,
        uses_left=0,
        closed_at=b("now", type_=UtcDateTime),
    )
)
HAND_LOTS = (
    card_lots.update().where(_l.membership_id == b("card")).values(membership_id=b("successor"))
)
CARD_LINES = sa.select(order_lines).where(
    order_lines.c.order_id == b("order_id"), order_lines.c.kind == b("of_kind")
)

# -- spending

ADD_SPEND, ADD_PART = card_spends.insert(), card_spend_parts.insert()
SPEND_OF = (
    sa.select(card_spends)
    .where(_s.cause_noun == b("noun"), _s.cause_id == b("cause_id"))
    .with_for_update()
)
PARTS_OF = (
    sa.select(card_spend_parts, _l.membership_id)
    .join(card_lots, _l.id == _t.lot_id)
    .where(_t.spend_id == b("spend"))
    .order_by(_t.lot_id)
)
PUT_BACK_SPEND = (
    card_spends.update()
    .where(_s.id == b("spend"))
    .values(
        back_minor=_plus(_s.back_minor, "face"), points_back=_plus(_s.points_back, "more_points")
    )
)
PUT_BACK_PART = (
    card_spend_parts.update()
    .where(_t.spend_id == b("spend"), _t.lot_id == b("lot"))
    .values(
        principal_back_minor=_plus(_t.principal_back_minor, "principal"),
        bonus_back_minor=_plus(_t.bonus_back_minor, "bonus"),
    )
)

# -- reservations

ADD_RESERVATION = card_reservations.insert()
RESERVATIONS_OF = sa.select(card_reservations).where(_r.membership_id == b("card"))
WAITING_ORDERS = (
    sa.select(order_lines.c.order_id)
    .join(card_reservations, _r.order_line_id == order_lines.c.id)
    .where(_r.membership_id == b("card"))
    .distinct()
)
FREE_LINES = card_reservations.delete().where(among(_r.order_line_id, "lines"))

# -- returns

ADD_RETURN = card_returns.insert()
FIND_RETURN = sa.select(card_returns).where(card_returns.c.request_id == b("request_id"))
GET_RETURN = sa.select(card_returns).where(card_returns.c.id == b("id"))
RETURNS_OF = (
    sa.select(card_returns)
    .where(card_returns.c.membership_id == b("card"))
    .order_by(card_returns.c.requested_at)
)
DECIDE_RETURN = (
    card_returns.update()
    .where(card_returns.c.id == b("the_return"), card_returns.c.status == "requested")
    .values(status=b("to_status"), decided_at=b("now", type_=UtcDateTime))
    .returning(card_returns.c.id)
)

# -- at a gate: one row is all that a scan needs

SEEN = sa.select(
    memberships,
    _d.status.label("medium_status"),
    _p.name_zh.label("type_zh"),
    _p.name_en.label("type_en"),
    _p.points_per_yuan,
    _p.levels,
    _h.name.label("holder_name"),
).select_from(
    memberships.outerjoin(card_products, _p.id == _m.product_id).outerjoin(
        card_holders, _h.id == _m.holder_id
    )
)
SEEN_BY_CODE = (
    SEEN.join(card_media, _d.membership_id == _m.id)
    .where(_d.code == b("medium_code"))
    .with_for_update(of=memberships)
)
SEEN_BY_ID = (
    SEEN.outerjoin(card_media, _d.code == "")  # none: `false` would look at each
    .where(_m.id == b("id"))
    .with_for_update(of=memberships)
)
SEEN_BY_DOCUMENT = (  # the holder is the medium; from holders to cards, as below
    sa.select(
        memberships,
        sa.literal("active").label("medium_status"),
        _p.name_zh.label("type_zh"),
        _p.name_en.label("type_en"),
        _p.points_per_yuan,
        _p.levels,
        _h.name.label("holder_name"),
    )
    .select_from(
        card_holders.join(memberships, _m.holder_id == _h.id).join(
            card_products, _p.id == _m.product_id
        )
    )
    .where(
        among(_h.document_hash, "marks"),
        _m.status.concat("").in_(["active", "lost", "frozen", "expired"]),
    )
    .order_by(_m.id)
    .with_for_update(of=memberships)
)
HOLD = (
    memberships.update()
    .where(_m.id == b("card"))
    .values(
        held_by=b("new_held_by"),
        held_until=b("new_held_until", type_=UtcDateTime),
        version=_m.version + 1,
    )
)
ENTER = (
    memberships.update()
    .where(_m.id == b("card"))
    .values(
        held_by=None,
        held_until=None,
        inside=b("now_inside"),
        entered_on=b("on_day", type_=sa.Date),
        entered_times=b("times"),
        last_passed_at=b("passed_at", type_=UtcDateTime),
        last_gate_id=b("gate"),
        version=_m.version + 1,
    )
)
LEAVE = memberships.update().where(_m.id == b("card")).values(inside=0, version=_m.version + 1)

# -- sweeps

ENDED = (
    sa.select(_m.id)
    .where(_m.status == "active", _m.valid_until <= b("now", type_=UtcDateTime))
    .order_by(_m.valid_until)
    .limit(b("most"))
)
TO_REMIND = (
    sa.select(_m.id, _m.number, _m.area_id, _m.valid_until)
    .join(card_holders, _h.id == _m.holder_id)
    .where(
        _m.status == "active",
        _m.valid_until > b("now", type_=UtcDateTime),
        _m.valid_until <= b("until", type_=UtcDateTime),
        _m.reminded > b("days", type_=sa.Integer),
        _h.phone_sealed.is_not(None),
    )
    .order_by(_m.valid_until)
    .limit(b("most"))
)
REMINDED = (
    memberships.update()
    .where(_m.id == b("card"), _m.reminded > b("days", type_=sa.Integer))
    .values(reminded=b("days"))
    .returning(_m.id)
)

# -- what became of reminders

_o, _e = outbox_messages.c, message_deliveries.c
OUTCOME = sa.case(
    (_o.status == "dropped", "withheld"),
    (_o.status == "failed", "failed"),
    (_e.state.is_not(None), _e.state),
    (_o.status == "due", "waiting"),
    else_="withheld",  # carried, and there was no phone any more
)
_reminders = (
    sa.select(
        _o.id,
        _o.subject_id.label("card_id"),
        _o.payload,
        _o.status.label("outbox_status"),
        _o.last_error,
        _o.created_at,
        _e.id.label("delivery_id"),
        _e.address_mask,
        _e.reason,
        _e.settled_at,
        OUTCOME.label("outcome"),
        _m.number,
        _m.valid_until,
        _m.area_id,
        _h.name.label("holder_name"),
    )
    .select_from(
        outbox_messages.join(memberships, _m.id == _o.subject_id)
        .outerjoin(card_holders, _h.id == _m.holder_id)
        .outerjoin(message_deliveries, _e.key == _o.id)
    )
    .where(_o.area_id == b("area"), _o.kind == "card.reminder")
)
REMINDERS = Keyset.of(_reminders, _o.created_at, _o.id)
REMINDERS_OF = Keyset.of(_reminders.where(among(OUTCOME, "outcomes")), _o.created_at, _o.id)
REMINDERS_COUNTED = (
    sa.select(OUTCOME.label("outcome"), sa.func.count().label("many"))
    .select_from(outbox_messages.outerjoin(message_deliveries, _e.key == _o.id))
    .where(
        _o.area_id == b("area"),
        _o.kind == "card.reminder",
        _o.created_at >= b("since", type_=UtcDateTime),
    )
    .group_by(OUTCOME)
)
REMINDER = (
    sa.select(_o.id, _o.kind, _o.subject_id, _o.area_id, _o.status, _o.created_at, _e.state)
    .select_from(outbox_messages.outerjoin(message_deliveries, _e.key == _o.id))
    .where(_o.id == b("id"), _o.kind == "card.reminder")
)
LATER_REMINDER = (
    sa.select(_o.id)
    .where(
        _o.noun == "membership",
        _o.subject_id == b("card"),
        _o.kind == "card.reminder",
        _o.id > b("id"),
    )
    .limit(1)
)

# -- questions

LISTED = [
    _m.id,
    _m.number,
    _m.area_id,
    _m.product_id,
    _m.kind,
    _m.status,
    _m.note,
    _m.principal_minor,
    _m.bonus_minor,
    _m.deposit_minor,
    _m.uses_left,
    _m.points,
    _m.level,
    _m.valid_until,
    _m.reminded,
    _m.created_at,
    _m.opened_at,
    _m.holder_id,
    _h.name.label("holder_name"),
    _h.phone_mask,
    _h.document_mask,
    _h.photo_file_id,
    _p.name_zh.label("product_zh"),
    _p.name_en.label("product_en"),
]
_listed = sa.select(*LISTED).select_from(
    memberships.outerjoin(card_holders, _h.id == _m.holder_id).outerjoin(
        card_products, _p.id == _m.product_id
    )
)
NUMBERS = sa.select(_m.id, _m.number).where(among(_m.id, "cards"))
FIND_BY_NUMBER = _listed.where(_m.number == b("number"))
FIND_BY_MEDIUM = _listed.join(card_media, _d.membership_id == _m.id).where(
    _d.code == b("medium_code")
)
# from the holder to his cards: an outer join would read every card
_of_holder = (
    sa.select(*LISTED)
    .select_from(
        card_holders.join(memberships, _m.holder_id == _h.id).outerjoin(
            card_products, _p.id == _m.product_id
        )
    )
    .order_by(_m.created_at.desc())
    .limit(b("most"))
)
FIND_BY_PHONE = _of_holder.where(among(_h.phone_hash, "marks"))
FIND_BY_DOCUMENT = _of_holder.where(among(_h.document_hash, "marks"))
FIND_BY_NAME = _of_holder.where(_h.name == b("name"))
_filters = {
    "status": _m.status == b("status"),
    "product_id": _m.product_id == b("product_id"),
    "level": _m.level == b("level", type_=sa.Integer),
}
LISTS = {  # by which of the filters are set
    names: Keyset.of(
        _listed.where(_m.area_id == b("area"), *(_filters[name] for name in names)),
        _m.created_at,
        _m.id,
    )
    for many in range(len(_filters) + 1)
    for names in combinations(_filters, many)
}
LIST_ENDING = Keyset.of(  # active ones, the nearest end first
    _listed.where(
        _m.area_id == b("area"),
        _m.status == "active",
        _m.valid_until > b("since", type_=UtcDateTime),
        _m.valid_until <= b("until", type_=UtcDateTime),
    ),
    _m.valid_until,
    _m.id,
    ascending=True,
)
LOT_TOTALS = (
    sa.select(
        _l.kind,
        _p.id.label("product_id"),
        _p.name_zh,
        _p.name_en,
        sa.func.count().label("lots"),
        sa.func.sum(_l.principal_minor).label("principal_minor"),
        sa.func.sum(_l.bonus_minor).label("bonus_minor"),
        sa.func.sum(_l.principal_left_minor).label("principal_left_minor"),
        sa.func.sum(_l.bonus_left_minor).label("bonus_left_minor"),
        sa.func.sum(_l.uses).label("uses"),
        sa.func.sum(_l.uses_left).label("uses_left"),
    )
    .join(memberships, _m.id == _l.membership_id)
    .outerjoin(card_products, _p.id == _m.product_id)
    .where(_m.area_id == b("area"), _l.closed_at.is_(None))
    .group_by(_l.kind, _p.id, _p.name_zh, _p.name_en)
    .order_by(_p.name_zh, _l.kind)
)
_accounts = ("member_principal", "member_bonus", "member_deposits", "member_uses", "member_points")
STATEMENT = (
    sa.select(
        ledger_postings.c.seq,
        ledger_postings.c.at,
        ledger_postings.c.account_kind,
        ledger_postings.c.currency,
        ledger_postings.c.amount_minor,
        ledger_entries.c.text,
        ledger_entries.c.cause_noun,
        ledger_entries.c.cause_id,
    )
    .join(ledger_entries, ledger_entries.c.id == ledger_postings.c.entry_id)
    .where(
        ledger_postings.c.owner_id == b("card"),
        ledger_postings.c.account_kind.in_(_accounts),
        ledger_postings.c.seq < b("before"),
    )
    .order_by(ledger_postings.c.seq.desc())
    .limit(b("most"))
)
SPENDS_OF = (
    sa.select(card_spends)
    .where(_s.membership_id == b("card"))
    .order_by(_s.spent_at.desc(), _s.id.desc())
    .limit(b("most"))
)
TOTALS = (
    sa.select(
        _m.kind,
        _m.status,
        sa.func.count().label("cards"),
        sa.func.sum(_m.principal_minor).label("principal_minor"),
        sa.func.sum(_m.bonus_minor).label("bonus_minor"),
        sa.func.sum(_m.deposit_minor).label("deposit_minor"),
        sa.func.sum(_m.uses_left).label("uses_left"),
        sa.func.sum(_m.points).label("points"),
    )
    .where(_m.area_id == b("area"))
    .group_by(_m.kind, _m.status)
)

# -- initialising

IN_RANGE = (
    sa.select(memberships)
    .where(
        _m.area_id == b("area"),
        _m.number >= b("first"),
        _m.number <= b("last"),
        sa.func.length(_m.number) == b("width", type_=sa.Integer),
    )
    .order_by(_m.number)
    .limit(b("most"))
)
REBUILD = (
    memberships.update()
    .where(_m.id == b("card"))
    .values(
        principal_minor=b("principal"),
        bonus_minor=b("bonus"),
        deposit_minor=b("deposit"),
        uses_left=b("uses"),
        points=b("to_points"),
        version=_m.version + 1,
    )
)

# -- from an old system

NUMBERS_AMONG = sa.select(_m.number).where(among(_m.number, "numbers"))
CODES_AMONG = sa.select(_d.code).where(among(_d.code, "codes"))
USED = sa.union_all(
    sa.select(_s.id).where(_s.membership_id == b("card")),
    sa.select(_r.order_line_id).where(_r.membership_id == b("card")),
    sa.select(redemptions.c.id).where(redemptions.c.card_id == b("card")),
).limit(1)
DROP_MEDIA = card_media.delete().where(_d.membership_id == b("card"))
DROP_LOTS = card_lots.delete().where(_l.membership_id == b("card"))
DROP_CARD = memberships.delete().where(_m.id == b("card"))
DROP_HOLDER = card_holders.delete().where(
    _h.id == b("holder"), ~sa.exists().where(_m.holder_id == _h.id)
)
HELD_IN = sa.select(
    sa.func.count().label("cards"),
    sa.func.sum(_m.principal_minor).label("principal"),
    sa.func.sum(_m.bonus_minor).label("bonus"),
    sa.func.sum(_m.deposit_minor).label("deposit"),
    sa.func.sum(_m.uses_left).label("uses"),
    sa.func.sum(_m.points).label("points"),
).where(_m.area_id == b("area"), _m.product_id.is_not(None))

# -- verification: what a card says, its lots say and the ledger says is the same


def _on(account: str) -> Any:
    amount = sa.case((ledger_postings.c.account_kind == account, -ledger_postings.c.amount_minor))
    return sa.func.coalesce(sa.func.sum(amount), 0)


ON_LEDGER = (
    sa.select(
        ledger_postings.c.owner_id,
        _on("member_principal").label("principal"),
        _on("member_bonus").label("bonus"),
        _on("member_deposits").label("deposit"),
        _on("member_uses").label("uses"),
        _on("member_points").label("points"),
    )
    .where(ledger_postings.c.account_kind.in_(_accounts))
    .group_by(ledger_postings.c.owner_id)
)
_of_import = ledger_postings.c.entry_id.in_(
    sa.select(ledger_entries.c.id).where(
        ledger_entries.c.cause_noun == "import", ledger_entries.c.cause_id == b("import_id")
    )
)
_cards_of_import = (
    sa.select(sa.func.count())
    .select_from(import_rows)
    .join(memberships, _m.id == import_rows.c.subject_id)
    .where(import_rows.c.import_id == b("import_id"), import_rows.c.status.in_(["done", "kept"]))
    .scalar_subquery()
)
BROUGHT_BY = sa.select(
    _cards_of_import.label("cards"),
    _on("member_principal").label("principal"),
    _on("member_bonus").label("bonus"),
    _on("member_deposits").label("deposit"),
    _on("member_uses").label("uses"),
    _on("member_points").label("points"),
).where(_of_import)
_g = ON_LEDGER.subquery()
LEDGER_OF = ON_LEDGER.where(ledger_postings.c.owner_id == b("card"))
_lots = (
    sa.select(
        _l.membership_id,
        sa.func.sum(_l.principal_left_minor).label("principal"),
        sa.func.sum(_l.bonus_left_minor).label("bonus"),
        sa.func.sum(_l.uses_left).label("uses"),
    )
    .group_by(_l.membership_id)
    .subquery()
)


def _or_0(column: Any) -> Any:
    return sa.func.coalesce(column, 0)


WRONG_CARDS = (
    sa.select(
        _m.number,
        _m.principal_minor,
        _m.bonus_minor,
        _m.deposit_minor,
        _m.uses_left,
        _m.points,
        _or_0(_g.c.principal).label("ledger_principal"),
        _or_0(_g.c.bonus).label("ledger_bonus"),
        _or_0(_g.c.deposit).label("ledger_deposit"),
        _or_0(_g.c.uses).label("ledger_uses"),
        _or_0(_g.c.points).label("ledger_points"),
        _or_0(_lots.c.principal).label("lots_principal"),
        _or_0(_lots.c.bonus).label("lots_bonus"),
        _or_0(_lots.c.uses).label("lots_uses"),
    )
    .outerjoin(_g, _g.c.owner_id == _m.id)
    .outerjoin(_lots, _lots.c.membership_id == _m.id)
    .where(
        sa.or_(
            _m.principal_minor != _or_0(_g.c.principal),
            _m.bonus_minor != _or_0(_g.c.bonus),
            _m.deposit_minor != _or_0(_g.c.deposit),
            _m.uses_left != _or_0(_g.c.uses),
            _m.points != _or_0(_g.c.points),
            _m.principal_minor != _or_0(_lots.c.principal),
            _m.bonus_minor != _or_0(_lots.c.bonus),
            _m.uses_left != _or_0(_lots.c.uses),
        )
    )
    .limit(b("most"))
)
_parts = (
    sa.select(
        _t.spend_id,
        sa.func.sum(_t.principal_minor + _t.bonus_minor).label("face"),
        sa.func.sum(_t.principal_back_minor + _t.bonus_back_minor).label("back"),
    )
    .group_by(_t.spend_id)
    .subquery()
)
WRONG_SPENDS = (
    sa.select(
        _s.id,
        _s.face_minor,
        _s.back_minor,
        _or_0(_parts.c.face).label("in_parts"),
        _or_0(_parts.c.back).label("back_in_parts"),
    )
    .outerjoin(_parts, _parts.c.spend_id == _s.id)
    .where(sa.or_(_s.face_minor != _or_0(_parts.c.face), _s.back_minor != _or_0(_parts.c.back)))
    .limit(b("most"))
)
DEAD_BUT_OPEN = (  # a replaced or returned card that still has a medium or a balance
    sa.select(_m.number, _m.status)
    .where(
        _m.status.in_(["replaced", "returned"]),
        sa.or_(
            _m.principal_minor + _m.bonus_minor + _m.deposit_minor + _m.uses_left > 0,
            sa.exists().where(_d.membership_id == _m.id, _d.status != "dead"),
        ),
    )
    .limit(b("most"))
)
