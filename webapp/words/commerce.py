"""Words of what is sold: orders, money, tickets, shifts, what is on sale."""

from collections.abc import Mapping
from enum import StrEnum

from domain.admission.tickets.model import TicketStatus
from domain.commerce.agents.model import AgentAct, AgentStatus
from domain.commerce.capacity.model import SlotStatus
from domain.commerce.catalog.batching import Selling
from domain.commerce.catalog.model import GateMode, TicketKind, TicketTypeStatus, Validity
from domain.commerce.invoices.model import InvoiceStatus, RedStatus, TitleKind
from domain.commerce.ledger.model import AccountKind
from domain.commerce.orders.model import OrderEvent, OrderStatus
from domain.commerce.payments.model import PaymentStatus, PayoutStatus, Tender
from domain.commerce.reconciliation.model import Finding as BillFinding
from domain.commerce.reconciliation.model import ItemStatus, TryOutcome
from domain.commerce.refunds.model import RefundCause, RefundStatus
from domain.commerce.shifts.model import CashMove, ShiftStatus
from domain.commerce.stock.model import (
    DifferenceCause,
    DocumentKind,
    DocumentStatus,
    LineRole,
    StockAct,
    StockForm,
)
from domain.commerce.waiting.model import WaitStatus
from domain.kernel.errors import Message, say
from domain.kernel.ports import BilledKind

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]] = {
    OrderStatus: {
        OrderStatus.HELD: (say("Waits for payment"), "warn"),
        OrderStatus.PAID: (say("Paid"), "ok"),
        OrderStatus.CANCELLED: say("Closed unpaid"),
        OrderStatus.PART_REFUNDED: (say("Refunded in part"), "warn"),
        OrderStatus.REFUNDED: (say("Refunded"), "info"),
    },
    OrderEvent: {
        OrderEvent.PAID: (say("Paid"), "ok"),
        OrderEvent.COLLECTED: (say("Collected"), "info"),
        OrderEvent.REFUNDED: (say("Refunded"), "warn"),
        OrderEvent.CHANGED: (say("Rebooked"), "warn"),
        OrderEvent.LOCKED: (say("Locked"), "bad"),
        OrderEvent.UNLOCKED: (say("Unlocked"), "ok"),
        OrderEvent.REPRINTED: (say("Reprinted"), "warn"),
        OrderEvent.CANCELLED: say("Closed unpaid"),
    },
    TicketStatus: {
        TicketStatus.SOLD: (say("Unused"), "ok"),
        TicketStatus.PARTLY_USED: (say("Used in part"), "info"),
        TicketStatus.USED: (say("Used"), "info"),
        TicketStatus.REFUND_PENDING: (say("Refund waits"), "warn"),
        TicketStatus.REFUNDED: say("Refunded"),
        TicketStatus.CHANGED: say("Rebooked"),
        TicketStatus.LOCKED: (say("Locked"), "bad"),
    },
    Tender: {
        Tender.CASH: say("Cash"),
        Tender.CARD: say("Bank card"),
        Tender.SCAN: say("Payment code"),
        Tender.WECHAT: say("WeChat Pay"),
        Tender.ALIPAY: say("Alipay"),
        Tender.STORED_VALUE: say("Member card"),
        Tender.AGENT: say("Agent's account"),
    },
    PaymentStatus: {
        PaymentStatus.CREATED: say("Not asked for yet"),
        PaymentStatus.PENDING: (say("Waits for the payer"), "warn"),
        PaymentStatus.PAID: (say("Paid"), "ok"),
        PaymentStatus.PART_REFUNDED: (say("Refunded in part"), "warn"),
        PaymentStatus.REFUNDED: (say("Refunded"), "info"),
        PaymentStatus.FAILED: (say("Failed"), "bad"),
        PaymentStatus.CLOSED: say("Closed unpaid"),
    },
    PayoutStatus: {
        PayoutStatus.DUE: (say("On its way"), "warn"),
        PayoutStatus.PAID_OUT: (say("Paid out"), "ok"),
        PayoutStatus.FAILED: (say("Failed"), "bad"),
    },
    BillFinding: {
        BillFinding.MATCHED: (say("Agrees"), "ok"),
        BillFinding.LOCAL_ONLY: (say("Not on the bill"), "bad"),
        BillFinding.PAY_ONLY: (say("Not known to us"), "bad"),
        BillFinding.AMOUNT_DIFF: (say("Another amount"), "warn"),
        BillFinding.STATUS_DIFF: (say("Done on one side only"), "warn"),
    },
    ItemStatus: {
        ItemStatus.OPEN: (say("To be settled"), "warn"),
        ItemStatus.WAITING: (say("Waits for a second person"), "warn"),
        ItemStatus.RESOLVED: (say("Settled"), "ok"),
    },
    TryOutcome: {
        TryOutcome.TAKEN: (say("Compared"), "ok"),
        TryOutcome.NOT_READY: (say("Not made yet"), "info"),
        TryOutcome.NO_ANSWER: (say("No answer"), "warn"),
        TryOutcome.BROKEN: (say("Cannot be read"), "bad"),
    },
    BilledKind: {
        BilledKind.CHARGE: say("Charge"),
        BilledKind.REFUND: say("Refund"),
    },
    InvoiceStatus: {
        InvoiceStatus.REQUESTED: (say("To be issued"), "warn"),
        InvoiceStatus.ISSUED: (say("Invoice issued"), "ok"),
        InvoiceStatus.REJECTED: (say("Turned down"), "bad"),
    },
    RedStatus: {
        RedStatus.DUE: (say("Red letter due"), "bad"),
        RedStatus.WRITTEN: (say("Red letter written"), "ok"),
    },
    WaitStatus: {
        WaitStatus.WAITING: (say("In line"), "info"),
        WaitStatus.OFFERED: (say("Places are held"), "warn"),
        WaitStatus.TAKEN: (say("Booked"), "ok"),
        WaitStatus.LEFT: say("Left the line"),
        WaitStatus.PASSED: say("Offer not taken up"),
        WaitStatus.OVER: say("Time is over"),
    },
    TitleKind: {
        TitleKind.PERSON: say("A person"),
        TitleKind.COMPANY: say("A company"),
    },
    RefundStatus: {
        RefundStatus.REQUESTED: (say("Waits for approval"), "warn"),
        RefundStatus.APPROVED: (say("Money on its way"), "warn"),
        RefundStatus.PAID_OUT: (say("Paid out"), "ok"),
        RefundStatus.REJECTED: (say("Rejected"), "bad"),
        RefundStatus.FAILED: (say("Failed"), "bad"),
    },
    RefundCause: {
        RefundCause.VISITOR: say("The visitor's wish"),
        RefundCause.OPERATOR: say("Our own fault"),
        RefundCause.CLOSURE: say("Closed, or sales stopped"),
        RefundCause.CHANGE: say("Rebooked to something cheaper"),
    },
    ShiftStatus: {
        ShiftStatus.OPEN: (say("Shift open"), "ok"),
        ShiftStatus.CLOSING: (say("Difference waits"), "warn"),
        ShiftStatus.CLOSED: say("Shift closed"),
    },
    CashMove: {
        CashMove.FLOAT: say("Float"),
        CashMove.DROP: say("Dropped into the safe"),
        CashMove.DIFFERENCE: say("Difference"),
        CashMove.HANDOVER: say("Handed over"),
    },
    AccountKind: {
        AccountKind.DRAWER: say("Cash drawer"),
        AccountKind.SAFE: say("Safe"),
        AccountKind.CARD_CLEARING: say("Card takings"),
        AccountKind.SCAN_CLEARING: say("Payment code takings"),
        AccountKind.WECHAT_CLEARING: say("WeChat Pay takings"),
        AccountKind.ALIPAY_CLEARING: say("Alipay takings"),
        AccountKind.DEPOSITS: say("Deposits on orders"),
        AccountKind.REFUNDS_DUE: say("Refunds to be paid out"),
        AccountKind.SALES: say("Sales revenue"),
        AccountKind.REFUND_FEES: say("Refund fees"),
        AccountKind.CASH_DIFFERENCES: say("Cash differences"),
        AccountKind.BILL_DIFFERENCES: say("Differences of platforms' bills"),
        AccountKind.MEMBER_PRINCIPAL: say("Members' principal"),
        AccountKind.MEMBER_BONUS: say("Members' bonus"),
        AccountKind.BONUS_GIVEN: say("Bonus given"),
        AccountKind.MEMBER_DEPOSITS: say("Card deposits"),
        AccountKind.MEMBER_USES: say("Members' entries left"),
        AccountKind.USES_SOLD: say("Entries sold"),
        AccountKind.MEMBER_POINTS: say("Members' points"),
        AccountKind.POINTS_GIVEN: say("Points given"),
        AccountKind.OPENING: say("Taken over from an old system"),
        AccountKind.AGENT_PREPAID: say("Agents' deposits"),
        AccountKind.AGENT_CREDIT: say("Agents' debts"),
        AccountKind.PROMOTION_COSTS: say("Costs of promotions"),
        AccountKind.PROMOTED_SALES: say("Prices lowered by promotions"),
        AccountKind.BANK: say("Bank account"),
    },
    AgentStatus: {
        AgentStatus.ACTIVE: (say("Active"), "ok"),
        AgentStatus.SUSPENDED: (say("Suspended"), "warn"),
        AgentStatus.RETIRED: say("Cooperation ended"),
    },
    AgentAct: {
        AgentAct.CHARGED: say("Spent"),
        AgentAct.REFUNDED: (say("Given back"), "info"),
        AgentAct.RECEIVED: (say("Paid by the agent"), "ok"),
        AgentAct.CORRECTED: (say("Corrected"), "warn"),
    },
    TicketKind: {
        TicketKind.ADULT: say("Adult"),
        TicketKind.YOUTH: say("Youth"),
        TicketKind.CHILD: say("Child"),
        TicketKind.INFANT: say("Infant"),
        TicketKind.STUDENT: say("Student"),
        TicketKind.SENIOR: say("Senior"),
        TicketKind.FAMILY: say("Family"),
        TicketKind.MILITARY: say("Military"),
        TicketKind.GROUP: say("Group"),
        TicketKind.OTHER: say("Other"),
    },
    GateMode: {
        GateMode.ONE_ONE: say("One ticket, one person"),
        GateMode.ONE_MANY: say("One ticket, many persons"),
        GateMode.MULTI_ENTRY: say("Several entries"),
        GateMode.RE_ENTRY: say("Out and in again on the day"),
        GateMode.MULTI_SPOT: say("Each spot once"),
    },
    Validity: {
        Validity.VISIT_DAY: say("On the day of the visit"),
        Validity.DAYS_FROM_VISIT: say("Days from the visit"),
        Validity.DAYS_FROM_SALE: say("Days from the sale"),
        Validity.FIXED: say("Between two days"),
    },
    SlotStatus: {
        SlotStatus.OPEN: (say("Open for sale"), "ok"),
        SlotStatus.CLOSED: say("Closed"),
    },
    Selling: {Selling.EVERYTHING: say("Everything")},
    TicketTypeStatus: {
        TicketTypeStatus.DRAFT: say("Draft"),
        TicketTypeStatus.ON_SALE: (say("On sale"), "ok"),
        TicketTypeStatus.PAUSED: (say("Paused"), "warn"),
        TicketTypeStatus.RETIRED: say("Retired"),
    },
    StockForm: {
        StockForm.TICKET: say("Ticket paper"),
        StockForm.CARD: say("Blank cards"),
    },
    DocumentKind: {
        DocumentKind.RECEIPT: (say("Receipt"), "ok"),
        DocumentKind.ISSUE: (say("Issue"), "info"),
        DocumentKind.TRANSFER: (say("Stock transfer"), "info"),
        DocumentKind.RETURN: (say("Return"), "info"),
        DocumentKind.STOCKTAKE: (say("Stocktake"), "warn"),
        DocumentKind.WRITE_OFF: (say("Write-off"), "bad"),
    },
    DocumentStatus: {
        DocumentStatus.DRAFT: say("Draft"),
        DocumentStatus.APPROVED: (say("Approved"), "info"),
        DocumentStatus.POSTED: (say("Posted"), "ok"),
        DocumentStatus.REVERSED: (say("Reversed"), "warn"),
        DocumentStatus.DISCARDED: say("Discarded"),
    },
    LineRole: {
        LineRole.LISTED: say("Listed"),
        LineRole.MISSING: (say("Missing"), "bad"),
        LineRole.SURPLUS: (say("Too many"), "warn"),
    },
    StockAct: {
        StockAct.RECEIVED: (say("Taken into stock"), "ok"),
        StockAct.ISSUED: (say("Issued to a window"), "info"),
        StockAct.TRANSFERRED: (say("Transferred"), "info"),
        StockAct.RETURNED: (say("Returned to stock"), "info"),
        StockAct.PRINTED: say("Printed"),
        StockAct.REPRINTED: say("Reprinted"),
        StockAct.OPENED: say("Card opened"),
        StockAct.VOIDED: (say("Void"), "warn"),
        StockAct.LOST: (say("Not found any more"), "bad"),
        StockAct.FOUND: (say("Found"), "warn"),
        StockAct.WRITTEN_OFF: (say("Written off"), "bad"),
    },
    DifferenceCause: {
        DifferenceCause.VOIDED: say("Torn or spoiled"),
        DifferenceCause.LOST: say("Cannot be found"),
    },
}
