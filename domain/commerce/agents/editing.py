"""Agents and their levels: added and changed by staff, with history."""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.commerce.agents import store
from domain.commerce.agents.model import AgentStatus
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, say
from domain.operation import places
from domain.operation.audit import record
from domain.operation.places import GateDirection, PlaceKind

MOST_BPS, MOST_LIMIT = 10_000, 10**12
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
TOKEN_PREFIX = "sm_"
SHOWN = 8
TOUCH_EVERY = timedelta(minutes=1)


class LevelInput(NamedTuple):
    """A level and its rates; `prices` by ticket type: off_bps and floor in fen."""

    name_zh: str
    name_en: str
    off_bps: int
    prices: Mapping[str, tuple[int, int]]


class AgentInput(NamedTuple):
    """`gate_id`: where its programs may redeem what it booked; none: they may not."""

    name: str
    contact: str
    phone: str
    email: str
    level_id: str
    credit_limit_minor: int
    status: AgentStatus = AgentStatus.ACTIVE
    gate_id: str | None = None


async def save_level(
    tx: Tx, area_id: str, level_id: str | None, given: LevelInput, version: int,
    actor: Actor, now: datetime,
) -> str:  # fmt: skip
    """Add a level, or change one that was seen at `version`. Gives its id."""
    if not given.name_zh.strip():
        raise InvalidInput({"name_zh": say("Please type the name.")})
    shares = [given.off_bps, *(off for off, _ in given.prices.values())]
    if any(not 0 <= off <= MOST_BPS for off in shares):
        raise InvalidInput({"off_bps": say("Please type a percentage from 0 to 100, like 12.5.")})
    made = level_id or ids.new_id()
    if level_id is None:
        add_level(tx, area_id, made, given, now)
    else:
        await change_level(tx, area_id, level_id, given, version)
    for type_id, (off, floor) in given.prices.items():
        tx.add(
            store.ADD_PRICE,
            level_id=made,
            ticket_type_id=type_id,
            off_bps=off,
            floor_minor=max(0, floor),
        )
    act = "agent_level.changed" if level_id else "agent_level.added"
    after = {"name": given.name_zh, "off_bps": given.off_bps, "prices": len(given.prices)}
    record(tx, actor, act, made, now, after=after, area_id=area_id)
    return made


def add_level(tx: Tx, area_id: str, level_id: str, given: LevelInput, now: datetime) -> None:
    tx.add(
        store.ADD_LEVEL,
        id=level_id,
        area_id=area_id,
        name_zh=given.name_zh.strip(),
        name_en=given.name_en.strip(),
        off_bps=given.off_bps,
        version=1,
        created_at=now,
        retired_at=None,
    )


async def change_level(
    tx: Tx, area_id: str, level_id: str, given: LevelInput, version: int
) -> None:
    """Its own rates are written anew after this."""
    known = await tx.one(store.GET_LEVEL, id=level_id)
    if known is None or known.area_id != area_id:
        raise NotFound()
    changed = await tx.one(
        store.CHANGE_LEVEL,
        level=level_id,
        seen=version,
        to_zh=given.name_zh.strip(),
        to_en=given.name_en.strip(),
        to_off=given.off_bps,
    )
    if changed is None:
        raise Conflict()
    await tx.run(store.DROP_PRICES, level=level_id)


async def add_agent(
    tx: Tx, area_id: str, code: str, given: AgentInput, actor: Actor, now: datetime
) -> str:
    """Gives the agent's id. InvalidInput at `code`, `name`, `level_id`, `gate_id`,
    `credit_limit_minor`."""
    await check(tx, area_id, given)
    if not CODE.fullmatch(code):
        raise InvalidInput({"code": say("Only letters, digits, dots and dashes.")})
    if await tx.one(store.BY_CODE, code=code):
        raise InvalidInput({"code": say("This code is taken.")})
    agent_id = ids.new_id()
    tx.add(
        store.ADD_AGENT,
        id=agent_id,
        area_id=area_id,
        code=code,
        prepaid_minor=0,
        owed_minor=0,
        credit_frozen_at=None,
        version=1,
        created_at=now,
        **given._asdict() | {"status": given.status.value},
    )
    after = {"code": code, "name": given.name, "credit_limit_minor": given.credit_limit_minor}
    record(tx, actor, "agent.added", agent_id, now, after=after, area_id=area_id)
    return agent_id


