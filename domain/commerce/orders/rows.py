"""Rows of the tables as values, and values as rows."""

from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from domain.commerce.orders import store, visitors
from domain.commerce.orders.lines import Line, Sold, Visitor
from domain.commerce.orders.model import LineKind, OrderStatus
from domain.commerce.payments import Payment
from domain.kernel.channels import Channel
from domain.kernel.db import Tx

NOT_STORED = {"visitors"}
_OF_LINE = [name for name in Line._fields if name not in NOT_STORED]
_of_line = attrgetter(*_OF_LINE)


class Order(NamedTuple):
    """An order as it stands. `lines` and `payments` are empty in lists."""

    id: str
    number: str
    area_id: str
    channel: Channel
    window_id: str | None
    shift_id: str | None
    staff_id: str | None
    status: OrderStatus
    contact_name: str
    phone_mask: str
    language: str
    visit_on: date
    persons: int
    tickets: int
    total_minor: int
    refunded_minor: int
    note: str
    placed_at: datetime
    held_until: datetime | None
    paid_at: datetime | None
    closed_at: datetime | None
    version: int
    lines: Sequence[Line] = ()
    payments: Sequence[Payment] = ()

    @property
    def change_minor(self) -> int:
        """Cash to hand back with the tickets."""
        return sum(payment.change_minor for payment in self.payments)

    def is_lapsed(self, now: datetime) -> bool:
        """Nobody paid in time: its places go to others."""
        if self.status is not OrderStatus.HELD or self.held_until is None:
            return False
        return self.held_until <= now


_stored = attrgetter(*(name for name in Order._fields if name not in {"lines", "payments"}))


def order_of(row: Any, lines: Sequence[Line] = (), paid: Sequence[Payment] = ()) -> Order:
    made = Order._make([*_stored(row), lines, paid])
    return made._replace(status=OrderStatus(row.status), channel=Channel(row.channel))


def sold_of(row: Any) -> Sold:
    """The order as fulfilment sees it; from a row or an Order."""
    return Sold(
        row.id,
        row.number,
        row.area_id,
        Channel(row.channel),
        row.window_id,
        row.staff_id,
        row.contact_name,
        row.language,
    )


def line_row(line: Line, order_id: str, changed_from_id: str | None = None) -> dict[str, Any]:
    values = {name: value for name, value in line._asdict().items() if name not in NOT_STORED}
    return values | {
        "order_id": order_id,
        "kind": line.kind.value,
        "terms": dict(line.terms),
        "changed_from_id": changed_from_id,
    }


def line_of(row: Any, named: tuple[Visitor, ...] = ()) -> Line:
    made = dict(zip(_OF_LINE, _of_line(row), strict=True), kind=LineKind(row.kind))
    return Line(**made, visitors=named)


async def load_lines(tx: Tx, order_id: str) -> list[Line]:
    """An order's lines with their visitors, in the order they were asked for."""
    named: dict[str, tuple[Visitor, ...]] = {}
    for row in await tx.rows(store.VISITORS, order_id=order_id):
        known = named.get(row.order_line_id, ())
        named[row.order_line_id] = (*known, visitors.from_row(row))
    found = await tx.rows(store.LINES, order_id=order_id)
    return [line_of(row, named.get(row.id, ())) for row in found]
