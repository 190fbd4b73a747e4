"""Every statement over agents, their levels, entries, statements and keys."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.agents.tables import (
    agent_entries,
    agent_keys,
    agent_level_prices,
    agent_levels,
    agent_statements,
    agent_visits,
    agents,
)
from domain.commerce.ledger.tables import ledger_postings
from domain.commerce.orders.tables import orders
from domain.commerce.payments.tables import payments
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset

_a, _l, _p, _e, _s, _k, _v, _o = (
    agents.c,
    agent_levels.c,
    agent_level_prices.c,
    agent_entries.c,
    agent_statements.c,
    agent_keys.c,
    agent_visits.c,
    orders.c,
)

ADD_LEVEL, ADD_PRICE = agent_levels.insert(), agent_level_prices.insert()
GET_LEVEL = sa.select(agent_levels).where(_l.id == b("id"))
LEVELS = (
    sa.select(agent_levels)
    .where(_l.area_id == b("area"), _l.retired_at.is_(None))
    .order_by(_l.off_bps, _l.id)
)
CHANGE_LEVEL = (
    agent_levels.update()
    .where(_l.id == b("level"), _l.version == b("seen"))
    .values(name_zh=b("to_zh"), name_en=b("to_en"), off_bps=b("to_off"), version=_l.version + 1)
    .returning(_l.version)
)
PRICES_OF = sa.select(agent_level_prices).where(_p.level_id == b("level"))
DROP_PRICES = agent_level_prices.delete().where(_p.level_id == b("level"))

ADD_AGENT = agents.insert()
GET_AGENT = sa.select(agents).where(_a.id == b("id"))
AGENTS_BY_ID = sa.select(agents).where(among(_a.id, "ids"))
AGENTS_BY_LEVEL = (
    sa.select(_a.level_id, sa.func.count().label("many"))
    .where(_a.area_id == b("area"))
    .group_by(_a.level_id)
)
LOCK_AGENT = sa.select(agents).where(_a.id == b("id")).with_for_update()
BY_CODE = sa.select(_a.id).where(_a.code == b("code"))
CHANGE_AGENT = (
    agents.update()
    .where(_a.id == b("agent"), _a.version == b("seen"))
    .values(
        {name: b(f"to_{name}", type_=_a[name].type) for name in
         ("name", "contact", "phone", "email", "level_id", "status", "credit_limit_minor",
          "gate_id")}
        | {"version": _a.version + 1}
    )
    .returning(_a.version)
)  # fmt: skip
MOVE = (
    agents.update()
    .where(
        _a.id == b("agent"), _a.prepaid_minor == b("from_prepaid"), _a.owed_minor == b("from_owed")
    )
    .values(prepaid_minor=b("to_prepaid"), owed_minor=b("to_owed"))
    .returning(_a.id)
)
FREEZE = (
    agents.update()
    .where(_a.id == b("agent"))
    .values(credit_frozen_at=b("since", type_=UtcDateTime))
)
LIST = Keyset.of(
    sa.select(agents, _l.name_zh.label("level_zh"), _l.name_en.label("level_en"))
    .join(agent_levels, _l.id == _a.level_id)
    .where(
        among(_a.area_id, "areas"),
        sa.or_(b("state", type_=sa.String) == "", _a.status == b("state", type_=sa.String)),
        sa.or_(
            b("words", type_=sa.String) == "",
            _a.name.contains(b("words", type_=sa.String)),
            _a.code == b("words", type_=sa.String),
        ),
    ),
    _a.created_at,
    _a.id,
)

ADD_ENTRY = agent_entries.insert()
ENTRIES = Keyset.of(
    sa.select(agent_entries, _o.number.label("order_number"))
    .outerjoin(orders, _o.id == _e.order_id)
    .where(_e.agent_id == b("agent")),
    _e.at,
    _e.id,
)
ENTRIES_BETWEEN = (
    sa.select(agent_entries)
    .where(
        _e.agent_id == b("agent"),
        _e.at >= b("since", type_=UtcDateTime),
        _e.at < b("until", type_=UtcDateTime),
    )
    .order_by(_e.at, _e.id)
)
STATED = (
    sa.select(agent_entries, _o.number.label("order_number"), _o.visit_on, _o.tickets, _o.note)
    .outerjoin(orders, _o.id == _e.order_id)
    .where(
        _e.agent_id == b("agent"),
        _e.at >= b("since", type_=UtcDateTime),
        _e.at < b("until", type_=UtcDateTime),
    )
    .order_by(_e.at, _e.id)
)
BALANCE_BEFORE = sa.select(  # added up: two that came at once may be kept in the other order
    sa.cast(sa.func.coalesce(sa.func.sum(_e.prepaid_minor), 0), sa.BigInteger).label("prepaid"),
    sa.cast(sa.func.coalesce(sa.func.sum(_e.owed_minor), 0), sa.BigInteger).label("owed"),
).where(_e.agent_id == b("agent"), _e.at < b("until", type_=UtcDateTime))
RECEIVED_SINCE = sa.select(sa.func.coalesce(sa.func.sum(-_e.owed_minor), 0).label("minor")).where(
    _e.agent_id == b("agent"),
    _e.act.in_(["received", "refunded", "corrected"]),
    _e.at >= b("since", type_=UtcDateTime),
)
FIND_RECEIPT = sa.select(agent_entries).where(
    _e.agent_id == b("agent"), _e.cause_id == b("cause"), _e.act == "received"
)

ADD_STATEMENT = agent_statements.insert()
STATEMENT_OF = sa.select(agent_statements).where(
    _s.agent_id == b("agent"), _s.month == b("month", type_=sa.Date)
)
LAST_STATEMENT = (
    sa.select(_s.month).where(_s.agent_id == b("agent")).order_by(_s.month.desc()).limit(1)
)
GET_STATEMENT = sa.select(agent_statements).where(_s.id == b("id"))
STATEMENTS = sa.select(agent_statements).where(_s.agent_id == b("agent")).order_by(_s.month.desc())
UNSETTLED = (
    sa.select(agent_statements)
    .where(_s.agent_id == b("agent"), _s.settled_at.is_(None))
    .order_by(_s.month)
)
SETTLE = (
    agent_statements.update()
    .where(_s.id == b("statement"), _s.settled_at.is_(None))
    .values(settled_at=b("now", type_=UtcDateTime))
)
EVERY_AGENT = (  # who left still owes what it owes
    sa.select(_a.id)
    .where(sa.or_(_a.status != "retired", _a.prepaid_minor != 0, _a.owed_minor != 0))
    .order_by(_a.id)
)

ADD_KEY = agent_keys.insert()
KEYS_OF = (
    sa.select(agent_keys).where(_k.agent_id == b("agent")).order_by(_k.created_at.desc(), _k.id)
)
FIND_KEY = (
    sa.select(_k.id, _k.agent_id, _k.used_at, _a.status, _a.area_id, _a.code, _a.level_id)
    .join(agents, _a.id == _k.agent_id)
    .where(_k.token_hash == b("token"), _k.revoked_at.is_(None))
)
USE_KEY = agent_keys.update().where(_k.id == b("key")).values(used_at=b("now", type_=UtcDateTime))
REVOKE_KEY = (
    agent_keys.update()
    .where(_k.id == b("key"), _k.agent_id == b("agent"), _k.revoked_at.is_(None))
    .values(revoked_at=b("now", type_=UtcDateTime))
    .returning(_k.id)
)

AT_DOOR = sa.select(_a.id, _a.access_hash).where(
    _a.code == b("code"), _a.status != "retired", _a.access_hash.is_not(None)
)
SET_ACCESS = agents.update().where(_a.id == b("agent")).values(access_hash=b("hash"))
ADD_VISIT = agent_visits.insert()
FIND_VISIT = (
    sa.select(agents, _v.id.label("visit_id"))
    .join(agent_visits, _v.agent_id == _a.id)
    .where(
        _v.token_hash == b("token"),
        _v.ends_at > b("now", type_=UtcDateTime),
        _a.status != "retired",
    )
)
END_VISIT = agent_visits.delete().where(_v.id == b("visit"))
END_VISITS_OF = agent_visits.delete().where(_v.agent_id == b("agent"))
FORGET_VISITS = agent_visits.delete().where(_v.ends_at <= b("now", type_=UtcDateTime))

ORDERS_OF = Keyset.of(
    sa.select(orders).where(
        _o.id.in_(sa.select(_e.order_id).where(_e.agent_id == b("agent"), _e.act == "charged")),
        sa.or_(
            b("words", type_=sa.String) == "",
            _o.number == b("words", type_=sa.String),
            _o.contact_name.contains(b("words", type_=sa.String)),
            _o.note.contains(b("words", type_=sa.String)),
        ),
    ),
    _o.placed_at,
    _o.id,
)
IS_OWN = (
    sa.select(_e.id)
    .where(_e.agent_id == b("agent"), _e.order_id == b("order"), _e.act == "charged")
    .limit(1)
)
ORDER_OF_PAYMENT = sa.select(payments.c.order_id).where(payments.c.id == b("payment"))


def _in_ledger(kind: str) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.coalesce(sa.func.sum(ledger_postings.c.amount_minor), 0))
        .where(ledger_postings.c.account_kind == kind, ledger_postings.c.owner_id == _a.id)
        .correlate(agents)
        .scalar_subquery()
    )


_prepaid, _owed = _in_ledger("agent_prepaid"), _in_ledger("agent_credit")
_moved = (
    sa.select(
        _e.agent_id,
        sa.func.sum(_e.prepaid_minor).label("prepaid"),
        sa.func.sum(_e.owed_minor).label("owed"),
    )
    .group_by(_e.agent_id)
    .subquery()
)
WRONG_AGENTS = (
    sa.select(
        _a.code,
        _a.prepaid_minor,
        _a.owed_minor,
        (-_prepaid).label("ledger_prepaid"),
        _owed.label("ledger_owed"),
        sa.func.coalesce(_moved.c.prepaid, 0).label("moved_prepaid"),
        sa.func.coalesce(_moved.c.owed, 0).label("moved_owed"),
    )
    .outerjoin(_moved, _moved.c.agent_id == _a.id)
    .where(
        sa.or_(
            _a.prepaid_minor != -_prepaid,
            _a.owed_minor != _owed,
            _a.prepaid_minor != sa.func.coalesce(_moved.c.prepaid, 0),
            _a.owed_minor != sa.func.coalesce(_moved.c.owed, 0),
        )
    )
    .limit(b("most", type_=sa.Integer))
)
