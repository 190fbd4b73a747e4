"""Every statement over payment platforms."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.platforms.tables import payment_platforms, platform_hearings
from domain.kernel.columns import Bytes, Json, UtcDateTime

_p, _h = payment_platforms, platform_hearings

LIST = sa.select(_p).order_by(_p.c.tender)
GET = sa.select(_p).where(_p.c.tender == b("tender"))
ADD = _p.insert()
SAVE = (
    _p.update()
    .where(_p.c.tender == b("of_tender"), _p.c.version == b("seen"))
    .values(
        settings=b("to_settings", type_=Json),
        secrets_sealed=b("to_secrets", type_=Bytes),
        marks=b("to_marks", type_=Json),
        channels=b("to_channels", type_=Json),
        version=_p.c.version + 1,
        changed_at=b("at", type_=UtcDateTime),
    )
    .returning(_p.c.tender)
)

HEARINGS = sa.select(_h)
GET_HEARING = sa.select(_h.c.tender).where(_h.c.tender == b("tender"))
ADD_HEARING = _h.insert()
NOTE_CALLBACK = (
    _h.update().where(_h.c.tender == b("of_tender")).values(callback_at=b("at", type_=UtcDateTime))
)
NOTE_REJECTED = (
    _h.update().where(_h.c.tender == b("of_tender")).values(rejected_at=b("at", type_=UtcDateTime))
)
NOTE_TRY = (
    _h.update()
    .where(_h.c.tender == b("of_tender"))
    .values(tried_at=b("at", type_=UtcDateTime), try_is_good=b("good"))
)
