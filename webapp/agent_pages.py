"""What pages about agents share: the list's filters, an agent as its page shows it, a month."""

from collections.abc import Mapping
from typing import Any

from domain.commerce import agents
from domain.commerce.agents import AgentAct, AgentStatus
from domain.kernel.db import Tx
from domain.operation.staff import Permission, SignedIn
from webapp.form_fields import Line
from webapp.forms import Form

SEE, EDIT, RECEIVE = (
    Permission.AGENTS_SEE,
    Permission.AGENTS_EDIT,
    Permission.AGENTS_RECEIVE,
)


class FilterForm(Form):
    q: Line = ""
    status: AgentStatus | None = None


async def seen(tx: Tx, staff: SignedIn, agent_id: str) -> Any:
    """The agent, if this person may see it. NotFound, Forbidden."""
    agent = await agents.get(tx, agent_id)
    staff.must(SEE, agent.area_id)
    return agent


def status_of(agent: Any) -> AgentStatus:
    return AgentStatus(agent.status)


def worth(entry: Any) -> int:
    """What a movement was worth to the agent: less is negative."""
    return int(entry.prepaid_minor - entry.owed_minor)


WORDS: Mapping[str, Any] = {  # of every template about agents
    "status_of": status_of,
    "available_of": agents.available,
    "act_of": lambda entry: AgentAct(entry.act),
    "worth_of": worth,
}
