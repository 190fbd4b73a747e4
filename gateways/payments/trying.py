"""Trying a connection without anybody paying: each step says plainly what is wrong.

A number that was never used is asked for: the answer shows whether the platform is reached, takes
our signature, and signs with the key that we have. Then an order of 1 fen is made and closed.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2

from domain.kernel.clock import utc_now
from domain.kernel.errors import Message, Refused, say
from domain.kernel.ports import ChargeRequest, PaymentGateway, TryStep, Unknown
from gateways.payments.alipay import MISSING as MISSING_AT_ALIPAY
from gateways.payments.alipay import Alipay
from gateways.payments.numbers import shortened
from gateways.payments.wechat import MISSING, TRADES, WeChatPay
from gateways.payments.wechat_login import WeChatLogin

REACHED, TAKEN = say("The platform is reached"), say("It takes our signature")
GENUINE, KNOWS_US = say("Its answers are genuine"), say("It knows the merchant")
ORDERED = say("An order of 1 fen is made and closed again")
NAMED = say("WeChat tells who pays inside it")
BAD_CODE, BAD_SECRET, BAD_APP = 40029, 40125, 40013
UNSIGNED = {"isv.invalid-signature", "isv.missing-signature", "isv.invalid-app-id"}
SOON = timedelta(minutes=5)


async def try_wechat(
    pay: WeChatPay, login: WeChatLogin | None, number: str, other_number: str
) -> Sequence[TryStep]:
    steps = await _ask_wechat(pay, number)
    if steps[-1].problem is None:
        steps.append(TryStep(ORDERED, await _order(pay, other_number)))
    if login is not None:
        steps.append(TryStep(NAMED, await _named(login)))
    return steps


async def _ask_wechat(pay: WeChatPay, number: str) -> list[TryStep]:
    wire = pay.wire
    query = urlencode({"mchid": wire.merchant.merchant_id})
    try:
        answer = await wire.send("GET", f"{TRADES}/out-trade-no/{shortened(number)}?{query}")
    except Unknown:
        return [TryStep(REACHED, _away(wire.merchant.base_url))]
    if answer.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
        return [TryStep(REACHED, _answers(answer.status_code))]
    steps, said = [TryStep(REACHED)], _words(answer.content)
    if answer.status_code == httpx2.codes.UNAUTHORIZED:
        problem = say(
            "Merchant number, certificate's serial and private key do not belong together."
            " It says: {problem}",
            problem=_said(said, "message"),
        )
        return [*steps, TryStep(TAKEN, problem)]
    steps.append(TryStep(TAKEN))
    if not await _is_genuine(pay, answer):
        problem = (
            say("The platform's public key here is another than the one it signs with.")
            if wire.merchant.platform_key
            else say(
                "Its certificates cannot be fetched and opened: look at the APIv3 key,"
                " or use the platform's public key."
            )
        )
        return [*steps, TryStep(GENUINE, problem)]
    code = str(said.get("code", "")).replace("_", "").upper()
    wrong = None if code in MISSING else _it_says(_said(said, "message"))
    return [*steps, TryStep(GENUINE), TryStep(KNOWS_US, wrong)]


async def _is_genuine(pay: WeChatPay, answer: httpx2.Response) -> bool:
    try:
        return await pay.wire.is_genuine(answer.content, answer.headers)
    except Unknown:
        return False


async def try_alipay(pay: Alipay, number: str, other_number: str) -> Sequence[TryStep]:
    wire, method = pay.wire, "alipay.trade.query"
    try:
        text = await wire.post(method, {"out_trade_no": shortened(number)})
    except Unknown:
        return [TryStep(REACHED, _away(wire.seller.base_url))]
    steps = [TryStep(REACHED)]
    said = next((one for one in _words(text.encode()).values() if isinstance(one, dict)), {})
    if str(said.get("sub_code", "")).lower() in UNSIGNED:
        problem = say(
            "App number and private key do not belong together. It says: {problem}",
            problem=_said(said, "sub_msg", "msg", "sub_code"),
        )
        return [*steps, TryStep(TAKEN, problem)]
    steps.append(TryStep(TAKEN))
    try:
        known = wire.verified(text, method)
    except Unknown:
        problem = say("Alipay's public key here is another than the one it signs with.")
        return [*steps, TryStep(GENUINE, problem)]
    wrong = None if known.sub_code == MISSING_AT_ALIPAY else _it_says(known.problem)
    steps += [TryStep(GENUINE), TryStep(KNOWS_US, wrong)]
    if wrong is None:
        steps.append(TryStep(ORDERED, await _order(pay, other_number)))
    return steps


async def _order(pay: PaymentGateway, number: str) -> Message | None:
    """What is wrong with making an order, and closing it."""
    request = ChargeRequest(number, 1, "Test", "", expires_at=utc_now() + SOON)
    try:
        await pay.invite(request)
        await pay.close(number)
    except Refused as error:
        return error.message
    except Unknown:
        return say("Nothing came that the platform has signed.")
    return None


async def _named(login: WeChatLogin) -> Message | None:
    try:
        code = (await login.exchange("try")).get("errcode")
    except Unknown:
        return say("The server of official accounts cannot be reached.")
    if code == BAD_CODE:  # it looked at the code, so the rest is right
        return None
    if code == BAD_SECRET:
        return say("The app secret is wrong.")
    if code == BAD_APP:
        return say("The app number is wrong.")
    return _it_says(str(code))


def _away(address: str) -> Message:
    return say("{address} does not answer.", address=address)


def _answers(status: int) -> Message:
    return say("It answers with error {status}.", status=status)


def _it_says(problem: str) -> Message:
    return say("It says: {problem}", problem=problem)


def _said(said: Mapping[str, Any], *names: str) -> str:
    return next((str(said[name])[:120] for name in names if said.get(name)), "?")


def _words(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
