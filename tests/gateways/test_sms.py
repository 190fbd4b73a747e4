"""Platforms for text messages: signatures as their makers describe them, refusals, silence."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.kernel.ports import CallbackRejected, Letter, NotSent, SendState, Unknown
from gateways.sms import alibaba, http, tencent
from tests.gateways.far_sides import Answer, Asked, platform

NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)
LETTER = Letter("d-1", "13800138000", "您的验证码是482913", NOON, template="1110",
                values=(("code", "482913"),))  # fmt: skip


def clock() -> datetime:
    return NOON


def hmac256(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def test_tencent_signs_like_the_example_of_its_documentation() -> None:
    """The parts of TC3, put together a second time from the description."""
    account = tencent.Account("AKIDexample", "secret", "1400", "山门", url="https://sms.test")
    body = b'{"a":1}'

    headers = tencent.signed(account, "SendSms", body, 1551113065)

    canonical = (
        "POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:sms.test\n"
        "x-tc-action:sendsms\n\ncontent-type;host;x-tc-action\n" + hashlib.sha256(body).hexdigest()
    )
    text = (
        "TC3-HMAC-SHA256\n1551113065\n2019-02-25/sms/tc3_request\n"
        + hashlib.sha256(canonical.encode()).hexdigest()
    )
    key = hmac256(hmac256(hmac256(b"TC3secret", "2019-02-25"), "sms"), "tc3_request")
    assert headers["Authorization"].endswith("Signature=" + hmac256(key, text).hex())
    assert "Credential=AKIDexample/2019-02-25/sms/tc3_request" in headers["Authorization"]


def tencent_platform(log: list[dict[str, object]], code: str = "Ok") -> Callable[[Asked], Answer]:
    account = tencent.Account("id", "key", "1400", "山门")

    def answer(asked: Asked) -> Answer:
        mine = tencent.signed(
            account._replace(url=f"http://{asked.headers['host']}"),
            "SendSms",
            asked.body,
            int(asked.headers["x-tc-timestamp"]),
        )
        if asked.headers["authorization"] != mine["Authorization"]:
            return 200, {"Response": {"Error": {"Code": "AuthFailure", "Message": "no"}}}
        log.append(json.loads(asked.body))
        status = {"SerialNo": "S1", "Fee": 2, "Code": code, "Message": "said"}
        return 200, {"Response": {"SendStatusSet": [status], "RequestId": "r"}}

    return answer


async def test_tencent_sends_and_is_refused() -> None:
    log: list[dict[str, object]] = []
    async with platform(tencent_platform(log)) as url:
        account = tencent.Account("id", "key", "1400", "山门", url=url)
        answer = await tencent.TencentSms(account, clock).send(LETTER)
        stranger = account._replace(secret_key="wrong")
        refused = await tencent.TencentSms(stranger, clock).send(LETTER)

    assert (answer.state, answer.reference, answer.parts) == (SendState.ACCEPTED, "S1", 2)
    assert log == [
        {
            "PhoneNumberSet": ["+8613800138000"],
            "SmsSdkAppId": "1400",
            "SignName": "山门",
            "TemplateId": "1110",
            "TemplateParamSet": ["482913"],
            "SessionContext": "d-1",
        }
    ]
    assert refused.state is SendState.REFUSED
    assert not refused.may_retry


async def test_tencent_says_come_later() -> None:
    async with platform(tencent_platform([], "LimitExceeded.PhoneNumberDailyLimit")) as url:
        account = tencent.Account("id", "key", "1400", "山门", url=url)
        answer = await tencent.TencentSms(account, clock).send(LETTER)

    assert (answer.state, answer.may_retry) == (SendState.REFUSED, True)


async def test_silence_is_not_knowing_and_no_line_is_not_sent() -> None:
    async with platform(lambda asked: None) as url:
        account = tencent.Account("id", "key", "1400", "山门", url=url)
        with pytest.raises(Unknown):
            await tencent.TencentSms(account, clock).send(LETTER)
    with pytest.raises(NotSent):
        await tencent.TencentSms(account, clock).send(LETTER)


async def test_alibaba_signs_sends_and_is_asked_by_our_number() -> None:
    account = alibaba.Account("ak", "as", "山门")

    def answer(asked: Asked) -> Answer:
        given = {key: value[0] for key, value in parse_qs(urlsplit(asked.path).query).items()}
        mine = alibaba.signed(
            account._replace(url=f"http://{asked.headers['host']}"),
            asked.headers["x-acs-action"],
            given,
            asked.headers["x-acs-date"],
            asked.headers["x-acs-signature-nonce"],
        )
        assert asked.headers["authorization"] == mine["Authorization"]
        if asked.headers["x-acs-action"] == "SendSms":
            assert given["OutId"] == "d-1"
            assert json.loads(given["TemplateParam"]) == {"code": "482913"}
            return 200, {"Code": "OK", "BizId": "B1"}
        rows = [{"OutId": "other", "SendStatus": 2}, {"OutId": "d-1", "SendStatus": 3}]
        assert given["SendDate"] == "20260701"
        return 200, {"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}}

    async with platform(answer) as url:
        sms = alibaba.AlibabaSms(account._replace(url=url), clock)
        sent = await sms.send(LETTER)
        found = await sms.query(LETTER)
        lost = await sms.query(LETTER._replace(number="d-2"))

    assert (sent.state, sent.reference) == (SendState.ACCEPTED, "B1")
    assert found.state is SendState.DELIVERED
    assert lost.state is SendState.NOT_FOUND


async def test_any_platform_gets_a_signed_document_and_signs_its_calls() -> None:
    seen: list[str] = []

    def answer(asked: Asked) -> Answer:
        stamp = asked.headers["x-timestamp"]
        right = http.signature("s3cret", stamp, asked.body) == asked.headers["x-signature"]
        number = json.loads(asked.body)["id"]
        if asked.path == "/query":
            return 200, {"state": "accepted" if number in seen else "not_found"}
        if not right:
            return 403, {"error": "signature"}
        seen.append(number)
        return (409 if seen.count(number) > 1 else 200), {"reference": "R1", "parts": 1}

    async with platform(answer) as url:
        account = http.Account(f"{url}/send", "s3cret", f"{url}/query")
        sms = http.HttpSms(account, clock)
        assert (await sms.send(LETTER)).state is SendState.ACCEPTED
        assert (await sms.send(LETTER)).state is SendState.ACCEPTED
        assert (await sms.query(LETTER)).state is SendState.ACCEPTED
        other = await http.HttpSms(account._replace(secret="no"), clock).send(LETTER)
        assert other.state is SendState.REFUSED

    body = json.dumps([{"id": "d-1", "delivered": True}, {"phone": "1380", "reply": "T"}]).encode()
    stamp = str(int(NOON.timestamp()))
    headers = {"x-timestamp": stamp, "x-signature": http.signature("s3cret", stamp, body)}
    receipts = sms.read_receipts(headers, body)
    assert [(each.number, each.is_delivered, each.reply) for each in receipts] == [
        ("d-1", True, ""),
        ("", False, "T"),
    ]
    for wrong in ({}, {**headers, "x-signature": "0"}, {**headers, "x-timestamp": "1"}):
        with pytest.raises(CallbackRejected):
            sms.read_receipts(wrong, body)
    with pytest.raises(CallbackRejected):
        sms.read_receipts(headers, body + b" ")
