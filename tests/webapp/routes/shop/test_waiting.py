"""Standing in line for a full slot over HTTP."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import capacity, customers, orders, waiting
from domain.commerce.capacity.tables import slots
from domain.commerce.customers import Visit
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation import verification
from tests.domain.commerce.factories import World, add
from tests.webapp.routes.shop.stall import PHONE, Stall, open_stall
from webapp.shop_visits import COOKIE

OTHER_PHONE = "13900001111"


@pytest.fixture
async def stall(app: Starlette, client: httpx2.AsyncClient) -> Stall:
    return await open_stall(app)


async def boat_slot(stall: Stall, quota: int) -> str:
    """A slot of the boat in some minutes, today or tomorrow."""
    world, starts_at = stall.world, clock.utc_now() + timedelta(hours=3)

    async def act(tx: Tx) -> str:
        return await add(
            tx,
            slots,
            product_id=world.boat_id,
            area_id=world.area_id,
            visit_on=starts_at.astimezone(ZoneInfo("Asia/Shanghai")).date(),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            quota=quota,
        )

    slot_id: str = await stall.db.act(act)
    return slot_id


async def known(stall: Stall, client: httpx2.AsyncClient, phone: str) -> Visit:
    """A browser that has proved its phone."""
    now, vault = clock.utc_now(), stall.app.state.vault
    visit, token = await stall.db.act(customers.begin, now)
    made = customers.phone_of(vault, phone)
    await stall.db.act(customers.recognise, visit, made, "zh", SYSTEM, now)
    client.cookies.set(COOKIE, token)
    return Visit(visit.id)


async def booking(stall: Stall, slot_id: str, **fields: str) -> dict[str, str]:
    slot = (await stall.db.ask(capacity.slots_by_id, [slot_id]))[slot_id]
    world: World = stall.world
    form = stall.booking(0, **fields) | {
        "on": slot.visit_on.isoformat(),
        f"slot.{world.boat_id}": slot_id,
        f"q.{world.boat_ticket_id}": "1",
    }
    form.pop(f"q.{world.adult_id}")
    return form


def wait_in(response: httpx2.Response) -> str:
    found = re.search(r"/waiting/([0-9a-f-]{36})", response.headers["location"])
    assert found is not None
    return found[1]


async def test_who_waits_is_offered_the_place_and_books_with_it(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    slot_id = await boat_slot(stall, 1)
    async with stall.browser() as buyer, stall.browser() as stranger:
        taken = await stall.order_of(
            await buyer.post("/book/orders", data=await booking(stall, slot_id))
        )
        await known(stall, client, OTHER_PHONE)
        choice = await client.get(
            f"/book?on={taken.visit_on.isoformat()}", headers={"Accept-Language": "en"}
        )
        joined = await client.post("/waiting", data={"slot": slot_id, "people": "1"})
        wait_id = wait_in(joined)
        again = await client.post("/waiting", data={"slot": slot_id, "people": "1"})
        before = await client.get(f"/waiting/{wait_id}")
        await buyer.post(f"/orders/{taken.id}/payment/end")
        offered = await client.get(f"/waiting/{wait_id}")

        form = await booking(stall, slot_id, phone="")
        snatched = await stranger.post("/book/orders", data=form | {"phone": PHONE})
        stolen = await stranger.post("/book/orders", data=form | {"phone": PHONE, "wait": wait_id})
        book = await client.get("/book", params=form | {"wait": wait_id})
        names = await client.post("/book/visitors", data=form | {"wait": wait_id})
        order = await stall.order_of(
            await client.post("/book/orders", data=form | {"wait": wait_id})
        )
        same = await stall.order_of(
            await client.post("/book/orders", data=form | {"wait": wait_id})
        )
        unseen = [(await one.get(f"/waiting/{wait_id}")).text for one in (buyer, stranger)]

    assert f"/waiting/new?slot={slot_id}" in choice.text
    assert wait_in(again) == wait_id
    assert "您排在第一位" in before.text and "立即预订" in offered.text
    assert snatched.status_code == stolen.status_code == 422
    assert "已为您保留" in book.text and f'value="{wait_id}"' in names.text
    assert order.id == same.id and order.id != taken.id
    assert all("手机号" in text and "立即预订" not in text for text in unseen)
    assert (await stall.db.ask(waiting.get_wait, wait_id)).status == "taken"
    assert await stall.db.ask(verification.run, "places") == []


async def test_the_line_is_joined_with_a_proved_phone_and_left(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    slot_id = await boat_slot(stall, 1)
    async with stall.browser() as buyer:
        await buyer.post("/book/orders", data=await booking(stall, slot_id))
        form = await buyer.get(f"/waiting/new?slot={slot_id}")
        unproved = await buyer.post("/waiting", data={"slot": slot_id, "people": "2"})
        code_page = await buyer.post(
            "/my/codes", data={"phone": PHONE, "back": f"/waiting/new?slot={slot_id}"}
        )
        elsewhere = await buyer.get("/waiting/new?slot=nothing")
        await known(stall, client, OTHER_PHONE)
        wrong = await client.post("/waiting", data={"slot": slot_id, "people": "99"})
        wait_id = wait_in(await client.post("/waiting", data={"slot": slot_id, "people": "2"}))
        await known(stall, buyer, PHONE)
        not_theirs = await buyer.post(f"/waiting/{wait_id}/end")
        mine = await client.get("/my")
        left = await client.post(f"/waiting/{wait_id}/end")

    assert 'name="back"' in form.text and unproved.status_code == 200
    assert f'name="back" value="/waiting/new?slot={slot_id}"' in code_page.text
    assert elsewhere.status_code == 404 and wrong.status_code == 422
    assert not_theirs.status_code == 404
    assert f"/waiting/{wait_id}" in mine.text and left.status_code == 303
    assert (await stall.db.ask(waiting.get_wait, wait_id)).status == "left"
    assert (await stall.db.ask(orders.list_orders, orders.OrderFilter())) != []
