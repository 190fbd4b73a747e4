"""Every statement over the answers already given."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.idempotency.tables import idempotency_answers

_t = idempotency_answers
FIND_ANSWER = sa.select(_t.c.request_hash, _t.c.answer).where(
    _t.c.scope == b("scope"), _t.c.key == b("key")
)
ADD_ANSWER = _t.insert().values(
    scope=b("scope"),
    key=b("key"),
    request_hash=b("request_hash"),
    answer=b("answer"),
    answered_at=b("answered_at"),
)
