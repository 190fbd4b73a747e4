"""Payers who come from a browser: on a phone, inside WeChat, on Alipay's pages; over real HTTP."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from domain.kernel import ids
from domain.kernel.clock import utc_now
from domain.kernel.errors import Refused
from domain.kernel.ports import ChargeRequest, ChargeState, Unknown, Way
from gateways.payments.alipay import Alipay
from gateways.payments.numbers import shortened
from gateways.payments.pretend.alipay import PretendAlipay
from gateways.payments.pretend.books import Fault
from gateways.payments.pretend.wechat import PretendWeChat
from gateways.payments.wechat import WeChatPay
from gateways.payments.wechat_login import WeChatLogin

BACK = "https://shop.example/orders/1/payment/back"


def asked(way: Way, payer: str = "") -> ChargeRequest:
    later = utc_now() + timedelta(minutes=15)
    return ChargeRequest(ids.new_id(), 19_600, "A-0001", "", way, payer, BACK, later, "203.0.113.9")


async def test_on_a_phone_wechat_opens_and_comes_back(
    wechat: PretendWeChat, pay: WeChatPay, client: httpx2.AsyncClient
) -> None:
    request = asked(Way.PHONE)
    address = (await pay.invite(request)).text
    assert (await pay.invite(request)).text == address
    assert parse_qs(urlsplit(address).query)["redirect_url"] == [BACK]
    stranger = await client.get(address)
    opened = await client.get(address, headers={"Referer": "https://shop.example/"})
    paid = await client.post(address, data={"pay": "1"})

    assert (stranger.status_code, opened.status_code) == (403, 200)
    assert paid.headers["location"] == BACK
    known = await pay.query(request.number)
    assert (known.state, known.amount_minor) == (ChargeState.PAID, 19_600)
    with pytest.raises(Refused):  # the same number in another way
        await pay.invite(request._replace(way=Way.QR))
    with pytest.raises(Refused):
        await pay.invite(asked(Way.PHONE)._replace(payer_address=""))


async def test_its_door_says_once_who_shops_inside(
    wechat: PretendWeChat, pay: WeChatPay, client: httpx2.AsyncClient
) -> None:
    login = WeChatLogin(wechat.merchant, client)
    door = await client.get(login.login_address(BACK, "s-1"))
    told = parse_qs(urlsplit(door.headers["location"]).query)
    payer = await login.payer_of(told["code"][0])

    assert door.headers["location"].startswith(BACK)
    assert told["state"] == ["s-1"]
    assert json.loads((await pay.invite(asked(Way.INSIDE, payer))).text)["package"]
    with pytest.raises(Refused):  # a code is good once
        await login.payer_of(told["code"][0])
    wrong = WeChatLogin(wechat.merchant._replace(app_secret="no"), client)
    with pytest.raises(Refused):
        await wrong.payer_of("a")
    away = WeChatLogin(wechat.merchant._replace(account_url="http://127.0.0.1:9"), client)
    with pytest.raises(Unknown):
        await away.payer_of("a")


@pytest.mark.parametrize("way", [Way.PAGE, Way.PHONE])
async def test_alipays_pages_come_back_and_prove_nothing(
    alipay_platform: PretendAlipay, alipay: Alipay, client: httpx2.AsyncClient, way: Way
) -> None:
    request = asked(way)
    address = (await alipay.invite(request)).text
    page = await client.get(address)
    paid = await client.post(f"{alipay_platform._base}{page.headers['location']}")

    assert page.status_code == 303
    assert paid.headers["location"].startswith(f"{BACK}?out_trade_no=")
    assert (await alipay.query(request.number)).state is ChargeState.PAID


@pytest.mark.parametrize("way", [Way.PHONE, Way.INSIDE])
async def test_an_order_whose_answer_was_lost_is_the_same_order(
    wechat: PretendWeChat, pay: WeChatPay, way: Way
) -> None:
    request = asked(way, "oUpF8")
    await pay.query(request.number)  # its certificates are here
    for fault in (Fault.DROP, Fault.FORGE):
        wechat.books.fault = fault
        with pytest.raises(Unknown):
            await pay.invite(request)
    wechat.books.fault = Fault.NONE

    assert (await pay.invite(request)).text
    assert list(wechat.books.trades) == [shortened(request.number)]
