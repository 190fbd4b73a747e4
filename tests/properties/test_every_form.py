"""Whatever is typed into any form or address: a clear answer, never a 500, and no broken page.

Every route that people can reach is tried by somebody who may do everything, with every field that
any form of the product knows, filled with each of the values that have broken programs before.
"""

import importlib
import pkgutil
import random
from collections.abc import Iterator
from urllib.parse import quote

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

import webapp.routes
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation.staff import EVERYWHERE, Grant, Permission, Person, grants, people, roles
from domain.operation.staff.roles import RoleInput
from tests.webapp.people import password_hash, sign_in
from webapp import paging
from webapp.forms import Form
from webapp.permissions import Guarded
from webapp.routes import ROUTES

FOREIGN = "01900000-0000-7000-8000-000000000000"
NASTY = [
    "",
    "0",
    "-1",
    "1",
    "9" * 30,
    "1e400",
    "NaN",
    "0x10",
    "1.5",
    FOREIGN,
    "2026-13-45",
    "2026-02-30T25:61",
    "' OR 1=1 --",
    "%s%(x)s{0}{x}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "长" * 600,
    "🎫\u200d👨‍👩‍👧",
    "\u202egnp.exe",
    "a\0b",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "١٢٣",
    "true",
    "[]",
    '{"a": 1}',
]
SANE = [
    "1",
    "98.50",
    "2026-05-01",
    "08:00",
    "2026-05-01T08:00",
    FOREIGN,
    "on",
    "南门",
    "south-1",
    "3",
]
TRIES = 6  # values a page is tried with, other ones for each page
MIXTURES = 12  # how often each form is filled at random
CLEAR = {200, 201, 204, 303, 400, 403, 404, 405, 409, 413, 422, 503}
LEFT_OUT = {"sessions.delete"}  # it would sign the tester out


def forms() -> Iterator[type[Form]]:
    for module in pkgutil.walk_packages(webapp.routes.__path__, "webapp.routes."):
        importlib.import_module(module.name)
    waiting = [Form]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        yield kind


def field_names() -> list[str]:
    found = {name for kind in forms() for name in kind.model_fields}
    return sorted(found | {"q", "next", "version", "id", "unknown"} - {"at"})


def pages() -> list[Guarded]:
    return [
        route
        for route in ROUTES
        if isinstance(route, Guarded)
        and route.access.caller is None
        and not route.name.endswith("stream")
        and route.name not in LEFT_OUT
    ]


def some_for(route: Route) -> list[str]:
    """A few of the values, the same ones at each run; all pages together see all of them."""
    return random.Random(route.name).sample(NASTY, TRIES)


def address_of(route: Route, value: str) -> str:
    shown = quote(value, safe="") or FOREIGN
    path = route.path_format
    for name, convertor in route.param_convertors.items():
        whole = "Integer" in type(convertor).__name__
        path = path.replace(f"{{{name}}}", "7" if whole else shown)
    return path


@pytest.fixture
async def tester(app: Starlette, client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """Somebody who may do everything."""

    async def take_on(tx: Tx) -> str:
        now = clock.utc_now()
        everything = RoleInput("一切", "Everything", frozenset(Permission))
        role_id = await roles.add(tx, SYSTEM, "everything", everything, now)
        staff_id = await people.add(
            tx, SYSTEM, "tester", Person("测试"), password_hash(), now, must_change_password=False
        )
        granted = {Grant(role_id, place_id=EVERYWHERE)}
        await grants.replace(tx, None, SYSTEM, staff_id, granted, now)
        return staff_id

    await sign_in(client, app, await app.state.db.act(take_on))
    return client


async def test_no_form_breaks_a_page(tester: httpx2.AsyncClient) -> None:
    names = field_names()
    for route in pages():
        if "POST" not in (route.methods or ()):
            continue
        for value in some_for(route):
            response = await tester.post(
                address_of(route, FOREIGN), data={name: [value, value] for name in names}
            )
            place = f"POST {route.path} with {value[:20]!r}"
            assert response.status_code in CLEAR, f"{place}: {response.status_code}"


async def test_no_mixture_breaks_a_page(tester: httpx2.AsyncClient) -> None:
    """Fields that are right beside fields that are wrong: what comes after the first check."""
    names, chance = field_names(), random.Random(20261122)
    for route in pages():
        if "POST" not in (route.methods or ()):
            continue
        for _ in range(MIXTURES):
            typed = {name: chance.choice(chance.choice([NASTY, SANE, SANE])) for name in names}
            response = await tester.post(address_of(route, FOREIGN), data=typed)
            place = f"POST {route.path} with {typed}"
            assert response.status_code in CLEAR, f"{place}: {response.status_code}"


async def test_no_address_breaks_a_page(tester: httpx2.AsyncClient) -> None:
    names = field_names()
    for route in pages():
        if "GET" not in (route.methods or ()):
            continue
        for value in some_for(route):
            shown = quote(value[:16], safe="")  # every field at once must fit into an address
            everything = "&".join(f"{name}={shown}" for name in names)
            for query in (everything, f"q={shown}", f"{paging.PARAMETER}={shown}"):
                response = await tester.get(f"{address_of(route, value)}?{query}")
                place = f"GET {route.path} with {query[:200]}"
                assert response.status_code in CLEAR, f"{place}: {response.status_code}"
                assert "<script>alert(1)" not in response.text, place


async def test_a_body_that_is_no_form_breaks_nothing(tester: httpx2.AsyncClient) -> None:
    for route in pages():
        if "POST" not in (route.methods or ()):
            continue
        for kind in (
            "application/json",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "",
        ):
            response = await tester.post(
                address_of(route, FOREIGN), content=b"\xff\x00{", headers={"Content-Type": kind}
            )
            assert response.status_code in CLEAR, f"{route.path} {kind!r}: {response.status_code}"
