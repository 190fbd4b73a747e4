"""A request that changes something must come from our own pages.

No tokens: browsers say where a request comes from (Sec-Fetch-Site, Origin) and cannot be made to
lie. Who sends neither is no browser and brings no cookie of ours; machines use bearer tokens.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.kernel.errors import Forbidden, say
from webapp import errors

SAFE = {"GET", "HEAD", "OPTIONS"}


def is_ours(headers: Headers) -> bool:
    """Does the browser say that one of our own pages sent this?"""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


class CsrfMiddleware:
    """Refuses what another site made a browser send."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in SAFE or is_ours(Headers(scope=scope)):
            return await self.app(scope, receive, send)
        refusal = Forbidden(say("This request came from another site."), code="CROSS_SITE")
        await errors.answer(Request(scope, receive), refusal)(scope, receive, send)
