"""How far a change is that waits for its money."""

from enum import StrEnum


class HoldStatus(StrEnum):
    HELD = "held"  # places are kept; the tickets are as they were
    DONE = "done"  # paid, and changed
    LAPSED = "lapsed"  # nobody paid in time
    GIVEN_UP = "given_up"
    RETURNED = "returned"  # paid too late: a ticket was used meanwhile; the money goes back
