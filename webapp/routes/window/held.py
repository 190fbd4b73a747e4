"""Orders that wait for their money: found again, paid, or given up."""

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, orders
from domain.commerce.orders import OrderFilter, OrderStatus
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import htmx, i18n
from webapp.parts import db_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.routes.window.payments import held_order
from webapp.till import Till, at_till, strip_of

MOST = 100


async def index(request: Request, till: Till) -> Response:
    """The area's held orders of windows, newest first, with what is left of their time."""
    now = clock.utc_now()
    wanted = OrderFilter(
        area_id=till.area.id, status=OrderStatus.HELD.value, channel=Channel.WINDOW.value
    )
    found = await db_of(request).ask(orders.list_orders, wanted, None, MOST)

    async def windows(tx: Tx) -> dict[str, object]:
        return {one.id: one for one in await places.list_places(tx, PlaceKind.WINDOW)}

    context = {
        "till": till,
        "strip": await strip_of(request, till),
        "held": [order for order in found if not order.is_lapsed(now)],
        "windows": await db_of(request).ask(windows),
        "now": now,
    }
    return render(request, "window/held/index.html", context)


async def delete(request: Request, till: Till) -> Response:
    """Give an order up: its places are free at once, what was paid on it goes back by itself."""
    order = await held_order(request, till)
    lane = capacity.lane(order.area_id)
    path = request.app.state.addresses.path
    try:
        await db_of(request).act(orders.cancel, order.id, till.actor, clock.utc_now(), lane=lane)
    except Conflict:
        # pressed twice, or somebody was first: the order itself says which
        return htmx.redirect(request, path("window.payments.new", order_id=order.id))
    response = htmx.redirect(request, path("window.held.index"))
    return htmx.toast(response, i18n.here(say("The order is given up; its places are free.")))


routes = [
    page(
        "/window/held",
        at_till(index),
        name="window.held.index",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/held/{order_id}/delete",
        at_till(delete),
        methods=["POST"],
        name="window.held.delete",
        permission=Permission.SALES_SELL,
    ),
]
