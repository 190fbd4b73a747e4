"""Buying on the web over HTTP: choice, names, money, e-ticket, and what becomes of them."""

import asyncio
import base64
import io
import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
import zxingcpp
from PIL import Image
from starlette.applications import Starlette
from stdnum.cn import ric

from domain.admission import faces
from domain.admission.faces import Binding, Owner
from domain.admission.redemptions import CodeReader, Scan
from domain.commerce import capacity, orders, promotions
from domain.commerce.orders import OrderStatus
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.operation import verification
from domain.operation.messages import codes
from domain.operation.messages.tables import one_time_codes
from tests.webapp.promoted import promoted
from tests.webapp.routes.shop.stall import HTMX, ID_NUMBERS, PHONE, Stall, open_stall
from webapp.site import SHANGHAI

BUYERS, PLACES = 300, 100
NEWEST_CODE = sa.select(one_time_codes.c.id).order_by(one_time_codes.c.id.desc()).limit(1)


@pytest.fixture
async def stall(app: Starlette, client: httpx2.AsyncClient) -> Stall:
    return await open_stall(app)


async def test_a_visitor_buys_pays_and_has_a_ticket(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    home = await client.get("/")
    order = await stall.buy(client)
    shown = await client.get(f"/orders/{order.id}")
    (first, _) = await stall.tickets_of(order)
    ticket = await client.get(f"/orders/{order.id}/tickets/{first.id}")
    code = await client.get(f"/orders/{order.id}/tickets/{first.id}/code", headers=HTMX)
    pdf = await client.get(f"/orders/{order.id}/tickets.pdf")
    visit = await client.get(f"/orders/{order.id}/visit.ics")

    assert "/book?on=" in home.text and "哪天来" in home.text
    assert (order.status, order.total_minor, order.channel) == (OrderStatus.PAID, 19_600, "shop")
    assert "未使用" in shown.text and "取票码" in shown.text
    assert "data:image/png;base64," in ticket.text and "data:image/png;base64," in code.text
    assert pdf.content.startswith(b"%PDF")
    assert visit.text.startswith("BEGIN:VCALENDAR\r\n") and order.number in visit.text
    assert all(len(line.encode()) <= 75 for line in visit.text.split("\r\n"))


async def test_a_named_visitor_pays_what_his_age_says(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    """A child's ticket is cheaper than the full price that the page showed: nobody is asked again
    for a lower one."""
    named = stall.world.named_id
    form = stall.booking(0) | {
        f"q.{named}": "1",
        f"v.{named}.0.name": "王芳",
        f"v.{named}.0.document": child_id(),
        "total": "9800",
    }
    form.pop(f"q.{stall.world.adult_id}")

    order = await stall.order_of(await client.post("/book/orders", data=form))

    assert order.total_minor == 4_900
    (line,) = order.lines
    assert line.visitors[0].document_mask.startswith("110***")


def child_id() -> str:
    """The document of somebody who is ten."""
    body = f"110101{clock.utc_now().year - 10}0101001"
    return body + ric.calc_check_digit(body + "0")


async def test_mistakes_stand_at_their_fields_and_hold_nothing(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    named = stall.world.named_id
    form = stall.booking(1, phone="12345") | {
        f"q.{named}": "1",
        f"v.{named}.0.name": "王芳",
        f"v.{named}.0.document": "110105194912310021",
    }

    wrong_phone = await client.post("/book/orders", data=form)
    wrong_id = await client.post("/book/orders", data=form | {"phone": PHONE})

    assert wrong_phone.status_code == wrong_id.status_code == 422
    assert 'aria-describedby="phone-error"' in wrong_phone.text
    assert f'aria-describedby="v.{named}.0.document-error"' in wrong_id.text
    assert "110105194912310021" in wrong_id.text  # what was typed is kept
    assert await stall.db.ask(orders.list_orders, orders.OrderFilter()) == []


async def test_a_height_of_thousands_of_digits_is_a_mistake_like_any_other(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    named = stall.world.named_id
    form = stall.booking(1) | {
        f"q.{named}": "1",
        f"v.{named}.0.name": "王芳",
        f"v.{named}.0.document": ID_NUMBERS[0],
        f"v.{named}.0.height": "1" * 5_000,
    }

    assert (await client.post("/book/orders", data=form)).status_code == 422


async def test_the_same_form_again_is_the_same_order(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    form = stall.booking()
    answers = await asyncio.gather(*(client.post("/book/orders", data=form) for _ in range(20)))

    assert len({answer.headers.get("location") for answer in answers}) == 1
    assert len(await stall.db.ask(orders.list_orders, orders.OrderFilter())) == 1


async def test_a_form_sent_twice_by_a_new_browser_is_that_browsers_order(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    """Whichever of the two answers the browser keeps."""
    form = stall.booking()
    await client.post("/book/visitors", data=form)
    async with stall.browser() as one, stall.browser() as two:
        for each in (one, two):
            each.cookies.update(client.cookies)
        answers = await asyncio.gather(
            *(each.post("/book/orders", data=form) for each in (one, two))
        )
        orders = [(await stall.order_of(answer)).id for answer in answers]
        seen = [await each.get(f"/orders/{orders[0]}/payment") for each in (one, two)]

    assert orders[0] == orders[1]
    assert [answer.status_code for answer in seen] == [200, 200]


async def test_what_somebody_bought_is_nobody_elses_to_see(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    order = await stall.buy(client)
    (first, _) = await stall.tickets_of(order)
    async with stall.browser() as stranger:
        for path in (
            f"/orders/{order.id}",
            f"/orders/{order.id}/payment",
            f"/orders/{order.id}/tickets/{first.id}",
            f"/orders/{order.id}/tickets/{first.id}/code",
            f"/orders/{order.id}/tickets.pdf",
            f"/orders/{order.id}/visit.ics",
            f"/orders/{order.id}/refunds/new",
            f"/orders/{order.id}/changes/new",
            f"/orders/{order.id}/invoice",
        ):
            assert (await stranger.get(path)).status_code == 404, path
        for path in ("refunds", "changes", "invoice", "payment", "payment/end", "payment/look"):
            answer = await stranger.post(f"/orders/{order.id}/{path}", data={"title": "x"})
            assert answer.status_code == 404, path


async def test_a_code_to_the_phone_shows_what_was_bought_with_it(
    stall: Stall, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await stall.buy(client)
    async with stall.browser() as phone:
        asked = await phone.post("/my/codes", data={"phone": PHONE})
        soon = await phone.post("/my/codes", data={"phone": PHONE})
        form = {"phone": PHONE}
        wrong = await phone.post("/my/visits", data=form | {"code": "000000"})
        code = await code_sent(stall)
        entered = await phone.post("/my/visits", data=form | {"code": code})
        mine = await phone.get("/my")
        left = await phone.post("/my/visits/end")
        after = await phone.get("/my")

    assert asked.status_code == 200 and 'name="code"' in soon.text and soon.status_code == 429
    assert wrong.status_code == 422 and entered.status_code == left.status_code == 303
    assert order.number in mine.text and order.number not in after.text


async def code_sent(stall: Stall) -> str:
    """What stands in the newest message."""
    rows = await stall.db.ask(newest_code)
    return codes.code_of(stall.app.state.vault, rows[0].id)


async def newest_code(tx: Tx) -> list[Any]:
    return await tx.rows(NEWEST_CODE)


async def test_codes_cannot_be_tried_out_on_many_phones(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    """One guess for each of many phones is as good as many for one, and needs no message."""
    form = {"code": "000000"}

    answers = [
        await client.post("/my/visits", data=form | {"phone": f"138085{n:05}"}) for n in range(32)
    ]

    assert [answer.status_code for answer in answers].count(422) == 30
    assert answers[-1].status_code == 429


async def test_a_cookie_from_before_the_code_is_worth_nothing_after_it(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    order = await stall.buy(client)
    async with stall.browser() as phone, stall.browser() as stranger:
        await stall.book(phone, phone="13900001234")
        stranger.cookies.update(phone.cookies)
        await phone.post("/my/codes", data={"phone": PHONE})
        form = {"phone": PHONE, "code": await code_sent(stall)}
        await phone.post("/my/visits", data=form)
        seen = [await each.get(f"/orders/{order.id}") for each in (phone, stranger)]

    assert [answer.status_code for answer in seen] == [200, 404]


async def test_codes_cannot_be_tried_out(stall: Stall, client: httpx2.AsyncClient) -> None:
    await client.post("/my/codes", data={"phone": PHONE})
    form, right_code = {"phone": PHONE}, await code_sent(stall)
    wrong = [f"{n:06}" for n in range(60) if f"{n:06}" != right_code]
    tries = [client.post("/my/visits", data=form | {"code": code}) for code in wrong]

    answers = [answer.status_code for answer in await asyncio.gather(*tries)]

    right = await client.post("/my/visits", data=form | {"code": right_code})
    assert set(answers) == {422, 429}
    assert right.status_code in (422, 429)  # even the right one is worth nothing now


async def test_people_are_kept_and_picked_the_next_time(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    await client.post("/my/codes", data={"phone": PHONE})
    await client.post("/my/visits", data={"phone": PHONE, "code": await code_sent(stall)})
    named = stall.world.named_id
    tomorrow = (local_day(clock.utc_now(), SHANGHAI) + timedelta(days=1)).isoformat()
    form = stall.booking(0, phone="") | {
        f"q.{named}": "1",
        f"v.{named}.0.name": "王芳",
        f"v.{named}.0.document": ID_NUMBERS[1],
        "keep": "on",
    }
    form.pop(f"q.{stall.world.adult_id}")
    await stall.order_of(await client.post("/book/orders", data=form))
    page = await client.post("/book/visitors", data=form)
    person = re.search(r'<option value="([0-9a-f-]{36})">王芳', page.text)
    assert person is not None
    again = form | {"request_id": "another", "on": tomorrow, f"v.{named}.0.pick": person[1]}
    again[f"v.{named}.0.name"] = again[f"v.{named}.0.document"] = ""

    order = await stall.order_of(await client.post("/book/orders", data=again))

    assert order.lines[0].visitors[0].name == "王芳"
    assert order.phone_mask.endswith("6621")
    assert ID_NUMBERS[1] not in (await client.post("/book/visitors", data=again)).text


async def test_one_ticket_is_given_back_for_what_was_quoted(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    order = await stall.buy(client)
    (first, second) = await stall.tickets_of(order)
    path = f"/orders/{order.id}/refunds"
    quoted = await client.get(f"{path}/new", params={"tickets": first.id})
    form = {
        name: value
        for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', quoted.text)
        if name in ("request_id", "until", "cause", "amount_minor")
    } | {"tickets": first.id}
    late = await client.post(path, data=form | {"until": "1"})
    cheap = await client.post(path, data=form | {"amount_minor": "9900"})
    answers = [await client.post(path, data=form) for _ in range(3)]

    assert late.status_code == cheap.status_code == 422
    assert {answer.headers["location"] for answer in answers} == {answers[0].headers["location"]}
    shown = await client.get(answers[0].headers["location"])
    assert "原路退回" in shown.text
    after = await stall.db.ask(orders.get_order, order.id)
    assert after.status is OrderStatus.PART_REFUNDED
    assert after.refunded_minor == int(form["amount_minor"])
    states = {row.id: row.status for row in await stall.tickets_of(order)}
    assert (states[first.id], states[second.id]) == ("refunded", "sold")


async def test_an_order_moves_to_another_day(stall: Stall, client: httpx2.AsyncClient) -> None:
    tomorrow = (clock.utc_now() + timedelta(days=2)).date().isoformat()
    order = await stall.buy(client, on=tomorrow)
    ids_ = [row.id for row in await stall.tickets_of(order)]
    path = f"/orders/{order.id}/changes"
    later = (clock.utc_now() + timedelta(days=4)).date().isoformat()
    page = await client.get(f"{path}/new", params={"tickets": ids_, "on": later})
    key = re.search(r'name="request_id" value="([^"]+)"', page.text)
    assert key is not None, page.text
    form = {"request_id": key[1], "tickets": ids_, "on": later, "quoted_minor": "0"}

    moved = await client.post(path, data=form)

    assert moved.status_code == 303, moved.text
    after = await stall.db.ask(orders.get_order, order.id)
    assert after.visit_on.isoformat() == later


async def test_an_invoice_is_asked_for_on_the_page(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    order = await stall.buy(client)
    path = f"/orders/{order.id}/invoice"
    form = {"kind": "company", "title": "云岭旅游", "tax_no": "91110000600037341M"}
    wrong = await client.post(path, data=form)
    right = await client.post(path, data=form | {"tax_no": "91110000600037341L"})

    assert wrong.status_code == 422 and "应为" in wrong.text
    assert right.status_code == 303
    assert "云岭旅游" in (await client.get(path)).text


async def test_what_is_not_paid_in_time_goes_to_others(
    stall: Stall, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await stall.book(client)
    later = clock.utc_now() + timedelta(minutes=16)
    await stall.db.act(orders.sweep, later)

    shown = await client.get(f"/orders/{order.id}")

    assert "超时未付款" in shown.text
    day = await stall.db.ask(capacity.day_of, stall.world.area_id, order.visit_on)
    assert day.taken == 0


async def test_the_dynamic_code_is_fresh_and_genuine(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    """What the page shows opens a gate: its picture is read back, and the code verified."""
    order = await stall.buy(client)
    (first, _) = await stall.tickets_of(order)
    page = await client.get(f"/orders/{order.id}/tickets/{first.id}")
    picture = re.search(r'src="data:image/png;base64,([^"]+)"', page.text)
    assert picture is not None
    image = Image.open(io.BytesIO(base64.b64decode(picture[1])))
    (found,) = zxingcpp.read_barcodes(image)
    reader = CodeReader(stall.db, stall.app.state.vault)
    read = await reader.read(Scan("s", "g", None, found.text), clock.utc_now())
    assert read.token and len(found.text) == 246


async def test_three_hundred_want_a_hundred_places(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    """A hundred get them and pay; the money path of every other is closed."""
    stall = await open_stall(app, daily_capacity=PLACES)

    async def buyer(number: int) -> httpx2.Response:
        async with stall.browser() as browser:
            form = stall.booking(1, phone=f"138{number:08}")
            answer = await browser.post("/book/orders", data=form)
            if answer.status_code == 303:
                order = await stall.order_of(answer)
                await browser.post(f"/orders/{order.id}/payment", data={"tender": "scan"})
                held = await stall.db.ask(orders.get_order, order.id)
                await browser.get(f"/orders/{order.id}/payment")
                stall.platform.confirm(held.payments[-1].id)
                await browser.post(f"/orders/{order.id}/payment/look", headers=HTMX)
            return answer

    answers = await asyncio.gather(*(buyer(number) for number in range(BUYERS)))

    sold = [answer for answer in answers if answer.status_code == 303]
    assert len(sold) == PLACES
    assert {answer.status_code for answer in answers} == {303, 422}
    paid = await stall.db.ask(orders.list_orders, orders.OrderFilter(status="paid"), None, BUYERS)
    assert len(paid) == PLACES
    day = await stall.db.ask(capacity.day_of, stall.world.area_id, paid[0].visit_on)
    assert (day.taken, day.left) == (PLACES, 0)
    found = await stall.db.ask(verification.run_all)
    assert not any(found.values()), found


async def test_a_coupon_lowers_the_price_once(
    stall: Stall, client: httpx2.AsyncClient, app: Starlette
) -> None:
    promotion_id = await promoted(app, stall.world.area_id, code_use="single", bps=5_000)
    now = clock.utc_now()
    await stall.db.act(promotions.coupons.make, promotion_id, 1, SYSTEM, now)
    (coupon,) = await stall.db.ask(promotions.coupons.page, promotion_id, 1, Cut())
    form = stall.booking(2, coupon=coupon.code.lower())

    nothing = await client.post("/book/orders", data=stall.booking(2, coupon="NOPE-NOPE"))
    order = await stall.order_of(await client.post("/book/orders", data=form))
    again = await stall.order_of(await client.post("/book/orders", data=form))
    async with stall.browser() as other:
        late = await other.post("/book/orders", data=form | {"request_id": "other"})

    assert nothing.status_code == late.status_code == 422
    assert 'aria-describedby="coupon-error"' in nothing.text
    assert (order.total_minor, again.id) == (9_800, order.id)
    assert "早鸟优惠" in (await client.get(f"/orders/{order.id}/payment")).text


async def test_a_new_phone_pays_less_once(
    stall: Stall, client: httpx2.AsyncClient, app: Starlette
) -> None:
    """What was shown before the phone was known is higher: nobody is asked again."""
    await promoted(app, stall.world.area_id, new_phone=True)

    first = await stall.buy(client, total="19600")
    second = await stall.book(client, total="19600")

    assert (first.total_minor, second.total_minor) == (17_640, 19_600)
    assert "早鸟优惠" in (await client.get(f"/orders/{first.id}")).text
    assert await stall.db.ask(verification.run, "promotions") == []


async def test_a_visitor_has_the_face_deleted(stall: Stall, client: httpx2.AsyncClient) -> None:
    order = await stall.buy(client)
    first, second = await stall.tickets_of(order)
    now, db = clock.utc_now(), stall.app.state.db
    for ticket in (first, second):
        binding = Binding(Owner.TICKET, ticket.id, order.area_id, now, now + timedelta(days=1))
        await db.act(faces.bind, binding, ("v1.mark",), None, SYSTEM)
    url = f"/orders/{order.id}/tickets/{first.id}"
    assert f"{url}/face" in (await client.get(url)).text

    await client.post(f"{url}/face")

    assert f"{url}/face" not in (await client.get(url)).text
    assert await db.ask(faces.of, Owner.TICKET, first.id) is None
    client.cookies.clear()  # somebody else
    refused = await client.post(f"/orders/{order.id}/tickets/{second.id}/face")
    assert refused.status_code == 404
    assert await db.ask(faces.of, Owner.TICKET, second.id) is not None
