"""What the far side of each wire must offer. Gateways implement it; the domain sees only this.

A timeout is never a failure: the far side may have acted. It is raised as `Unknown`, and whoever
gets it asks (`query`) before anything is tried again or given up.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from domain.kernel.errors import Message, Refused, Unavailable, say
from domain.kernel.refusals import Refusal


class Unknown(Unavailable):
    """No answer came: it may or may not have happened."""

    code = "UPSTREAM_UNKNOWN"

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or say("The other side did not answer. It is being looked into."))


class NotSent(Unavailable):
    """The request never left: nothing happened, and it may be tried again."""

    code = "UPSTREAM_AWAY"

    def __init__(self) -> None:
        super().__init__(say("The other side cannot be reached."))


class CallbackRejected(Refused):
    """A callback that was not signed by the other side, or is about something else."""

    def __init__(self) -> None:
        super().__init__(Refusal.PAYMENT_REFUSED, say("This callback is not genuine."))
        self.code = "CALLBACK_REJECTED"


class ChargeState(StrEnum):
    PAID = "paid"
    WAITING = "waiting"  # the payer is asked to confirm
    REFUSED = "refused"
    CLOSED = "closed"  # by us, before it was paid
    NOT_FOUND = "not_found"  # our request never arrived


class Way(StrEnum):
    """How a payer comes to a charge that we only invite to."""

    QR = "qr"  # reads our glass: the text is what the QR says
    PAGE = "page"  # follows an address: the text is that address
    PHONE = "phone"  # the same in a phone's browser: the address opens the platform's app
    INSIDE = "inside"  # shops within the platform's own app: the text is JSON for its bridge


class ChargeRequest(NamedTuple):
    """`number` is ours and used once; `payer_code` was read from the payer's phone or card.

    The rest is for invitations: `payer_id` is who the platform says the payer is (INSIDE only),
    `return_url` where the browser goes afterwards, after `expires_at` nobody can pay it, and
    `payer_address` is the network address of the payer's browser (PHONE only).
    """

    number: str
    amount_minor: int
    subject: str
    payer_code: str
    way: Way = Way.QR
    payer_id: str = ""
    return_url: str = ""
    expires_at: datetime | None = None
    payer_address: str = ""


class ChargeAnswer(NamedTuple):
    number: str
    state: ChargeState
    amount_minor: int = 0
    reference: str = ""  # the other side's number
    problem: str = ""


class Invitation(NamedTuple):
    """A charge that the payer starts: `text` is what a QR on our glass says. Empty: nobody knows
    whether the other side has made it."""

    number: str
    text: str


class RefundState(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    NOT_FOUND = "not_found"


class RefundRequest(NamedTuple):
    """`number` is ours and used once: the same number never pays out twice. `charged_minor` is
    what the whole charge was."""

    number: str
    charge_number: str
    amount_minor: int
    charged_minor: int = 0


class RefundReply(NamedTuple):
    number: str
    state: RefundState
    reference: str = ""
    problem: str = ""


class PaymentGateway(Protocol):
    """A platform for cards or for payers' codes. Everything may raise Unknown."""

    async def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """Take money. The same number again gets the first answer."""

    async def invite(self, request: ChargeRequest) -> Invitation:
        """Let the payer pay by reading a QR of ours; `payer_code` is empty. The same number again
        gets the same text. How it stands is asked with `query`."""

    async def query(self, number: str) -> ChargeAnswer:
        """How a charge stands."""

    async def close(self, number: str) -> ChargeAnswer:
        """Take no money for it any more; PAID when it was too late for that."""

    async def refund(self, request: RefundRequest) -> RefundReply:
        """Give money back. The same number again gets the first answer, unless that was no."""

    async def query_refund(self, number: str, charge_number: str) -> RefundReply:
        """How a refund of a charge stands. Unknown also while the other side is still at it."""

    async def read_callback(self, body: bytes, headers: Mapping[str, str]) -> ChargeAnswer | None:
        """What the other side tells by itself; None when it is genuine and not about a charge.
        Raises CallbackRejected when it is not genuine."""


