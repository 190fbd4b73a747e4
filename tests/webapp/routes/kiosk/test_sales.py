"""Buying at a kiosk over HTTP: cart, names, money, paper, and what is left of it afterwards."""

import asyncio

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import kiosks
from domain.admission.devices import AlarmCode
from domain.admission.kiosks.model import PRINTING_FAULTS
from domain.commerce import ledger, orders, promotions
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import OrderStatus
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db.keyset import Cut
from tests.webapp.promoted import promoted
from tests.webapp.routes.kiosk.stand import Stand, stand_at
from webapp.routes.kiosk import collections

ID_NUMBER = "11010519491231002X"
HTMX = {"HX-Request": "true"}


@pytest.fixture
async def stand(app: Starlette, client: httpx2.AsyncClient) -> Stand:
    return await stand_at(app, client)


async def choose(client: httpx2.AsyncClient, *type_ids: str) -> None:
    for type_id in type_ids:
        response = await client.post("/kiosk/sale", data={"add": type_id})
        assert response.status_code == 200, response.text


async def to_payment(client: httpx2.AsyncClient) -> None:
    response = await client.post("/kiosk/order")
    assert response.status_code == 303, response.text
    assert response.headers["location"] == "/kiosk/payment"


async def buy(stand: Stand, client: httpx2.AsyncClient) -> str:
    """Two adults, paid by the QR; the address of the handout."""
    await choose(client, stand.world.adult_id, stand.world.adult_id)
    await to_payment(client)
    await client.get("/kiosk/payment")
    (order,) = await stand.orders()
    await stand.pay(order)
    paid = await client.post("/kiosk/payment/look", headers=HTMX)
    assert paid.headers["hx-redirect"] == "/kiosk/tickets"
    shown = await client.get("/kiosk/tickets")
    return str(shown.headers["location"])


async def test_a_visitor_buys_pays_and_gets_paper(stand: Stand, client: httpx2.AsyncClient) -> None:
    await choose(client, stand.world.adult_id, stand.world.adult_id, stand.world.child_id)
    await to_payment(client)
    pay = await client.get("/kiosk/payment")
    waiting = await client.post("/kiosk/payment/look", headers=HTMX)
    (order,) = await stand.orders()
    await stand.pay(order)
    await client.post("/kiosk/payment/look", headers=HTMX)
    shown = await client.get("/kiosk/tickets", follow_redirects=True)
    handout = str(shown.url.path)
    pdf = await client.get(f"{handout}/tickets.pdf")
    done = await client.post(f"{handout}/end", follow_redirects=True)

    assert "<svg" in pay.text and "请用微信或支付宝扫码付款" in pay.text
    assert waiting.status_code == 204
    assert "正在出票" in shown.text
    assert pdf.content.startswith(b"%PDF")
    assert "祝您游玩愉快" in done.text
    (order,) = await stand.orders()
    assert (order.status, order.total_minor) == (OrderStatus.PAID, 24_500)
    assert all(row.printed_at for row in await stand.tickets_of(order))
    assert await stand.owed() == []
    db = stand.app.state.db
    clearing = await db.ask(ledger.balance, AccountKind.SCAN_CLEARING, stand.world.area_id)
    assert clearing == 24_500


