"""What the words in an audit entry mean: its fields hold the domain's values as they are stored."""

from collections.abc import Mapping
from enum import StrEnum

from domain.admission.devices import DeviceKind
from domain.admission.occupancy import CapacityLevel
from domain.admission.tickets import TicketStatus
from domain.cards.memberships.model import ReplacementCause
from domain.commerce.orders.model import OrderStatus
from domain.commerce.payments.model import PaymentStatus, PayoutStatus, Tender
from domain.commerce.refunds.model import RefundStatus
from domain.commerce.shifts.model import ShiftStatus
from domain.commerce.stock.model import StockForm
from domain.kernel.channels import Channel
from domain.kernel.errors import Message
from domain.operation import imports
from domain.operation.places.model import GateDirection, GateStatus
from domain.operation.printers import PostKind, PrinterLanguage
from webapp.words import WORDS, acts, work

ANYWHERE: Mapping[str, type[StrEnum]] = {"tender": Tender, "channel": Channel}
KINDS: Mapping[tuple[str, str], type[StrEnum]] = {  # by the act's noun and the field
    ("capacity", "level"): CapacityLevel,
    ("device", "kind"): DeviceKind,
    ("gate", "direction"): GateDirection,
    ("gate", "status"): GateStatus,
    ("membership", "reason"): ReplacementCause,
    ("order", "status"): OrderStatus,
    ("payment", "status"): PaymentStatus,
    ("payout", "status"): PayoutStatus,
    ("printer", "language"): PrinterLanguage,
    ("printer", "post_kind"): PostKind,
    ("refund", "status"): RefundStatus,
    ("shift", "status"): ShiftStatus,
    ("stock_kind", "form"): StockForm,
    ("ticket", "status"): TicketStatus,
}


def meaning_of(noun: str, field: str, value: str) -> Message | None:
    """None: the value is nothing but itself."""
    if (noun, field) == ("approval", "kind"):
        subject = acts.NOUNS.get(value)
        return subject.label if subject else None
    if (noun, field) == ("job", "kind"):
        return work.JOBS.get(value)
    if (noun, field) == ("import", "kind"):
        return next((kind.title for kind in imports.kinds() if kind.word == value), None)
    kind = KINDS.get((noun, field)) or ANYWHERE.get(field)
    word = WORDS[kind].get(value) if kind else None
    return word.label if word else None
