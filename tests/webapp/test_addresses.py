"""The signpost finds what Starlette's router would have found."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from webapp.addresses import Signpost
from webapp.routes import ROUTES


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello")


PATHS = [
    ("/", "GET"),
    ("/gate", "GET"),
    ("/gate/new", "GET"),
    ("/gate/{gate_id}", "GET"),
    ("/gate/{gate_id}/redemptions", "POST"),
    ("/office/areas", "GET"),
    ("/office/areas", "POST"),
    ("/office/areas/new", "GET"),
    ("/office/areas/{area_id}", "GET"),
    ("/files/{path:path}", "GET"),
]
TABLE: list[BaseRoute] = [Route(path, hello, methods=[method]) for path, method in PATHS]
ASKED = [
    "/",
    "/gate",
    "/gate/",
    "/gate/new",
    "/gate/7",
    "/gate/7/redemptions",
    "/office/areas",
    "/office/areas/new",
    "/office/areas/7",
    "/office/areas/7/8",
    "/office",
    "/files/a/b/c",
    "/files",
    "/nothing/at/all",
    "//",
]


def found_by_router(scope: Scope, routes: list[BaseRoute]) -> tuple[Match, object]:
    partial = (Match.NONE, None)
    for route in routes:
        match, _ = route.matches(scope)
        if match is Match.FULL:
            return match, route
        if match is Match.PARTIAL and partial[0] is Match.NONE:
            partial = (match, route)  # type: ignore[assignment]  # a route in place of nothing
    return partial


def test_every_address_leads_where_it_did() -> None:
    signpost = Signpost(TABLE)
    for path in ASKED:
        for method in ("GET", "POST", "DELETE"):
            scope: Scope = {"type": "http", "path": path, "method": method}
            match, found = signpost.matches(scope)
            assert (match, found.get("route")) == found_by_router(scope, TABLE), (path, method)


def test_every_route_of_the_product_can_be_reached() -> None:
    signpost = Signpost(ROUTES)
    for route in ROUTES:
        assert isinstance(route, Route)
        example = route.path_format.format(**dict.fromkeys(route.param_convertors, "1"))
        method = next(iter(route.methods or {"GET"}))
        match, found = signpost.matches({"type": "http", "path": example, "method": method})
        assert match is Match.FULL, route.path
        assert found["route"] is route, f"{route.path} is hidden behind {found['route'].path}"
