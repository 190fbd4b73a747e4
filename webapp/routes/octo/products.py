"""Who sells, and what."""

from typing import Any

from starlette.requests import Request

from domain.commerce import resellers
from domain.commerce.resellers import Price, Shelf
from domain.kernel import clock
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp.octo import shapes
from webapp.octo.callers import KNOWN, Caller, octo
from webapp.octo.problems import PREFIX, unknown_product
from webapp.parts import db_of


async def supplier(request: Request, caller: Caller) -> Any:
    area = await db_of(request).ask(places.get_place, PlaceKind.AREA, caller.area_id)
    return shapes.supplier(area, f"{request.app.state.settings.base_url}{PREFIX}")


async def suppliers(request: Request, caller: Caller) -> Any:
    """As older clients ask: a list of one."""
    return [await supplier(request, caller)]


async def one_of_suppliers(request: Request, caller: Caller) -> Any:
    if request.path_params["supplier_id"] != caller.area_id:
        raise NotFound()
    return await supplier(request, caller)


async def capabilities(request: Request, caller: Caller) -> Any:
    return [shapes.capability(name) for name in KNOWN]


async def index(request: Request, caller: Caller) -> Any:
    now = clock.utc_now()

    async def looked_up(tx: Tx) -> list[tuple[Shelf, dict[str, Price]]]:
        found = await resellers.shelves(tx, caller.area_id, now)
        return [(one, await prices_from(tx, one, caller)) for one in found]

    found = await db_of(request).ask(looked_up)
    return [shapes.product(one, caller, prices) for one, prices in found]


async def show(request: Request, caller: Caller) -> Any:
    product_id, now = request.path_params["product_id"], clock.utc_now()

    async def looked_up(tx: Tx) -> tuple[Shelf, dict[str, Price]]:
        found = await resellers.shelf(tx, caller.area_id, product_id, now)
        if found is None:
            raise unknown_product(product_id)
        return found, await prices_from(tx, found, caller)

    found, prices = await db_of(request).ask(looked_up)
    return shapes.product(found, caller, prices)


async def prices_from(tx: Tx, found: Shelf, caller: Caller) -> dict[str, Price]:
    """The least that each unit costs in the days that can be booked, at most two months."""
    if not caller.has("pricing"):
        return {}
    now = clock.utc_now()
    today = local_day(now, found.zone)
    last = today + resellers.PRICED_AHEAD
    spaces = await resellers.spaces(tx, found, caller.agent_id, today, last, now)
    least = {one.row.id: shapes.cheapest(spaces, one.row.id) for one in found.offers}
    return {type_id: price for type_id, price in least.items() if price is not None}


routes = [
    octo("/supplier", supplier, name="octo.supplier"),
    octo("/suppliers", suppliers, name="octo.suppliers"),
    octo("/suppliers/{supplier_id}", one_of_suppliers, name="octo.suppliers.show"),
    octo("/capabilities", capabilities, name="octo.capabilities"),
    octo("/products", index, name="octo.products.index"),
    octo("/products/{product_id}", show, name="octo.products.show"),
]
