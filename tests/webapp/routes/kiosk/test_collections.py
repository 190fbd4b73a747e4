"""Collecting and printing again at a kiosk; guesses are counted, whatever the visitor types."""

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import kiosks, tickets
from domain.admission.devices import AlarmCode
from domain.commerce.orders import Order, VisitorInput, named
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import local_day
from tests.webapp.routes.kiosk.stand import Stand, stand_at
from webapp.routes.kiosk.collections import MOST_WRONG
from webapp.site import SHANGHAI

ID_NUMBER, OTHER_NUMBER = "11010519491231002X", "110101199003070935"


@pytest.fixture
async def stand(app: Starlette, client: httpx2.AsyncClient) -> Stand:
    return await stand_at(app, client)


async def named_order(stand: Stand) -> Order:
    today = local_day(clock.utc_now(), SHANGHAI)
    visitor = named(stand.app.state.vault, VisitorInput("王芳", ID_NUMBER), today)
    return await stand.order_online((visitor,))


async def find(client: httpx2.AsyncClient, text: str) -> httpx2.Response:
    return await client.post("/kiosk/collection", data={"q": text}, follow_redirects=True)


async def test_a_code_collects_and_prints_once(stand: Stand, client: httpx2.AsyncClient) -> None:
    order = await stand.order_online()
    found = await find(client, (await stand.code_of(order)).lower())
    done = await client.post("/kiosk/collection/orders", data={"order_id": order.id})
    handout = done.headers["location"]
    pdf = await client.get(f"{handout}/tickets.pdf")
    await client.post(f"{handout}/end")
    again = await find(client, await stand.code_of(order))
    twice = await client.post("/kiosk/collection/orders", data={"order_id": order.id})

    assert order.number in found.text and "打印 2 张票" in found.text
    assert pdf.content.startswith(b"%PDF")
    assert all(row.printed_at for row in await stand.tickets_of(order))
    assert "已取票：" in again.text and "南门 1 号自助机" in again.text
    assert twice.status_code == 422


async def test_a_number_needs_the_end_of_the_phone(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    order = await stand.order_online()
    asked = await find(client, order.number)
    wrong = await client.post("/kiosk/collection/proof", data={"tail": "9999"})
    blank = await client.post("/kiosk/collection/proof", data={"tail": ""})
    right = await client.post(
        "/kiosk/collection/proof", data={"tail": "1234"}, follow_redirects=True
    )
    unknown = await find(client, "20260101-9999")

    assert "手机号后四位" in asked.text
    assert wrong.status_code == blank.status_code == 422
    assert "打印 2 张票" in right.text
    assert "手机号后四位" in unknown.text  # whether there is such an order is not said


async def test_an_id_card_finds_its_orders(stand: Stand, client: httpx2.AsyncClient) -> None:
    order = await named_order(stand)
    found = await find(client, ID_NUMBER)
    assert order.number in found.text
    assert ID_NUMBER not in found.text and "王芳" not in found.text


async def test_only_what_was_found_is_handed_over(stand: Stand, client: httpx2.AsyncClient) -> None:
    mine, theirs = await stand.order_online(), await stand.order_online()
    await find(client, await stand.code_of(mine))

    assert (
        await client.post("/kiosk/collection/orders", data={"order_id": theirs.id})
    ).status_code == 404
    assert (await client.post("/kiosk/e-tickets", data={"order_id": theirs.id})).status_code == 404


async def test_guesses_are_counted_and_then_nobody_guesses(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    order = await stand.order_online()
    for _ in range(MOST_WRONG):
        assert "没有找到订单" in (await find(client, "ZZZZZZZZZZZZ")).text

    right = await find(client, await stand.code_of(order))

    assert right.status_code == 422 and "十分钟" in right.text


async def test_without_paper_the_tickets_are_shown(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    order = await stand.order_online()
    await stand.app.state.db.act(
        kiosks.handing.report_fault, stand.device_id, AlarmCode.PAPER, SYSTEM, clock.utc_now()
    )
    found = await find(client, await stand.code_of(order))
    shown = await client.post("/kiosk/e-tickets", data={"order_id": order.id})

    assert "在屏幕上显示电子票" in found.text and "打印 2 张票" not in found.text
    assert shown.text.count("data:image/png") == 2


async def test_a_reprint_needs_the_document_and_kills_the_old_print(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    order = await named_order(stand)
    other = await client.post("/kiosk/reprint", data={"document": OTHER_NUMBER})
    listed = await client.post(
        "/kiosk/reprint", data={"document": ID_NUMBER}, follow_redirects=True
    )
    (row,) = await stand.tickets_of(order)
    done = await client.post("/kiosk/reprint/tickets", data={"ticket_id": row.id})

    assert other.status_code == 422
    assert row.number in listed.text
    assert done.status_code == 303
    detail = await stand.app.state.db.ask(tickets.detail, row.id)
    assert [medium.status for medium in detail.media] == ["dead", "active"]
    assert (await client.get(f"{done.headers['location']}/tickets.pdf")).status_code == 200


async def test_after_the_free_reprints_a_window_helps(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    order = await named_order(stand)
    (row,) = await stand.tickets_of(order)
    await client.post("/kiosk/reprint", data={"document": ID_NUMBER})
    answers = [
        await client.post("/kiosk/reprint/tickets", data={"ticket_id": row.id}) for _ in range(3)
    ]

    assert [one.status_code for one in answers] == [303, 303, 422]
    assert "请到售票窗口" in answers[-1].text


async def test_a_foreign_ticket_is_not_printed_again(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    await named_order(stand)
    foreign = await stand.order_online()
    row, *_ = await stand.tickets_of(foreign)
    await client.post("/kiosk/reprint", data={"document": ID_NUMBER})
    response = await client.post("/kiosk/reprint/tickets", data={"ticket_id": row.id})
    assert response.status_code == 404
