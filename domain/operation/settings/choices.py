"""Reading what the operator chose, and choosing anew."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.audit import record
from domain.operation.settings import store
from domain.operation.settings.model import HOUSE_ONLY, OperatorSettings

HOUSE = ""  # the area id of what holds for the whole installation


class Own(NamedTuple):
    """What was chosen at one place itself. `edition` rises with every change there."""

    values: Mapping[str, Any]
    edition: int


async def current(tx: Tx, area_id: str = HOUSE) -> OperatorSettings:
    """The settings in force for an area: its own, else the installation's, else the default."""
    rows = await tx.rows(store.LIST_SETTINGS, area_id=area_id)
    chosen = {row.key: row.value for row in sorted(rows, key=lambda row: row.area_id)}
    return OperatorSettings.model_validate(
        {key: value for key, value in chosen.items() if key in OperatorSettings.model_fields}
    )


async def own(tx: Tx, area_id: str = HOUSE) -> Own:
    """What an area (or the installation) chose itself, without what it inherits."""
    rows = await tx.rows(store.READ_OWN, area_id=area_id)
    values = {row.key: row.value for row in rows if row.value is not None}
    return Own(values, sum(row.version for row in rows))


async def chosen(tx: Tx) -> list[Any]:
    """Every choice that is in force anywhere: key, area, value, who made it and when."""
    return await tx.rows(store.LIST_CHOSEN)


async def change(
    tx: Tx,
    actor: Actor,
    wanted: Mapping[str, Any],
    now: datetime,
    *,
    area_id: str = HOUSE,
    edition: int,
) -> None:
    """Choose these values at a place, leaving others as they are; None goes back to what is
    inherited. Raises InvalidInput, and Conflict VERSION_CONFLICT when changed meanwhile."""
    rows = {row.key: row for row in await tx.rows(store.LIST_OWN, area_id=area_id)}
    if sum(row.version for row in rows.values()) != edition:
        raise Conflict(code="VERSION_CONFLICT")
    _must_make_sense(wanted, area_id)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for key, value in wanted.items():
        was = rows[key].value if key in rows else None
        if was == value:
            continue
        before[key], after[key] = was, value
        await _save(tx, actor, key, area_id, value, rows.get(key), now)
    if after:
        subject = area_id or "house"
        record(
            tx,
            actor,
            "settings.changed",
            subject,
            now,
            before=before,
            after=after,
            area_id=area_id or None,
        )


def _must_make_sense(wanted: Mapping[str, Any], area_id: str) -> None:
    unknown = set(wanted) - set(OperatorSettings.model_fields)
    if area_id:
        unknown |= set(wanted) & HOUSE_ONLY
    if unknown:
        raise InvalidInput({key: say("This cannot be chosen here.") for key in sorted(unknown)})
    given = {key: value for key, value in wanted.items() if value is not None}
    try:
        OperatorSettings.model_validate(given)
    except ValidationError as error:
        places = {str(problem["loc"][0]) for problem in error.errors(include_input=False)}
        message = say("This value cannot be used.")
        raise InvalidInput({place: message for place in sorted(places)}) from None


async def _save(
    tx: Tx, actor: Actor, key: str, area_id: str, value: Any, old: Any | None, now: datetime
) -> None:
    if old is None:
        tx.add(
            store.ADD_SETTING,
            key=key,
            area_id=area_id,
            value=value,
            changed_by=actor.id,
            changed_at=now,
        )
        return
    saved = await tx.one(
        store.SAVE_SETTING,
        of_key=key,
        of_area_id=area_id,
        seen_version=old.version,
        new_value=value,
        by=actor.id,
        at=now,
    )
    if saved is None:
        raise Conflict(code="VERSION_CONFLICT")
