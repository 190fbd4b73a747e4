"""What pages about orders share: which areas somebody sees, the list's filters, names behind ids,
lines as text."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.commerce import catalog, refunds
from domain.commerce.orders import Line as OrderLine
from domain.commerce.orders import Order, OrderFilter, OrderStatus
from domain.commerce.payments import Payout
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission, SignedIn, people
from webapp import i18n, site
from webapp.form_fields import Day, Id, Line
from webapp.forms import Form

MOST_STAFF = MOST_TYPES = 200
UNBOUNDED = timedelta(days=31)  # a ticket type is looked for in so many days when none are said


class FilterForm(Form):
    """`q` finds by number, phone, document or name, and then nothing else narrows."""

    q: Line = ""
    area_id: Id | None = None
    status: OrderStatus | None = None
    channel: Channel | None = None
    window_id: Id | None = None
    staff_id: Id | None = None
    ticket_type_id: Id | None = None
    visit_on: Day | None = None
    from_on: Day | None = None
    until_on: Day | None = None


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
    everybody = await people.search(
        tx, cut=people.FIRST._replace(most=MOST_STAFF), viewer=staff, permission=permission
    )
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


def lines_text(lines: Iterable[OrderLine | Any]) -> str:
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


def filter_of(
    wanted: FilterForm, names: Named, *, limited: bool, now: datetime
) -> OrderFilter | None:
    """What the database is asked; None when there is nothing that this person may see."""
    area_id = wanted.area_id
    if limited and area_id is None:
        area_id = next(iter(names.areas), None)
    if (limited and area_id is None) or (area_id and area_id not in names.areas):
        return None
    zone = site.current().zone
    from_at = clock.day_bounds(wanted.from_on, zone)[0] if wanted.from_on else None
    until_at = clock.day_bounds(wanted.until_on, zone)[1] if wanted.until_on else None
    if wanted.ticket_type_id and not (from_at or wanted.visit_on):
        from_at = (until_at or now) - UNBOUNDED
    return OrderFilter(
        area_id,
        wanted.status.value if wanted.status else None,
        wanted.channel.value if wanted.channel else None,
        wanted.window_id,
        wanted.staff_id,
        None,
        wanted.visit_on,
        from_at,
        until_at,
        wanted.ticket_type_id,
    )
