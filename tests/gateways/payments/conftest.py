"""Pretend platforms on the loopback, and our side of the wire to them."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from domain.kernel.clock import utc_now
from gateways.payments.alipay import Alipay
from gateways.payments.pretend.alipay import PretendAlipay
from gateways.payments.pretend.serving import bound, serving, url_of
from gateways.payments.pretend.wechat import PretendWeChat
from gateways.payments.wechat import WeChatPay

NOTIFY = "http://127.0.0.1:9/hooks/payments/"


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture(params=["public key", "certificates"])
async def wechat(request: pytest.FixtureRequest) -> AsyncIterator[PretendWeChat]:
    listening = bound()
    platform = PretendWeChat(
        url_of(listening),
        f"{NOTIFY}wechat",
        utc_now,
        certificates=request.param == "certificates",
    )
    async with serving(platform.app, listening):
        yield platform


@pytest.fixture
async def pay(wechat: PretendWeChat, client: httpx2.AsyncClient) -> WeChatPay:
    return WeChatPay(wechat.merchant, client, utc_now)


@pytest.fixture
async def alipay_platform() -> AsyncIterator[PretendAlipay]:
    listening = bound()
    platform = PretendAlipay(url_of(listening), f"{NOTIFY}alipay", utc_now)
    async with serving(platform.app, listening):
        yield platform


@pytest.fixture
async def alipay(alipay_platform: PretendAlipay, client: httpx2.AsyncClient) -> Alipay:
    return Alipay(alipay_platform.seller, client, utc_now)
