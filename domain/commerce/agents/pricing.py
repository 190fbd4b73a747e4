"""Net prices: max(floor, list × (1 − rate)), by the agent's level; retail never sees them."""

from datetime import datetime

from domain.commerce.agents import store
from domain.commerce.agents.model import AgentStatus
from domain.commerce.orders import members
from domain.commerce.orders.members import Rate
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound, Refused
from domain.kernel.refusals import Refusal


class AgentRates:
    """Registered with orders for the channels of agents; a member is an agent's id."""

    async def rate(self, tx: Tx, member_id: str, area_id: str, now: datetime) -> Rate:
        """Refused AGENT_INACTIVE; NotFound for an agent of another area."""
        agent = await tx.one(store.GET_AGENT, id=member_id)
        if agent is None or agent.area_id != area_id:
            raise NotFound()
        if agent.status != AgentStatus.ACTIVE:
            raise Refused(Refusal.AGENT_INACTIVE)
        level = await tx.one(store.GET_LEVEL, id=agent.level_id)
        own = {
            row.ticket_type_id: (row.off_bps, row.floor_minor)
            for row in await tx.rows(store.PRICES_OF, level=agent.level_id)
        }
        return Rate(agent.id, agent.code, level.off_bps, is_for_all=True, by_type=own)


for channel in (Channel.AGENT, Channel.OTA):  # an OTA is an agent whose programs order
    members.register(AgentRates(), channel)
