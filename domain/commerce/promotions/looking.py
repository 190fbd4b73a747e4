"""What is known of promotions: lists, uses, costs, and what a sale would be given."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.commerce.orders import placing
from domain.commerce.orders.lines import Line, Market, Wanted
from domain.commerce.promotions import store, uses
from domain.commerce.promotions.model import NEARLY_BPS, PromotionStatus, Standing
from domain.commerce.promotions.rules import Outcome
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut

FIRST = Cut()
WHOLE_BPS = 10_000


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


def standing(row: Any, today: date) -> Standing | None:
    """What to know of an active promotion beside that it is active; None when it just works.
    `today` by the area's clock."""
    if row.status != PromotionStatus.ACTIVE:
        return None
    day, terms = today.isoformat(), row.terms
    ends = [end for name in ("sale_until", "visit_until") if (end := terms.get(name))]
    if ends and min(ends) < day:
        return Standing.OVER
    if (terms.get("sale_from") or "") > day:
        return Standing.LATER
    parts = ((row.used, row.limit_total), (row.given_minor, row.budget_minor))
    gone = max((spent * WHOLE_BPS // most for spent, most in parts if most), default=0)
    if gone < NEARLY_BPS:
        return None
    return Standing.USED_UP if gone >= WHOLE_BPS else Standing.NEARLY


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


async def takes_codes(tx: Tx, area_id: str) -> bool:
    """Whether a code would lower anything in an area just now."""
    return await tx.one(store.WITH_CODES, area=area_id) is not None


async def borne(tx: Tx, area_ids: Sequence[str], first: date, last: date) -> list[Any]:
    """Rows: day, area_id, line_kind, ticket_type_id, kind, owner_id, minor."""
    return await tx.rows(store.BORNE, areas=list(area_ids), first=first, last=last)
