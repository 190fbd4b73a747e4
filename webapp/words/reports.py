"""Words of reports: by what figures are told apart."""

from collections.abc import Mapping
from enum import StrEnum

from domain.kernel.errors import Message, say
from domain.reports.closes import Cause, CloseStatus
from domain.reports.days import Dimension
from domain.reports.saved import DeliveryStatus, Period, Rhythm

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]] = {
    Dimension: {
        Dimension.DAY: say("Day"),
        Dimension.AREA: say("Scenic area"),
        Dimension.TYPE: say("Ticket type"),
        Dimension.SITE: say("Sales site"),
        Dimension.WINDOW: say("Window"),
        Dimension.CASHIER: say("Cashier"),
        Dimension.CHANNEL: say("Channel"),
        Dimension.CHECK_SITE: say("Check site"),
        Dimension.GATE: say("Gate"),
        Dimension.HOUR: say("Hour"),
        Dimension.CAUSE: say("Cause"),
        Dimension.LEVEL: say("Level"),
        Dimension.UNIT: say("Operating unit"),
        Dimension.PRODUCT: say("Card product"),
        Dimension.BLANK: say("Kind of blank"),
        Dimension.HOLDER: say("Kept at"),
        Dimension.OTA: say("OTA account"),
        Dimension.PROMOTION: say("Promotion"),
    },
    CloseStatus: {
        CloseStatus.DRAFT: (say("Draft"), "warn"),
        CloseStatus.WAITING: (say("Waits for the checker"), "info"),
        CloseStatus.CLOSED: (say("Day closed"), "ok"),
    },
    Cause: {
        Cause.DEPOSIT_OPEN: (say("Paid, order settled later"), "info"),
        Cause.DEPOSIT_USED: (say("Paid on an earlier day"), "info"),
        Cause.DEPOSIT_RETURNED: (say("Deposit given back"), "info"),
        Cause.REFUND_DUE: (say("Refund decided, paid out later"), "info"),
        Cause.REFUND_EARLIER: (say("Refund of an earlier day paid out"), "info"),
        Cause.REFUND_FAILED: (say("Payout went wrong"), "bad"),
        Cause.ORDER_WRONG: (say("Money and sale of an order differ"), "bad"),
        Cause.DRAWER_CARRIED: (say("Cash carried over midnight"), "info"),
        Cause.CASH_COUNTED: (say("Counted over or short"), "warn"),
        Cause.DRAWER_WRONG: (say("Drawer and payments differ"), "bad"),
        Cause.SHIFT_OPEN: (say("Shift not closed"), "bad"),
        Cause.STATEMENT_MISSING: (say("Statement missing"), "warn"),
        Cause.STATEMENT_DIFFERS: (say("Statement differs"), "bad"),
        Cause.BILL_DIFFERS: (say("Differs from the bill"), "bad"),
        Cause.PAYMENT_WAITING: (say("Payment not confirmed"), "warn"),
        Cause.LEDGER_WRONG: (say("Ledger and payment differ"), "bad"),
        Cause.TICKETS_WRONG: (say("Tickets and sale differ"), "bad"),
        Cause.BY_HAND: (say("Let in by hand"), "warn"),
        Cause.INCIDENT: (say("Passed without right"), "bad"),
        Cause.PASSED_AFTER: (say("Passed on an ended ticket"), "bad"),
        Cause.USES_WRONG: (say("Uses and passages differ"), "bad"),
        Cause.OPENING_WRONG: (say("Opening differs from the day before"), "bad"),
    },
    Period: {
        Period.TODAY: say("Today"),
        Period.YESTERDAY: say("Yesterday"),
        Period.LAST_WEEK: say("Last week"),
        Period.THIS_MONTH: say("This month"),
        Period.LAST_MONTH: say("Last month"),
    },
    Rhythm: {
        Rhythm.NEVER: say("Not sent"),
        Rhythm.DAILY: say("Every day"),
        Rhythm.WEEKLY: say("On Mondays"),
        Rhythm.MONTHLY: say("On the first of the month"),
    },
    DeliveryStatus: {
        DeliveryStatus.MAKING: (say("File is being made"), "info"),
        DeliveryStatus.HANDED_OVER: (say("In the outbox"), "ok"),
        DeliveryStatus.FAILED: (say("No file was made"), "bad"),
    },
}
