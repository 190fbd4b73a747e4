"""The area and its spots: introduction, map, hours, how to get here, the rules of its tickets."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import catalog
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp.baskets import for_visitors
from webapp.office_orders import name_of
from webapp.parts import db_of
from webapp.permissions import page
from webapp.shop_visits import SHOP, Here, area_here, shown, visit_of


async def show(request: Request) -> Response:
    here = await area_here(request)
    await visit_of(request)
    found: dict[str, Any] = await db_of(request).ask(_looked_up, here)
    return shown(request, "shop/areas/show.html", here, {**found, "name_of": name_of})


async def _looked_up(tx: Tx, here: Here) -> dict[str, Any]:
    every = await places.list_places(tx, PlaceKind.SPOT)
    today = local_day(here.now, here.zone)
    sellable = for_visitors(await catalog.sellable(tx, here.id, SHOP, None, today, here.now))
    policies = {row.id: row for row in await catalog.list_policies(tx)}
    return {
        "spots": [one for one in every if one.area_id == here.id],
        "map": await places.map_of(tx, here.id),
        "products": sellable.products,
        "policies": policies,
    }


routes = [page("/about", show, name="shop.areas.show", public=True)]
