"""`create_app`: routes, middleware, error handlers, and what lives as long as the app does."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from asgi_htmx import HtmxMiddleware
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount

from domain.kernel.errors import DomainError
from webapp import database, errors, health, navigation, pdf
from webapp.access import AccessMiddleware
from webapp.addresses import Addresses, Signpost
from webapp.badges import Badges
from webapp.csrf import CsrfMiddleware
from webapp.i18n import LocaleMiddleware
from webapp.metrics import Metrics
from webapp.pages import PagesMiddleware
from webapp.rendering import environment
from webapp.routes import ROUTES
from webapp.security import SecurityHeadersMiddleware
from webapp.settings import Settings
from webapp.signin import StaffMiddleware
from webapp.statics import Statics

PAGES = (
    Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
    Middleware(HtmxMiddleware),
    Middleware(CsrfMiddleware),
    Middleware(StaffMiddleware),
)
Companion = Callable[[Starlette], AbstractAsyncContextManager[None]]


def create_app(
    settings: Settings,
    *,
    companions: Sequence[Companion] = (),
    routes: Sequence[BaseRoute] = ROUTES,
) -> Starlette:
    """The faces as an ASGI app. The database opens first; `companions` run beside it, in
    this order, and are stopped in the other."""
    statics, metrics = Statics(), Metrics()
    addresses = Addresses(routes)
    app = Starlette(
        routes=[Signpost(routes), Mount("/static", statics, name="static")],
        middleware=[
            Middleware(AccessMiddleware, metrics=metrics),
            Middleware(SecurityHeadersMiddleware, https=settings.secure),
            Middleware(LocaleMiddleware),
            Middleware(PagesMiddleware, middleware=PAGES),
        ],
        exception_handlers={DomainError: errors.handle, HTTPException: errors.handle},
        lifespan=_together([database.opened, pdf.opened, *companions]),
        max_body_size=settings.max_body_bytes,
    )
    app.state.settings = settings
    app.state.metrics = metrics
    app.state.addresses = addresses
    app.state.badges = Badges()
    app.state.templates = environment(addresses, statics)
    app.state.checks = {"disk": health.disk(settings)}
    navigation.check(addresses)
    return app


def _together(
    companions: Sequence[Companion],
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for companion in companions:
                await stack.enter_async_context(companion(app))
            yield

    return lifespan
