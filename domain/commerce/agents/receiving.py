"""Money that comes from an agent: off the debt first, then onto the deposit; it thaws the credit of
who is late no more."""

from datetime import datetime
from typing import NamedTuple

from domain.commerce import ledger
from domain.commerce.agents import store
from domain.commerce.agents.balances import Move, locked, moved, paid_in
from domain.commerce.agents.model import AgentAct
from domain.commerce.agents.settling import review
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.audit import record


class Receipt(NamedTuple):
    """Money that came from an agent, by bank. `request_id` is the form's: said again it counts
    once. `reference` is the bank's."""

    request_id: str
    agent_id: str
    amount_minor: int
    reference: str


async def receive(tx: Tx, given: Receipt, actor: Actor, now: datetime) -> Move:
    """Write down money that came, and look at once whether the credit is still frozen."""
    if not 0 < given.amount_minor <= 10**12:
        raise InvalidInput({"amount_minor": say("The amount must be more than nothing.")})
    if not given.reference.strip() or len(given.reference) > 120:
        raise InvalidInput({"reference": say("Type the bank's reference of the transfer.")})
    agent = await locked(tx, given.agent_id)
    if earlier := await tx.one(store.FIND_RECEIPT, agent=agent.id, cause=given.request_id):
        same = earlier.prepaid_minor - earlier.owed_minor == given.amount_minor
        if not same or earlier.reference != given.reference.strip():
            raise Conflict(
                say("This key was already used for another request."), code="IDEMPOTENCY_CONFLICT"
            )
        return Move(earlier.prepaid_minor, earlier.owed_minor)
    move = paid_in(agent, given.amount_minor)
    reference = given.reference.strip()
    await moved(
        tx, agent, move, AgentAct.RECEIVED, given.request_id, None, now, reference=reference
    )
    postings = [
        Posting(AccountKind.BANK, agent.area_id, given.amount_minor),
        *move.postings(agent.id),
    ]
    entry = Entry("agent", agent.id, "agent.received", agent.area_id, postings)
    ledger.post(tx, entry, now)
    after = {"amount_minor": given.amount_minor, "reference": reference}
    record(tx, actor, "agent.received", agent.id, now, after=after, area_id=agent.area_id)
    await review(tx, agent.id, now)
    return move
