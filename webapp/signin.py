"""Who is looking: the session cookie becomes `request.state.staff`, or nobody.

The seam to the domain is `Doorkeeper`: it alone asks the database who a token belongs to, whether
the house has been set up, and what it is called.
"""

from datetime import datetime
from typing import NamedTuple, Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.kernel import clock
from domain.kernel.errors import Unavailable
from domain.operation.staff.model import Permission
from webapp import errors, htmx, i18n, site
from webapp.site import Site

COOKIE = "shanmen_session"
DOOR = "/sign-in"
SETUP = "/setup"
NOBODY = ("/static/", "/healthz", "/readyz", "/metrics", "/api/", "/octo", "/hooks/", "/brand.css")


class SignedIn(Protocol):
    """A person of the staff behind a valid session."""

    @property
    def id(self) -> str: ...
    @property
    def session_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role_names(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def theme(self) -> str: ...
    def may(self, permission: Permission) -> bool:
        """Has the permission at some place; the acts check at which."""
        ...


class Credentials(NamedTuple):
    """What was typed at the door, and from where."""

    login: str
    password: str
    totp: str
    address: str
    user_agent: str


class Session(NamedTuple):
    """What the browser keeps; only a hash of the token is stored."""

    token: str
    seconds: int


class Doorkeeper(Protocol):
    """What the faces must know before they show anything."""

    async def staff_behind(self, token: str, now: datetime) -> SignedIn | None: ...
    async def sign_in(self, credentials: Credentials, now: datetime) -> Session:
        """A new session. InvalidInput or Refused says why not, without saying which part."""
        ...

    async def sign_out(self, token: str, now: datetime) -> None: ...
    async def is_set_up(self) -> bool: ...
    async def site(self) -> Site: ...


class Closed:
    """The doorkeeper of an app without sessions: nobody is known, public pages open."""

    async def staff_behind(self, token: str, now: datetime) -> SignedIn | None:
        return None

    async def sign_in(self, credentials: Credentials, now: datetime) -> Session:
        raise Unavailable()

    async def sign_out(self, token: str, now: datetime) -> None: ...

    async def is_set_up(self) -> bool:
        return True

    async def site(self) -> Site:
        return site.DEFAULT


class StaffMiddleware:
    """Finds who is signed in and whose site it is. An installation that nobody set up yet leads
    every page to the set-up page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(NOBODY):
            return await self.app(scope, receive, send)
        request = Request(scope, receive)
        keeper: Doorkeeper = request.app.state.doorkeeper
        with site.using(await keeper.site()):
            if not await keeper.is_set_up() and not scope["path"].startswith(SETUP):
                return await htmx.redirect(request, SETUP)(scope, receive, send)
            token = request.cookies.get(COOKIE)
            staff = await keeper.staff_behind(token, clock.utc_now()) if token else None
            request.state.staff = staff
            if staff and i18n.COOKIE not in request.cookies and staff.language in i18n.LOCALES:
                i18n.speak(staff.language)
            await self.app(scope, receive, send)


def staff_of(request: Request) -> SignedIn | None:
    staff: SignedIn | None = getattr(request.state, "staff", None)
    return staff


def send_to_door(request: Request) -> Response:
    """Sign in first, then come back to where one was going."""
    if errors.is_machine(request):
        raise errors.Unauthorized()
    if request.method != "GET":
        return htmx.redirect(request, DOOR)
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if htmx.wants_fragment(request):
        address = local_path(htmx.details(request).current_url) or "/"
    return htmx.redirect(request, f"{DOOR}?next={quote(address, safe='/')}")


def local_path(address: str | None) -> str | None:
    """The path of one of our own addresses; None for anything that could lead elsewhere."""
    if not address:
        return None
    if "://" in address:
        address = "/" + address.split("://", 1)[1].partition("/")[2]
    if (
        not address.startswith("/")
        or address.startswith(("//", "/\\"))
        or not address.isprintable()
    ):
        return None
    return address


def keep_signed_in(response: Response, session: Session, *, secure: bool) -> Response:
    """Give the browser its session's token."""
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=session.seconds,
        httponly=True,
        samesite="lax",
        secure=secure,
    )
    return response


def forget(response: Response) -> Response:
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response
