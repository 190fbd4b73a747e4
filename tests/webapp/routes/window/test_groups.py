"""Selling to groups at a window: heads, free places, one code, a leader."""

from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import orders
from domain.commerce.orders import OrderFilter
from tests.webapp.routes.window.tills import open_till

HX = {"HX-Request": "true"}


def group(world: Any, heads: str = "32", **more: str) -> dict[str, str]:
    """80 yuan a head, one of 16 is free."""
    return {"request_id": "g1", f"q.{world.group_id}": heads, "leader": "赵磊", **more}


async def sold(app: Starlette) -> list[Any]:
    found = await app.state.db.ask(orders.list_orders, OrderFilter())
    return [await app.state.db.ask(orders.get_order, order.id) for order in found]


async def test_only_types_for_groups_are_offered(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = (await open_till(app, client)).world

    page = (await client.get("/window/groups/new")).text

    assert f'name="q.{world.group_id}"' in page
    assert f'name="q.{world.adult_id}"' not in page


async def test_free_places_are_priced_before_anything_is_sold(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = (await open_till(app, client)).world

    priced = await client.post("/window/groups/quotes", data=group(world), headers=HX)

    assert priced.text.lstrip().startswith("<form")
    assert "2,400.00" in priced.text
    assert await sold(app) == []


async def test_a_group_is_sold_once_on_one_code(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = (await open_till(app, client)).world

    first = await client.post("/window/groups", data=group(world, tendered="2400"))
    second = await client.post("/window/groups", data=group(world, tendered="2400"))

    assert first.headers["location"] == second.headers["location"]
    (order,) = await sold(app)
    (line,) = order.lines
    assert (order.persons, order.tickets, order.total_minor) == (32, 1, 240_000)
    assert (line.free_persons, order.contact_name) == (2, "赵磊")


async def test_a_group_is_held(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = (await open_till(app, client)).world

    held = await client.post("/window/groups", data=group(world, hold="on"))

    assert "赵磊" in (await client.get(held.headers["location"])).text


@pytest.mark.parametrize("heads", ["", "0", "9", "-10", "x", "9999999"])
async def test_too_few_heads_are_no_group(
    app: Starlette, client: httpx2.AsyncClient, heads: str
) -> None:
    world = (await open_till(app, client)).world

    response = await client.post("/window/groups", data=group(world, heads))

    assert response.status_code == 422
    assert await sold(app) == []


async def test_a_wrong_document_stands_at_its_field(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = (await open_till(app, client)).world
    document = f"v.{world.group_id}.0.document"

    wrong = await client.post(
        "/window/groups", data=group(world, **{document: "110105194912310021"})
    )
    right = await client.post(
        "/window/groups", data=group(world, **{document: "11010519491231002X"})
    )

    assert wrong.status_code == 422
    assert f'id="{document}-error"' in wrong.text
    assert right.status_code == 303
    (order,) = await sold(app)
    assert order.lines[0].visitors[0].name == "赵磊"
