"""Who does something: passed into every act, written into every audit entry."""

from enum import StrEnum
from typing import NamedTuple


class ActorKind(StrEnum):
    STAFF = "staff"
    DEVICE = "device"
    VISITOR = "visitor"
    AGENT = "agent"
    SYSTEM = "system"  # a job, a timer, a command typed on the server


class Actor(NamedTuple):
    """`place_id` is the window, gate or area from which it was done; `address` the peer's;
    `request_id` is that of the logs."""

    kind: ActorKind
    id: str | None = None
    place_id: str | None = None
    address: str | None = None
    request_id: str | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