async def test_the_cart_is_shown_before_it_is_held(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    home = await client.get("/kiosk")
    nothing = await client.post("/kiosk/sale/next")
    await choose(client, stand.world.adult_id, stand.world.adult_id, stand.world.child_id)
    cart = await client.get("/kiosk/sale")
    asked = await client.post("/kiosk/sale/next")
    check = await client.get("/kiosk/order")
    await client.post("/kiosk/sale", data={"take": stand.world.child_id})

    assert "购票" in home.text and "¥98.00" in home.text
    assert nothing.status_code == 422
    assert "245.00" in cart.text
    assert asked.headers["location"] == "/kiosk/order"
    assert "付款 ¥245.00" in check.text
    assert "196.00" in (await client.get("/kiosk/order")).text
    assert await stand.orders() == []


async def test_every_page_is_kept_nowhere(stand: Stand, client: httpx2.AsyncClient) -> None:
    handout = await buy(stand, client)
    for path in ("/kiosk", "/kiosk/sale", "/kiosk/collection", "/kiosk/staff", handout):
        response = await client.get(path, follow_redirects=True)
        assert response.headers["cache-control"] == "no-store", path


async def test_the_payers_own_code_closes_the_qr_first(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    await choose(client, stand.world.adult_id)
    await to_payment(client)
    await client.get("/kiosk/payment")

    refused = await client.post("/kiosk/payment/codes", data={"code": "refuse-1"})
    paid = await client.post("/kiosk/payment/codes", data={"code": "134567890123456789"})

    assert refused.status_code == 422 and "付款未成功" in refused.text
    assert paid.headers["location"] == "/kiosk/payment"
    assert (await client.get("/kiosk/payment")).headers["location"] == "/kiosk/tickets"
    (order,) = await stand.orders()
    assert order.status is OrderStatus.PAID
    assert sum(one.amount_minor for one in order.payments if one.paid_at) == 9_800


async def test_an_answer_that_is_lost_is_asked_for(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    await choose(client, stand.world.adult_id)
    await to_payment(client)

    await client.post("/kiosk/payment/codes", data={"code": "drop-1"})

    shown = await client.get("/kiosk/tickets", follow_redirects=True)
    assert "正在出票" in shown.text


async def test_a_code_that_asks_the_payer_shows_no_qr(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    await choose(client, stand.world.adult_id)
    await to_payment(client)

    await client.post("/kiosk/payment/codes", data={"code": "ask-1"})
    page = await client.get("/kiosk/payment")

    assert "请在手机上确认付款" in page.text
    assert "qrbox waits" in page.text


async def test_going_back_frees_the_places_and_keeps_the_cart(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    await choose(client, stand.world.adult_id)
    await to_payment(client)
    await client.get("/kiosk/payment")

    back = await client.post("/kiosk/payment/end")

    assert back.headers["location"] == "/kiosk/sale"
    (order,) = await stand.orders()
    assert order.status is OrderStatus.CANCELLED
    assert "98.00" in (await client.get("/kiosk/sale")).text
    await to_payment(client)
    assert len(await stand.orders()) == 2


async def test_ending_wipes_everything_on_the_server(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    named = stand.world.named_id
    await choose(client, named)
    await client.post("/kiosk/visitors", data={"name": "王芳", "document": ID_NUMBER})
    await to_payment(client)
    kept = (await stand.kiosk()).visit
    assert kept is not None and kept.kept is not None
    assert ID_NUMBER.encode() not in kept.kept

    ended = await client.post("/kiosk/end")

    assert ended.headers["location"] == "/kiosk"
    assert (await stand.kiosk()).visit is None
    (order,) = await stand.orders()
    assert order.status is OrderStatus.CANCELLED
    for path in ("/kiosk/visitors", "/kiosk/payment", "/kiosk/tickets", "/kiosk/order"):
        page = await client.get(path, follow_redirects=True)
        assert "王芳" not in page.text and ID_NUMBER not in page.text, path


async def test_named_tickets_ask_one_visitor_after_the_other(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    named = stand.world.named_id
    await choose(client, named, named)
    first = await client.get("/kiosk/visitors")
    wrong = await client.post(
        "/kiosk/visitors", data={"name": "王芳", "document": "110105194912310021"}
    )
    missing = await client.post("/kiosk/visitors", data={"name": "", "document": ""})
    await client.post("/kiosk/visitors", data={"name": "王芳", "document": ID_NUMBER})
    second = await client.get("/kiosk/visitors")
    same = await client.post("/kiosk/visitors", data={"name": "王芳", "document": ID_NUMBER})
    twice = await client.post("/kiosk/order")

    assert "第 1 位，共 2 位" in first.text
    assert wrong.status_code == missing.status_code == 422
    assert "document-error" in wrong.text
    assert "第 2 位，共 2 位" in second.text
    assert ID_NUMBER not in second.text
    assert same.status_code == 303
    assert twice.status_code == 422
    assert await stand.orders() == []


async def test_the_same_press_sells_once(stand: Stand, client: httpx2.AsyncClient) -> None:
    await choose(client, stand.world.adult_id)
    await to_payment(client)
    await to_payment(client)
    assert len(await stand.orders()) == 1


@pytest.mark.parametrize("fault", sorted(PRINTING_FAULTS))
async def test_who_cannot_print_sells_nothing(
    stand: Stand, client: httpx2.AsyncClient, fault: AlarmCode
) -> None:
    await choose(client, stand.world.adult_id)
    await stand.app.state.db.act(
        kiosks.handing.report_fault, stand.device_id, fault, SYSTEM, clock.utc_now()
    )

    refused = await client.post("/kiosk/order")
    home = await client.get("/kiosk")

    assert refused.status_code == 422 and "暂时无法出票" in refused.text
    assert "暂停售票" in home.text
    assert await stand.orders() == []


async def test_paid_and_not_printed_is_shown_at_the_next_start(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    """The page died between the money and the paper."""
    handout = await buy(stand, client)

    home = await client.get("/kiosk")
    again = await client.get(handout)

    (order,) = await stand.orders()
    assert order.number in home.text and handout in home.text
    assert "正在出票" in again.text
    assert (await client.get(f"{handout}/tickets.pdf")).status_code == 200
    await client.post(f"{handout}/end")
    assert order.number not in (await client.get("/kiosk")).text


async def test_nothing_came_out_stays_owed_and_shows_the_codes(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    handout = await buy(stand, client)

    failed = await client.post(f"{handout}/faults", data={"fault": "paper"}, follow_redirects=True)
    (order,) = await stand.orders()
    codes = await client.post("/kiosk/e-tickets", data={"order_id": order.id})
    kiosk = await stand.kiosk()

    assert "没有打印出来" in failed.text and order.number in failed.text
    assert kiosk.faults == {AlarmCode.PAPER} and kiosk.called_at is not None
    assert codes.text.count("data:image/png") == 2
    assert len(await stand.owed()) == 1
    await client.post("/kiosk/end")
    assert order.number not in (await client.get("/kiosk")).text  # the next visitor's glass
    assert (await client.post("/kiosk/e-tickets", data={"order_id": order.id})).status_code == 404


async def test_a_held_order_lapses_and_says_so(stand: Stand, client: httpx2.AsyncClient) -> None:
    await choose(client, stand.world.adult_id)
    await to_payment(client)
    (order,) = await stand.orders()
    assert order.held_until is not None
    await stand.app.state.db.act(orders.sweep, order.held_until)

    looked = await client.post("/kiosk/payment/look", headers=HTMX)
    over = await client.get("/kiosk/payment/over")

    assert looked.headers["hx-redirect"] == "/kiosk/payment/over"
    assert "付款时间已过" in over.text


async def test_a_coupon_lowers_the_price_and_is_good_once(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    await choose(client, stand.world.adult_id, stand.world.adult_id)
    assert "/kiosk/coupon" not in (await client.get("/kiosk/order")).text  # there are none
    promotion_id = await promoted(stand.app, stand.world.area_id, code_use="single")
    db, now = stand.app.state.db, clock.utc_now()
    await db.act(promotions.coupons.make, promotion_id, 1, SYSTEM, now)
    (coupon,) = await db.ask(promotions.coupons.page, promotion_id, 1, Cut())
    assert "/kiosk/coupon" in (await client.get("/kiosk/order")).text

    for wrong in ("", "NO-SUCH-CODE"):
        refused = await client.post("/kiosk/coupon", data={"coupon": wrong})
        assert refused.status_code == 422 and "aria-invalid" in refused.text
    taken = await client.post("/kiosk/coupon", data={"coupon": coupon.code.lower()})
    assert taken.headers["location"] == "/kiosk/order"
    page = await client.get("/kiosk/order")
    assert coupon.code in page.text and "早鸟优惠" in page.text and "176.40" in page.text
    await client.post("/kiosk/coupon/end")
    assert "196.00" in (await client.get("/kiosk/order")).text
    await client.post("/kiosk/coupon", data={"coupon": coupon.code})
    await asyncio.gather(to_payment(client), to_payment(client))  # pressed twice
    (order,) = await stand.orders()
    assert order.total_minor == 17_640

    await client.post("/kiosk/payment/end")
    again = await client.get("/kiosk/order")
    assert "176.40" in again.text  # given up, it is good again
    await to_payment(client)
    await client.get("/kiosk/payment")
    await stand.pay((await stand.orders())[0])
    await client.post("/kiosk/payment/look", headers=HTMX)
    assert (await db.ask(promotions.get, promotion_id)).used == 1


async def test_a_coupon_that_was_used_meanwhile_is_said_before_paying(
    stand: Stand, client: httpx2.AsyncClient
) -> None:
    await choose(client, stand.world.adult_id)
    terms = {"code_use": "shared", "shared_code": "SUMMER"}
    promotion_id = await promoted(stand.app, stand.world.area_id, **terms)
    await client.post("/kiosk/coupon", data={"coupon": "summer"})
    await stand.app.state.db.act(promotions.pause, promotion_id, "", SYSTEM, clock.utc_now())

    page, refused = await client.get("/kiosk/order"), await client.post("/kiosk/order")

    assert "优惠码" in page.text and "98.00" in page.text
    assert refused.status_code == 422 and await stand.orders() == []
    await client.post("/kiosk/coupon/end")
    await to_payment(client)


async def test_who_guesses_coupons_is_stopped(stand: Stand, client: httpx2.AsyncClient) -> None:
    await choose(client, stand.world.adult_id)
    answers = [
        (await client.post("/kiosk/coupon", data={"coupon": f"GUESS-{number}"})).text
        for number in range(collections.MOST_WRONG + 1)
    ]
    assert "aria-invalid" in answers[-2] and "aria-invalid" not in answers[-1]


async def test_pressed_twice_is_one_order(stand: Stand, client: httpx2.AsyncClient) -> None:
    await choose(client, stand.world.adult_id)
    await client.get("/kiosk/order")

    await asyncio.gather(*(to_payment(client) for _ in range(8)))

    assert len(await stand.orders()) == 1
