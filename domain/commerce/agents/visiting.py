"""Who works in the portal of agents: an agent's people, with its code and an access code.

Staff make the access code; it is shown once and kept like a password. A new one, or none, signs
everybody of the agent out.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from domain.commerce.agents import store
from domain.commerce.agents.editing import get
from domain.commerce.orders import Order, finding
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.operation.audit import record

LIFE = timedelta(hours=12)  # a working day
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another
GROUPS, OF_GROUP = 4, 4


def new_access() -> str:
    """K7QM-4XTP-9RWD-2HVN: 79 bits, to be read out on the telephone."""
    return "-".join(
        "".join(secrets.choice(LETTERS) for _ in range(OF_GROUP)) for _ in range(GROUPS)
    )


def as_typed(access: str) -> str:
    """The same code typed in small letters or without dashes is the same."""
    plain = "".join(letter for letter in access.upper() if letter.isalnum())
    return "-".join(plain[at : at + OF_GROUP] for at in range(0, len(plain), OF_GROUP))


async def set_access(
    tx: Tx, agent_id: str, access_hash: str | None, actor: Actor, now: datetime
) -> None:
    """Another access code, by its hash (`staff.passwords`), or none. Whoever is in is out."""
    agent = await get(tx, agent_id)
    await tx.run(store.SET_ACCESS, agent=agent_id, hash=access_hash)
    await tx.run(store.END_VISITS_OF, agent=agent_id)
    act = "agent.access_made" if access_hash else "agent.access_withdrawn"
    record(tx, actor, act, agent_id, now, area_id=agent.area_id)


async def at_door(tx: Tx, code: str) -> Any | None:
    """`id` and `access_hash` of the agent with this code who may come in. A question."""
    return await tx.one(store.AT_DOOR, code=code)


async def begin_visit(tx: Tx, agent_id: str, actor: Actor, now: datetime) -> str:
    """A browser is let in: the token that its cookie holds."""
    agent = await get(tx, agent_id)
    token = secrets.token_urlsafe(32)
    tx.add(
        store.ADD_VISIT,
        id=ids.new_id(),
        agent_id=agent_id,
        token_hash=hash_of(token),
        begun_at=now,
        ends_at=now + LIFE,
    )
    record(tx, actor, "agent.signed_in", agent_id, now, area_id=agent.area_id)
    return token


async def behind_visit(tx: Tx, token: str, now: datetime) -> Any | None:
    """The agent's row, with `visit_id`, of a browser that is let in; None. A question."""
    return await tx.one(store.FIND_VISIT, token=hash_of(token), now=now)


async def end_visit(tx: Tx, visit_id: str) -> None:
    await tx.run(store.END_VISIT, visit=visit_id)


async def forget_visits(tx: Tx, now: datetime) -> None:
    """Housekeeping: browsers whose day is over."""
    await tx.run(store.FORGET_VISITS, now=now)


async def orders_of(tx: Tx, agent_id: str, words: str, cut: Cut) -> list[Order]:
    """What an agent bought, newest first, with lines; by number, contact or its own reference. A
    question."""
    found = await store.ORDERS_OF.page(tx, cut, agent=agent_id, words=words)
    return await finding.with_lines(tx, found)


async def is_own(tx: Tx, agent_id: str, order_id: str) -> bool:
    """Did this agent pay the order? A question."""
    return await tx.one(store.IS_OWN, agent=agent_id, order=order_id) is not None


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
