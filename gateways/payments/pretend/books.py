"""What a pretend platform knows, and how it misbehaves: the same for all of them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Fault(StrEnum):
    """What happens to the next requests."""

    NONE = ""
    REFUSE = "refuse"
    ASK = "ask"  # the payer must confirm
    LOSE = "lose"  # nothing is done, and nothing answered
    DROP = "drop"  # it is done, and the answer is lost
    FORGE = "forge"  # it is done, and the answer is not signed by the platform
    SLOW = "slow"  # a refund stays under way


@dataclass(slots=True)
class Trade:
    number: str
    amount_minor: int
    reference: str
    subject: str
    way: str  # code, qr, page, phone or inside
    state: str = "waiting"  # paid, closed, refused
    paid_at: datetime | None = None
    notify_url: str = ""
    return_url: str = ""  # where the browser goes when it is paid


@dataclass(slots=True)
class Refunded:
    number: str
    charge_number: str
    amount_minor: int
    reference: str
    done: bool
    at: datetime


@dataclass(slots=True)
class Books:
    trades: dict[str, Trade] = field(default_factory=dict)
    refunds: dict[str, Refunded] = field(default_factory=dict)
    fault: Fault = Fault.NONE
    count: int = 0

    def reference(self, day: datetime) -> str:
        self.count += 1
        return f"42{day:%Y%m%d}{self.count:018d}"

    def left_minor(self, number: str) -> int:
        trade = self.trades[number]
        out = sum(one.amount_minor for one in self.refunds.values() if one.charge_number == number)
        return trade.amount_minor - out if trade.state == "paid" else 0

    def pay(self, number: str, now: datetime) -> None:
        """The payer says yes; also when it was closed a moment ago."""
        trade = self.trades[number]
        trade.state, trade.paid_at = "paid", now

    def refund(self, one: Refunded) -> Refunded | None:
        """The same number again is the same refund. None: more than there is."""
        if known := self.refunds.get(one.number):
            known.done = known.done or one.done
            return known
        if one.amount_minor > self.left_minor(one.charge_number):
            return None
        self.refunds[one.number] = one
        return one
