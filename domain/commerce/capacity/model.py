"""How many may come: the area's day, the product's day, and the slots."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class SlotStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"  # by the operator: fault, weather, event


class Places(NamedTuple):
    """Heads that need a place: in a slot, in the area's day, in both or in neither."""

    area_id: str
    visit_on: date
    slot_id: str | None
    heads: int
    counts_day: bool
    ends_at: datetime  # from then on a place that is given back does not return


class SlotView(NamedTuple):
    """A slot as a seller sees it; `left` is what the asking channel may still take."""

    id: str
    product_id: str
    visit_on: date
    starts_at: datetime
    ends_at: datetime
    whole_day: bool
    quota: int
    taken: int
    left: int
    is_open: bool
    note: str
    version: int


class DayView(NamedTuple):
    """An area's day; `left` is None until the first sale or setting has made it."""

    quota: int
    taken: int
    left: int
    closed: bool
    sales_stopped: bool
    note: str
    version: int  # 0: nothing is stored yet


def left_for(quota: int, taken: int, kept_left: int, own: tuple[int, int, int] | None) -> int:
    """What a channel may still take of a slot; `own` is its (quota, kept, taken), if it has any.

    What is kept back for a channel is open to it alone; beyond that it shares what nobody keeps.
    """
    if own is None:
        return max(0, quota - taken - kept_left)
    own_quota, own_kept, own_taken = own
    own_left = max(0, own_kept - own_taken)
    return max(0, min(own_quota - own_taken, quota - taken - (kept_left - own_left)))
