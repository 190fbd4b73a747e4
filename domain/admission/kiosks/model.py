"""Self-service: a device with a session of its own, one visit at a time, and paper to hand over."""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.admission.devices import AlarmCode

VISIT_LIFE = timedelta(minutes=3)  # untouched: the page that should have wiped it is gone
MENU_LIFE = timedelta(minutes=5)
RECENT = timedelta(minutes=10)  # so long a visitor may still stand before an unprinted order
PIN_LENGTH = 6
PRINTING_FAULTS: Set[AlarmCode] = frozenset({AlarmCode.PAPER, AlarmCode.PRINTER})


class HandoutKind(StrEnum):
    """Why tickets are printed at a kiosk."""

    SALE = "sale"
    COLLECTION = "collection"
    REPRINT = "reprint"


class HandoutEnd(StrEnum):
    """How a handout came to its end."""

    PRINTED = "printed"
    SHOWN = "shown"  # on the glass, to be photographed: there was no paper
    SETTLED = "settled"  # staff gave the visitor the tickets in another way


class Visit(NamedTuple):
    """What one visitor has chosen so far. `kept` is sealed: names and documents are in it."""

    language: str = "zh"
    is_low: bool = False  # 低位操作
    is_contrast: bool = False
    kept: bytes | None = None
    order_id: str | None = None


class Kiosk(NamedTuple):
    """A kiosk as its pages need it."""

    device_id: str
    name: str
    area_id: str
    has_pin: bool
    locked_at: datetime | None
    called_at: datetime | None
    menu_until: datetime | None
    faults: frozenset[AlarmCode]
    visit: Visit | None

    @property
    def may_print(self) -> bool:
        return not self.faults & PRINTING_FAULTS

    def has_menu(self, now: datetime) -> bool:
        return self.menu_until is not None and now < self.menu_until


class Handout(NamedTuple):
    """Tickets that a kiosk owes somebody until it is ended. Of a sale all of the order's."""

    id: str
    device_id: str
    order_id: str
    order_number: str
    kind: HandoutKind
    ticket_ids: Sequence[str]
    made_at: datetime
    ended_at: datetime | None
    fault: str


class DayOfKiosk(NamedTuple):
    """What a kiosk did between two moments; its money lies in the platform's clearing account."""

    sales: int
    tickets: int
    sales_minor: int
    refunded_minor: int
    collections: int
    reprints: int
    unprinted: int
