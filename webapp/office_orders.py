"""What pages about orders share: which areas somebody sees, names behind ids, lines as text."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from domain.commerce import catalog, refunds
from domain.commerce.orders import Line, Order
from domain.commerce.payments import Payout
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission, SignedIn, people
from webapp import i18n

MOST_STAFF = MOST_TYPES = 200


class Named(NamedTuple):
    """Ids and what people call them, in the reader's language."""

    areas: dict[str, str]
    windows: dict[str, str]
    staff: dict[str, str]
    types: dict[str, str]


def name_of(row: Any) -> str:
    """In the reader's language; Chinese when there is no English name."""
    return str(row.name_en if i18n.current() == "en" and row.name_en else row.name_zh)


async def areas_for(tx: Tx, staff: SignedIn, permission: Permission) -> dict[str, str]:
    """The areas in which somebody has a permission, by id."""
    rows = await places.list_places(tx, PlaceKind.AREA)
    return {row.id: name_of(row) for row in rows if staff.may(permission, row.id)}


async def names_for(tx: Tx, staff: SignedIn, permission: Permission) -> Named:
    """The choices that a list of orders offers."""
    areas = await areas_for(tx, staff, permission)
    windows = await places.list_places(tx, PlaceKind.WINDOW)
    everybody = await people.search(tx, cut=people.FIRST._replace(most=MOST_STAFF))
    types: dict[str, str] = {}
    for area_id in areas:
        rows = await catalog.list_ticket_types(tx, area_id, retired=True, most=MOST_TYPES)
        types |= {row.id: name_of(row) for row in rows}
    return Named(
        areas,
        {row.id: name_of(row) for row in windows if row.area_id in areas},
        {row.id: row.name for row in everybody},
        types,
    )


def lines_text(lines: Iterable[Line]) -> str:
    """成人票 × 2，学生票 × 1"""
    comma = "，" if i18n.current() == "zh" else ", "
    return comma.join(f"{name_of(line)} × {line.quantity}" for line in lines)


def contact_text(order: Order) -> str:
    """Whom to call: the name, and the phone as far as it is shown."""
    return " ".join(part for part in (order.contact_name, order.phone_mask) if part) or "—"


async def payouts_shown(
    tx: Tx, payouts: Sequence[Payout], staff: SignedIn, area_id: str
) -> dict[str, Any]:
    """Money going out, and the ids of what this person may send once more."""
    stuck = set()
    if staff.may(Permission.OUTBOX_RETRY, area_id):
        stuck = {one.id for one in payouts if await refunds.is_stuck(tx, one)}
    return {"payouts": payouts, "stuck": stuck}


def must_see(staff: SignedIn, permission: Permission, area_id: str) -> None:
    """Raises Forbidden when an area's things are none of their business."""
    staff.must(permission, area_id)
