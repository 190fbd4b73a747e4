"""What a face may stand for."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

LONGEST = timedelta(days=366)  # a card without an end: its holder is asked again after a year


class Owner(StrEnum):
    TICKET = "ticket"
    CARD = "card"


class Binding(NamedTuple):
    """A face that its owner let us know, UTC."""

    owner: Owner
    owner_id: str
    area_id: str
    bound_at: datetime
    valid_until: datetime
