"""Who pays less for tickets because of who they are: member cards, agents.

Whoever keeps members registers when imported. A member's price competes with concessions: the
lower one counts, neither is taken off the other. What is a concession of its own or a group's
price is sold as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from domain.commerce.orders.lines import Market
from domain.commerce.orders.rows import Order
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.money import share

ALL_BPS = 10_000


class Rate(NamedTuple):
    """`off_bps` less than the day's price, but no ticket below `floor_minor`."""

    member_id: str
    number: str
    off_bps: int
    floor_minor: int = 0
    is_for_all: bool = False  # also what costs less by itself: children, groups
    by_type: Mapping[str, Sequence[int]] = MappingProxyType({})  # off_bps and floor of their own

    def of(self, type_id: str) -> "Rate":
        """The rate for one ticket type."""
        off_bps, floor = self.by_type.get(type_id, (self.off_bps, self.floor_minor))
        return self._replace(off_bps=off_bps, floor_minor=floor, by_type={})

    def price(self, full_minor: int) -> int:
        """What a ticket costs that costs others `full_minor`: never more than that."""
        less = full_minor - share(full_minor, self.off_bps)
        return min(full_minor, max(less, self.floor_minor))


class Keeper(Protocol):
    """Who knows members."""

    async def rate(self, tx: Tx, member_id: str, area_id: str, now: datetime) -> Rate:
        """What a member pays now. Raises Refused for a card that can neither pay nor open."""


_keepers: dict[Channel | None, Keeper] = {}


def register(keeper: Keeper, channel: Channel | None = None) -> None:
    """Say, when a package is imported, who is to be asked about a member: of one channel, or of
    all that have nobody of their own."""
    _keepers[channel] = keeper


async def rate_of(tx: Tx, market: Market) -> Rate | None:
    """None without a member, or without anything less to pay."""
    keeper = _keepers.get(market.channel) or _keepers.get(None)
    if not market.member_id or keeper is None:
        return None
    rate = await keeper.rate(tx, market.member_id, market.area_id, market.now)
    return rate if rate.off_bps or rate.by_type else None


def as_sold(terms: Mapping[str, Any]) -> Rate | None:
    """The rate that a line was sold at: a change keeps it, whatever became of the card."""
    return Rate(**terms["member"]) if terms.get("member") else None


def is_net(order: Order) -> bool:
    """Sold to an agent at its own price: visitors are never shown what was paid for it."""
    return order.channel is Channel.AGENT and any(as_sold(line.terms) for line in order.lines)
