"""Putting work that leaves the process into the outbox."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.kernel import ids
from domain.kernel.db import Tx
from domain.operation.outbox import store


def enqueue(
    tx: Tx,
    kind: str,
    noun: str,
    subject_id: str,
    payload: Mapping[str, Any],
    now: datetime,
    *,
    due_at: datetime | None = None,
    area_id: str | None = None,
) -> str:
    """Write one piece of work beside its cause; a carrier registered for `kind` does it later.
    Without an area only who sees everything sees it in the worklist."""
    message_id = ids.new_id()
    tx.add(
        store.ADD_MESSAGE,
        id=message_id,
        kind=kind,
        noun=noun,
        subject_id=subject_id,
        payload=dict(payload),
        area_id=area_id,
        due_at=due_at or now,
        created_at=now,
    )
    return message_id
