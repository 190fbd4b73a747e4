"""Every statement over signing keys."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.admission.tickets.tables import media, signing_keys, tickets
from domain.kernel.columns import UtcDateTime

_k = signing_keys.c
_now = b("now", type_=UtcDateTime)

LIST_KEYS = sa.select(_k.kid, _k.public_key, _k.created_at, _k.signs_from, _k.retired_at).order_by(
    _k.signs_from, _k.created_at
)

GET_PRIVATE = sa.select(_k.private_sealed, _k.public_key).where(
    _k.kid == b("kid"), _k.retired_at.is_(None)
)

CURRENT = (
    sa.select(_k.kid)
    .where(_k.signs_from <= _now, _k.retired_at.is_(None))
    .order_by(_k.signs_from.desc(), _k.created_at.desc())
    .limit(1)
)

_new = insert(signing_keys).values(
    kid=b("kid"),
    private_sealed=b("private_sealed"),
    public_key=b("public_key"),
    created_at=_now,
    signs_from=b("signs_from"),
)
ADD_KEY = _new.on_conflict_do_update(  # a number comes back after 21 years
    index_elements=[_k.kid],
    set_={
        "private_sealed": _new.excluded.private_sealed,
        "public_key": _new.excluded.public_key,
        "created_at": _new.excluded.created_at,
        "signs_from": _new.excluded.signs_from,
        "retired_at": None,
    },
    where=_k.retired_at.is_not(None),
).returning(_k.kid)

KEYS_OF_GOOD_TICKETS = (
    sa.select(media.c.kid)
    .join(tickets, tickets.c.id == media.c.ticket_id)
    .where(media.c.kid.is_not(None), tickets.c.valid_until > _now)
    .distinct()
)

RETIRE = (
    signing_keys.update()
    .where(_k.kid == b("of_kid"), _k.retired_at.is_(None))
    .values(retired_at=_now)
    .returning(_k.kid)
)
