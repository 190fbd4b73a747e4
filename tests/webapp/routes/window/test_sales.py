"""Selling at a window by its form: priced by the server, sold once, refused clearly."""

import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import orders, promotions, shifts
from domain.commerce.orders import OrderFilter
from domain.kernel import clock
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.db.keyset import Cut
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.webapp.people import sign_in_as
from tests.webapp.promoted import promoted
from tests.webapp.routes.window.tills import open_till
from webapp.routes.window import prints

ID_NUMBER = "11010519491231002X"


async def sold(app: Starlette) -> list[Any]:
    return list(await app.state.db.ask(orders.list_orders, OrderFilter()))


def cart(world: Any, **more: str) -> dict[str, str]:
    """Two adults and a child: 245 yuan."""
    return {
        "request_id": "r1",
        f"q.{world.adult_id}": "2",
        f"q.{world.child_id}": "1",
        "total_minor": "24500",
        "tender": "cash",
        **more,
    }


async def test_cash_is_taken_and_the_change_told(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)

    response = await client.post("/window/sales", data=cart(till.world, tendered="300"))
    page = await client.get(response.headers["location"])

    assert response.status_code == 303
    assert "55.00" in page.text
    (order,) = await sold(app)
    assert (order.total_minor, order.tickets, order.status) == (24_500, 3, "paid")
    shift = await app.state.db.ask(shifts.current, till.world.window_id)
    assert await app.state.db.ask(shifts.expected, shift.id) == 50_000 + 24_500


