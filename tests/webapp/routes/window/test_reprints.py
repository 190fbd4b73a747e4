"""Printing again at the window: the old print dies; after the free ones a supervisor decides."""

from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import tickets
from domain.commerce.orders import Order
from domain.kernel import clock
from domain.kernel.actors import Actor, ActorKind
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from tests.webapp.people import add_person
from tests.webapp.routes.window.sold import sell, tickets_of
from tests.webapp.routes.window.tills import AtTill, open_till

ID_NUMBER, OTHER_NUMBER = "11010519491231002X", "110101199003070935"


def form_for(*rows: Any, **more: str) -> dict[str, Any]:
    return {
        "tickets": [row.id for row in rows],
        "reason": "遗失",
        **{f"serial.{row.id}": str(row.issue_serial) for row in rows},
        **more,
    }


def address(order: Order) -> str:
    return f"/window/orders/{order.id}/reprints"


async def sell_named(app: Starlette, client: httpx2.AsyncClient, till: AtTill) -> Order:
    """One ticket with a name on it."""
    named = till.world.named_id
    return await sell(
        app,
        client,
        till,
        **{
            f"q.{till.world.adult_id}": "0",
            f"q.{till.world.child_id}": "0",
            f"q.{named}": "1",
            f"v.{named}.0.document": ID_NUMBER,
            f"v.{named}.0.name": "王芳",
            "total_minor": "",
        },
    )


async def test_the_old_print_dies_and_the_new_one_comes_out(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    first, *_ = await tickets_of(app, order)

    asked = await client.get(f"{address(order)}/new", params={"tickets": first.id})
    done = await client.post(address(order), data=form_for(first))
    twice = await client.post(address(order), data=form_for(first))
    page = await client.get(done.headers["location"])
    pdf = await client.get(f"/window/orders/{order.id}/prints.pdf", params={"tickets": first.id})

    assert f'name="serial.{first.id}" value="1"' in asked.text
    assert done.headers["location"] == twice.headers["location"]
    now_row, *_ = await tickets_of(app, order)
    assert (now_row.reprints, now_row.issue_serial) == (1, 2)
    detail = await app.state.db.ask(tickets.detail, first.id)
    assert [medium.status for medium in detail.media] == ["dead", "active"]
    assert "已重打 1 张票" in page.text
    assert pdf.content.startswith(b"%PDF")


async def test_a_named_ticket_needs_its_document(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell_named(app, client, till)
    (ticket,) = await tickets_of(app, order)
    document = f"document.{ticket.id}"

    page = await client.get(f"{address(order)}/new", params={"tickets": ticket.id})
    without = await client.post(address(order), data=form_for(ticket))
    other = await client.post(address(order), data=form_for(ticket, **{document: OTHER_NUMBER}))
    right = await client.post(
        address(order), data=form_for(ticket, **{document: ID_NUMBER.lower()})
    )

    assert f'name="{document}"' in page.text
    for refused in (without, other):
        assert refused.status_code == 422
        assert f'id="{document}-error"' in refused.text
    assert right.status_code == 303
    assert (await tickets_of(app, order))[0].reprints == 1


async def test_after_the_free_ones_a_supervisor_is_asked_once(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    for _ in range(2):
        row, *_ = await tickets_of(app, order)
        await client.post(address(order), data=form_for(row))
    row, *_ = await tickets_of(app, order)

    asked = await client.post(address(order), data=form_for(row))
    twice = await client.post(address(order), data=form_for(row))
    page = await client.get(asked.headers["location"])
    shown = await client.get(f"/window/orders/{order.id}")
    (approval,) = await app.state.db.ask(approvals.worklist.about, "ticket", row.id)
    boss = Actor(ActorKind.STAFF, await add_person(app.state.db, login="boss"))
    await app.state.db.act(
        approvals.decide, approval.id, ApprovalStatus.APPROVED, boss, clock.utc_now()
    )
    allowed = await client.get(f"/window/orders/{order.id}")

    assert asked.headers["location"] == twice.headers["location"]
    assert "须主管复核" in page.text
    assert "重打待主管复核" in shown.text
    assert (await tickets_of(app, order))[0].reprints == 3
    assert f"tickets={row.id}" in allowed.text
    assert "prints.pdf" in allowed.text


async def test_what_was_printed_long_ago_comes_out_only_as_a_reprint(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    ticket_ids = [row.id for row in await tickets_of(app, order)]
    long_ago = clock.utc_now().replace(year=2020)
    await app.state.db.act(tickets.mark_printed, ticket_ids, long_ago)

    response = await client.get(f"/window/orders/{order.id}/prints.pdf")

    assert response.status_code == 404


async def test_a_refunded_ticket_is_not_printed_again(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    first, second, *_ = await tickets_of(app, order)
    refund = {
        "tickets": first.id,
        "request_id": order.id,
        "reason": "x",
        "quoted_minor": "9800",
        "cause": "operator",
    }
    assert (await client.post(f"/window/orders/{order.id}/refunds", data=refund)).status_code == 303

    page = await client.get(f"{address(order)}/new", params={"tickets": first.id})
    both = await client.post(address(order), data=form_for(first, second))

    assert page.status_code == both.status_code == 422
    assert (await tickets_of(app, order))[1].reprints == 0


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"reason": "长" * 200}, {"tickets": "x"}])
async def test_bad_input_prints_nothing(
    app: Starlette, client: httpx2.AsyncClient, wrong: dict[str, str]
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    first, *_ = await tickets_of(app, order)

    response = await client.post(address(order), data={**form_for(first), **wrong})

    assert response.status_code == 422
    assert (await tickets_of(app, order))[0].reprints == 0
