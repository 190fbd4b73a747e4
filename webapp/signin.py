"""Who is looking: the session cookie becomes `request.state.staff`, or nobody."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.kernel import clock
from domain.operation.staff import SignedIn
from webapp import badges, errors, htmx, i18n, site
from webapp.doorkeeper import Doorkeeper

COOKIE = "shanmen_session"
DOOR = "/sign-in"
SETUP = "/setup"
WHILE_SETTING_UP = (SETUP, "/preferences", "/brand.css")


class StaffMiddleware:
    """Finds who is signed in and whose site it is. An installation that nobody set up yet leads
    every page to the set-up page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        keeper = doorkeeper_of(request)
        with site.using(await keeper.site()):
            if not await keeper.is_set_up() and not scope["path"].startswith(WHILE_SETTING_UP):
                return await htmx.redirect(request, SETUP)(scope, receive, send)
            token = request.cookies.get(COOKIE)
            staff = await keeper.staff_behind(token, clock.utc_now()) if token else None
            request.state.staff = staff
            if staff and i18n.COOKIE not in request.cookies and staff.language in i18n.LOCALES:
                i18n.speak(staff.language)
            if staff:
                await badges.note(request, staff)
            await self.app(scope, receive, send)
            if staff and request.method not in badges.SAFE:
                badges.badges_of(request).forget(staff)


def doorkeeper_of(request: Request) -> Doorkeeper:
    keeper: Doorkeeper = request.app.state.doorkeeper
    return keeper


def staff_or_nobody(request: Request) -> SignedIn | None:
    """Who is signed in, on pages that are open to all."""
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


def keep_signed_in(response: Response, token: str, *, secure: bool) -> Response:
    """Give the browser its session's token, until it is closed: tills are shared."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure)
    return response


def forget(response: Response) -> Response:
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response