async def change_agent(
    tx: Tx, agent_id: str, given: AgentInput, version: int, actor: Actor, now: datetime
) -> None:
    """Conflict when somebody changed it since `version`."""
    agent = await get(tx, agent_id)
    await check(tx, agent.area_id, given)
    values = given._asdict() | {"status": given.status.value}
    changed = await tx.one(
        store.CHANGE_AGENT,
        agent=agent_id,
        seen=version,
        **{f"to_{name}": value for name, value in values.items()},
    )
    if changed is None:
        raise Conflict()
    before = {name: getattr(agent, name) for name in values if getattr(agent, name) != values[name]}
    after = {name: values[name] for name in before}
    record(
        tx, actor, "agent.changed", agent_id, now, before=before, after=after, area_id=agent.area_id
    )


async def check(tx: Tx, area_id: str, given: AgentInput) -> None:
    mistakes: dict[str, Message] = {}
    if not given.name.strip():
        mistakes["name"] = say("Please type the name.")
    if not 0 <= given.credit_limit_minor <= MOST_LIMIT:
        mistakes["credit_limit_minor"] = say("The amount cannot be negative.")
    level = await tx.one(store.GET_LEVEL, id=given.level_id)
    if level is None or level.area_id != area_id:
        mistakes["level_id"] = say("Choose a level.")
    if given.gate_id is not None:
        gate = await places.get_place(tx, PlaceKind.GATE, given.gate_id)
        if gate.area_id != area_id or gate.retired_at or gate.direction == GateDirection.OUT:
            mistakes["gate_id"] = say("Choose a gate of the area that lets in.")
    if mistakes:
        raise InvalidInput(mistakes)


async def get(tx: Tx, agent_id: str) -> Any:
    """An agent's row. A question. NotFound."""
    row = await tx.one(store.GET_AGENT, id=agent_id)
    if row is None:
        raise NotFound()
    return row


async def id_of(tx: Tx, code: str) -> str | None:
    """The agent with this code. A question."""
    row = await tx.one(store.BY_CODE, code=code)
    return None if row is None else str(row.id)


async def list_agents(tx: Tx, areas: Sequence[str], state: str, words: str, cut: Cut) -> list[Any]:
    """Newest first, with `level_zh` and `level_en`. A question."""
    return await store.LIST.page(tx, cut, areas=list(areas), state=state, words=words)


async def levels_of(tx: Tx, area_id: str) -> list[Any]:
    return await tx.rows(store.LEVELS, area=area_id)


async def get_level(tx: Tx, level_id: str) -> Any:
    """A level's row. A question. NotFound."""
    row = await tx.one(store.GET_LEVEL, id=level_id)
    if row is None:
        raise NotFound()
    return row


async def prices_of(tx: Tx, level_id: str) -> dict[str, tuple[int, int]]:
    """Rates and floors of a level's own, by ticket type."""
    rows = await tx.rows(store.PRICES_OF, level=level_id)
    return {row.ticket_type_id: (row.off_bps, row.floor_minor) for row in rows}


async def entries_of(tx: Tx, agent_id: str, cut: Cut) -> list[Any]:
    """How the balance moved, newest first, with `order_number`. A question."""
    return await store.ENTRIES.page(tx, cut, agent=agent_id)


async def make_key(tx: Tx, agent_id: str, name: str, actor: Actor, now: datetime) -> str:
    """A key for a program of the agent's; it is shown this once and never again."""
    agent = await get(tx, agent_id)
    if not 1 <= len(name.strip()) <= 120:
        raise InvalidInput({"name": say("Please type the name.")})
    token, key_id = TOKEN_PREFIX + secrets.token_urlsafe(32), ids.new_id()
    tx.add(
        store.ADD_KEY,
        id=key_id,
        agent_id=agent_id,
        name=name.strip(),
        token_hash=hash_of(token),
        shown=token[:SHOWN],
        created_at=now,
        created_by=actor.id,
        used_at=None,
        revoked_at=None,
    )
    after = {"key": name.strip()}
    record(tx, actor, "agent.key_made", agent_id, now, after=after, area_id=agent.area_id)
    return token


async def revoke_key(tx: Tx, agent_id: str, key_id: str, actor: Actor, now: datetime) -> None:
    """The program is out at once."""
    agent = await get(tx, agent_id)
    if not await tx.one(store.REVOKE_KEY, key=key_id, agent=agent_id, now=now):
        raise NotFound()
    record(tx, actor, "agent.key_revoked", agent_id, now, area_id=agent.area_id)


async def keys_of(tx: Tx, agent_id: str) -> list[Any]:
    return await tx.rows(store.KEYS_OF, agent=agent_id)


async def behind_key(tx: Tx, token: str) -> Any | None:
    """The row of a living key with its agent's `status`, `area_id`, `code`, `level_id`; None. A
    question."""
    return await tx.one(store.FIND_KEY, token=hash_of(token))


async def touch_key(tx: Tx, key_id: str, now: datetime) -> None:
    """When it was last used; once a minute is enough."""
    await tx.run(store.USE_KEY, key=key_id, now=now)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
