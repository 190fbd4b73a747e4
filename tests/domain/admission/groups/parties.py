"""Groups in the admission tests: booked, paid and let in, one call a step."""

from datetime import date, datetime
from itertools import count
from typing import Any

from domain.admission import groups, tickets
from domain.admission.groups import Booking, Closing, GroupKind
from domain.admission.redemptions import Answer
from domain.commerce import capacity, orders
from domain.commerce.orders import Cash, Order
from tests.domain.admission.tickets.market import VAULT, Market, opened
from tests.domain.commerce.factories import NOON, TODAY

__all__ = ["Market", "Parties", "opened"]
keys = count(1)


class Parties:
    """A market where groups are booked."""

    def __init__(self, market: Market) -> None:
        self.market, self.db, self.world = market, market.db, market.world
        self.lane = capacity.lane(market.world.area_id)

    def booking(self, planned: int = 50, visit_on: date = TODAY, **values: Any) -> Booking:
        contact = orders.contact(VAULT, "赵磊", values.pop("phone", "13800138000"))
        values.setdefault("guides", 0)
        values.setdefault("reprices", False)
        return Booking(
            self.world.area_id,
            GroupKind.AGENCY,
            values.pop("name", "黔程国旅"),
            contact,
            planned,
            visit_on=visit_on,
            slot_id=None,
            ticket_type_id=self.world.group_id,
            **values,
        )

    async def book(self, given: Booking, now: datetime = NOON, key: str = "") -> str:
        key = key or f"g{next(keys)}"
        group_id: str = await self.db.act(
            groups.book, given, key, self.world.supervisor, now, lane=self.lane
        )
        return group_id

    async def get(self, group_id: str) -> Any:
        return await self.db.ask(groups.get, group_id)

    async def pay(self, group_id: str, now: datetime = NOON) -> Order:
        group = await self.get(group_id)
        cash = Cash(self.world.window_id, 10_000_000)
        order: Order = await self.db.act(
            orders.pay, group.order_id, cash, self.world.cashier, now, lane=self.lane
        )
        return order

    async def paid(self, given: Booking, now: datetime = NOON) -> str:
        group_id = await self.book(given, now)
        await self.pay(group_id, now)
        return group_id

    async def code(self, group_id: str) -> str:
        group = await self.get(group_id)
        (printable,) = await self.db.ask(tickets.printed, [group.ticket_id])
        return await self.market.code(printable)

    async def enter(self, gate_id: str, code: str, heads: int, now: datetime = NOON) -> Answer:
        """So many of them at a gate without a sensor: counted at once."""
        return await self.market.scan(gate_id, code, now, passage=True, persons=heads)

    async def entered(self, group_id: str) -> int:
        return int((await self.get(group_id)).entered)

    async def close_again(self, group_id: str, closed: Any) -> Any:
        asked = Closing(group_id, closed.version - 1, 0, 0, self.world.window_id)
        return await self.db.act(groups.close, asked, self.world.cashier, NOON, lane=self.lane)

    async def close(self, group_id: str, now: datetime, **values: Any) -> Any:
        made = await self.db.ask(groups.quote, group_id, now)
        sums = made.reckoning
        asked = Closing(
            group_id, made.group.version, sums.back_minor, sums.due_minor, self.world.window_id
        )
        return await self.db.act(
            groups.close,
            asked._replace(**values),
            self.world.cashier,
            now,
            lane=self.lane,
        )
