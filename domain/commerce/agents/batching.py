"""Agents changed together: their level, and how much they may owe."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.commerce.agents import store
from domain.commerce.agents.editing import AgentInput, change_agent, get, levels_of
from domain.commerce.agents.model import AgentStatus
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.operation import batches
from domain.operation.batches import Change, FieldGroup, Subject, Value, ValueKind, no_values
from domain.operation.staff import Permission


async def read_levels(tx: Tx, agent_ids: Sequence[str]) -> list[Subject]:
    return [_subject(row, row.level_id) for row in await _rows(tx, agent_ids)]


async def read_limits(tx: Tx, agent_ids: Sequence[str]) -> list[Subject]:
    return [_subject(row, str(row.credit_limit_minor)) for row in await _rows(tx, agent_ids)]


async def _rows(tx: Tx, agent_ids: Sequence[str]) -> list[Any]:
    return await tx.rows(store.AGENTS_BY_ID, ids=list(agent_ids))


def _subject(row: Any, value: str) -> Subject:
    """What BY_ATTRIBUTE looks at is the state."""
    label = f"{row.code} {row.name}"
    return Subject(row.id, label, row.version, value, row.area_id, row.status, "")


async def levels(tx: Tx, area_id: str) -> list[Value]:
    """The area's levels, each with how many agents buy at it."""
    load = {row.level_id: row.many for row in await tx.rows(store.AGENTS_BY_LEVEL, area=area_id)}
    return [
        Value(row.id, row.name_zh, row.name_en, load.get(row.id, 0))
        for row in await levels_of(tx, area_id)
    ]


async def write_level(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    await _write(tx, change, actor, now, level_id=change.value)


async def write_limit(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    await _write(tx, change, actor, now, credit_limit_minor=int(change.value or 0))


async def _write(tx: Tx, change: Change, actor: Actor, now: datetime, **changed: Any) -> None:
    row = await get(tx, change.row_id)
    as_it_is = {name: getattr(row, name) for name in AgentInput._fields}
    as_it_is["status"] = AgentStatus(row.status)
    await change_agent(tx, row.id, AgentInput(**as_it_is | changed), change.version, actor, now)


batches.register(
    FieldGroup(
        noun="agent",
        field="level",
        label=say("Level"),
        title=say("Batch change: levels of agents"),
        permission=Permission.AGENTS_EDIT,
        checked_by=Permission.AGENTS_EDIT,
        read=read_levels,
        values=levels,
        write=write_level,
        attribute=say("State"),
        attribute_words=AgentStatus,
    )
)
batches.register(
    FieldGroup(
        noun="agent",
        field="credit_limit",
        label=say("Credit limit"),
        title=say("Batch change: credit limits of agents"),
        permission=Permission.AGENTS_EDIT,
        checked_by=Permission.AGENTS_EDIT,
        read=read_limits,
        values=no_values,
        write=write_limit,
        kind=ValueKind.MONEY,
        attribute=say("State"),
        attribute_words=AgentStatus,
    )
)
