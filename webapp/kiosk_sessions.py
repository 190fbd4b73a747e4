"""Which browser is a kiosk: a cookie of its own, good for nothing but `/kiosk`.

The cookie holds the device's secret; a device that is retired or paired anew is out at once.
"""

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import kiosks
from domain.admission.kiosks import Kiosk
from domain.kernel import clock
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.errors import Forbidden
from webapp import htmx, i18n
from webapp.errors import Unauthorized
from webapp.machines import Gatekeeper
from webapp.parts import address_of, db_of

COOKIE = "shanmen_kiosk"
PATH = "/kiosk"
COOKIE_SECONDS = 5 * 366 * 24 * 60 * 60  # until the office retires it


async def enter(request: Request, *, while_locked: bool) -> Response | None:
    """Find the kiosk, speak its visitor's language; an answer when the page must not open."""
    path = request.app.state.addresses.path
    kiosk = await kiosk_behind(request)
    if kiosk is None:
        return htmx.redirect(request, path("kiosk.pairings.new"))
    request.state.kiosk = kiosk
    i18n.speak(kiosk.visit.language if kiosk.visit else i18n.LOCALES[0])
    if kiosk.locked_at is not None and not while_locked:
        return htmx.redirect(request, path("kiosk.home"))
    return None


async def kiosk_behind(request: Request) -> Kiosk | None:
    """The kiosk that this browser is; None for any other."""
    token = request.cookies.get(COOKIE, "")
    if not token or len(token) > 200:
        return None
    keeper: Gatekeeper = request.app.state.gatekeeper
    with suppress(Unauthorized, Forbidden):
        device = await keeper.device(token, address_of(request), clock.utc_now())
        found: Kiosk = await db_of(request).ask(kiosks.at, device.device_id)
        return found
    return None


def kiosk_of(request: Request) -> Kiosk:
    """The kiosk of a page made by `permissions.kiosk`."""
    found: Kiosk = request.state.kiosk
    return found


def actor_at(request: Request) -> Actor:
    """Who acts at a kiosk: the device."""
    kiosk = kiosk_of(request)
    return Actor(ActorKind.DEVICE, kiosk.device_id, address=address_of(request))


def keep_paired(response: Response, secret: str, *, secure: bool) -> Response:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=COOKIE_SECONDS,
        path=PATH,
        httponly=True,
        samesite="strict",
        secure=secure,
    )
    return response