async def test_pressing_enter_twice_sells_once(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    first = await client.post("/window/sales", data=cart(till.world))
    second = await client.post("/window/sales", data=cart(till.world))

    assert first.headers["location"] == second.headers["location"]
    assert len(await sold(app)) == 1


async def test_too_little_cash_stands_at_its_field(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)

    response = await client.post("/window/sales", data=cart(till.world, tendered="200"))

    assert response.status_code == 422
    assert "还差 45.00 元" in response.text
    assert 'value="200"' in response.text
    assert await sold(app) == []


@pytest.mark.parametrize("more", [{}, {"hold": "1"}])
async def test_a_way_of_paying_that_does_not_exist_changes_nothing(
    app: Starlette, client: httpx2.AsyncClient, more: dict[str, str]
) -> None:
    till = await open_till(app, client)

    response = await client.post("/window/sales", data=cart(till.world, tender="gold", **more))

    assert response.status_code == 422
    assert "该收款方式未接通" in response.text
    assert await sold(app) == []


async def test_a_total_that_changed_is_not_taken(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)

    response = await client.post("/window/sales", data=cart(till.world, total_minor="20000"))

    assert response.status_code == 422
    assert "245.00" in response.text
    assert await sold(app) == []


@pytest.mark.parametrize("quantity", ["", "0", "-1", "x", "99999999999", "1.5", "１"])
async def test_wild_quantities_sell_nothing(
    app: Starlette, client: httpx2.AsyncClient, quantity: str
) -> None:
    till = await open_till(app, client)
    data = {"request_id": "r1", f"q.{till.world.adult_id}": quantity, "tender": "cash"}

    response = await client.post("/window/sales", data=data)

    assert response.status_code == 422
    assert await sold(app) == []


async def test_a_named_ticket_says_which_character_is_wrong(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    named = till.world.named_id
    data = {
        "request_id": "r1",
        f"q.{named}": "1",
        f"v.{named}.0.document": "110105194912310021",
        f"v.{named}.0.name": "王芳",
    }

    priced = await client.post("/window/quotes", data=data, headers={"HX-Request": "true"})
    refused = await client.post("/window/sales", data=data)
    data[f"v.{named}.0.document"] = ID_NUMBER
    done = await client.post("/window/sales", data=data)

    assert "X" in priced.text
    assert f'id="v.{named}.0.document-error"' in priced.text
    assert refused.status_code == 422
    assert done.status_code == 303
    assert ID_NUMBER not in (await client.get(done.headers["location"])).text


async def test_a_quote_is_only_the_form(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    data = {"request_id": "r1", "add": till.world.adult_id}

    response = await client.post("/window/quotes", data=data, headers={"HX-Request": "true"})

    assert response.text.lstrip().startswith("<form")
    assert re.search(rf'name="q.{till.world.adult_id}" value="1"', response.text)
    assert await sold(app) == []


async def test_tickets_print_as_a_pdf_and_are_marked(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    done = await client.post("/window/sales", data=cart(till.world))
    order_id = done.headers["location"].split("/")[3]

    response = await client.get(f"/window/orders/{order_id}/tickets.pdf")

    assert response.headers["content-type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


async def test_an_unknown_paper_is_not_found(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    done = await client.post("/window/sales", data=cart(till.world))
    order_id = done.headers["location"].split("/")[3]

    response = await client.get(f"/window/orders/{order_id}/tickets.pdf?paper=x")

    assert response.status_code == 404


async def test_a_print_that_came_out_long_ago_is_a_reprint(
    app: Starlette, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = await open_till(app, client)
    done = await client.post("/window/sales", data=cart(till.world))
    order_id = done.headers["location"].split("/")[3]
    address = f"/window/orders/{order_id}/tickets.pdf"

    first, jammed = await client.get(address), await client.get(address)
    monkeypatch.setattr(prints, "JAM", timedelta())
    late = await client.get(address)

    assert (first.status_code, jammed.status_code, late.status_code) == (200, 200, 404)


async def test_what_another_shift_sold_is_not_printed_here(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    done = await client.post("/window/sales", data=cart(till.world))
    order_id = done.headers["location"].split("/")[3]
    shift = await app.state.db.ask(shifts.current, till.world.window_id)
    cashier = Actor(ActorKind.STAFF, till.staff_id)
    count = shifts.Count(shift.id, {}, "all of it was stolen")
    await app.state.db.act(shifts.close, count, cashier, clock.utc_now())
    approval = (await app.state.db.ask(shifts.get_shift, shift.id)).approval_id
    other = Actor(ActorKind.STAFF, "01a20000-0000-7000-8000-000000000000")
    await app.state.db.act(
        approvals.decide, approval, ApprovalStatus.APPROVED, other, clock.utc_now()
    )
    await client.post("/window/shifts", data={"float_minor": "500"})

    assert (await client.get("/window/sales/new")).status_code == 200
    for page in ("done", "tickets.pdf"):
        assert (await client.get(f"/window/orders/{order_id}/{page}")).status_code == 404


@pytest.mark.parametrize("day", ["2020-01-01", "soon", "9999-99-99"])
async def test_a_day_that_is_over_sells_nothing(
    app: Starlette, client: httpx2.AsyncClient, day: str
) -> None:
    till = await open_till(app, client)

    response = await client.post("/window/sales", data=cart(till.world, on=day))

    assert response.status_code == 422
    assert "所选日期或时段已过" in response.text
    assert await sold(app) == []


async def test_without_a_window_one_is_chosen_first(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await add_world(app.state.db)
    await sign_in_as(client, app, Role.CASHIER)

    response = await client.get("/window/sales/new")

    assert response.headers["location"].endswith("/window/tills")


async def test_without_a_shift_one_is_opened_first(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.CASHIER)
    await client.post("/window/tills", data={"window_id": world.window_id})

    response = await client.get("/window/sales/new")

    assert response.headers["location"].endswith("/window/shifts/new")


async def test_a_window_that_does_not_exist_is_not_taken(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await add_world(app.state.db)
    await sign_in_as(client, app, Role.CASHIER)

    response = await client.post(
        "/window/tills", data={"window_id": "01a20000-0000-7000-8000-000000000000"}
    )

    assert response.status_code == 404


async def test_a_promotion_is_shown_and_a_coupon_is_taken(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    area_id = till.world.area_id
    adults = [till.world.adult_id]
    await promoted(app, area_id, exclusive=False, ticket_type_ids=adults, priority=5)
    await promoted(
        app,
        area_id,
        code="C",
        name_zh="公众号立减",
        kind="order_amount",
        amount_minor=1_000,
        exclusive=False,
        code_use="shared",
        shared_code="HELLO",
    )

    shown = await client.post("/window/quotes", data=cart(till.world))
    wrong = await client.post("/window/quotes", data=cart(till.world, coupon="NOPE"))
    lower = await client.post("/window/quotes", data=cart(till.world, coupon="hello"))
    refused = await client.post("/window/sales", data=cart(till.world, coupon="nope"))
    form = cart(till.world, coupon="hello", total_minor="21540")
    done = await client.post("/window/sales", data=form)

    assert "早鸟优惠" in shown.text and "225.40" in shown.text
    assert "这个优惠码在这里不能用" in wrong.text
    assert "公众号立减" in lower.text and "215.40" in lower.text
    assert refused.status_code == 422
    assert done.status_code == 303
    (order,) = await sold(app)
    assert order.total_minor == 21_540


async def test_a_key_pressed_twice_with_a_coupon_sells_once_and_says_so(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    promotion_id = await promoted(app, till.world.area_id, code_use="single", bps=5_000)
    await app.state.db.act(promotions.coupons.make, promotion_id, 1, SYSTEM, clock.utc_now())
    (coupon,) = await app.state.db.ask(promotions.coupons.page, promotion_id, 1, Cut())
    form = cart(till.world, coupon=coupon.code)
    form |= {"total_minor": "12250", "request_id": "twice"}

    done = await client.post("/window/sales", data=form)
    again = await client.post("/window/sales", data=form)
    other = await client.post("/window/sales", data=form | {"request_id": "another"})
    changed = await client.post("/window/sales", data=form | {"total_minor": "1"})

    assert (done.status_code, again.status_code) == (303, 303), again.text
    assert again.headers["location"] == done.headers["location"]
    assert (other.status_code, changed.status_code) == (422, 422)
    assert len(await sold(app)) == 1
