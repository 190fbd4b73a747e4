"""The first page: wherever the one who opens it has work to do."""

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel.errors import NotFound
from webapp import htmx, navigation, signin
from webapp.addresses import Addresses
from webapp.permissions import may_open
from webapp.routes.shop import home as shop_home

STARTS = ("dashboard.show", "posts.index")  # the first that may be opened, else a page of the rail


async def show(request: Request) -> Response:
    """Staff go to their own start page; everyone else to the shop, or to the door when there is
    no area yet."""
    staff = signin.staff_or_nobody(request)
    if staff is None:
        try:
            return await shop_home.show(request)
        except NotFound:
            return htmx.redirect(request, signin.DOOR)
    addresses: Addresses = request.app.state.addresses
    items = [item.route for group in navigation.RAIL for item in group.items]
    for name in (*STARTS, *items):
        if name in addresses and may_open(staff, addresses.routes[name]):
            return htmx.redirect(request, addresses.path(name))
    raise NotFound()
