"""What is put on paper, as plain values: a route builds them, the printing process draws them.

Names of visitors and phone numbers come as they are and are masked on the paper. Moments are UTC
and are shown in the zone of the letterhead; days and times of a slot are local already.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

MOST_DIGITS = 255  # in a QR of version 6, error correction M
MOST_TICKETS = 100  # in one document


class Paper(StrEnum):
    ROLL = "80mm"  # thermal, 203 dpi, cut where the text ends
    A4 = "a4"


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages; the English one may be missing."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    area: Label
    seller: str  # the company that sells: 开票单位
    service_phone: str
    zone: str = "Asia/Shanghai"
    logo: str = ""  # a data: URI

    def __post_init__(self) -> None:
        if self.logo and not self.logo.startswith("data:image/"):
            raise ValueError("a logo is a data:image/ URI")
        ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class PrintedLine:
    name: Label
    unit_price_minor: int
    quantity: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PrintedGroup:
    name: str
    agency: str = ""
    leader: str = ""
    leader_phone: str = ""


@dataclass(frozen=True, slots=True)
class PrintedTicket:
    head: Letterhead
    code: str  # the digits in the QR: 232 of them
    short_code: str  # 16 characters beside it, for typing
    ticket_number: str
    order_number: str
    type_name: Label
    visit_on: date
    persons: int
    paid_minor: int | None  # None: nobody is told (an agent's price)
    list_price_minor: int  # for one person
    payment: Label  # 现金 Cash
    window: str
    cashier: str
    printed_at: datetime
    slot_from: time | None = None
    slot_until: time | None = None
    seats: str = ""  # 3, 5-7: of a slot whose seats are numbered
    last_day: date | None = None  # of a ticket for several days
    entries: int = 1  # for each person; 0: any number
    entrances: tuple[Label, ...] = ()
    visitors: tuple[str, ...] = ()
    is_real_name: bool = False
    must_show_proof: bool = False  # a concession
    group: PrintedGroup | None = None
    lines: tuple[PrintedLine, ...] = ()  # of a group: paying and free places
    terms: Label = Label("")
    reprint: int = 0  # 重打 n
    is_sample: bool = False  # 样票: shown in the office, never sold

    def __post_init__(self) -> None:
        if not (self.code.isascii() and self.code.isdigit() and len(self.code) <= MOST_DIGITS):
            raise ValueError(f"a ticket's code is 1 to {MOST_DIGITS} digits")


@dataclass(frozen=True, slots=True)
class PrintedPayment:
    method: Label
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PrintedReceipt:
    """What a buyer takes home, for a sale or for money given back."""

    head: Letterhead
    number: str
    lines: tuple[PrintedLine, ...]
    total_minor: int
    payments: tuple[PrintedPayment, ...]
    window: str
    cashier: str
    made_at: datetime
    is_refund: bool = False
    order_number: str = ""  # of a refund: the order it belongs to
    discounts: tuple[PrintedPayment, ...] = ()  # by promotion; lines are without them
    tendered_minor: int = 0
    change_minor: int = 0
    buyer: str = ""
    buyer_phone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class MethodTotal:
    method: Label
    sales: int
    sales_minor: int
    refunds: int
    refunds_minor: int

    @property
    def net_minor(self) -> int:
        return self.sales_minor - self.refunds_minor


@dataclass(frozen=True, slots=True)
class TypeTotal:
    type_name: Label
    sold: int
    refunded: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class StockTotal:
    """Blanks of one kind in a shift: opening + received - used - ... = left."""

    kind: Label
    opening: int
    received: int
    used: int
    reprinted: int
    voided: int
    returned: int
    lost: int
    left: int


@dataclass(frozen=True, slots=True)
class PrintedShift:
    """The report of a shift that was closed, or of one still open (`closed_at` is None)."""

    head: Letterhead
    number: str
    window: str
    cashier: str
    opened_at: datetime
    closed_at: datetime | None
    printed_at: datetime
    float_minor: int
    cash_sales: int
    cash_sales_minor: int
    cash_refunds: int
    cash_refunds_minor: int
    drops: int
    drops_minor: int
    counted_minor: int | None
    counts: tuple[tuple[int, int], ...] = ()  # (10000, 40): forty notes of 100 yuan
    note: str = ""
    approved_by: str = ""
    methods: tuple[MethodTotal, ...] = ()
    types: tuple[TypeTotal, ...] = ()
    printed: int = 0
    reprinted: int = 0
    spoiled: int = 0
    stock: tuple[StockTotal, ...] = ()

    @property
    def expected_minor(self) -> int:
        moved = self.cash_sales_minor - self.cash_refunds_minor - self.drops_minor
        return self.float_minor + moved

    @property
    def difference_minor(self) -> int | None:
        return None if self.counted_minor is None else self.counted_minor - self.expected_minor


@dataclass(frozen=True, slots=True)
class PrintedStockLine:
    role: Label
    first: str
    last: str
    pieces: int


@dataclass(frozen=True, slots=True)
class PrintedStock:
    """A stock document, with room for signatures."""

    head: Letterhead
    number: str
    title: Label
    status: Label
    kind: Label
    source: str
    target: str
    lines: tuple[PrintedStockLine, ...]
    pieces: int
    note: str
    made_by: str
    made_at: datetime
    approved_by: str
    posted_by: str
    received_by: str
    printed_at: datetime


@dataclass(frozen=True, slots=True)
class PrintedEntry:
    """What once went onto a member card or off it, in words and amounts."""

    at: datetime
    what: Label
    amount: str


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """What a member card holds: the slip that its holder takes home. With `code` it is the card
    itself, for who has no other."""

    head: Letterhead
    number: str
    product: Label
    holder: str  # masked
    balance_minor: int | None
    bonus_minor: int
    uses_left: int | None
    points: int
    valid_until: datetime | None
    entries: tuple[PrintedEntry, ...]
    window: str
    cashier: str
    printed_at: datetime
    code: str = ""


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """Figures under a heading. The first column is text, the others stand to the right unless
    `texts` names them; the last row is the sum where there is one."""

    heading: Label
    columns: tuple[Label, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    texts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """A report for the safe, with room for signatures."""

    head: Letterhead
    title: Label
    number: str
    facts: tuple[tuple[Label, str], ...]
    tables: tuple[PrintedTable, ...]
    signatures: tuple[Label, ...]
    printed_at: datetime


Document = (
    PrintedTicket | PrintedReceipt | PrintedShift | PrintedStock | PrintedCard | PrintedReport
)
