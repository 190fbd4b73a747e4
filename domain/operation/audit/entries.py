"""Writing the audit trail: one entry for each change, in the transaction that makes the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.operation.audit import store


def record(
    tx: Tx,
    actor: Actor,
    act: str,
    subject_id: str,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    area_id: str | None = None,
    **detail: Any,
) -> None:
    """Write that `actor` did `act` ("order.paid": noun, past participle) to the noun `subject_id`.

    `area_id` is the area it is about: who may see the trail of one area only sees what says so.
    `before` and `after` hold only what changed, as JSON values; never a code, an identity number,
    a phone number or a secret.
    """
    kept = {key: value for key, value in detail.items() if value is not None}
    if before is not None:
        kept["before"] = dict(before)
    if after is not None:
        kept["after"] = dict(after)
    tx.add(
        store.ADD_ENTRY,
        at=now,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        place_id=actor.place_id,
        area_id=area_id,
        address=actor.address,
        act=act,
        noun=act.partition(".")[0],
        subject_id=subject_id,
        number=number_in(after or {}),
        request_id=actor.request_id,
        detail=kept,
    )


def number_in(after: Mapping[str, Any]) -> str | None:
    """The number by which people call the subject, where the entry tells it: it is searched for."""
    number = after.get("number") or after.get("code") or after.get("login")
    return str(number)[:40] if isinstance(number, str) and number else None
