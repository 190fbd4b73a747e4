"""Words of who may come in: devices, and how full an area is."""

from collections.abc import Mapping
from enum import StrEnum

from domain.admission.devices import AlarmCode, DeviceKind, Presence
from domain.admission.occupancy import CapacityLevel
from domain.kernel.errors import Message, say

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]] = {
    CapacityLevel: {
        CapacityLevel.NORMAL: (say("Normal"), "ok"),
        CapacityLevel.YELLOW: (say("Yellow"), "warn"),
        CapacityLevel.ORANGE: (say("Orange"), "high"),
        CapacityLevel.RED: (say("Red"), "bad"),
    },
    DeviceKind: {
        DeviceKind.TURNSTILE: say("Turnstile"),
        DeviceKind.HANDHELD: say("Handheld"),
        DeviceKind.READER: say("Reader"),
        DeviceKind.KIOSK: say("Kiosk"),
        DeviceKind.PRINTER: say("Printer"),
    },
    Presence: {
        Presence.NEVER: say("Never seen"),
        Presence.ONLINE: (say("Connected"), "ok"),
        Presence.OFFLINE: (say("Not connected"), "bad"),
        Presence.DEGRADED: (say("Impaired"), "warn"),
    },
    AlarmCode: {
        AlarmCode.TAMPER: (say("Tampered with"), "bad"),
        AlarmCode.FORCED: (say("Forced"), "bad"),
        AlarmCode.TAILGATE: (say("Somebody followed"), "warn"),
        AlarmCode.JAM: (say("Jammed"), "bad"),
        AlarmCode.FIRE: (say("Fire"), "bad"),
        AlarmCode.POWER: (say("Power failure"), "bad"),
        AlarmCode.SENSOR: (say("Sensor fault"), "warn"),
        AlarmCode.PRINTER: (say("Printer fault"), "warn"),
        AlarmCode.PAPER: (say("Out of paper"), "warn"),
        AlarmCode.STORAGE: (say("Storage full"), "warn"),
        AlarmCode.CLOCK: (say("Clock is wrong"), "warn"),
    },
}