class PayerLogin(Protocol):
    """A platform that tells who uses its app, when the browser comes back from its door."""

    def login_address(self, return_url: str, state: str) -> str:
        """Where the browser goes; it comes back with a `code` and this `state`."""

    async def payer_of(self, code: str) -> str:
        """Who it is: the `payer_id` of a charge INSIDE. Refused when the code is none, or used."""


class WrongKey(ValueError):
    """Something that a platform gave is not what it should be; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class TryStep(NamedTuple):
    """One thing that was tried at a platform; `problem` says plainly what is wrong."""

    what: Message
    problem: Message | None = None


class Triable(Protocol):
    """A platform whose connection can be tried without anybody paying."""

    async def try_out(self, number: str, other_number: str) -> Sequence[TryStep]:
        """Ask for a charge that was never made, and make and close one of 1 fen, under these
        numbers of ours. Stops at what makes the rest pointless."""


class BilledKind(StrEnum):
    CHARGE = "charge"
    REFUND = "refund"


class Billed(NamedTuple):
    """A line of a platform's bill: `number` is ours, of a charge or a refund."""

    kind: BilledKind
    number: str
    amount_minor: int
    reference: str = ""
    is_done: bool = True  # a refund may stand there that failed or is under way


class BillSource(Protocol):
    """A platform that tells, the day after, what it did."""

    async def bill(self, day: date) -> Sequence[Billed]:
        """All charges and refunds of a day by the platform's calendar. Unavailable until it is
        made. Raises BillBroken when the file is not what the platform said it would be."""


class BillNotReady(Unavailable):
    """The platform makes its bill in the morning: it is asked again, and nothing is wrong."""

    code = "BILL_NOT_READY"

    def __init__(self) -> None:
        super().__init__(say("The platform has not made its bill yet."))


class BillBroken(Refused):
    """A bill that is not whole, or that nobody can read: it is not compared."""

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(
            Refusal.PAYMENT_REFUSED, message or say("The platform's bill cannot be read.")
        )
        self.code = "BILL_BROKEN"


class SendState(StrEnum):
    ACCEPTED = "accepted"  # taken over by the platform or the mail server
    DELIVERED = "delivered"  # it reached the phone
    REFUSED = "refused"
    NOT_FOUND = "not_found"  # our request never arrived
    LOGGED = "logged"  # only written down: nobody was sent anything


class Attachment(NamedTuple):
    name: str
    content: bytes
    mime: str = "application/octet-stream"


class Letter(NamedTuple):
    """One message to one address. `number` is ours and used once."""

    number: str
    address: str
    text: str
    sent_at: datetime
    subject: str = ""
    html: str = ""
    template: str = ""  # the platform's number for this text
    values: tuple[tuple[str, str], ...] = ()  # what the platform fills into it, in its order
    attachments: tuple[Attachment, ...] = ()


class SendAnswer(NamedTuple):
    state: SendState
    reference: str = ""  # the other side's number
    problem: str = ""
    parts: int = 0  # what is paid for; 0: not said
    may_retry: bool = False  # of a refusal: later it may be taken


class Receipt(NamedTuple):
    """What a platform tells by itself: what became of a message, or what a phone answered."""

    number: str = ""
    reference: str = ""
    is_delivered: bool = False
    problem: str = ""
    reply_from: str = ""
    reply: str = ""


class MessageCarrier(Protocol):
    """A platform for text messages, or a mail server."""

    async def send(self, letter: Letter) -> SendAnswer:
        """Send it. Raises Unknown when nobody can say whether it was sent."""

    async def query(self, letter: Letter) -> SendAnswer:
        """What became of it. Raises Unknown when that cannot be asked."""

    def read_receipts(self, headers: Mapping[str, str], body: bytes) -> list[Receipt]:
        """What the platform tells. Raises CallbackRejected when it is not genuine."""


Gateways = Mapping[str, PaymentGateway]  # by the tender's word: card, scan
