"""One scan and its answer, and the passages that followed."""

from enum import StrEnum


class Decision(StrEnum):
    ALLOW = "allow"
    DENY = "deny"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


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
    UNKNOWN_PASS = "unknown_pass"  # a passage without a scan we know
    MANUAL = "manual"  # let in by hand


class IncidentStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
