"""What an agent has paid in and what it owes (domain.md, 4: peers).

    available = prepaid + credit limit - owed

An order takes the deposit first and then the credit; what comes back reduces the debt first and
then fills the deposit. 3,000 paid in, a limit of 10,000 and 8,500 owed leave 4,500: an order of
4,200 leaves nothing paid in and 9,700 owed.
"""

from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce.agents import store
from domain.commerce.agents.model import AgentAct, AgentStatus
from domain.commerce.ledger import AccountKind, Posting
from domain.commerce.payments import Tender, tenders
from domain.commerce.payments.tenders import Claim, Return
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound, Refused, say
from domain.kernel.money import to_text
from domain.kernel.refusals import Refusal


class Move(NamedTuple):
    """How a balance moves: more of each is positive."""

    prepaid_minor: int
    owed_minor: int

    def postings(self, agent_id: str) -> list[Posting]:
        """The agent's half of the entry: its deposit is a debt of ours, its credit is owed us."""
        return [
            Posting(AccountKind.AGENT_PREPAID, agent_id, -self.prepaid_minor),
            Posting(AccountKind.AGENT_CREDIT, agent_id, self.owed_minor),
        ]


def available(agent: Any) -> int:
    """What the agent may still spend, in fen: with frozen credit only what it paid in."""
    if agent.credit_frozen_at is not None:
        return int(agent.prepaid_minor)
    return int(agent.prepaid_minor + max(0, agent.credit_limit_minor - agent.owed_minor))


def charged(agent: Any, amount_minor: int) -> Move:
    """The deposit first, then the credit. Raises Refused CREDIT_EXCEEDED."""
    if amount_minor > available(agent):
        sentence = say("{left} yuan are left to spend.", left=to_text(available(agent)))
        raise Refused(Refusal.CREDIT_EXCEEDED, sentence)
    from_deposit = min(agent.prepaid_minor, amount_minor)
    return Move(-from_deposit, amount_minor - from_deposit)


def paid_in(agent: Any, amount_minor: int) -> Move:
    """Debt first, then deposit: of a refund, and of money that comes."""
    off_debt = min(agent.owed_minor, amount_minor)
    return Move(amount_minor - off_debt, -off_debt)


class AgentAccount:
    """Registered for Tender.AGENT; an account is an agent's id."""

    async def charge(self, tx: Tx, claim: Claim, now: datetime) -> list[Posting]:
        """Refused CREDIT_EXCEEDED, AGENT_INACTIVE."""
        agent = await locked(tx, claim.account_id)
        if agent.status != AgentStatus.ACTIVE:
            raise Refused(Refusal.AGENT_INACTIVE)
        move = charged(agent, claim.amount_minor)
        await moved(tx, agent, move, AgentAct.CHARGED, claim.payment_id, claim.order_id, now)
        return move.postings(agent.id)

    async def give_back(self, tx: Tx, back: Return, now: datetime) -> list[Posting]:
        agent = await locked(tx, back.account_id)
        move = paid_in(agent, back.amount_minor)
        paid = await tx.one(store.ORDER_OF_PAYMENT, payment=back.payment_id)
        order_id = paid.order_id if paid else None
        await moved(tx, agent, move, AgentAct.REFUNDED, back.payout_id, order_id, now)
        return move.postings(agent.id)


async def locked(tx: Tx, agent_id: str) -> Any:
    row = await tx.one(store.LOCK_AGENT, id=agent_id)
    if row is None:
        raise NotFound()
    return row


async def moved(
    tx: Tx,
    agent: Any,
    move: Move,
    act: AgentAct,
    cause_id: str,
    order_id: str | None,
    now: datetime,
    *,
    reference: str = "",
) -> None:
    """Change the balance that was seen, and keep the entry. Conflict when somebody was first."""
    prepaid = agent.prepaid_minor + move.prepaid_minor
    owed = agent.owed_minor + move.owed_minor
    if not await tx.one(
        store.MOVE,
        agent=agent.id,
        from_prepaid=agent.prepaid_minor,
        from_owed=agent.owed_minor,
        to_prepaid=prepaid,
        to_owed=owed,
    ):
        raise Conflict()
    tx.add(
        store.ADD_ENTRY,
        id=ids.new_id(),
        agent_id=agent.id,
        at=now,
        act=act.value,
        cause_id=cause_id,
        order_id=order_id,
        prepaid_minor=move.prepaid_minor,
        owed_minor=move.owed_minor,
        prepaid_after_minor=prepaid,
        owed_after_minor=owed,
        reference=reference,
    )


tenders.register(Tender.AGENT, AgentAccount())
