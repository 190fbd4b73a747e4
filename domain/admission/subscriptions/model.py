"""Where a reseller's program wants to be told, and about what."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

MOST = 10  # subscriptions of an agent
MOST_HEADERS, LONGEST_HEADER = 10, 500
ADDRESS = re.compile(r"https?://[^\s/@\\]+(/\S*)?")
HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
OURS = {"host", "content-length", "content-type", "transfer-encoding", "connection"}


class NoticeType(StrEnum):
    PRODUCT = "PRODUCT_UPDATE"
    AVAILABILITY = "AVAILABILITY_UPDATE"
    BOOKING = "BOOKING_UPDATE"


class SubscriptionInput(NamedTuple):
    """`headers` go with every notice: what the program knows us by."""

    url: str
    types: tuple[NoticeType, ...]
    headers: Mapping[str, str]


class Subscription(NamedTuple):
    """`secret` signs what is sent; told once, when the subscription is made."""

    id: str
    agent_id: str
    area_id: str
    url: str
    types: tuple[NoticeType, ...]
    headers: Mapping[str, str]
    secret: str
    version: int

    @classmethod
    def of(cls, row: Any, opened: Mapping[str, Any]) -> "Subscription":
        types = tuple(NoticeType(word) for word in row.types)
        return cls(
            row.id, row.agent_id, row.area_id, row.url, types,
            opened["headers"], opened["secret"], row.version,
        )  # fmt: skip
