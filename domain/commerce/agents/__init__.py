"""Agents (同行): net prices by level, a deposit, a credit line, statements, keys for programs.

Importing it registers what agents pay (`orders.members`) and with what (`Tender.AGENT`): place an
order of Channel.AGENT with `member_id=agent.id`, and pay it by `orders.pay_from`.
"""

from domain.commerce.agents import pricing, verification
from domain.commerce.agents.balances import Move, Receipt, available, charged, paid_in, receive
from domain.commerce.agents.editing import (
    AgentInput,
    LevelInput,
    add_agent,
    behind_key,
    change_agent,
    entries_of,
    get,
    keys_of,
    levels_of,
    list_agents,
    make_key,
    prices_of,
    revoke_key,
    save_level,
    touch_key,
)
from domain.commerce.agents.model import AgentAct, AgentStatus
from domain.commerce.agents.settling import (
    every_day,
    get_statement,
    issue,
    review,
    statements_of,
)

__all__ = [
    "AgentAct",
    "AgentInput",
    "AgentStatus",
    "LevelInput",
    "Move",
    "Receipt",
    "add_agent",
    "available",
    "behind_key",
    "change_agent",
    "charged",
    "entries_of",
    "every_day",
    "get",
    "get_statement",
    "issue",
    "keys_of",
    "levels_of",
    "list_agents",
    "make_key",
    "paid_in",
    "prices_of",
    "pricing",
    "receive",
    "review",
    "revoke_key",
    "save_level",
    "statements_of",
    "touch_key",
    "verification",
]
