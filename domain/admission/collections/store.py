"""Every statement over collections, their codes and wrong guesses."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.admission.collections.tables import collection_codes, collections, wrong_guesses
from domain.admission.devices.tables import devices
from domain.commerce.orders.tables import orders
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.operation.places.tables import areas, windows

_c, _k, _g, _o = collections.c, collection_codes.c, wrong_guesses.c, orders.c

ADD_CODE = collection_codes.insert()
CODE_OF = sa.select(_k.code).where(_k.order_id == b("order_id"))
ORDER_OF_CODE = sa.select(_k.order_id).where(_k.code == b("code"))

COLLECT = (
    insert(collections)
    .values(
        order_id=b("order_id"),
        place_kind=b("place_kind"),
        place_id=b("place_id"),
        collected_by=b("collected_by"),
        collected_at=b("now", type_=UtcDateTime),
    )
    .on_conflict_do_nothing(index_elements=["order_id"])
    .returning(_c.order_id)
)
COLLECTIONS_OF = (
    sa.select(
        _c.order_id,
        _c.place_kind,
        _c.place_id,
        _c.collected_at,
        sa.func.coalesce(windows.c.name_zh, devices.c.name, "").label("place_zh"),
        sa.func.coalesce(windows.c.name_en, "").label("place_en"),
        areas.c.time_zone,
    )
    .select_from(collections)
    .join(orders, _o.id == _c.order_id)
    .join(areas, areas.c.id == _o.area_id)
    .outerjoin(windows, windows.c.id == _c.place_id)
    .outerjoin(devices, devices.c.id == _c.place_id)
    .where(among(_c.order_id, "ids"))
)
_to_collect = (
    sa.select(_o.id)
    .where(
        _o.area_id == b("area_id"),
        _o.visit_on == b("visit_on", type_=sa.Date),
        _o.channel.in_(["shop", "agent", "ota"]),
        _o.status.in_(["paid", "part_refunded"]),
        ~sa.exists().where(_c.order_id == _o.id),
    )
    .limit(b("most"))
)
COUNT_WAITING = sa.select(sa.func.count().label("many")).select_from(_to_collect.subquery())

ADD_GUESS = wrong_guesses.insert()
COUNT_GUESSES = sa.select(sa.func.count().label("many")).where(
    _g.lane == b("lane"), _g.at > b("since", type_=UtcDateTime)
)
FORGIVE_GUESS = wrong_guesses.delete().where(_g.id == b("guess"))
FORGET_GUESSES = wrong_guesses.delete().where(_g.at <= b("before", type_=UtcDateTime))
