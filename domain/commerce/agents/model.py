"""Peers (同行): who resells tickets, at which price, and with whose money."""

from enum import StrEnum


class AgentStatus(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"  # buys nothing; what was bought stays good
    RETIRED = "retired"


class AgentAct(StrEnum):
    """Why an agent's balance moved."""

    CHARGED = "charged"  # an order was paid
    REFUNDED = "refunded"
    RECEIVED = "received"  # money came from the agent
    CORRECTED = "corrected"
