"""Words of who may come in: devices, and how full an area is."""

from collections.abc import Mapping
from enum import StrEnum

from domain.admission.devices import (
    AlarmCode,
    AlarmSeverity,
    CommandOp,
    CommandStatus,
    DeviceKind,
    Presence,
)
from domain.admission.faults import FaultCause, FaultStatus, Part
from domain.admission.kiosks import HandoutKind
from domain.admission.occupancy import CapacityLevel
from domain.admission.ota import AccountStatus, ProductStatus
from domain.admission.redemptions import (
    Decision,
    Direction,
    IncidentKind,
    IncidentStatus,
    PassResult,
    ScanKind,
)
from domain.admission.tickets import MediumKind, MediumStatus, TicketStatus
from domain.kernel.errors import Message, say

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]] = {
    AccountStatus: {
        AccountStatus.ACTIVE: (say("Active"), "ok"),
        AccountStatus.SUSPENDED: (say("Suspended"), "warn"),
    },
    ProductStatus: {
        ProductStatus.ACTIVE: (say("Active"), "ok"),
        ProductStatus.RETIRED: say("Not used any more"),
    },
    CapacityLevel: {
        CapacityLevel.NORMAL: (say("Normal"), "ok"),
        CapacityLevel.YELLOW: (say("Yellow"), "warn"),
        CapacityLevel.ORANGE: (say("Orange"), "high"),
        CapacityLevel.RED: (say("Red"), "bad"),
    },
    HandoutKind: {
        HandoutKind.SALE: say("Sold here"),
        HandoutKind.COLLECTION: say("Collected here"),
        HandoutKind.REPRINT: say("Reprinted"),
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
    AlarmSeverity: {
        AlarmSeverity.INFO: (say("For information"), "info"),
        AlarmSeverity.WARN: (say("Warning"), "warn"),
        AlarmSeverity.CRIT: (say("Critical"), "bad"),
    },
    CommandOp: {
        CommandOp.OPEN: say("Open once"),
        CommandOp.LOCK: say("Lock"),
        CommandOp.FREE: say("Stay open"),
        CommandOp.NORMAL: say("Back to normal"),
        CommandOp.DENY: say("Show a refusal"),
        CommandOp.DISPLAY: say("Show a text"),
        CommandOp.BEEP: say("Beep"),
        CommandOp.REBOOT: say("Start again"),
        CommandOp.LOGS: say("Send its logs"),
        CommandOp.ROTATE: say("New secret"),
        CommandOp.FW: say("New firmware"),
    },
    CommandStatus: {
        CommandStatus.WAITING: (say("Waits to be sent"), "info"),
        CommandStatus.SENT: (say("Sent"), "info"),
        CommandStatus.ACCEPTED: (say("Accepted"), "info"),
        CommandStatus.DONE: (say("Carried out"), "ok"),
        CommandStatus.REJECTED: (say("Rejected by the device"), "bad"),
        CommandStatus.EXPIRED: (say("Too late"), "warn"),
        CommandStatus.FAILED: (say("Failed"), "bad"),
    },
    Decision: {
        Decision.ALLOW: (say("Let in"), "ok"),
        Decision.DENY: (say("Refused"), "bad"),
    },
    Direction: {Direction.IN: say("In"), Direction.OUT: say("Out")},
    ScanKind: {
        ScanKind.QR: say("QR code"),
        ScanKind.NFC: say("Card"),
        ScanKind.ID: say("Identity document"),
        ScanKind.FACE: say("Face"),
        ScanKind.PIN: say("Typed"),
        ScanKind.MANUAL: say("By hand"),
    },
    PassResult: {
        PassResult.PASSED: (say("Went through"), "ok"),
        PassResult.TIMEOUT: say("Nobody went"),
        PassResult.REVERSE: (say("Went back"), "info"),
        PassResult.TAILGATE: (say("Somebody followed"), "warn"),
        PassResult.FORCED: (say("Forced"), "bad"),
    },
    FaultCause: {
        FaultCause.OFFLINE: (say("Offline"), "bad"),
        FaultCause.ALARM: (say("Alarm"), "bad"),
        FaultCause.TAMPER: (say("Tampered with"), "bad"),
        FaultCause.CLOCK: (say("Clock is wrong"), "warn"),
        FaultCause.PAPER: (say("Paper or printer"), "warn"),
        FaultCause.MESSAGES: (say("Unreadable messages"), "warn"),
        FaultCause.REFUSALS: (say("Refuses again and again"), "warn"),
    },
    FaultStatus: {
        FaultStatus.OPEN: (say("To be looked at"), "bad"),
        FaultStatus.SEEN: (say("Being looked after"), "warn"),
        FaultStatus.RESOLVED: (say("Resolved"), "ok"),
        FaultStatus.ENDED: (say("Over by itself"), "info"),
    },
    Part: {
        Part.OPEN: say("Not over"),
        Part.OVER: say("All over"),
    },
    IncidentKind: {
        IncidentKind.DUP_PASS: (say("Went in without an entry left"), "bad"),
        IncidentKind.TAILGATE: (say("Somebody followed"), "warn"),
        IncidentKind.FORCED: (say("Forced"), "bad"),
        IncidentKind.REFUSED_PASS: (say("Went in though refused"), "bad"),
        IncidentKind.UNKNOWN_PASS: (say("Passage without a known scan"), "warn"),
        IncidentKind.OVERCOUNT: (say("Gate counted more than can have come"), "warn"),
        IncidentKind.MANUAL: (say("Let in by hand"), "info"),
    },
    IncidentStatus: {
        IncidentStatus.OPEN: (say("To be looked at"), "warn"),
        IncidentStatus.RESOLVED: (say("Settled"), "ok"),
    },
    TicketStatus: {
        TicketStatus.SOLD: (say("Not used"), "ok"),
        TicketStatus.PARTLY_USED: (say("Partly used"), "info"),
        TicketStatus.USED: (say("Used"), "info"),
        TicketStatus.REFUND_PENDING: (say("Refund is decided on"), "warn"),
        TicketStatus.REFUNDED: say("Refunded"),
        TicketStatus.CHANGED: say("Rebooked"),
        TicketStatus.LOCKED: (say("Locked"), "bad"),
    },
    MediumKind: {
        MediumKind.PAPER: say("Paper"),
        MediumKind.PHONE: say("Phone"),
        MediumKind.NFC: say("Card"),
        MediumKind.ID_CARD: say("ID card"),
    },
    MediumStatus: {
        MediumStatus.ACTIVE: (say("Good"), "ok"),
        MediumStatus.DEAD: say("Replaced"),
        MediumStatus.LOST: (say("Lost"), "bad"),
    },
}
