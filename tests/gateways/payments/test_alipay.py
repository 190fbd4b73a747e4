"""Alipay against a platform that checks every signature, over real HTTP."""

from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from domain.kernel import ids
from domain.kernel.clock import local_day, utc_now
from domain.kernel.ports import (
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
from gateways.payments import bills
from gateways.payments.alipay import Alipay
from gateways.payments.alipay_wire import BEIJING
from gateways.payments.numbers import shortened
from gateways.payments.pretend.alipay import PretendAlipay
from gateways.payments.pretend.books import Fault

CODE = "284567890123456789"


def request(way: Way = Way.QR, code: str = "") -> ChargeRequest:
    later = utc_now() + timedelta(minutes=15)
    back = "https://shop.example/orders"
    return ChargeRequest(ids.new_id(), 19_600, "票务 A-0001", code, way, "", back, later)


async def test_a_code_is_charged_once_and_given_back_once(
    alipay_platform: PretendAlipay, alipay: Alipay
) -> None:
    asked = request(code=CODE)
    paid, again = await alipay.charge(asked), await alipay.charge(asked)
    refund = RefundRequest(shortened(ids.new_id()), asked.number, 9_850, 19_600)
    first, second = await alipay.refund(refund), await alipay.refund(refund)

    assert (paid.state, paid.amount_minor) == (ChargeState.PAID, 19_600)
    assert again == paid
    assert first == second
    assert first.state is RefundState.DONE
    assert alipay_platform.books.left_minor(shortened(asked.number)) == 9_750
    too_much = refund._replace(number=shortened(ids.new_id()))
    assert (await alipay.refund(too_much)).state is RefundState.REFUSED


async def test_bad_days(alipay_platform: PretendAlipay, alipay: Alipay) -> None:
    for fault, after in (
        (Fault.LOSE, ChargeState.NOT_FOUND),
        (Fault.DROP, ChargeState.PAID),
        (Fault.FORGE, ChargeState.PAID),
    ):
        asked, alipay_platform.books.fault = request(code=CODE), fault
        with pytest.raises(Unknown):
            await alipay.charge(asked)
        assert (await alipay.query(asked.number)).state is after
        if after is ChargeState.PAID:
            assert (await alipay.close(asked.number)).state is ChargeState.PAID
    alipay_platform.books.fault = Fault.REFUSE
    refused = await alipay.charge(request(code=CODE))
    assert (refused.state, refused.problem) == (ChargeState.REFUSED, "余额不足")
    alipay_platform.books.fault = Fault.ASK
    asked = request(code=CODE)
    assert (await alipay.charge(asked)).state is ChargeState.WAITING
    assert (await alipay.close(asked.number)).state is ChargeState.CLOSED


async def test_qr_and_page_are_known_once_the_payer_came(
    alipay_platform: PretendAlipay, alipay: Alipay, client: httpx2.AsyncClient
) -> None:
    scanned, page = request(), request(Way.PAGE)
    assert (await alipay.invite(scanned)).text.startswith("http")
    address = (await alipay.invite(page)).text
    assert "return_url" in parse_qs(urlsplit(address).query)
    assert (await client.get(address)).status_code == 303
    for asked in (scanned, page):
        assert (await alipay.query(asked.number)).state is ChargeState.NOT_FOUND
        alipay_platform.books.pay(shortened(asked.number), utc_now())
        assert (await alipay.query(asked.number)).state is ChargeState.PAID


async def test_only_its_own_notes_are_believed(
    alipay_platform: PretendAlipay, alipay: Alipay
) -> None:
    asked = request()
    await alipay.invite(asked)
    number = shortened(asked.number)
    alipay_platform.books.pay(number, utc_now())
    body, headers = alipay_platform.callback(number)
    stranger = PretendAlipay("", "", utc_now)
    stranger.books = alipay_platform.books

    told = await alipay.read_callback(body, headers)

    assert told is not None
    assert (told.number, told.state, told.amount_minor) == (asked.number, ChargeState.PAID, 19_600)
    refunded = alipay_platform.callback(number, changes={"refund_fee": "1.00"})
    assert await alipay.read_callback(*refunded) is None
    for wrong in (
        stranger.callback(number)[0],
        alipay_platform.callback(number, changes={"app_id": "2021000000000002"})[0],
        body.replace(b"196.00", b"1.96"),
        body + b"&" + urlencode({"total_amount": "1.00"}).encode(),
        b"",
        "金额".encode(),
    ):
        with pytest.raises(CallbackRejected):
            await alipay.read_callback(wrong, headers)


async def test_a_refund_under_way_is_unknown(
    alipay_platform: PretendAlipay, alipay: Alipay
) -> None:
    asked = request(code=CODE)
    await alipay.charge(asked)
    alipay_platform.books.fault = Fault.SLOW
    refund = RefundRequest(shortened(ids.new_id()), asked.number, 19_600, 19_600)
    with pytest.raises(Unknown):
        await alipay.refund(refund)
    alipay_platform.books.fault = Fault.NONE
    assert (await alipay.refund(refund)).state is RefundState.DONE
    assert len(alipay_platform.books.refunds) == 1


async def test_its_bill(alipay_platform: PretendAlipay, alipay: Alipay) -> None:
    today = local_day(utc_now(), BEIJING)
    assert await alipay.bill(today) == []
    asked = request(code=CODE)
    paid = await alipay.charge(asked)
    refund = RefundRequest(shortened(ids.new_id()), asked.number, 600, 19_600)
    await alipay.refund(refund)

    assert await alipay.bill(today) == [
        Billed(BilledKind.CHARGE, asked.number, 19_600, paid.reference),
        Billed(BilledKind.REFUND, refund.number, 600, paid.reference),
    ]


@pytest.mark.parametrize("file", [b"", b"PK", b"\xff\xff"])
def test_what_is_no_bill_is_not_read(file: bytes) -> None:
    with pytest.raises(ValueError):
        bills.of_alipay(file)
    with pytest.raises(ValueError):
        bills.of_wechat(file)
