"""What lowers the price of a sale besides the price list: promotions.

Whoever keeps promotions registers when imported. Tickets are priced first (calendar, concession or
member or group); `reduce` then takes something off the lines. What was taken off is in each line's
`discount_minor`, and by promotion in its `terms["promotions"]`. Lines without a discount cost no
question.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from domain.commerce.orders.lines import Line, Market, Owned
from domain.kernel.db import Tx


class GivenBack(NamedTuple):
    """Tickets of an order that lose their worth. `owned` is everything of the order as read before,
    `cause` what gives them back: a refund or a change."""

    order_id: str
    lines: Sequence[Line]
    owned: Sequence[Owned]
    chosen: Sequence[Owned]
    cause: tuple[str, str]


class Keeper(Protocol):
    """Who knows promotions. Everything runs in the order's transaction."""

    async def reduced(self, tx: Tx, lines: Sequence[Line], market: Market) -> list[Line]:
        """The same lines, with what promotions take off."""

    async def check_codes(self, tx: Tx, lines: Sequence[Line], market: Market) -> None:
        """Raises Refused COUPON_INVALID for a code that lowers none of these lines."""

    async def claim(self, tx: Tx, order_id: str, lines: Sequence[Line], market: Market) -> None:
        """Count the uses. Raises Refused PROMOTION_OVER when somebody took the last one."""

    async def paid(self, tx: Tx, order_id: str, now: datetime) -> None:
        """The uses are final: say who bears the cost."""

    async def given_up(self, tx: Tx, order_id: str, now: datetime) -> None:
        """Nobody paid: the uses are free again."""

    async def given_back(self, tx: Tx, back: GivenBack, now: datetime) -> None:
        """The cost of these tickets goes back to who bore it."""


_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Say, when a package is imported, who keeps promotions."""
    _keepers[:] = [keeper]


async def reduced(tx: Tx, lines: Sequence[Line], market: Market) -> list[Line]:
    for keeper in _keepers:
        lines = await keeper.reduced(tx, lines, market)
    return list(lines)


async def check_codes(tx: Tx, lines: Sequence[Line], market: Market) -> None:
    for keeper in _keepers if market.codes else ():
        await keeper.check_codes(tx, lines, market)


async def claim(tx: Tx, order_id: str, lines: Sequence[Line], market: Market) -> None:
    for keeper in _of(lines):
        await keeper.claim(tx, order_id, lines, market)


async def paid(tx: Tx, order_id: str, lines: Sequence[Line], now: datetime) -> None:
    for keeper in _of(lines):
        await keeper.paid(tx, order_id, now)


async def given_up(tx: Tx, order_id: str, lines: Sequence[Line], now: datetime) -> None:
    for keeper in _of(lines):
        await keeper.given_up(tx, order_id, now)


async def given_back(tx: Tx, back: GivenBack, now: datetime) -> None:
    for keeper in _of(back.lines):
        await keeper.given_back(tx, back, now)


def _of(lines: Sequence[Line]) -> Sequence[Keeper]:
    return _keepers if any(line.discount_minor for line in lines) else ()
