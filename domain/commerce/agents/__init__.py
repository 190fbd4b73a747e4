"""Agents (同行): net prices by level, a deposit, a credit line, statements, keys for programs.

Importing it registers what agents pay (`orders.members`) and with what (`Tender.AGENT`): place an
order of Channel.AGENT with `member_id=agent.id`, and pay it by `orders.pay_from`.
"""

from domain.commerce.agents import pricing, verification
from domain.commerce.agents.balances import Move, available, charged, paid_in
from domain.commerce.agents.editing import (
    AgentInput,
    LevelInput,
    add_agent,
    behind_key,
    change_agent,
    entries_of,
    get,
    get_level,
    id_of,
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
from domain.commerce.agents.receiving import Receipt, receive
from domain.commerce.agents.settling import (
    catch_up,
    entries_of_statement,
    every_day,
    get_statement,
    issue,
    review,
    statements_of,
)
from domain.commerce.agents.visiting import (
    LIFE,
    as_typed,
    at_door,
    begin_visit,
    behind_visit,
    end_visit,
    forget_visits,
    is_own,
    new_access,
    orders_of,
    set_access,
)

__all__ = [
    "LIFE",
    "AgentAct",
    "AgentInput",
    "AgentStatus",
    "LevelInput",
    "Move",
    "Receipt",
    "add_agent",
    "as_typed",
    "at_door",
    "available",
    "begin_visit",
    "behind_key",
    "behind_visit",
    "catch_up",
    "change_agent",
    "charged",
    "end_visit",
    "entries_of",
    "entries_of_statement",
    "every_day",
    "forget_visits",
    "get",
    "get_level",
    "get_statement",
    "id_of",
    "is_own",
    "issue",
    "keys_of",
    "levels_of",
    "list_agents",
    "make_key",
    "new_access",
    "orders_of",
    "paid_in",
    "prices_of",
    "pricing",
    "receive",
    "review",
    "revoke_key",
    "save_level",
    "set_access",
    "statements_of",
    "touch_key",
    "verification",
]
