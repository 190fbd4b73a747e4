"""Things with an address: turnstiles, readers, tablets, kiosks, printers."""

from collections.abc import Mapping, Set
from enum import StrEnum


class DeviceKind(StrEnum):
    TURNSTILE = "turnstile"
    HANDHELD = "handheld"
    READER = "reader"
    KIOSK = "kiosk"
    PRINTER = "printer"


class Presence(StrEnum):
    NEVER = "never"  # not seen yet
    ONLINE = "online"
    OFFLINE = "offline"
    DEGRADED = "degraded"


class CommandStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    ACCEPTED = "accepted"
    DONE = "done"
    REJECTED = "rejected"
    EXPIRED = "expired"
    FAILED = "failed"


_C = CommandStatus
COMMAND_MOVES: Mapping[CommandStatus, Set[CommandStatus]] = {
    _C.WAITING: {_C.SENT, _C.EXPIRED},
    _C.SENT: {_C.ACCEPTED, _C.DONE, _C.REJECTED, _C.EXPIRED, _C.FAILED},
    _C.ACCEPTED: {_C.DONE, _C.FAILED, _C.EXPIRED},
    _C.DONE: frozenset(),
    _C.REJECTED: frozenset(),
    _C.EXPIRED: {_C.DONE},  # the answer of a slow device is a fact
    _C.FAILED: frozenset(),
}
