"""Text messages by Alibaba Cloud: SendSms of 2017-05-25, signed with ACS3-HMAC-SHA256.

Our number is its `OutId`: after a silence it is asked for what became of the message.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from domain.kernel.ports import Letter, Receipt, SendAnswer, SendState, Unknown
from gateways.sms import wire

VERSION = "2017-05-25"
SIGNED = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
RETRYABLE = ("isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR", "Throttling", "ServiceUnavailable")
STATES = {1: SendState.ACCEPTED, 2: SendState.REFUSED, 3: SendState.DELIVERED}


class Account(NamedTuple):
    """What the operator got from the platform. `access_secret` is sealed where it is stored."""

    access_key: str
    access_secret: str
    sign_name: str
    url: str = "https://dysmsapi.aliyuncs.com"


class AlibabaSms:
    def __init__(self, account: Account, clock: wire.Clock = wire.utc_now) -> None:
        self._account, self._clock = account, clock

    async def send(self, letter: Letter) -> SendAnswer:
        asked = {
            "PhoneNumbers": letter.address,
            "SignName": self._account.sign_name,
            "TemplateCode": letter.template,
            "TemplateParam": json.dumps(dict(letter.values), ensure_ascii=False),
            "OutId": letter.number,
        }
        said = await self._call("SendSms", asked)
        code = wire.word(said, "Code")
        if code == "OK":
            return SendAnswer(SendState.ACCEPTED, wire.word(said, "BizId"))
        if not code:
            raise Unknown()
        problem = f"{code}: {wire.word(said, 'Message')}"[:200]
        return SendAnswer(SendState.REFUSED, problem=problem, may_retry=code.startswith(RETRYABLE))

    async def query(self, letter: Letter) -> SendAnswer:
        """Among the messages of that phone on that day (of China), the one with our number."""
        local = letter.sent_at.astimezone(wire.CHINA)
        asked = {
            "PhoneNumber": letter.address,
            "SendDate": local.strftime("%Y%m%d"),
            "PageSize": "50",
            "CurrentPage": "1",
        }
        said = await self._call("QuerySendDetails", asked)
        if wire.word(said, "Code") != "OK" or not isinstance(
            found := said.get("SmsSendDetailDTOs"), dict
        ):
            raise Unknown()
        rows = found.get("SmsSendDetailDTO")
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and wire.word(row, "OutId") == letter.number:
                state = STATES.get(row.get("SendStatus", 0), SendState.ACCEPTED)
                problem = wire.word(row, "ErrCode") if state is SendState.REFUSED else ""
                return SendAnswer(state, problem=problem)
        return SendAnswer(SendState.NOT_FOUND)

    def read_receipts(self, headers: Mapping[str, str], body: bytes) -> list[Receipt]:
        found = []
        for row in wire.told(body):
            if "out_id" in row or "biz_id" in row:
                is_delivered = row.get("success") is True
                problem = "" if is_delivered else wire.word(row, "err_code")
                number, reference = wire.word(row, "out_id"), wire.word(row, "biz_id")
                found.append(Receipt(number, reference, is_delivered, problem))
            elif "content" in row:
                phone, text = wire.word(row, "phone_number"), wire.word(row, "content")
                found.append(Receipt(reply_from=wire.domestic(phone), reply=text))
        return found

    async def _call(self, action: str, asked: Mapping[str, str]) -> dict[str, Any]:
        headers = signed(
            self._account,
            action,
            asked,
            self._clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
            secrets.token_hex(16),
        )
        url = f"{self._account.url.rstrip('/')}/?{canonical_query(asked)}"
        _, said = await wire.post(url, b"", headers)
        if not isinstance(said, dict):
            raise Unknown()
        return said


def encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def canonical_query(asked: Mapping[str, str]) -> str:
    return "&".join(f"{encoded(key)}={encoded(asked[key])}" for key in sorted(asked))


def signed(
    account: Account, action: str, asked: Mapping[str, str], date: str, nonce: str
) -> dict[str, str]:
    """The headers of a request, as the platform checks them."""
    empty = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": urlsplit(account.url).netloc,
        "x-acs-action": action,
        "x-acs-content-sha256": empty,
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": VERSION,
    }
    lines = "".join(f"{name}:{headers[name]}\n" for name in SIGNED.split(";"))
    canonical = "\n".join(("POST", "/", canonical_query(asked), lines, SIGNED, empty))
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(account.access_secret.encode(), text.encode(), "sha256").hex()
    authorization = (
        f"ACS3-HMAC-SHA256 Credential={account.access_key},"
        f"SignedHeaders={SIGNED},Signature={signature}"
    )
    return {**headers, "Authorization": authorization}
