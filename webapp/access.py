"""The edge: a number for each request, one log line, one measurement, and the last net below."""

import random
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp import errors
from webapp.metrics import Metrics

log = structlog.get_logger(__name__)

HEADER = b"x-request-id"
UNNAMED = "other"
QUIET = ("/static/", "/healthz", "/readyz", "/metrics", "/api/", "/octo")  # logged when they fail


def is_unreadable(scope: Scope) -> bool:
    """Control characters in an address are nobody's honest link, and databases choke on them."""
    return not scope["path"].isprintable() or b"%00" in scope["query_string"]


class AccessMiddleware:
    """Outermost of ours. What nobody caught becomes the 500 page here."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request_id = f"{random.getrandbits(48):012x}"
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()
        status = 0

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (HEADER, request_id.encode())]
            await send(message)

        bound = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            if is_unreadable(scope):
                raise HTTPException(400)
            await self.app(scope, receive, numbered)
        except Exception as error:  # the edge of this transport
            if status:  # the answer has begun: nothing can be taken back
                log.exception("response.broken", path=scope["path"])
                raise
            await errors.answer(Request(scope, receive), error)(scope, receive, numbered)
        finally:
            self._note(scope, status, time.perf_counter() - began)
            structlog.contextvars.reset_contextvars(**bound)

    def _note(self, scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or UNNAMED
        streams = scope["state"].get("streams", False)  # stays open on purpose: no answer time
        self.metrics.answered(scope["method"], route, status, None if streams else seconds)
        if status < 500 and scope["path"].startswith(QUIET):
            return
        log.info(
            "request.answered",
            method=scope["method"],
            path=scope["path"],
            status=status,
            milliseconds=round(seconds * 1000, 1),
            staff_id=getattr(scope["state"].get("staff"), "id", None),
        )
