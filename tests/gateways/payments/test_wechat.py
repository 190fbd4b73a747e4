"""WeChat Pay v3 against a platform that checks every signature, over real HTTP."""

import json
from datetime import timedelta

import httpx2
import pytest

from domain.kernel import ids
from domain.kernel.clock import local_day, utc_now
from domain.kernel.errors import Refused
from domain.kernel.ports import (
    BillBroken,
    Billed,
    BilledKind,
    CallbackRejected,
    ChargeRequest,
    ChargeState,
    RefundRequest,
    RefundState,
    Unknown,
    Way,
)
from gateways.payments import rsa
from gateways.payments.numbers import shortened
from gateways.payments.pretend.books import Fault
from gateways.payments.pretend.wechat import BEIJING, PretendWeChat
from gateways.payments.wechat import WeChatPay

CODE = "134567890123456789"


def request(way: Way = Way.QR, code: str = "", payer: str = "") -> ChargeRequest:
    later = utc_now() + timedelta(minutes=15)
    return ChargeRequest(ids.new_id(), 19_600, "A20260101-0001", code, way, payer, "", later)


async def test_a_code_is_charged_once_and_given_back_once(
    wechat: PretendWeChat, pay: WeChatPay
) -> None:
    asked = request(code=CODE)

    paid = await pay.charge(asked)
    again = await pay.charge(asked)
    refund = RefundRequest(shortened(ids.new_id()), asked.number, 9_800, 19_600)
    first, second = await pay.refund(refund), await pay.refund(refund)

    assert paid.state is again.state is ChargeState.PAID
    assert (paid.number, paid.amount_minor) == (asked.number, 19_600)
    assert first == second
    assert first.state is RefundState.DONE
    assert (await pay.query_refund(refund.number, asked.number)) == first
    assert wechat.books.left_minor(shortened(asked.number)) == 9_800
    too_much = refund._replace(number=shortened(ids.new_id()), amount_minor=9_801)
    assert (await pay.refund(too_much)).state is RefundState.REFUSED


async def test_bad_days(wechat: PretendWeChat, pay: WeChatPay) -> None:
    for fault, after in (
        (Fault.LOSE, ChargeState.NOT_FOUND),
        (Fault.DROP, ChargeState.PAID),
        (Fault.FORGE, ChargeState.PAID),
    ):
        asked, wechat.books.fault = request(code=CODE), fault
        with pytest.raises(Unknown):
            await pay.charge(asked)
        assert (await pay.query(asked.number)).state is after
    wechat.books.fault = Fault.REFUSE
    refused = await pay.charge(request(code=CODE))
    assert (refused.state, refused.problem) == (ChargeState.REFUSED, "余额不足")
    wechat.books.fault = Fault.ASK
    asked = request(code=CODE)
    assert (await pay.charge(asked)).state is ChargeState.WAITING
    assert (await pay.close(asked.number)).state is ChargeState.CLOSED
    assert (await pay.close(ids.new_id())).state is ChargeState.CLOSED


async def test_a_platform_that_is_not_there_is_unknown(
    wechat: PretendWeChat, client: httpx2.AsyncClient
) -> None:
    nowhere = WeChatPay(wechat.merchant._replace(base_url="http://127.0.0.1:9"), client, utc_now)
    with pytest.raises(Unknown):
        await nowhere.charge(request(code=CODE))


async def test_an_invitation_is_paid_by_the_payer(wechat: PretendWeChat, pay: WeChatPay) -> None:
    asked = request()
    shown, again = await pay.invite(asked), await pay.invite(asked)
    waiting = await pay.query(asked.number)
    wechat.books.pay(shortened(asked.number), utc_now())

    assert shown == again
    assert shown.text.startswith("http")
    assert waiting.state is ChargeState.WAITING
    assert (await pay.close(asked.number)).state is ChargeState.PAID


async def test_inside_its_app_the_bridge_gets_signed_words(
    wechat: PretendWeChat, pay: WeChatPay
) -> None:
    words = json.loads((await pay.invite(request(Way.INSIDE, payer="oUpF8"))).text)

    signed = "".join(f"{words[name]}\n" for name in ("appId", "timeStamp", "nonceStr", "package"))
    assert rsa.is_signed(wechat._merchant_key, signed.encode(), words["paySign"])
    with pytest.raises(Refused):
        await pay.invite(request(Way.INSIDE))


async def test_only_its_own_fresh_callbacks_are_believed(
    wechat: PretendWeChat, pay: WeChatPay
) -> None:
    asked = request()
    await pay.invite(asked)
    wechat.books.pay(shortened(asked.number), utc_now())
    body, headers = wechat.callback(shortened(asked.number))
    other = PretendWeChat(wechat.merchant.base_url, "", utc_now, certificates=False)
    other.api_key, other.serial = wechat.api_key, wechat.serial
    other.books = wechat.books

    told = await pay.read_callback(body, httpx2.Headers(headers))

    assert told is not None
    assert (told.number, told.state, told.amount_minor) == (asked.number, ChargeState.PAID, 19_600)
    stale = wechat.callback(shortened(asked.number), age=timedelta(minutes=6))
    early = wechat.callback(shortened(asked.number), age=timedelta(minutes=-6))
    foreign = wechat.callback(shortened(asked.number), changes={"mchid": "1900000110"})
    for wrong_body, wrong in (
        stale,
        early,
        foreign,
        other.callback(shortened(asked.number)),
        (body.replace(b"TRANSACTION.SUCCESS", b"TRANSACTION.SUCCES2"), headers),
        (b"{}", headers),
        (body, {}),
        (body, headers | {"Wechatpay-Serial": "1"}),
        (body, headers | {"Wechatpay-Timestamp": "soon"}),
    ):
        with pytest.raises(CallbackRejected):
            await pay.read_callback(wrong_body, httpx2.Headers(wrong))


async def test_a_refund_under_way_is_unknown_and_sent_once(
    wechat: PretendWeChat, pay: WeChatPay
) -> None:
    asked = request(code=CODE)
    await pay.charge(asked)
    wechat.books.fault = Fault.SLOW
    refund = RefundRequest(shortened(ids.new_id()), asked.number, 19_600, 19_600)
    for _ in range(2):
        with pytest.raises(Unknown):
            await pay.refund(refund)
        with pytest.raises(Unknown):
            await pay.query_refund(refund.number, asked.number)
    wechat.books.refunds[refund.number].done = True
    assert (await pay.query_refund(refund.number, asked.number)).state is RefundState.DONE
    missing = await pay.query_refund(shortened(ids.new_id()), asked.number)
    assert missing.state is RefundState.NOT_FOUND


async def test_its_bill_is_read_only_when_it_is_whole(
    wechat: PretendWeChat, pay: WeChatPay
) -> None:
    today = local_day(utc_now(), BEIJING)
    assert await pay.bill(today) == []
    asked = request(code=CODE)
    paid = await pay.charge(asked)
    refund = RefundRequest(shortened(ids.new_id()), asked.number, 600, 19_600)
    back = await pay.refund(refund)

    assert await pay.bill(today) == [
        Billed(BilledKind.CHARGE, asked.number, 19_600, paid.reference),
        Billed(BilledKind.REFUND, refund.number, 600, back.reference),
    ]
    wechat.bill_hash_is_wrong = True
    with pytest.raises(BillBroken):
        await pay.bill(today)
