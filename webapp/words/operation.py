"""Words of who and where: places, staff, approvals, jobs, outbox."""

from collections.abc import Mapping
from enum import StrEnum

from domain.kernel.actors import ActorKind
from domain.kernel.channels import Channel
from domain.kernel.errors import Message, say
from domain.operation.approvals.model import ApprovalStatus
from domain.operation.backups import BackupCause, BackupStatus, DrillStage, DrillStatus
from domain.operation.batches import BatchStatus, Principle, RowStatus
from domain.operation.batches.of_windows import Takes
from domain.operation.imports import ImportRowStatus, ImportStatus
from domain.operation.jobs.model import JobStatus
from domain.operation.outbox.model import OutboxStatus
from domain.operation.places.model import GateDirection, GateStatus, PlaceKind
from domain.operation.printers import (
    PostKind,
    PrintedDocument,
    PrinterLanguage,
    PrinterTrouble,
    PrintStatus,
)
from domain.operation.staff.model import StaffStatus

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]] = {
    PlaceKind: {
        PlaceKind.EVERYWHERE: say("Everywhere"),
        PlaceKind.UNIT: say("Operating unit"),
        PlaceKind.AREA: say("Scenic area"),
        PlaceKind.SPOT: say("Spot"),
        PlaceKind.SALES_SITE: say("Sales site"),
        PlaceKind.WINDOW: say("Window"),
        PlaceKind.CHECK_SITE: say("Check site"),
        PlaceKind.GATE: say("Gate"),
        PlaceKind.WAREHOUSE: say("Warehouse"),
    },
    GateDirection: {
        GateDirection.IN: say("Way in"),
        GateDirection.OUT: say("Way out"),
        GateDirection.BOTH: say("Both ways"),
    },
    GateStatus: {
        GateStatus.OPEN: (say("In service"), "ok"),
        GateStatus.CLOSED: say("Out of service"),
    },
    StaffStatus: {
        StaffStatus.ACTIVE: (say("Working here"), "ok"),
        StaffStatus.RETIRED: say("Left"),
    },
    BackupCause: {
        BackupCause.SCHEDULED: say("Planned"),
        BackupCause.ASKED: say("By hand when asked"),
        BackupCause.FOUND: say("Found in the folder"),
    },
    BackupStatus: {
        BackupStatus.MAKING: (say("Being made"), "info"),
        BackupStatus.MADE: (say("There"), "ok"),
        BackupStatus.FAILED: (say("Failed"), "bad"),
        BackupStatus.REMOVED: say("Removed, its time was over"),
    },
    DrillStatus: {
        DrillStatus.RUNNING: (say("Under way"), "info"),
        DrillStatus.PASSED: (say("Can be put back"), "ok"),
        DrillStatus.FAILED: (say("Cannot be put back"), "bad"),
    },
    DrillStage: {
        DrillStage.CHECK: say("Compare the file with its checksum"),
        DrillStage.PUT_BACK: say("Put it back into a database of its own"),
        DrillStage.MIGRATE: say("Bring its tables up to this release"),
        DrillStage.VERIFY: say("Recompute every sum: shanmen verify"),
        DrillStage.COUNT: say("Count the rows, compare with the copy before"),
    },
    Principle: {
        Principle.EVEN: say("Evenly, in turns"),
        Principle.SEQUENTIAL: say("In order, block by block"),
        Principle.WEIGHTED: say("By weight"),
        Principle.UNIFORM: say("The same for all"),
        Principle.BY_ATTRIBUTE: say("By attribute"),
        Principle.LEAST_LOADED: say("To whoever has fewest"),
        Principle.MANUAL: say("Row by row"),
    },
    BatchStatus: {
        BatchStatus.PREVIEWED: say("Preview"),
        BatchStatus.REQUESTED: (say("Waits for a decision"), "warn"),
        BatchStatus.APPLYING: (say("Being applied"), "info"),
        BatchStatus.APPLIED: (say("Applied"), "ok"),
        BatchStatus.REJECTED: (say("Not agreed to"), "bad"),
        BatchStatus.FAILING: (say("Being put back"), "warn"),
        BatchStatus.FAILED: (say("Failed, put back"), "bad"),
        BatchStatus.UNDOING: (say("Being put back"), "info"),
        BatchStatus.UNDONE: say("Put back"),
    },
    Takes: {Takes.ANYBODY: say("Any cashier")},
    RowStatus: {
        RowStatus.PENDING: say("To be changed"),
        RowStatus.FAILED: (say("Cannot be changed"), "bad"),
        RowStatus.APPLIED: (say("Changed"), "ok"),
        RowStatus.UNDONE: say("Put back"),
        RowStatus.KEPT: (say("Changed since, left alone"), "warn"),
    },
    ImportStatus: {
        ImportStatus.RECEIVED: (say("Columns to be named"), "info"),
        ImportStatus.CHECKING: (say("Being checked"), "info"),
        ImportStatus.CHECKED: say("Checked"),
        ImportStatus.REQUESTED: (say("Waits for approval"), "warn"),
        ImportStatus.RUNNING: (say("Being imported"), "info"),
        ImportStatus.DONE: (say("Come in"), "ok"),
        ImportStatus.UNDOING: (say("Being taken back"), "warn"),
        ImportStatus.UNDONE: say("Taken back"),
        ImportStatus.DISCARDED: say("Thrown away"),
    },
    ImportRowStatus: {
        ImportRowStatus.GOOD: (say("Good"), "ok"),
        ImportRowStatus.BAD: (say("Mistakes"), "bad"),
        ImportRowStatus.KNOWN: say("Came in before"),
        ImportRowStatus.DONE: (say("Come in"), "ok"),
        ImportRowStatus.FAILED: (say("Refused"), "bad"),
        ImportRowStatus.UNDONE: say("Taken back"),
        ImportRowStatus.KEPT: (say("Used since, stays"), "warn"),
    },
    ApprovalStatus: {
        ApprovalStatus.REQUESTED: (say("Waits for approval"), "warn"),
        ApprovalStatus.APPROVED: (say("Approved"), "ok"),
        ApprovalStatus.REJECTED: (say("Rejected"), "bad"),
        ApprovalStatus.WITHDRAWN: say("Withdrawn"),
    },
    JobStatus: {
        JobStatus.WAITING: say("Waiting to run"),
        JobStatus.RUNNING: (say("Running"), "info"),
        JobStatus.DONE: (say("Done"), "ok"),
        JobStatus.FAILED: (say("Failed"), "bad"),
        JobStatus.CANCELLED: say("Called off"),
    },
    OutboxStatus: {
        OutboxStatus.DUE: (say("Waiting to be sent"), "info"),
        OutboxStatus.DONE: (say("Carried out"), "ok"),
        OutboxStatus.FAILED: (say("Gave up"), "bad"),
        OutboxStatus.DROPPED: say("Dropped"),
    },
    PrinterLanguage: {
        PrinterLanguage.ESCPOS: say("Roll (ESC/POS)"),
        PrinterLanguage.TSPL: say("Labels (TSPL)"),
        PrinterLanguage.ZPL: say("Labels (ZPL)"),
    },
    PrintedDocument: {
        PrintedDocument.TICKET: say("Ticket"),
        PrintedDocument.RECEIPT: say("Sales receipt"),
        PrintedDocument.SHIFT: say("Shift report"),
        PrintedDocument.CARD: say("Card slip"),
        PrintedDocument.LABEL: say("Card label"),
        PrintedDocument.TEST: say("Test page"),
        PrintedDocument.DRAWER: say("Open the drawer"),
    },
    PostKind: {
        PostKind.SALES_SITE: say("Sales site"),
        PostKind.WINDOW: say("Window"),
        PostKind.KIOSK: say("Kiosk"),
    },
    PrinterTrouble: {
        PrinterTrouble.OFFLINE: (say("Not reachable"), "bad"),
        PrinterTrouble.COVER_OPEN: (say("Cover open"), "bad"),
        PrinterTrouble.PAPER_OUT: (say("Out of paper"), "bad"),
        PrinterTrouble.PAPER_LOW: (say("Paper low"), "warn"),
        PrinterTrouble.FAILED: (say("Printer fault"), "bad"),
    },
    PrintStatus: {
        PrintStatus.QUEUED: (say("Waiting to be printed"), "info"),
        PrintStatus.SENDING: (say("Being printed"), "info"),
        PrintStatus.DONE: (say("Out on paper"), "ok"),
        PrintStatus.UNKNOWN: (say("Look for the paper"), "bad"),
        PrintStatus.FAILED: (say("Not printed"), "bad"),
        PrintStatus.CANCELLED: say("Called off"),
    },
    ActorKind: {
        ActorKind.STAFF: say("Staff"),
        ActorKind.DEVICE: say("Device"),
        ActorKind.VISITOR: say("Visitor"),
        ActorKind.AGENT: say("Agent"),
        ActorKind.SYSTEM: say("The system"),
    },
    Channel: {
        Channel.WINDOW: say("At a window"),
        Channel.KIOSK: say("At a kiosk"),
        Channel.SHOP: say("On the web"),
        Channel.AGENT: say("Through an agent"),
        Channel.OTA: say("Through a travel platform"),
    },
}
