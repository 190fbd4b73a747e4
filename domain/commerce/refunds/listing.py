"""Refunds of several areas, page by page."""

from datetime import UTC, datetime
from typing import NamedTuple

from domain.commerce.refunds import store
from domain.commerce.refunds.deciding import Refund, from_row
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut

FIRST = Cut()
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)


class RefundFilter(NamedTuple):
    """Which refunds to list. `areas` are those that the reader may see."""

    areas: tuple[str, ...]
    status: str = ""
    cause: str = ""
    between: tuple[datetime, datetime] = (EARLIEST, LATEST)


class Listed(NamedTuple):
    """A refund in a list, with the order that it belongs to."""

    refund: Refund
    order_number: str
    area_id: str


async def list_refunds(tx: Tx, wanted: RefundFilter, cut: Cut = FIRST) -> list[Listed]:
    """Newest first, by (requested_at, id)."""
    rows = await store.LIST.page(
        tx,
        cut,
        areas=list(wanted.areas),
        from_at=wanted.between[0],
        until_at=wanted.between[1],
        status=wanted.status,
        cause=wanted.cause,
    )
    return [Listed(from_row(row), row.order_number, row.area_id) for row in rows]
