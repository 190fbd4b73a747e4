"""Requests that no page of ours sends: deep and huge bodies, each parameter of each page wild, odd
headers, things of another area. A clear answer, never a 500; and nothing has changed.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from datetime import date, timedelta
from types import ModuleType
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from starlette.applications import Starlette

import webapp.routes
from domain.commerce import orders
from domain.commerce.orders import OrderFilter
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import EVERYWHERE, Grant, Permission, Person, grants, people, roles
from domain.operation.staff.roles import RoleInput
from tests.domain.admission.world import World, built, select
from tests.domain.commerce.factories import add_world
from tests.properties.test_every_form import CLEAR, FOREIGN, address_of, pages
from tests.webapp.people import password_hash, sign_in
from tests.webapp.routes.window.tills import open_till
from webapp import paging
from webapp.forms import Form
from webapp.permissions import Guarded

DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
BODIES = {
    "deep": DEEP,
    "deep lists": b"[" * 200_000,
    "a million figures": b"9" * 1_000_000,
    "one huge text": b'{"scan_id":"' + b"x" * 1_000_000 + b'"}',
    "no end": b'{"code": "',
    "numbers that are none": b'{"code": NaN, "persons": 1e999, "key": Infinity}',
    "not UTF-8": b'{"code": "\xff\xfe"}',
    "half a letter": b'{"code": "\\ud83d", "key": "\\udc00"}',
    "a list": b"[1, 2, 3]",
    "nothing": b"null",
}
DOORS = ("/window", "/agents/sign-in")  # who has no till, who is no agent
WILD = [
    "",
    "-1",
    "9" * 40,
    "1e400",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-13",
    FOREIGN,
    "%%",
    "_",
    "a\0b",
    "🎫\u202e长",
    "older.",
    "newer.eyJ9",
    "../..",
    "' OR 1=1 --",
]
READS = re.compile(r'(?:get|getlist|text|texts|is_on|flag)\(\s*"(\w+)"')
TYPES = ["text/plain", "application/xml", "multipart/form-data; boundary=", "a/b/c; ;;", "\u00ff"]


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(webapp.routes.__path__, "webapp.routes."):
        module = importlib.import_module(found.name)
        if not found.ispkg:
            yield module


def parameters_of(module: ModuleType) -> list[str]:
    """What the pages of a module read from an address, as far as its source tells."""
    kinds = [one for one in vars(module).values() if inspect.isclass(one) and issubclass(one, Form)]
    fields = {name for kind in kinds for name in kind.model_fields}
    return sorted(fields | set(READS.findall(inspect.getsource(module))) | {paging.PARAMETER})


@pytest.fixture
async def tester(app: Starlette, client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """Somebody who may do everything everywhere, in a house with something to show."""
    await add_world(app.state.db)
    await sign_in(client, app, await app.state.db.act(take_on, None))
    return client


async def take_on(tx: Tx, area_id: str | None) -> str:
    now = clock.utc_now()
    everything = RoleInput("一切", "Everything", frozenset(Permission))
    role_id = await roles.add(tx, SYSTEM, "everything", everything, now)
    staff_id = await people.add(
        tx, SYSTEM, "tester", Person("测试"), password_hash(), now, must_change_password=False
    )
    grant = Grant(role_id, place_id=EVERYWHERE)
    if area_id is not None:
        grant = Grant(role_id, PlaceKind.AREA, area_id)
    await grants.replace(tx, None, SYSTEM, staff_id, {grant}, now)
    return staff_id


@pytest.mark.slow
async def test_no_parameter_of_any_page_breaks_it(tester: httpx2.AsyncClient) -> None:
    ours = {id(route) for route in pages()}
    for module in modules():
        names = parameters_of(module)
        for route in getattr(module, "routes", []):
            if id(route) not in ours or "GET" not in (route.methods or ()):
                continue
            for name in names:
                for value in WILD:
                    shown = quote(value, safe="")
                    query = f"{name}={shown}&{name}={shown}&{name}="
                    response = await tester.get(f"{address_of(route, FOREIGN)}?{query}")
                    place = f"GET {route.path}?{query[:120]}"
                    assert response.status_code in CLEAR, f"{place}: {response.status_code}"


async def test_no_body_breaks_any_route(tester: httpx2.AsyncClient) -> None:
    routes = [route for route in webapp.routes.ROUTES if isinstance(route, Guarded)]
    for route in routes:
        if "POST" not in (route.methods or ()) or route.name == "sessions.delete":
            continue
        for name, body in BODIES.items():
            response = await tester.post(
                address_of(route, FOREIGN),
                content=body,
                headers={"Content-Type": "application/json", "Authorization": "Bearer x"},
            )
            place = f"POST {route.path} with {name}"
            assert response.status_code in CLEAR | {401, 429}, f"{place}: {response.status_code}"


@pytest.mark.parametrize("kind", TYPES)
async def test_a_body_of_another_kind_breaks_nothing(tester: httpx2.AsyncClient, kind: str) -> None:
    for route in pages():
        if "POST" not in (route.methods or ()):
            continue
        response = await tester.post(
            address_of(route, FOREIGN), content=b"a=1&b", headers={b"Content-Type": kind.encode()}
        )
        assert response.status_code in CLEAR, f"{route.path} {kind!r}: {response.status_code}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Cookie", "shanmen_session=" + "x" * 60_000),
        ("Cookie", "; ".join(f"c{n}={n}" for n in range(5_000))),
        ("Cookie", "=;;=;\u00ff"),
        ("Accept-Language", "zh-" * 20_000),
        ("Accept-Language", "*;q=9e999,,;q="),
        ("Accept", "application/json" * 2_000),
        ("Authorization", "Bearer " + "x" * 60_000),
        ("HX-Request", "maybe"),
        ("HX-Current-URL", "javascript:alert(1)"),
        ("HX-Target", "x" * 10_000),
        ("If-None-Match", "*"),
        ("Range", "bytes=9999999999999999999-"),
        ("X-Request-ID", "a b" * 5_000),
        ("Host", "evil.example"),
        ("Content-Length", "-5"),
    ],
)
async def test_no_header_breaks_a_page(tester: httpx2.AsyncClient, name: str, value: str) -> None:
    for path in ("/", "/office", "/office/orders", "/window", "/healthz", "/static/css/base.css"):
        response = await tester.get(path, headers={name.encode(): value.encode("latin-1")})
        assert response.status_code < 500, f"{path} {name}: {response.status_code}"


@pytest.mark.parametrize("field", ["on", "slot", "request_id", "tender", "tendered", "total_minor"])
async def test_nothing_wild_in_a_sale_sells(
    app: Starlette, client: httpx2.AsyncClient, field: str
) -> None:
    """Whatever is not exactly right sells nothing, or what was asked; never for a day gone by."""
    world = (await open_till(app, client)).world
    yesterday = clock.utc_now().date() - timedelta(days=1)

    for number, value in enumerate([*WILD, "2020-01-01", "2199-01-01", "١٢٣", "[]", "true"]):
        form = {
            "request_id": f"01900000-0000-7000-8000-{number:012d}",
            f"q.{world.adult_id}": "1",
            field: value,
        }
        for name in ("/window/sales", "/window/sales/quote"):
            response = await client.post(name, data=form)
            assert response.status_code in CLEAR, f"{name} {field}={value!r}: {response.text[:200]}"
        query = f"/window/sales/new?{field}={quote(value, safe='')}"
        assert (await client.get(query)).status_code in CLEAR, query

    sold = await app.state.db.ask(orders.list_orders, OrderFilter())
    assert all(yesterday <= order.visit_on < date(2100, 1, 1) for order in sold)


async def test_things_of_another_area_stay_as_they_are(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    async with built(app.state.db) as theirs:
        gate_id, ticket = await theirs.add_gate(), await theirs.add_ticket()
    own_id = await app.state.db.act(found_another_area)
    await sign_in(client, app, await app.state.db.act(take_on, own_id))
    order_id = (await theirs.row("tickets", ticket.id)).order_id
    ids = {"gate_id": gate_id, "ticket_id": ticket.id, "order_id": order_id}
    ids |= {"area_id": theirs.area_id, "place_id": gate_id}
    before = await facts(theirs)

    for route in pages():
        named = [name for name in route.param_convertors if name in ids]
        if not named:
            continue
        path = route.path_format
        for name in route.param_convertors:
            path = path.replace(f"{{{name}}}", ids.get(name, FOREIGN))
        for method in sorted((route.methods or set()) - {"HEAD"}):
            typed = ids | {"version": "1", "reason": "x"}
            response = await client.request(method, path, data=typed)
            place = f"{method} {route.path}: {response.status_code}"
            assert response.status_code in CLEAR, place
            to_a_door = response.headers.get("Location", "").startswith(DOORS)
            assert method != "POST" or response.status_code >= 400 or to_a_door, place

    assert await facts(theirs) == before


async def found_another_area(tx: Tx) -> str:
    now = clock.utc_now()
    unit = places.NOUNS[PlaceKind.UNIT].input(code="OWN", name_zh="别家")
    unit_id = await places.add_place(tx, PlaceKind.UNIT, unit, SYSTEM, now)
    limits: dict[str, Any] = {"unit_id": unit_id, "instant_capacity": 10, "daily_capacity": 20}
    area = places.NOUNS[PlaceKind.AREA].input(code="OWN", name_zh="别处", **limits)
    return str(await places.add_place(tx, PlaceKind.AREA, area, SYSTEM, now))


async def facts(world: World) -> dict[str, Any]:
    tables = ("areas", "gates", "tickets", "media", "orders", "redemptions", "passages")
    return {table: await world.db.ask(select, table) for table in tables}
