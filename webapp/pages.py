"""What stands before a page and is of no use to a program: compression, htmx, where a request came
from, who is signed in. A gate's scan goes past it."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

# No person, so no session and nobody to protect from other sites: machines bring a key, platforms
# sign what they send, files are kept compressed.
NOT_FOR_PEOPLE = ("/static/", "/healthz", "/readyz", "/metrics", "/api/", "/octo", "/hooks/")


class PagesMiddleware:
    """Middleware for the addresses that people open."""

    def __init__(self, app: ASGIApp, *, middleware: Sequence[Middleware]) -> None:
        self.app = self.pages = app
        for cls, args, kwargs in reversed(middleware):
            self.pages = cls(self.pages, *args, **kwargs)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(NOT_FOR_PEOPLE):
            await self.app(scope, receive, send)
        else:
            await self.pages(scope, receive, send)
