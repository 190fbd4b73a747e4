"""htmx: what a request asks for (read by asgi-htmx), and what an answer may tell the page."""

import json
from collections.abc import Mapping

from asgi_htmx import HtmxDetails
from starlette.requests import Request
from starlette.responses import Response

VARY = "HX-Request, HX-Boosted, HX-History-Restore-Request, Accept-Language, Cookie"


def details(request: Request) -> HtmxDetails:
    """What htmx said about itself; HtmxMiddleware put it into the scope."""
    found = request.scope.get("htmx")
    return found if isinstance(found, HtmxDetails) else HtmxDetails(request.scope)


def wants_fragment(request: Request) -> bool:
    """A part of the page is enough, unless htmx restores history or boosts a plain link."""
    hx = details(request)
    return bool(hx) and not hx.boosted and not hx.history_restore_request


def trigger(response: Response, event: str, detail: object = None) -> Response:
    """Raise `event` on the page when the answer has arrived; several may be told."""
    events: dict[str, object] = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps({**events, event: detail})
    return response


def toast(response: Response, text: str, kind: str = "ok") -> Response:
    """A short word at the edge of the page that goes away by itself."""
    return trigger(response, "toast", {"text": text, "kind": kind})


def push_url(response: Response, url: str) -> Response:
    response.headers["HX-Push-Url"] = url
    return response


def retarget(response: Response, selector: str, swap: str = "innerHTML") -> Response:
    """Put the answer somewhere else than the element that asked said."""
    response.headers["HX-Retarget"] = selector
    response.headers["HX-Reswap"] = swap
    return response


def redirect(request: Request, url: str, headers: Mapping[str, str] | None = None) -> Response:
    """Go on to another page: 303 for a plain form, a header for htmx (it follows no 303 itself)."""
    if wants_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": url, **(headers or {})})
    return Response(status_code=303, headers={"Location": url, **(headers or {})})


def refresh() -> Response:
    """Load the whole page again."""
    return Response(status_code=204, headers={"HX-Refresh": "true"})
