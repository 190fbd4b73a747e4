"""Work that leaves the process: `enqueue` writes it in the caller's transaction, a carrier that is
`register`ed for its kind does it afterwards, and what fails stands in a worklist for staff."""

from domain.operation.outbox import worklist
from domain.operation.outbox.carrying import (
    Carrier,
    CarryFailed,
    CarryLater,
    Parcel,
    Worker,
    register,
)
from domain.operation.outbox.messages import enqueue
from domain.operation.outbox.model import OutboxStatus

__all__ = [
    "Carrier",
    "CarryFailed",
    "CarryLater",
    "OutboxStatus",
    "Parcel",
    "Worker",
    "enqueue",
    "register",
    "worklist",
]
