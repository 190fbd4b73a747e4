"""Every statement over messages."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import Bytes, Json, UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.messages.tables import (
    message_deliveries,
    message_limits,
    message_opt_outs,
    message_providers,
    message_template_versions,
    message_templates,
    one_time_codes,
)

NOW, SINCE = b("now", type_=UtcDateTime), b("since", type_=UtcDateTime)
MOST = b("most", type_=sa.Integer)

# -- providers

_p = message_providers
ADD_PROVIDER = _p.insert()
GET_PROVIDER = sa.select(_p).where(_p.c.id == b("id"))
LIST_PROVIDERS = sa.select(_p).order_by(_p.c.channel, _p.c.name, _p.c.id)
PROVIDER_IN_USE = sa.select(_p).where(_p.c.channel == b("channel"), _p.c.is_in_use)
SAVE_PROVIDER = (
    _p.update()
    .where(_p.c.id == b("provider"), _p.c.version == b("seen"))
    .values(
        name=b("to_name"),
        settings=b("to_settings", type_=Json),
        secret_sealed=b("to_secret", type_=Bytes),
        secret_mask=b("to_mask"),
        version=_p.c.version + 1,
    )
    .returning(_p.c.version)
)
REST_PROVIDERS = _p.update().where(_p.c.channel == b("of_channel")).values(is_in_use=False)
USE_PROVIDER = (
    _p.update()
    .where(_p.c.id == b("provider"))
    .values(is_in_use=b("use", type_=sa.Boolean), version=_p.c.version + 1)
    .returning(_p.c.id)
)

# -- templates

_t, _v = message_templates, message_template_versions
GET_TEMPLATE = sa.select(_t).where(_t.c.event == b("event"), _t.c.channel == b("channel"))
LIST_TEMPLATES = sa.select(_t)
ADD_TEMPLATE = _t.insert()
SAVE_TEMPLATE = (
    _t.update()
    .where(_t.c.event == b("of_event"), _t.c.channel == b("of_channel"), _t.c.version == b("seen"))
    .values(content=b("to_content", type_=Json), version=_t.c.version + 1)
    .returning(_t.c.version)
)
SWITCH_TEMPLATE = (
    _t.update()
    .where(_t.c.event == b("of_event"), _t.c.channel == b("of_channel"))
    .values(is_on=b("on", type_=sa.Boolean))
    .returning(_t.c.event)
)
ADD_VERSION = _v.insert()
VERSIONS = (
    sa.select(_v)
    .where(_v.c.event == b("event"), _v.c.channel == b("channel"))
    .order_by(_v.c.number.desc())
    .limit(MOST)
)

# -- deliveries

_d = message_deliveries
ADD_DELIVERY = _d.insert()
GET_DELIVERY = sa.select(_d).where(_d.c.id == b("id"))
BY_KEY = sa.select(_d).where(_d.c.key == b("key"))
BY_REFERENCE = sa.select(_d).where(
    _d.c.provider_id == b("provider"), _d.c.reference == b("reference"), _d.c.reference != ""
)
TAKE = (
    _d.update()
    .where(_d.c.id == b("delivery"), _d.c.attempts == b("seen"))
    .where(_d.c.state.in_(["waiting", "failed"]))
    .values(
        state="sending",
        attempts=_d.c.attempts + 1,
        taken_at=NOW,
        provider_id=b("provider"),
        template_version=b("version"),
        text_sealed=b("sealed", type_=Bytes),
        parts=b("count", type_=sa.Integer),
    )
    .returning(_d.c.attempts)
)
SETTLE = (
    _d.update()
    .where(_d.c.id == b("delivery"), among(_d.c.state, "from_states"))
    .values(
        state=b("to_state"),
        reference=sa.case((b("ref") == "", _d.c.reference), else_=b("ref")),
        reason=b("why"),
        parts=sa.case((b("count", type_=sa.Integer) == 0, _d.c.parts), else_=b("count")),
        settled_at=NOW,
    )
    .returning(_d.c.id)
)
_LIST = sa.select(_d)
DELIVERIES = Keyset.of(_LIST, _d.c.created_at, _d.c.id)
DELIVERIES_BY_STATE = Keyset.of(_LIST.where(_d.c.state == b("state")), _d.c.created_at, _d.c.id)
DELIVERIES_BY_EVENT = Keyset.of(_LIST.where(_d.c.event == b("event")), _d.c.created_at, _d.c.id)
DELIVERIES_BY_ADDRESS = Keyset.of(
    _LIST.where(among(_d.c.address_hash, "marks")), _d.c.created_at, _d.c.id
)
DELIVERIES_ABOUT = (
    sa.select(_d)
    .where(_d.c.noun == b("noun"), _d.c.subject_id == b("subject_id"))
    .order_by(_d.c.created_at.desc())
    .limit(MOST)
)
_counted = sa.select(_d.c.id).where(_d.c.channel == b("channel"), _d.c.taken_at > SINCE)
_to = among(_d.c.address_hash, "marks")
_of = _d.c.event == b("event")


def _count(found: sa.Select[Any]) -> sa.Select[int]:
    return sa.select(sa.func.count().label("many")).select_from(found.limit(MOST).subquery())


COUNT_ALL = _count(_counted)
COUNT_OF_EVENT = _count(_counted.where(_of))
COUNT_TO = _count(_counted.where(_to))
COUNT_TO_OF_EVENT = _count(_counted.where(_to, _of))

# -- opting out, limits

_o, _l = message_opt_outs, message_limits
ADD_OPT_OUT = _o.insert()
IS_OUT = sa.select(_o.c.id).where(_o.c.channel == b("channel"), among(_o.c.address_hash, "marks"))
END_OPT_OUT = _o.delete().where(_o.c.id == b("which")).returning(_o.c.id)
OPT_OUTS = Keyset.of(sa.select(_o), _o.c.at, _o.c.id)
LIST_LIMITS = sa.select(_l)
ADD_LIMIT = _l.insert()
SAVE_LIMIT = (
    _l.update()
    .where(_l.c.word == b("of_word"))
    .values(most=b("to_most", type_=sa.Integer), changed_at=NOW)
    .returning(_l.c.word)
)

# -- one-time codes

_c = one_time_codes
ADD_CODE = _c.insert()
GET_CODE = sa.select(_c).where(_c.c.id == b("id"))
LATEST_CODE = (
    sa.select(_c)
    .where(_c.c.purpose == b("purpose"), among(_c.c.address_hash, "marks"))
    .where(_c.c.used_at.is_(None))
    .order_by(_c.c.created_at.desc(), _c.c.id.desc())
    .limit(1)
)
COUNT_CODES = sa.select(sa.func.count().label("many")).where(
    _c.c.purpose == b("purpose"), among(_c.c.address_hash, "marks"), _c.c.created_at > SINCE
)
COUNT_ASKED = sa.select(sa.func.count().label("many")).where(
    among(_c.c.asker_hash, "marks"), _c.c.created_at > SINCE
)
END_CODES = (
    _c.update()
    .where(_c.c.purpose == b("of_purpose"), among(_c.c.address_hash, "marks"))
    .where(_c.c.used_at.is_(None))
    .values(used_at=NOW)
)
TRY_CODE = (
    _c.update()
    .where(_c.c.id == b("which"), _c.c.used_at.is_(None), _c.c.tries < MOST)
    .values(tries=_c.c.tries + 1)
    .returning(_c.c.tries)
)
USE_CODE = (
    _c.update()
    .where(_c.c.id == b("which"), _c.c.used_at.is_(None))
    .values(used_at=NOW)
    .returning(_c.c.id)
)
FORGET_CODES = _c.delete().where(_c.c.created_at < b("before", type_=UtcDateTime))
