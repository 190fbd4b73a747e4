"""What is wrong with a device and waits for a person: one exception for each device and cause,
however many messages say so.

`look` compares what devices say with what is written down: it opens, opens again and ends by
itself. People acknowledge, assign and resolve. Questions: `must_look`, `signs`, `page`, `get`,
`count`, `open_in`, `who_handles`.
"""

from domain.admission.faults import batching
from domain.admission.faults.handling import acknowledge, assign, resolve, who_handles
from domain.admission.faults.looking import count, get, open_in, page
from domain.admission.faults.model import (
    AGAIN,
    STANDING,
    FaultCause,
    FaultStatus,
    Part,
    Sign,
    Step,
    steps,
)
from domain.admission.faults.watching import look, must_look, signs

__all__ = [
    "AGAIN",
    "STANDING",
    "FaultCause",
    "FaultStatus",
    "Part",
    "Sign",
    "Step",
    "acknowledge",
    "assign",
    "batching",
    "count",
    "get",
    "look",
    "must_look",
    "open_in",
    "page",
    "resolve",
    "signs",
    "steps",
    "who_handles",
]
