"""Every no of ours as a number of the supplier API."""

from collections.abc import Mapping

from domain.admission.ota.model import Code
from domain.kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    InvalidInput,
    Message,
    NotFound,
    Refused,
)
from domain.kernel.refusals import Refusal

_BY_CODE: Mapping[Code, tuple[Refusal, ...]] = {
    Code.OFF_SALE: (Refusal.NOT_ON_SALE, Refusal.AREA_CLOSED, Refusal.GATE_CLOSED),
    Code.NO_STOCK: (Refusal.QUOTA_EXHAUSTED, Refusal.STOP_SALE, Refusal.CAPACITY_HOLD),
    Code.LIMITED: (Refusal.PURCHASE_LIMIT, Refusal.DUPLICATE_VISITOR),
    Code.NO_GROUP: (Refusal.GROUP_TOO_SMALL,),
    Code.WRONG: (
        Refusal.CONCESSION_DENIED,
        Refusal.HOLDER_MISMATCH,
        Refusal.PROOF_NEEDED,
        Refusal.PROOF_WRONG,
    ),
    Code.PRICE: (Refusal.QUOTE_CHANGED,),
    Code.BALANCE: (Refusal.CREDIT_EXCEEDED, Refusal.PAYMENT_SHORT, Refusal.BALANCE_SHORT),
    Code.BAD_ACCOUNT: (Refusal.AGENT_INACTIVE,),
    Code.USED: (Refusal.USED_UP, Refusal.IN_USE, Refusal.PASSBACK, Refusal.NOT_LEFT),
    Code.EXPIRED: (Refusal.EXPIRED, Refusal.HOLD_EXPIRED),
    Code.QUANTITY: (Refusal.REFUNDED, Refusal.CHANGED),
    Code.NOT_REFUNDABLE: (Refusal.NOT_REFUNDABLE,),
    Code.REJECTED: (Refusal.LOCKED, Refusal.APPROVAL_NEEDED, Refusal.LOST),
    Code.NOT_CHANGEABLE: (Refusal.NOT_CHANGEABLE,),
    Code.DATE: (Refusal.NOT_YET, Refusal.WRONG_SLOT),
    Code.OTHER: (  # what no order of an OTA can meet: gates, windows, cards, stock
        Refusal.NOT_FOUND,
        Refusal.UNPAID,
        Refusal.MEDIUM_DEAD,
        Refusal.WRONG_SITE,
        Refusal.BIO_MISMATCH,
        Refusal.OFFLINE_DENY,
        Refusal.TOO_LATE,
        Refusal.BAD_CODE,
        Refusal.NOT_REPRINTABLE,
        Refusal.SHIFT_NEEDED,
        Refusal.SHIFT_OPEN,
        Refusal.SHIFT_CLOSING,
        Refusal.CASH_SHORT,
        Refusal.STOCK_OVERLAP,
        Refusal.STOCK_NOT_HELD,
        Refusal.STOCK_ELSEWHERE,
        Refusal.STOCK_MOVED_ON,
        Refusal.STOCK_UNCOUNTED,
        Refusal.PAYMENT_REFUSED,
        Refusal.DIFFERENCE_UNEXPLAINED,
        Refusal.NOTHING_TO_COLLECT,
        Refusal.ALREADY_COLLECTED,
        Refusal.PRINTER_OUT,
        Refusal.CARD_INACTIVE,
        Refusal.CARD_RESERVED,
        Refusal.NOT_RETURNABLE,
        Refusal.COUPON_INVALID,
        Refusal.PROMOTION_OVER,
    ),
}
OF_REFUSAL: Mapping[Refusal, Code] = {
    refusal: code for code, refusals in _BY_CODE.items() for refusal in refusals
}


class Told(Conflict):
    """A no of the port itself: it already has its number."""

    code = "OTA_REFUSED"

    def __init__(self, number: Code, message: Message) -> None:
        super().__init__(message)
        self.number = number


def code_of(problem: DomainError) -> Code:
    """The number of a problem; what may go better the next time is TRY_AGAIN."""
    if isinstance(problem, Told):
        return problem.number
    if isinstance(problem, Refused):
        return OF_REFUSAL.get(problem.refusal, Code.OTHER)
    if isinstance(problem, InvalidInput):
        return Code.WRONG
    if isinstance(problem, NotFound):
        return Code.NO_ORDER
    if isinstance(problem, Conflict) and problem.code == "IDEMPOTENCY_CONFLICT":
        return Code.OTHER_BODY
    return Code.BAD_ACCOUNT if isinstance(problem, Forbidden) else Code.TRY_AGAIN
