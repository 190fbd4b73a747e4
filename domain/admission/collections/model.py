"""Orders paid elsewhere, to be collected: at a window (F4) or at a kiosk."""

import secrets
from collections.abc import Set
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce.orders import Order
from domain.kernel.channels import Channel
from domain.kernel.ids import CROCKFORD

# Paid online by somebody who is not here yet. What windows and kiosks sell is handed over at once.
NETWORK: Set[Channel] = frozenset({Channel.SHOP, Channel.AGENT, Channel.OTA})
CODE_LENGTH = 12  # 59 random bits: short enough to type, and guesses are counted
LETTERS = CROCKFORD[10:]


class PlaceKind(StrEnum):
    """Where tickets are collected."""

    WINDOW = "window"
    KIOSK = "kiosk"


class Place(NamedTuple):
    kind: PlaceKind
    id: str


class Collection(NamedTuple):
    """Where and when an order was collected."""

    place_kind: PlaceKind
    place_id: str
    place_zh: str
    place_en: str
    collected_at: datetime
    time_zone: str  # of the area

    @property
    def local_text(self) -> str:
        """When, on the area's clock: 2026-11-22 14:32."""
        return f"{self.collected_at.astimezone(ZoneInfo(self.time_zone)):%Y-%m-%d %H:%M}"


class Waiting(NamedTuple):
    """An order that somebody may collect, or has collected; its living tickets' rows."""

    order: Order
    tickets: list[Any]
    collection: Collection | None


def new_code() -> str:
    """It begins with a letter, so that no order's number can be taken for one."""
    rest = (secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH - 1))
    return secrets.choice(LETTERS) + "".join(rest)


def is_code(text: str) -> bool:
    """Whether a cleaned text has a collection code's form."""
    return len(text) == CODE_LENGTH and text[0] in LETTERS and set(text) <= set(CROCKFORD)
