"""Who may open which address. Every route is made here and says it; what says nothing is refused
when the program starts.

    page("/office/areas", areas.index, name="areas.index", permission=Permission.PLACES_SEE)
    page("/office/password", password.edit, name="password.edit", signed_in=True)
    page("/sign-in", sessions.new, name="sessions.new", public=True)
    kiosk("/kiosk/sale", sales.show, name="kiosk.sales.show")
    agent("/agents/orders", orders.index, name="agents.orders.index")
    machine("/api/gates/{gate_id}/redemptions", redemptions.create, caller=device_of, name=...)

A permission opens the page to whoever has it anywhere; the act behind it checks the scope (unit,
area, site, window) and refuses with Forbidden or NotFound.
"""

from collections.abc import Awaitable, Callable, Collection
from functools import wraps
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.kernel.errors import Forbidden
from domain.operation.staff import Permission, SignedIn
from webapp import agent_visits, htmx, kiosk_sessions, signin

PASSWORD_PAGES = ("password.edit", "password.update")  # open to who must choose a new one first
Endpoint = Callable[[Request], Awaitable[Response]]
Caller = Callable[[Request], Awaitable[object]]


class Access(NamedTuple):
    """Who may: anyone, anyone signed in, who has a permission, a machine with its key, a browser
    that is a kiosk (and may open nothing else), or an agent's people in their portal."""

    public: bool = False
    signed_in: bool = False
    permission: Permission | None = None
    caller: Caller | None = None
    kiosk: bool = False
    agent: bool = False


class Guarded(Route):
    """A route that knows who may use it."""

    access: Access


def page(
    path: str,
    endpoint: Endpoint,
    *,
    name: str,
    methods: Collection[str] = ("GET",),
    permission: Permission | None = None,
    signed_in: bool = False,
    public: bool = False,
) -> Guarded:
    """A page for people. Exactly one of `permission`, `signed_in` and `public` is said."""
    if (permission is not None) + signed_in + public != 1:
        raise TypeError(f"{name}: say who may open it, once")
    return _guarded(path, endpoint, name, methods, Access(public, signed_in, permission))


def machine(
    path: str,
    endpoint: Endpoint,
    *,
    name: str,
    caller: Caller,
    methods: Collection[str] = ("GET",),
) -> Guarded:
    """An address for programs. `caller` finds who asks, by bearer token, or raises Unauthorized;
    the endpoint finds them in `request.state.caller`."""
    return _guarded(path, endpoint, name, methods, Access(caller=caller))


def kiosk(
    path: str,
    endpoint: Endpoint,
    *,
    name: str,
    methods: Collection[str] = ("GET",),
    while_locked: bool = False,
) -> Guarded:
    """A page of a self-service kiosk: whoever stands before it, nobody else. The endpoint finds the
    kiosk in `request.state.kiosk`. A locked kiosk opens only its first page and the staff's."""

    @wraps(endpoint)
    async def at_kiosk(request: Request) -> Response:
        refused = await kiosk_sessions.enter(request, while_locked=while_locked)
        return refused or await endpoint(request)

    return _guarded(path, at_kiosk, name, methods, Access(kiosk=True))


def agent(
    path: str, endpoint: Endpoint, *, name: str, methods: Collection[str] = ("GET",)
) -> Guarded:
    """A page of the portal of agents: whoever came in with an agent's access code, others are sent
    to its door. The endpoint finds the agent's row in `request.state.agent`."""

    @wraps(endpoint)
    async def in_portal(request: Request) -> Response:
        refused = await agent_visits.enter(request)
        return refused or await endpoint(request)

    return _guarded(path, in_portal, name, methods, Access(agent=True))


def may_open(staff: SignedIn | None, route: Route) -> bool:
    """Is it worth showing a link to this person?"""
    access = route.access if isinstance(route, Guarded) else Access()
    if access.public:
        return True
    if staff is None:
        return False
    return access.signed_in or (access.permission is not None and staff.may(access.permission))


def _guarded(
    path: str, endpoint: Endpoint, name: str, methods: Collection[str], access: Access
) -> Guarded:
    @wraps(endpoint)
    async def guard(request: Request) -> Response:
        if access.caller is not None:
            request.state.caller = await access.caller(request)
        elif not (access.public or access.kiosk or access.agent):
            staff = signin.staff_or_nobody(request)
            if staff is None:
                return signin.send_to_door(request)
            if access.permission is not None and not staff.may(access.permission):
                raise Forbidden()
            if staff.must_change_password and name not in PASSWORD_PAGES:
                return htmx.redirect(request, request.app.state.addresses.path(PASSWORD_PAGES[0]))
        try:
            return await endpoint(request)
        finally:
            await request.close()  # files that were sent with a form

    route = Guarded(path, guard, methods=list(methods), name=name)
    route.access = access
    route.app = _answering(guard)
    return route


def _answering(endpoint: Endpoint) -> ASGIApp:
    """As Starlette makes it, without its net for exceptions: the app has one for all routes."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await endpoint(Request(scope, receive, send))
        await response(scope, receive, send)

    return app
