"""A till for tests: a world to sell in, and a cashier at a window with an open shift."""

from typing import NamedTuple

import httpx2
from starlette.applications import Starlette

from domain.operation.staff import Role
from tests.domain.commerce.factories import World, add_world
from tests.webapp.people import sign_in_as


class AtTill(NamedTuple):
    world: World
    staff_id: str


async def open_till(
    app: Starlette, client: httpx2.AsyncClient, *, float_yuan: str = "500"
) -> AtTill:
    """Signed in as a cashier, at window 1, with a shift."""
    world = await add_world(app.state.db)
    staff_id = await sign_in_as(client, app, Role.CASHIER)
    stood = await client.post("/window/tills", data={"window_id": world.window_id})
    assert stood.status_code == 303, stood.text
    opened = await client.post("/window/shifts", data={"float_minor": float_yuan})
    assert opened.status_code == 303, opened.text
    return AtTill(world, staff_id)
