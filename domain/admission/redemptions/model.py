"""One scan and its answer, and the passages that followed."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from domain.kernel.actors import Actor
from domain.kernel.refusals import Refusal


class Decision(StrEnum):
    ALLOW = "allow"
    DENY = "deny"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class ScanKind(StrEnum):
    """How the code was read."""

    QR = "qr"
    NFC = "nfc"
    ID = "id"  # an identity document
    FACE = "face"
    PIN = "pin"  # typed
    MANUAL = "manual"  # no code: somebody of the staff let them in


class PassResult(StrEnum):
    """What the gate saw after it opened (device protocol v1)."""

    PASSED = "passed"
    TIMEOUT = "timeout"  # nobody went: the ticket is free again
    REVERSE = "reverse"
    TAILGATE = "tailgate"
    FORCED = "forced"


class IncidentKind(StrEnum):
    """What a person should look at."""

    DUP_PASS = "dup_pass"  # passed although the ticket had no entry left
    TAILGATE = "tailgate"
    FORCED = "forced"
    REFUSED_PASS = "refused_pass"  # passed although the answer had been no
    UNKNOWN_PASS = "unknown_pass"  # a passage for a scan that we do not know
    MANUAL = "manual"  # let in by hand
    OVERCOUNT = "overcount"  # a gate told more heads than can have come: those were not counted


class IncidentStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


class Scan(NamedTuple):
    """A code that was shown at a gate. `scan_id` is the asker's: said again, it is the same scan.

    `passage`: there is no sensor and nobody will say that the arm turned, so it counts at once.
    `persons`: how many heads of a group; None for as many as the ticket lets in.
    `finding`: what the device itself found wrong, a face that does not match.
    `face`: the device's own reference of the face it saw with the code; `agrees`: that person wants
    to be known by it from now on.
    `actor`: who asks, where it is neither a device nor staff.
    """

    scan_id: str
    gate_id: str
    device_id: str | None
    code: str
    kind: str = ScanKind.QR
    direction: str = Direction.IN
    staff_id: str | None = None
    passage: bool = False
    persons: int | None = None
    finding: Refusal | None = None
    face: str = ""
    agrees: bool = False
    actor: Actor | None = None

    @property
    def asker_id(self) -> str:
        """Whose scan ids these are: the device, or the gate where somebody else scans."""
        return self.device_id or self.gate_id


class Answer(NamedTuple):
    """`hold`: the ticket is kept until `deadline_at` for a passage that must still be reported."""

    decision: Decision
    refusal: Refusal | None
    redemption_id: str
    ticket_id: str | None
    persons: int
    deadline_at: datetime | None
    hold: bool
    details: Mapping[str, Any]  # what the gate shows: which ticket, how many left, used when ...

    @property
    def allowed(self) -> bool:
        return self.decision is Decision.ALLOW


class Passage(NamedTuple):
    """What a gate saw. `key` is the device's: said again, it counts once."""

    device_id: str | None
    key: str
    scan_id: str | None
    gate_id: str
    result: PassResult
    persons: int
    direction: Direction
    sensor: str
    happened_at: datetime | None

    @property
    def asker_id(self) -> str:
        return self.device_id or self.gate_id


class Recorded(NamedTuple):
    """What became of a passage: heads counted (- for out), heads the ticket has left.

    `repeated`: its key had come before, and this is what was said then; `differs`: it had come
    with another scan or another result.
    """

    counted: int
    ticket_id: str | None
    persons_left: int | None
    incident: IncidentKind | None
    repeated: bool
    differs: bool = False
