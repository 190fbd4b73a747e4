"""Every reason the business gives for saying no.

The words are stable: devices, reports, agents and translations rely on them. Add freely; never
rename. The sentence is English and is its own key in the translation catalogues. The number that
a turnstile's display shows is in `devicehub/refusals.py`.
"""

from enum import StrEnum
from typing import Self


class Refusal(StrEnum):
    message: str

    def __new__(cls, code: str, message: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.message = message
        return member

    # at a gate (domain.md, 5)
    NOT_FOUND = "NOT_FOUND", "This code is not one of ours."
    UNPAID = "UNPAID", "This ticket has not been paid."
    REFUNDED = "REFUNDED", "This ticket was refunded."
    CHANGED = "CHANGED", "This ticket was changed; please use the new one."
    MEDIUM_DEAD = "MEDIUM_DEAD", "This print was replaced; please use the newest one."
    USED_UP = "USED_UP", "This ticket has already been used."
    NOT_YET = "NOT_YET", "This ticket is for a later time."
    EXPIRED = "EXPIRED", "This ticket has expired."
    WRONG_SITE = "WRONG_SITE", "This ticket does not cover this entrance."
    WRONG_SLOT = "WRONG_SLOT", "This ticket is for another time slot."
    LOST = "LOST", "This card was reported lost."
    LOCKED = "LOCKED", "This ticket is locked; please ask the staff."
    BIO_MISMATCH = "BIO_MISMATCH", "This is not the person on file."
    PASSBACK = "PASSBACK", "This ticket has just been used; please wait."
    NOT_LEFT = "NOT_LEFT", "This ticket is still inside; it has not left yet."
    IN_USE = "IN_USE", "This ticket is passing another gate just now."
    CAPACITY_HOLD = "CAPACITY_HOLD", "The area is full; please wait."
    AREA_CLOSED = "AREA_CLOSED", "The area is closed now."
    GATE_CLOSED = "GATE_CLOSED", "This gate is closed."
    OFFLINE_DENY = "OFFLINE_DENY", "The gate is offline; please ask the staff."
    TOO_LATE = "TOO_LATE", "The answer came too late; please scan again."
    BALANCE_SHORT = "BALANCE_SHORT", "There is not enough on this card."
    BAD_CODE = "BAD_CODE", "This code cannot be read."

    # at a window, kiosk or shop
    QUOTA_EXHAUSTED = "QUOTA_EXHAUSTED", "There are not enough places left."
    STOP_SALE = "STOP_SALE", "Sales are stopped: the area is full."
    NOT_ON_SALE = "NOT_ON_SALE", "This ticket is not sold here now."
    PURCHASE_LIMIT = "PURCHASE_LIMIT", "This is more than one buyer may buy."
    DUPLICATE_VISITOR = "DUPLICATE_VISITOR", "This person already has a ticket for that day."
    CONCESSION_DENIED = "CONCESSION_DENIED", "This visitor is not entitled to the concession."
    GROUP_TOO_SMALL = "GROUP_TOO_SMALL", "The group is too small for the group price."
    NOT_REFUNDABLE = "NOT_REFUNDABLE", "This ticket cannot be refunded any more."
    NOT_CHANGEABLE = "NOT_CHANGEABLE", "This ticket cannot be changed any more."
    QUOTE_CHANGED = "QUOTE_CHANGED", "The amount has changed since it was quoted."
    NOT_REPRINTABLE = "NOT_REPRINTABLE", "A used ticket cannot be printed again."
    PAYMENT_SHORT = "PAYMENT_SHORT", "The payment does not cover the total."
    HOLD_EXPIRED = "HOLD_EXPIRED", "The places were kept too long and are free again."
    SHIFT_NEEDED = "SHIFT_NEEDED", "Open a shift first."
    SHIFT_OPEN = "SHIFT_OPEN", "This window already has an open shift."
    SHIFT_CLOSING = "SHIFT_CLOSING", "This shift has been counted and waits to be closed."
    CASH_SHORT = "CASH_SHORT", "There is not enough cash in the drawer."
    STOCK_OVERLAP = "STOCK_OVERLAP", "Some of these serials were received before."
    STOCK_NOT_HELD = "STOCK_NOT_HELD", "Some of these serials are not held there."
    STOCK_ELSEWHERE = "STOCK_ELSEWHERE", "Some of these serials stand on another holder's book."
    STOCK_MOVED_ON = "STOCK_MOVED_ON", "Some of these serials have moved on since."
    STOCK_UNCOUNTED = "STOCK_UNCOUNTED", "Count the blank tickets and cards first."
    PAYMENT_REFUSED = "PAYMENT_REFUSED", "The payment was refused."
    DIFFERENCE_UNEXPLAINED = "DIFFERENCE_UNEXPLAINED", "Please explain the difference."
    NOTHING_TO_COLLECT = "NOTHING_TO_COLLECT", "There is nothing to collect for this order."
    ALREADY_COLLECTED = "ALREADY_COLLECTED", "These tickets were collected already."
    PRINTER_OUT = "PRINTER_OUT", "This kiosk cannot print just now."
    COUPON_INVALID = "COUPON_INVALID", "This coupon code lowers nothing here."
    PROMOTION_OVER = "PROMOTION_OVER", "This promotion has just ended; please look once more."
    APPROVAL_NEEDED = "APPROVAL_NEEDED", "A supervisor must approve this."

    # with agents
    CREDIT_EXCEEDED = "CREDIT_EXCEEDED", "The deposit and the credit line are not enough."
    AGENT_INACTIVE = "AGENT_INACTIVE", "This agent may not buy just now."

    # with member cards
    HOLDER_MISMATCH = "HOLDER_MISMATCH", "This is not the document of the card's holder."
    PROOF_NEEDED = "PROOF_NEEDED", "The card's PIN or its holder's document is needed."
    PROOF_WRONG = "PROOF_WRONG", "The PIN is wrong."
    CARD_INACTIVE = "CARD_INACTIVE", "This card is not active."
    CARD_RESERVED = "CARD_RESERVED", "An unpaid order holds this card; pay or cancel it first."
    NOT_RETURNABLE = "NOT_RETURNABLE", "This card cannot be returned."
