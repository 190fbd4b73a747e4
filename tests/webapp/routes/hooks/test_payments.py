"""Callbacks of platforms at the door: genuine ones once, others never."""

import asyncio
import random
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import ledger, orders, payments, refunds
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import Charge, Order, OrderStatus
from domain.commerce.payments import Payment, PaymentStatus, Tender
from domain.kernel.clock import utc_now
from domain.kernel.db import Database
from domain.kernel.ports import PaymentGateway, Unknown
from domain.operation import outbox
from gateways.payments.alipay import Alipay
from gateways.payments.numbers import shortened
from gateways.payments.pretend.alipay import PretendAlipay
from gateways.payments.pretend.books import Fault
from gateways.payments.pretend.serving import bound, serving, url_of
from gateways.payments.pretend.wechat import PretendWeChat
from gateways.payments.wechat import WeChatPay
from tests.domain.commerce.factories import NOON, World, add_world
from tests.domain.commerce.selling import BUYER, findings, online, place, wanted

CODE = "134567890123456789"


class Shop:
    """A shop that is connected to both platforms. Its own time is noon; the wire's is now."""

    def __init__(self, db: Database, client: httpx2.AsyncClient) -> None:
        self.db, self.client = db, client
        self.world: World
        self.wechat: PretendWeChat
        self.alipay: PretendAlipay
        self.gateways: dict[str, PaymentGateway] = {}

    async def invited(self, tender: Tender = Tender.WECHAT) -> tuple[Order, Payment, str]:
        order = await place(
            self.db, self.world, online(self.world, wanted(self.world.adult_id, 2)), NOON
        )
        payment = await self.db.act(orders.start_payment, Charge(order.id, tender), BUYER, NOON)
        await orders.collecting.invite(self.db, self.gateways, payment.id)
        return order, payment, shortened(payment.id)

    async def tell(
        self, word: tuple[bytes, dict[str, str]], platform: str = "wechat"
    ) -> httpx2.Response:
        return await self.client.post(
            f"/hooks/payments/{platform}", content=word[0], headers=word[1]
        )

    async def status(self, payment: Payment) -> PaymentStatus:
        return (await self.db.ask(payments.get_payment, payment.id)).status

    async def taken(self, account: AccountKind = AccountKind.WECHAT_CLEARING) -> int:
        return await self.db.ask(ledger.balance, account, self.world.area_id)


@pytest.fixture
async def shop(app: Starlette, client: httpx2.AsyncClient) -> AsyncIterator[Shop]:
    shop = Shop(app.state.db, client)
    shop.world = await add_world(shop.db)
    places = [bound(), bound()]
    shop.wechat = PretendWeChat(url_of(places[0]), "", utc_now, certificates=False)
    shop.alipay = PretendAlipay(url_of(places[1]), "", utc_now)
    async with (
        serving(shop.wechat.app, places[0]),
        serving(shop.alipay.app, places[1]),
        httpx2.AsyncClient(timeout=5, trust_env=False) as line,
    ):
        shop.gateways["wechat"] = WeChatPay(shop.wechat.merchant, line, utc_now)
        shop.gateways["alipay"] = Alipay(shop.alipay.seller, line, utc_now)
        app.state.gateways = shop.gateways
        yield shop


async def test_twenty_callbacks_in_any_order_settle_once(shop: Shop) -> None:
    _, payment, number = await shop.invited()
    waiting = [shop.wechat.callback(number) for _ in range(5)]
    shop.wechat.books.pay(number, utc_now())
    words = waiting + [shop.wechat.callback(number) for _ in range(15)]
    random.Random(4).shuffle(words)

    answers = await asyncio.gather(*(shop.tell(word) for word in words))

    assert {answer.status_code for answer in answers} == {204}
    assert await shop.status(payment) is PaymentStatus.PAID
    assert await shop.taken() == 19_600
    assert await findings(shop.db) == []


