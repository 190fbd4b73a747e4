"""Pages go out compressed. Static files are kept compressed already, and a device's short answers
are not worth the time."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

NOT_HERE = ("/static/", "/api/", "/octo", "/healthz", "/hooks/")
SMALLEST_BYTES = 1000
LEVEL = 5


class PagesGzipMiddleware:
    """Starlette's, for pages only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.squeezed = GZipMiddleware(app, minimum_size=SMALLEST_BYTES, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(NOT_HERE):
            return await self.app(scope, receive, send)
        await self.squeezed(scope, receive, send)
