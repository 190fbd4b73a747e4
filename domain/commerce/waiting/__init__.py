"""The waiting list of full slots (候补): whoever stands in line is offered what returns, has it
alone for some minutes, and books with it. Importing it has places offered when they return."""

from domain.commerce.waiting.model import LIVING, MOST_HEADS, WaitStatus
from domain.commerce.waiting.offering import WAIT_OFFER, forget, leave, sweep, take_up
from domain.commerce.waiting.standing import (
    Sought,
    Wish,
    ahead_of,
    find_wait,
    get_wait,
    is_living,
    join,
    list_waits,
    slot_of,
    waits_of,
)
from domain.commerce.waiting.telling import carriers

__all__ = [
    "LIVING",
    "MOST_HEADS",
    "WAIT_OFFER",
    "Sought",
    "WaitStatus",
    "Wish",
    "ahead_of",
    "carriers",
    "find_wait",
    "forget",
    "get_wait",
    "is_living",
    "join",
    "leave",
    "list_waits",
    "slot_of",
    "sweep",
    "take_up",
    "waits_of",
]
