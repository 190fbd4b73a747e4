"""Whoever looks at the web shop: a browser with a cookie of its own, which it gets when it begins
to buy or types the code that was sent to its phone; and what every page of the shop shows."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from domain.commerce import customers, orders
from domain.commerce.customers import Visit
from domain.commerce.orders import Order
from domain.kernel import clock
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation import places, settings
from domain.operation.places import PlaceKind
from domain.operation.settings import OperatorSettings
from webapp import htmx, i18n, site
from webapp.live import Shared
from webapp.parts import address_of, db_of, vault_of
from webapp.rendering import render

COOKIE = "shanmen_shop"
COOKIE_SECONDS = int(customers.LIFE.total_seconds())
MOST_OF_A_TOKEN = 100
PLAIN_COOKIES = {i18n.COOKIE, site.THEME_COOKIE}  # they say nothing about anybody
FRESH_SECONDS = 0.5
MOST_PAGES = 100  # whole pages that are kept: an address may say anything


async def visit_of(request: Request) -> Visit | None:
    """The browser, if it was here before."""
    if not hasattr(request.state, "visit"):
        token = request.cookies.get(COOKIE, "")
        found: Visit | None = None
        if token and len(token) <= MOST_OF_A_TOKEN:
            found = await db_of(request).ask(
                customers.seen, vault_of(request), token, clock.utc_now()
            )
        request.state.visit = found
    visit: Visit | None = request.state.visit
    return visit


async def begin(request: Request) -> Visit:
    """The browser, known from now on: `keep` tells it so."""
    if (known := await visit_of(request)) is not None:
        return known
    made: tuple[Visit, str] = await db_of(request).act(customers.begin, clock.utc_now())
    request.state.visit, request.state.visit_token = made
    return made[0]


def keep(request: Request, response: Response) -> Response:
    """Give a browser that began just now its cookie."""
    if token := getattr(request.state, "visit_token", ""):
        response.set_cookie(
            COOKIE,
            token,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.app.state.settings.secure,
        )
    return response


def forget(response: Response) -> Response:
    response.delete_cookie(COOKIE)
    return response


def actor_of(request: Request, visit: Visit | None = None) -> Actor:
    """Who acts in the shop: a browser, known or not."""
    return Actor(ActorKind.VISITOR, visit.id if visit else None, None, address_of(request))


async def own_order(request: Request) -> Order:
    """The order of this address, if it is this browser's; to others it does not exist."""
    order_id, visit = request.path_params["order_id"], await visit_of(request)

    async def looked_up(tx: Tx) -> Order:
        if not await customers.is_own(tx, visit, order_id):
            raise NotFound()
        order = await orders.get_order(tx, order_id)
        if orders.members.is_net(order):
            raise NotFound()  # an agent's: its customer asks the agent
        return order

    found: Order = await db_of(request).ask(looked_up)
    return found


def shared_of(request: Request) -> Shared:
    """What everybody who looks at the shop is told alike, asked twice a second."""
    state = request.app.state
    if not hasattr(state, "shop_shared"):
        state.shop_shared = Shared(FRESH_SECONDS)
    shared: Shared = state.shop_shared
    return shared


def pages_of(request: Request) -> Shared:
    """Whole pages that are nobody's."""
    state = request.app.state
    if not hasattr(state, "shop_pages"):
        state.shop_pages = Shared(FRESH_SECONDS, MOST_PAGES)
    pages: Shared = state.shop_pages
    return pages


async def for_everybody(
    request: Request, name: str, make: Callable[[], Awaitable[Response]]
) -> Response:
    """A page that everybody without a cookie of ours gets alike, made twice a second; for whoever
    has one it is made anew. Ask for the visit first."""
    if request.state.visit is not None or set(request.cookies) - PLAIN_COOKIES:
        return await make()
    key = (
        name,
        str(request.url.replace(scheme="", netloc="")),
        htmx.wants_fragment(request),
        i18n.current(),
        request.cookies.get(site.THEME_COOKIE, ""),
    )

    async def made() -> bytes:
        return bytes((await make()).body)

    body = await pages_of(request).get(key, made)
    return HTMLResponse(body, headers={"Cache-Control": "no-store", "Vary": htmx.VARY})


class Here:
    """The area that a page is about, and what the operator says about it."""

    def __init__(
        self, area: Any, others: Sequence[Any], chosen: OperatorSettings, now: datetime
    ) -> None:
        self.area, self.others, self.settings, self.now = area, others, chosen, now
        self.zone = ZoneInfo(area.time_zone)

    @property
    def id(self) -> str:
        return str(self.area.id)


async def area_here(request: Request, code: str | None = None) -> Here:
    """The area that the address names, else the first. NotFound when there is none."""
    wanted = code if code is not None else request.query_params.get("area", "")
    db = db_of(request)
    areas = await shared_of(request).get("areas", lambda: db.ask(_areas))
    known = [one for one in areas if one.code == wanted] if wanted else areas[:1]
    if not known:
        raise NotFound()
    return await _here(request, known[0], areas)


async def area_of(request: Request, area_id: str) -> Here:
    """The area of something that is sold already."""
    db = db_of(request)
    areas = await shared_of(request).get("areas", lambda: db.ask(_areas))
    area = next((one for one in areas if one.id == area_id), None)
    if area is None:
        area = await db.ask(places.get_place, PlaceKind.AREA, area_id)
    return await _here(request, area, areas)


async def _here(request: Request, area: Any, areas: Sequence[Any]) -> Here:
    db = db_of(request)
    chosen = await shared_of(request).get(
        ("settings", area.id), lambda: db.ask(settings.current, area.id)
    )
    return Here(area, areas, chosen, clock.utc_now())


async def _areas(tx: Tx) -> list[Any]:
    return list(await places.list_places(tx, PlaceKind.AREA))


def shown(
    request: Request,
    template: str,
    here: Here,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    fragment: str | None = None,
) -> Response:
    """A page of the shop, with what every one of them needs."""
    around = {
        "here": here,
        "visit": getattr(request.state, "visit", None),
        "area_query": {"area": here.area.code} if len(here.others) > 1 else {},
    }
    return render(request, template, around | dict(context), status=status, fragment=fragment)


def go(request: Request, name: str, **parameters: Any) -> Response:
    """On to another page of the shop."""
    return htmx.redirect(request, request.app.state.addresses.path(name, **parameters))


SHOP = Channel.SHOP
