"""The first page: is it open, how full is it, which day, what does it cost."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import announcements, occupancy
from domain.admission.announcements import Place
from domain.commerce import capacity, catalog
from domain.commerce.capacity import DayView
from domain.commerce.catalog import Sellable, SellableType
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp import baskets, shop_visits
from webapp.baskets import DAYS_SHOWN, for_visitors
from webapp.parts import db_of
from webapp.permissions import page
from webapp.shop_visits import SHOP, Here, shown

FEW = 1_000  # places left that are worth a number


class Offered(NamedTuple):
    """A ticket type and from which price it is sold on the day; None when it is not."""

    type: SellableType
    from_minor: int | None


class Front(NamedTuple):
    """All that the first page shows."""

    visit_on: date
    days: dict[date, DayView]
    offers: Sequence[Offered]
    sellable: Sellable
    inside: Any
    said: Sequence[Any]
    spots: Sequence[Any]


async def show(request: Request) -> Response:
    """Most who come here are nobody yet."""
    here = await shop_visits.area_here(request)
    await shop_visits.visit_of(request)
    return await shop_visits.for_everybody(request, "home", lambda: _page(request, here))


async def _page(request: Request, here: Here) -> Response:
    wanted = request.query_params.get("on", "")
    front: Front = await db_of(request).ask(_looked_up, here.id, wanted, here.zone, here.now)
    address = request.app.state.addresses.path
    area = {"area": here.area.code} if len(here.others) > 1 else {}

    def booking_of(one: SellableType) -> str:
        chosen = {"on": front.visit_on.isoformat(), f"q.{one.id}": one.least_per_order or 1}
        return str(address("shop.bookings.edit", query=area | chosen))

    context = {
        **front._asdict(),
        "few": FEW,
        "half_price": half_price,
        "booking_of": booking_of,
    }
    return shown(request, "shop/home/show.html", here, context)


async def _looked_up(tx: Tx, area_id: str, wanted: str, zone: Any, now: datetime) -> Front:
    today = local_day(now, zone)
    visit_on = baskets.day_of(wanted, today)
    days = await capacity.days_between(tx, area_id, today, today + timedelta(days=DAYS_SHOWN - 1))
    if visit_on not in days:
        days |= await capacity.days_between(tx, area_id, visit_on, visit_on)
    sellable = for_visitors(await catalog.sellable(tx, area_id, SHOP, None, visit_on, now))
    offers = [
        Offered(one, from_price(one)) for product in sellable.products for one in product.types
    ]
    return Front(
        visit_on,
        days,
        offers,
        sellable,
        await occupancy.occupancy_of(tx, area_id, now),
        await announcements.live(tx, area_id, Place.SHOP, now),
        [one for one in await places.list_places(tx, PlaceKind.SPOT) if one.area_id == area_id],
    )


def from_price(one: SellableType) -> int | None:
    """The lowest of its prices on the day."""
    sold = [price.minor for price in one.prices.values() if price.minor is not None]
    return min(sold, default=None)


def half_price(one: SellableType) -> int | None:
    """What part of the price a visitor of this type pays by right, in basis points."""
    rates = {concession.bps for concession in one.concessions}
    return min(rates) if one.concession_only and rates else None


routes = [page("/shop", show, name="shop.home.show", public=True)]
