"""Selling to a group: its heads, its leader, its free places; the same cart as for everybody."""

from starlette.requests import Request
from starlette.responses import Response

from domain.operation.staff import Permission
from webapp.permissions import page
from webapp.routes.window import sales
from webapp.routes.window.sales import Face
from webapp.till import Till, at_till

GROUPS = Face("window/groups/new.html", is_group=True)


async def new(request: Request, till: Till) -> Response:
    return await sales.new(request, till, GROUPS)


async def quote(request: Request, till: Till) -> Response:
    return await sales.quote(request, till, GROUPS)


async def create(request: Request, till: Till) -> Response:
    return await sales.create(request, till, GROUPS)


routes = [
    page(
        "/window/groups/new",
        at_till(new),
        name="window.groups.new",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/groups/quotes",
        at_till(quote),
        methods=["POST"],
        name="window.group_quotes.create",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/groups",
        at_till(create),
        methods=["POST"],
        name="window.groups.create",
        permission=Permission.SALES_SELL,
    ),
]
