"""Agents of the demo: one that pays in advance, one on credit, a month of their orders."""

from datetime import datetime, timedelta
from typing import NamedTuple

from domain.commerce import agents, capacity, orders
from domain.commerce.agents import AgentInput, LevelInput, Receipt
from domain.commerce.orders import FromAccount, OrderStatus, Sale, Wanted
from domain.commerce.payments import Tender
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Database, Tx
from domain.operation.staff import passwords
from webapp.demo.days import World
from webapp.site import SHANGHAI

EVERY, FIRST, LAST = 4, 2, 30  # orders: so many days ago, and so often
KEY_NAME = "OCTO"


class Peer(NamedTuple):
    code: str
    name: str
    contact: str
    phone: str
    credit_minor: int
    paid_in_minor: int
    heads: int


class AgentKey(NamedTuple):
    """What an agent's people and its programs type to look at the demo."""

    code: str
    name: str
    access: str
    octo_key: str


PEERS = (
    Peer("QX01", "黔行天下旅行社", "周敏", "0859-3210001", 2_000_000, 1_500_000, 12),
    Peer("CQ02", "春秋旅行社贵州分社", "何静", "0851-8650002", 10_000_000, 0, 36),
)
LEVELS = (("一级分销商", "Level 1", 1_000), ("战略分销商", "Strategic", 1_800))


async def build(
    world: World, clerk: Actor, finance: Actor, opened: datetime, now: datetime
) -> None:
    for peer, level in zip(PEERS, LEVELS, strict=True):
        agent_id = await world.db.act(take_on, world, peer, level, clerk, opened)
        if peer.paid_in_minor:
            receipt = Receipt(ids.new_id(), agent_id, peer.paid_in_minor, f"BOC {peer.code}")
            await world.db.act(agents.receive, receipt, finance, opened)
        for ago in range(LAST, FIRST - 1, -EVERY):
            at = now - timedelta(days=ago)
            if at > opened:
                await buy(world, agent_id, peer, at)
    await agents.every_day(world.db, now)


async def take_on(
    tx: Tx, world: World, peer: Peer, level: tuple[str, str, int], clerk: Actor, now: datetime
) -> str:
    zh, en, off_bps = level
    area_id, types = world.area.id, world.catalogue.types
    given = LevelInput(zh, en, off_bps, {types["CHILD"]: (off_bps // 2, 4_000)})
    level_id = await agents.save_level(tx, area_id, None, given, 1, clerk, now)
    gate_id = world.area.gates["N1"]
    about = AgentInput(
        peer.name, peer.contact, peer.phone, "", level_id, peer.credit_minor, gate_id=gate_id
    )
    return await agents.add_agent(tx, area_id, peer.code, about, clerk, now)


async def buy(world: World, agent_id: str, peer: Peer, at: datetime) -> None:
    """For the day after, from the account."""
    day = local_day(at, SHANGHAI) + timedelta(days=1)
    wanted = (Wanted(world.catalogue.types["ADULT"], peer.heads, day),)
    note = f"{peer.code}-{day:%m%d}"
    sale = Sale(ids.new_id(), world.area.id, Channel.AGENT, wanted, note=note, member_id=agent_id)
    actor, lane = Actor(ActorKind.AGENT, agent_id), capacity.lane(world.area.id)
    order = await world.db.act(orders.place, sale, actor, at, lane=lane)
    if order.status is OrderStatus.HELD:
        asked = FromAccount(ids.new_id(), order.id, Tender.AGENT, agent_id)
        await world.db.act(orders.pay_from, asked, actor, at, lane=lane)


async def new_keys(db: Database, now: datetime) -> list[AgentKey]:
    """Another access code and another key for each agent of the demo; older keys are revoked."""
    found = []
    for peer in PEERS:
        access = agents.new_access()
        hashed = passwords.hash_password(access)
        token = await db.act(_renew, peer.code, hashed, now)
        if token:
            found.append(AgentKey(peer.code, peer.name, access, token))
    return found


async def _renew(tx: Tx, code: str, access_hash: str, now: datetime) -> str:
    """Gives the key; "" for an agent that is gone."""
    agent_id = await agents.id_of(tx, code)
    if agent_id is None:
        return ""
    for key in await agents.keys_of(tx, agent_id):
        if key.name == KEY_NAME and key.revoked_at is None:
            await agents.revoke_key(tx, agent_id, key.id, SYSTEM, now)
    await agents.set_access(tx, agent_id, access_hash, SYSTEM, now)
    return await agents.make_key(tx, agent_id, KEY_NAME, SYSTEM, now)
