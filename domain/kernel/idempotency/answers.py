"""Same key, same request: the stored answer. Same key, other request: a conflict (domain.md, 1)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, say
from domain.kernel.idempotency import store


def request_hash(request: Mapping[str, Any]) -> str:
    """SHA-256 of a request in canonical JSON; dates and other values as their text."""
    text = json.dumps(request, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


async def earlier_answer(
    tx: Tx, scope: str, key: str, request: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The answer given before to this very request, or None when it is new.

    Raises Conflict IDEMPOTENCY_CONFLICT when the key came with another request.
    """
    found = await tx.one(store.FIND_ANSWER, scope=scope, key=key)
    if found is None:
        return None
    if found.request_hash != request_hash(request):
        raise Conflict(
            say("This key was already used for another request."), code="IDEMPOTENCY_CONFLICT"
        )
    return dict(found.answer)


def keep_answer(
    tx: Tx,
    scope: str,
    key: str,
    request: Mapping[str, Any],
    answer: Mapping[str, Any],
    now: datetime,
) -> None:
    """Store the answer beside what it answers, in the same transaction.

    Of two at once the second breaks the primary key, is rolled back, and asks again.
    """
    tx.add(
        store.ADD_ANSWER,
        scope=scope,
        key=key,
        request_hash=request_hash(request),
        answer=dict(answer),
        answered_at=now,
    )
