"""Who pays less for tickets because of what they carry: member cards.

Whoever keeps members registers when imported. A member's price competes with concessions: the
lower one counts, neither is taken off the other. What is a concession of its own or a group's
price is sold as it is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from domain.kernel.db import Tx
from domain.kernel.money import share

ALL_BPS = 10_000


class Rate(NamedTuple):
    """`off_bps` less than the day's price, but no ticket below `floor_minor`."""

    member_id: str
    number: str
    off_bps: int
    floor_minor: int = 0

    def price(self, full_minor: int) -> int:
        """What a ticket costs that costs others `full_minor`: never more than that."""
        less = full_minor - share(full_minor, self.off_bps)
        return min(full_minor, max(less, self.floor_minor))


class Keeper(Protocol):
    """Who knows members."""

    async def rate(self, tx: Tx, member_id: str, area_id: str, now: datetime) -> Rate:
        """What a member pays now. Raises Refused for a card that can neither pay nor open."""


_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Say, when a package is imported, who is to be asked about a member."""
    _keepers[:] = [keeper]


async def rate_of(tx: Tx, member_id: str, area_id: str, now: datetime) -> Rate | None:
    """None without a member, or without anything less to pay."""
    if not member_id or not _keepers:
        return None
    rate = await _keepers[0].rate(tx, member_id, area_id, now)
    return rate if rate.off_bps else None


def as_sold(terms: Mapping[str, Any]) -> Rate | None:
    """The rate that a line was sold at: a change keeps it, whatever became of the card."""
    return Rate(**terms["member"]) if terms.get("member") else None
