"""Things with an address: turnstiles, readers, tablets, kiosks, printers."""

from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, StringConstraints

HEARTBEAT = timedelta(seconds=15)
SIMULATED = "simulated"  # in a device's settings: a program of ours speaks for it
SILENCE = 3 * HEARTBEAT  # after three missed heartbeats a device counts as offline


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


class CommandOp(StrEnum):
    """What a device can be told (device protocol v1)."""

    OPEN = "open"  # once
    LOCK = "lock"
    FREE = "free"  # stays open: evacuation
    NORMAL = "normal"
    DENY = "deny"
    DISPLAY = "display"
    BEEP = "beep"
    REBOOT = "reboot"
    LOGS = "logs"
    ROTATE = "rotate"
    FW = "fw"


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


class AlarmCode(StrEnum):
    TAMPER = "tamper"
    FORCED = "forced"
    TAILGATE = "tailgate"
    JAM = "jam"
    FIRE = "fire"
    POWER = "power"
    SENSOR = "sensor"
    PRINTER = "printer"
    PAPER = "paper"
    STORAGE = "storage"
    CLOCK = "clock"


class AlarmSeverity(StrEnum):
    INFO = "info"
    WARN = "warn"
    CRIT = "crit"


class DeviceInput(BaseModel):
    """What staff write about a device."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    kind: DeviceKind
    area_id: str
    gate_id: str | None = None  # a kiosk or a printer stands at none
    config: dict[str, Any] = {}


class Report(NamedTuple):
    """What a heartbeat says of a device, as far as we keep it in columns."""

    boot: str
    mode: str
    queued: int
    clock_offset_ms: int | None


class Alarm(NamedTuple):
    """A complaint of a device, or its end. `aid` is the device's."""

    aid: str
    code: AlarmCode
    severity: AlarmSeverity
    active: bool
    detail: str = ""


class Identity(NamedTuple):
    """Who a secret belongs to."""

    device_id: str
    gate_id: str | None
    area_id: str
    with_next_secret: bool  # during a rotation: it came with the new one


class Paired(NamedTuple):
    """What a device is told once, and never again."""

    device_id: str
    secret: str


class PairingCode(NamedTuple):
    code: str
    expires_at: datetime
