"""Paying on a phone, inside WeChat and on Alipay's pages: whoever comes back is not believed, the
platform is asked. Both platforms are pretend ones behind real HTTP."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import ledger, orders, payments
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import Order, OrderStatus
from domain.commerce.payments import Payment, PaymentStatus
from domain.kernel.clock import utc_now
from domain.kernel.ports import Way
from gateways.payments.alipay import Alipay
from gateways.payments.numbers import shortened
from gateways.payments.pretend.alipay import PretendAlipay
from gateways.payments.pretend.books import Fault
from gateways.payments.pretend.serving import bound, serving, url_of
from gateways.payments.pretend.wechat import PretendWeChat
from gateways.payments.wechat import WeChatPay
from gateways.payments.wechat_login import WeChatLogin
from tests.domain.commerce.selling import findings
from tests.webapp.routes.shop.stall import Stall, open_stall

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"
AGENTS = {"phone": IPHONE, "wechat": f"{IPHONE} MicroMessenger/8.0.49", "desk": "Mozilla/5.0 (X11)"}
HTMX = {"HX-Request": "true"}
WAYS = [("phone", "wechat", Way.PHONE), ("wechat", "wechat", Way.INSIDE)]
WAYS += [("phone", "alipay", Way.PHONE), ("desk", "alipay.page", Way.PAGE)]
every_way = pytest.mark.parametrize(("agent", "tender", "way"), WAYS)


class Street:
    """A shop that is connected to both, and one visitor."""

    def __init__(self, stall: Stall, visitor: httpx2.AsyncClient, line: httpx2.AsyncClient) -> None:
        self.stall, self.visitor, self.line = stall, visitor, line
        self.wechat: PretendWeChat
        self.alipay: PretendAlipay

    async def begin(self, agent: str, tender: str) -> Order:
        """Booked, and the way chosen."""
        self.visitor.headers["User-Agent"] = AGENTS[agent]
        order = await self.stall.book(self.visitor)
        await self.visitor.post(f"/orders/{order.id}/payment", data={"tender": tender})
        return await self.order(order)

    async def order(self, order: Order) -> Order:
        found: Order = await self.stall.db.ask(orders.get_order, order.id)
        return found

    async def page(self, order: Order) -> str:
        """The pay page; inside WeChat the one after its door."""
        text = (await self.visitor.get(f"/orders/{order.id}/payment")).text
        if order.payments[-1].way is Way.INSIDE:
            text = (await self.through_the_door(text)).text
        return text

    async def through_the_door(self, text: str) -> httpx2.Response:
        found = await self.line.get(link_in(text))
        assert found.status_code == 302, found.text
        return await self.visitor.get(found.headers["location"])

    def of(self, tender: str) -> PretendWeChat | PretendAlipay:
        return self.alipay if tender.startswith("alipay") else self.wechat

    async def opened(self, order: Order, tender: str) -> None:
        """The payer follows the link: only then Alipay knows of a trade."""
        text = await self.page(order)
        if tender.startswith("alipay"):
            assert (await self.line.get(link_in(text))).status_code == 303

    async def tell(self, word: tuple[bytes, dict[str, str]], tender: str) -> httpx2.Response:
        hook = f"/hooks/payments/{tender.partition('.')[0]}"
        return await self.visitor.post(hook, content=word[0], headers=word[1])

    async def back(self, order: Order, query: str = "") -> httpx2.Response:
        return await self.visitor.get(f"/orders/{order.id}/payment/back{query}")

    async def taken(self, tender: str) -> int:
        kind = AccountKind.ALIPAY_CLEARING if tender != "wechat" else AccountKind.WECHAT_CLEARING
        found: int = await self.stall.db.ask(ledger.balance, kind, self.stall.world.area_id)
        return found


def link_in(text: str) -> str:
    found = re.search(r'href="([^"]+)"[^>]*id="platform"', text)
    assert found is not None, text
    return unescape(found[1])


@pytest.fixture
async def street(app: Starlette, client: httpx2.AsyncClient) -> AsyncIterator[Street]:
    stall, places = await open_stall(app), [bound(), bound()]
    async with stall.browser() as visitor, httpx2.AsyncClient(timeout=5, trust_env=False) as line:
        street = Street(stall, visitor, line)
        street.wechat = PretendWeChat(url_of(places[0]), "", utc_now, certificates=False)
        street.alipay = PretendAlipay(url_of(places[1]), "", utc_now)
        async with (
            serving(street.wechat.app, places[0]),
            serving(street.alipay.app, places[1]),
        ):
            app.state.gateways = {
                "wechat": WeChatPay(street.wechat.merchant, line, utc_now),
                "alipay": Alipay(street.alipay.seller, line, utc_now),
            }
            app.state.payer_logins = {"wechat": WeChatLogin(street.wechat.merchant, line)}
            yield street


@every_way
async def test_coming_back_is_not_believed_and_the_platform_is_asked(
    street: Street, agent: str, tender: str, way: Way
) -> None:
    order = await street.begin(agent, tender)
    payment = order.payments[-1]
    await street.opened(order, tender)
    lied = await street.back(order, "?trade_status=TRADE_SUCCESS&total_amount=196.00&sign=AAAA")
    still = await street.order(order)
    street.of(tender).books.pay(shortened(payment.id), utc_now())
    told = await street.back(order)

    assert payment.way is way
    assert lied.headers["location"] == f"/orders/{order.id}/payment"
    assert still.status is OrderStatus.HELD
    assert told.headers["location"] == f"/orders/{order.id}"
    assert (await street.order(order)).status is OrderStatus.PAID
    assert await street.taken(tender) == order.total_minor


@every_way
async def test_twenty_callbacks_and_returns_settle_once(
    street: Street, agent: str, tender: str, way: Way
) -> None:
    order = await street.begin(agent, tender)
    await street.opened(order, tender)
    number, platform = shortened(order.payments[-1].id), street.of(tender)
    platform.books.pay(number, utc_now())
    words = [platform.callback(number) for _ in range(20)]
    await asyncio.gather(
        *(street.tell(word, tender) for word in words), *(street.back(order) for _ in range(3))
    )

    assert await street.taken(tender) == order.total_minor
    assert await findings(street.stall.db) == []


@every_way
async def test_another_amount_or_signature_changes_nothing(
    street: Street, agent: str, tender: str, way: Way
) -> None:
    order = await street.begin(agent, tender)
    await street.opened(order, tender)
    number, platform = shortened(order.payments[-1].id), street.of(tender)
    trade = platform.books.trades[number]
    body, headers = platform.callback(number)
    platform.books.pay(number, utc_now())
    trade.amount_minor = 1
    forged = (body.replace(b"A", b"B"), headers)
    answers = [await street.tell(one, tender) for one in (forged, platform.callback(number))]
    back = await street.back(order)

    assert [one.json()["code"] for one in answers] == ["CALLBACK_REJECTED"] * 2
    assert back.status_code == 422
    assert (await pending(street, order)).status is PaymentStatus.PENDING
    assert await street.taken(tender) == 0


@pytest.mark.parametrize(("agent", "tender", "way"), WAYS[:2])
async def test_a_platform_that_dies_after_acting_is_asked_again(
    street: Street, agent: str, tender: str, way: Way
) -> None:
    order = await street.begin(agent, tender)
    street.wechat.books.fault = Fault.DROP
    waits = await street.page(order)
    street.wechat.books.fault = Fault.NONE
    again = await street.page(order)

    assert 'id="platform"' not in waits and 'id="bridge"' not in waits
    assert ('id="bridge"' if way is Way.INSIDE else 'id="platform"') in again
    assert list(street.wechat.books.trades) == [shortened(order.payments[-1].id)]
    street.wechat.books.pay(shortened(order.payments[-1].id), utc_now())
    assert (await street.back(order)).headers["location"] == f"/orders/{order.id}"


async def test_inside_wechat_only_its_own_door_opens(street: Street) -> None:
    order = await street.begin("wechat", "wechat")
    first = (await street.visitor.get(f"/orders/{order.id}/payment")).text
    door = await street.line.get(link_in(first))
    good = door.headers["location"]
    forged = await street.visitor.get(re.sub(r"state=\w+", "state=0", good))
    bridged = await street.visitor.get(good)
    again = await street.visitor.get(good)

    assert forged.headers["location"] == f"/orders/{order.id}/payment"
    assert 'id="bridge"' in bridged.text and "shop-bridge.js" in bridged.text
    assert 'id="bridge"' not in again.text and 'id="platform"' in again.text  # its code is used
    street.visitor.headers["User-Agent"] = AGENTS["desk"]
    elsewhere = (await street.visitor.get(f"/orders/{order.id}/payment")).text
    assert 'id="platform"' not in elsewhere
    async with street.stall.browser() as stranger:
        assert (await stranger.get(good)).status_code == 404
        lost = await stranger.get(f"/orders/{order.id}/payment/back")
        assert lost.headers["location"] == "/my"


async def test_another_way_closes_the_first(street: Street) -> None:
    order = await street.begin("phone", "wechat")
    await street.opened(order, "wechat")
    first = shortened(order.payments[-1].id)
    await street.visitor.post(f"/orders/{order.id}/payment/stop")
    await street.visitor.post(f"/orders/{order.id}/payment", data={"tender": "alipay"})
    held = await street.order(order)

    assert street.wechat.books.trades[first].state == "closed"
    assert [one.status for one in held.payments] == [PaymentStatus.CLOSED, PaymentStatus.PENDING]
    await street.opened(held, "alipay")
    second = shortened(held.payments[-1].id)
    street.alipay.books.pay(second, utc_now())
    await street.visitor.post(f"/orders/{order.id}/payment/stop")  # too late: it is paid
    assert (await street.order(order)).status is OrderStatus.PAID


async def test_each_browser_is_offered_what_it_can_open(street: Street) -> None:
    order = await street.stall.book(street.visitor)
    seen = {}
    for name, agent in {**AGENTS, "alipay": f"{IPHONE} AlipayClient/10.5"}.items():
        page = await street.visitor.get(
            f"/orders/{order.id}/payment", headers={"User-Agent": agent}
        )
        seen[name] = re.findall(r'name="tender" value="([^"]+)"', page.text)

    told = await street.visitor.post(
        f"/orders/{order.id}/payment", headers={"User-Agent": IPHONE}, follow_redirects=True
    )
    assert "用微信支付付款" in told.text
    assert seen == {
        "phone": ["wechat.phone", "alipay.phone"],
        "wechat": ["wechat.inside"],
        "desk": ["wechat.qr", "alipay.qr", "alipay.page"],
        "alipay": ["alipay.phone"],
    }


async def pending(street: Street, order: Order) -> Payment:
    found: Payment = await street.stall.db.ask(payments.get_payment, order.payments[-1].id)
    return found
