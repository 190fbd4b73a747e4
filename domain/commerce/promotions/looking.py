"""What is known of promotions: lists, uses, costs, and what a sale would be given."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.commerce.orders import placing
from domain.commerce.orders.lines import Line, Market, Wanted
from domain.commerce.promotions import store, uses
from domain.commerce.promotions.rules import Outcome
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut

FIRST = Cut()


class Buyer(NamedTuple):
    """Who buys, as far as promotions ask."""

    member_id: str = ""
    codes: tuple[str, ...] = ()
    phone_hash: str = ""


NOBODY = Buyer()


async def preview(
    tx: Tx,
    area_id: str,
    channel: Channel,
    window_id: str | None,
    wanted: Sequence[Wanted],
    now: datetime,
    buyer: Buyer = NOBODY,
) -> Outcome:
    """What a sale would cost now: its lines, what lowers them, and why the rest does not."""
    market = Market(
        area_id,
        channel,
        window_id,
        now,
        accompanied=True,
        member_id=buyer.member_id,
        codes=buyer.codes,
        phone_hash=buyer.phone_hash,
    )
    lines: Sequence[Line] = await placing.priced(tx, wanted, market)
    return await uses.tried(tx, lines, market)


async def page(tx: Tx, area_ids: Sequence[str], status: str, cut: Cut = FIRST) -> list[Any]:
    """Promotions of these areas, newest first, by (created_at, id)."""
    return await store.LIST.page(tx, cut, areas=list(area_ids), status=status)


async def funders_of(tx: Tx, promotion_id: str) -> list[Any]:
    """Rows: kind, owner_id, share_bps."""
    return await tx.rows(store.FUNDERS, ids=[promotion_id])


async def costs_of(tx: Tx, promotion_id: str) -> dict[tuple[str, str], int]:
    """What each funder has borne so far, by kind and owner."""
    rows = await tx.rows(store.COST_BY_FUNDER, promotion=promotion_id)
    return {(row.kind, row.owner_id): int(row.minor) for row in rows}


async def uses_of(tx: Tx, promotion_id: str, cut: Cut = FIRST) -> list[Any]:
    """Its uses with the orders' numbers, newest first, by (used_at, id)."""
    return await store.USES.page(tx, cut, promotion=promotion_id)


async def units(tx: Tx) -> list[Any]:
    """Who may bear a share: units in business."""
    return await tx.rows(store.UNITS)


async def floors(tx: Tx, ticket_type_ids: Sequence[str]) -> dict[str, int]:
    rows = await tx.rows(store.FLOORS, types=list(ticket_type_ids))
    return {row.ticket_type_id: int(row.floor_minor) for row in rows}


class Given(NamedTuple):
    """What a promotion gave away in some days, and who bore it."""

    promotion_id: str
    code: str
    name_zh: str
    name_en: str
    uses: int
    tickets: int
    given_minor: int
    back_minor: int
    by_area_minor: int
    by_units_minor: int
    by_platform_minor: int


async def given(tx: Tx, area_ids: Sequence[str], first: date, last: date) -> list[Given]:
    """By promotion; days are those of the areas, both included."""
    asked = {"areas": list(area_ids), "first": first, "last": last}
    rows = await tx.rows(store.GIVEN, **asked)
    counts = {row.promotion_id: row for row in await tx.rows(store.USED_BETWEEN, **asked)}
    names = {row.id: row for row in await tx.rows(store.NAMES, areas=list(area_ids))}
    found: list[Given] = []
    for promotion_id in sorted({row.promotion_id for row in rows}):
        mine = [row for row in rows if row.promotion_id == promotion_id]
        net = {
            kind: sum(int(row.given) - int(row.back) for row in mine if row.kind == kind)
            for kind in ("area", "unit", "platform")
        }
        counted, name = counts.get(promotion_id), names[promotion_id]
        found.append(
            Given(
                promotion_id,
                name.code,
                name.name_zh,
                name.name_en,
                counted.uses if counted else 0,
                int(counted.tickets) if counted else 0,
                sum(int(row.given) for row in mine),
                sum(int(row.back) for row in mine),
                net["area"],
                net["unit"],
                net["platform"],
            )
        )
    return found


async def borne(tx: Tx, area_ids: Sequence[str], first: date, last: date) -> list[Any]:
    """Rows: day, area_id, line_kind, ticket_type_id, kind, owner_id, minor."""
    return await tx.rows(store.BORNE, areas=list(area_ids), first=first, last=last)
