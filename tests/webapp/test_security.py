"""Headers on every answer, and the few pages that need more."""

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from webapp import security
from webapp.app import create_app
from webapp.permissions import page
from webapp.routes import ROUTES
from webapp.settings import Settings


async def scan(request: Request) -> Response:
    security.allow_scanning(request)
    return PlainTextResponse("scan")


async def frame(request: Request) -> Response:
    security.allow_framing(request)
    return PlainTextResponse("frame")


@pytest.fixture
def app(settings: Settings) -> Starlette:
    more = [
        page("/scan", scan, name="scan", public=True),
        page("/frame", frame, name="frame", public=True),
    ]
    return create_app(settings, routes=[*ROUTES, *more])


@pytest.mark.parametrize(
    "path", ["/sign-in", "/nowhere", "/healthz", "/static/icons.svg", "/api/x"]
)
async def test_every_answer_is_guarded(client: httpx2.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers
    assert headers["X-Request-Id"]


async def test_a_page_that_scans_may_use_the_camera_and_webassembly(
    client: httpx2.AsyncClient,
) -> None:
    headers = (await client.get("/scan")).headers

    assert "script-src 'self' 'wasm-unsafe-eval';" in headers["Content-Security-Policy"]
    assert "camera=(self)" in headers["Permissions-Policy"]


async def test_only_what_asks_for_it_is_framed(client: httpx2.AsyncClient) -> None:
    framed = (await client.get("/frame")).headers["Content-Security-Policy"]
    other = (await client.get("/scan")).headers["Content-Security-Policy"]

    assert "frame-ancestors 'self'" in framed
    assert "frame-ancestors 'none'" in other


async def test_https_is_insisted_on_where_it_is_used(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"base_url": "https://park.test"}))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://park.test") as client:
        assert "max-age" in (await client.get("/healthz")).headers["Strict-Transport-Security"]


@pytest.mark.parametrize("path", ["/office/%00", "/office/%0d%0aX: y", "/sign-in?next=%00"])
async def test_control_characters_in_an_address_are_refused(
    client: httpx2.AsyncClient, path: str
) -> None:
    assert (await client.get(path)).status_code == 400
