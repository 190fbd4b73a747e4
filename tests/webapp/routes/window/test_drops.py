"""Cash to the safe in mid-shift: once, never more than there is, to somebody else."""

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import shifts
from domain.operation.staff import Role
from tests.webapp.people import add_person
from tests.webapp.routes.window.tills import open_till


async def receiver(app: Starlette) -> str:
    return await add_person(app.state.db, Role.FINANCE, login="safe.two", name="赵会计")


async def dropped(app: Starlette, window_id: str) -> int:
    shift = await app.state.db.ask(shifts.current, window_id)
    return int((await app.state.db.ask(shifts.report, shift.id)).drops_minor)


async def test_a_drop_sent_twice_moves_once(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    data = {
        "request_id": "d1",
        "amount_minor": "200",
        "received_by": await receiver(app),
        "note": "中午",
    }

    for _ in range(2):
        response = await client.post("/window/drops", data=data)
        assert response.status_code == 303, response.text
    page = await client.get("/window/drops/new")

    assert await dropped(app, till.world.window_id) == 20_000
    assert "赵会计" in page.text
    assert "200.00" in page.text
    assert "300.00" not in page.text  # what is left is for the count to find


async def test_more_than_there_is_stays(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    data = {"request_id": "d1", "amount_minor": "500.01", "received_by": await receiver(app)}

    response = await client.post("/window/drops", data=data)

    assert response.status_code == 422
    assert "现金" in response.text
    assert 'value="500.01"' in response.text
    assert await dropped(app, till.world.window_id) == 0


@pytest.mark.parametrize("amount", ["", "0", "-5", "x", "1.005", "9" * 30])
async def test_a_wild_amount_stands_at_its_field(
    app: Starlette, client: httpx2.AsyncClient, amount: str
) -> None:
    till = await open_till(app, client)
    data = {"request_id": "d1", "amount_minor": amount, "received_by": await receiver(app)}

    response = await client.post("/window/drops", data=data)

    assert response.status_code == 422
    assert 'id="amount_minor-error"' in response.text
    assert await dropped(app, till.world.window_id) == 0


async def test_the_cashier_cannot_receive_it(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    data = {"request_id": "d1", "amount_minor": "5", "received_by": till.staff_id}

    response = await client.post("/window/drops", data=data)

    assert response.status_code == 422
    assert 'id="received_by-error"' in response.text
    assert await dropped(app, till.world.window_id) == 0