async def test_what_is_not_genuine_changes_nothing(shop: Shop) -> None:
    _, payment, number = await shop.invited()
    shop.wechat.books.pay(number, utc_now())
    body, headers = shop.wechat.callback(number)
    less = {"amount": {"total": 1, "currency": "CNY"}}
    for wrong in (
        (body + b" ", headers),
        (body, headers | {"Wechatpay-Signature": "AAAA"}),
        shop.wechat.callback(number, changes=less),
        shop.wechat.callback(number, changes={"out_trade_no": "0" * 32}),
    ):
        answer = await shop.tell(wrong)
        assert 400 <= answer.status_code < 500
        assert answer.json()["code"] == "CALLBACK_REJECTED"
    assert (await shop.tell((body, headers), "alipay")).status_code >= 400
    assert (await shop.tell((body, headers), "nobody")).status_code >= 400
    assert (await shop.tell((b"x" * 70_000, headers))).status_code == 413
    assert await shop.status(payment) is PaymentStatus.PENDING
    assert await shop.taken() == 0


async def test_alipay_hears_the_word_it_waits_for(shop: Shop) -> None:
    _, payment, number = await shop.invited(Tender.ALIPAY)
    still = await orders.collecting.look(shop.db, shop.gateways, payment.id, lambda: NOON)
    shop.alipay.books.pay(number, utc_now())

    answer = await shop.tell(shop.alipay.callback(number), "alipay")

    assert still.status is PaymentStatus.PENDING  # it knows no trade before the payer came
    assert answer.text == "success"
    assert await shop.taken(AccountKind.ALIPAY_CLEARING) == 19_600
    assert await findings(shop.db) == []


async def test_callback_query_and_cancel_at_once_agree(shop: Shop) -> None:
    order, payment, number = await shop.invited()
    shop.wechat.books.pay(number, utc_now())

    async def look() -> object:
        return await orders.collecting.look(shop.db, shop.gateways, payment.id, utc_now)

    await asyncio.gather(
        *(shop.tell(shop.wechat.callback(number)) for _ in range(5)),
        *(look() for _ in range(5)),
        shop.db.act(orders.cancel, order.id, BUYER, NOON),
        return_exceptions=True,
    )

    ended = await shop.db.ask(orders.get_order, order.id)
    assert ended.status in (OrderStatus.PAID, OrderStatus.CANCELLED)
    assert await findings(shop.db) == []


async def test_a_platform_that_dies_after_acting_is_asked(shop: Shop) -> None:
    order = await place(
        shop.db, shop.world, online(shop.world, wanted(shop.world.adult_id, 1)), NOON
    )
    charge = Charge(order.id, Tender.WECHAT)
    payment = await shop.db.act(orders.start_payment, charge, BUYER, NOON)
    shop.wechat.books.fault = Fault.DROP

    found = await orders.collecting.collect(shop.db, shop.gateways, payment.id, CODE, utc_now)

    assert found.status is PaymentStatus.PAID
    assert await shop.taken() == 9_800


async def test_paid_too_late_goes_back_once_whatever_the_platform_answers(shop: Shop) -> None:
    order, payment, number = await shop.invited()
    await shop.db.act(orders.cancel, order.id, BUYER, NOON)
    shop.wechat.books.pay(number, utc_now())
    assert (await shop.tell(shop.wechat.callback(number))).status_code == 204
    for kind, carrier in refunds.carriers(shop.db, shop.gateways, utc_now).items():
        outbox.register(kind, carrier)
    payout = (await shop.db.ask(payments.payouts.payouts_of_order, order.id))[0]

    shop.wechat.books.fault = Fault.DROP
    send = refunds.carriers(shop.db, shop.gateways, utc_now)["payout"]
    parcel = outbox.Parcel("1", "payout", "payout", payout.id, {"area": shop.world.area_id}, 1, 1)
    with pytest.raises(Unknown):
        await send(parcel)
    shop.wechat.books.fault = Fault.NONE
    for _ in range(3):
        await send(parcel)

    assert [one.amount_minor for one in shop.wechat.books.refunds.values()] == [19_600]
    assert await shop.status(payment) is PaymentStatus.REFUNDED
    assert await shop.taken() == 0
    assert await findings(shop.db) == []
