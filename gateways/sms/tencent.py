"""Text messages by Tencent Cloud: SendSms of 2021-01-11, signed with TC3-HMAC-SHA256.

Its callbacks bear no signature: the secret in their address is what makes them genuine.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from domain.kernel.ports import Letter, Receipt, SendAnswer, SendState, Unknown
from gateways.sms import wire

SERVICE, VERSION = "sms", "2021-01-11"
SIGNED = "content-type;host;x-tc-action"
JSON_TYPE = "application/json; charset=utf-8"
RETRYABLE = ("LimitExceeded", "RequestLimitExceeded", "InternalError", "ResourceInsufficient")


class Account(NamedTuple):
    """What the operator got from the platform. `secret_key` is sealed where it is stored."""

    secret_id: str
    secret_key: str
    app_id: str
    sign_name: str
    region: str = "ap-guangzhou"
    url: str = "https://sms.tencentcloudapi.com"


class TencentSms:
    def __init__(self, account: Account, clock: wire.Clock = wire.utc_now) -> None:
        self._account, self._clock = account, clock

    async def send(self, letter: Letter) -> SendAnswer:
        account = self._account
        asked = {
            "PhoneNumberSet": [wire.international(letter.address)],
            "SmsSdkAppId": account.app_id,
            "SignName": account.sign_name,
            "TemplateId": letter.template,
            "TemplateParamSet": [text for _, text in letter.values],
            "SessionContext": letter.number,
        }
        said = await self._call("SendSms", asked)
        if isinstance(error := said.get("Error"), dict):
            return refused(wire.word(error, "Code"), wire.word(error, "Message"))
        rows = said.get("SendStatusSet")
        if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], dict):
            raise Unknown()
        row = rows[0]
        if wire.word(row, "Code") != "Ok":
            return refused(wire.word(row, "Code"), wire.word(row, "Message"))
        fee = row.get("Fee")
        parts = fee if isinstance(fee, int) else 0
        return SendAnswer(SendState.ACCEPTED, wire.word(row, "SerialNo"), parts=parts)

    async def query(self, letter: Letter) -> SendAnswer:
        """The platform does not tell by our number whether it got a message."""
        raise Unknown()

    def read_receipts(self, headers: Mapping[str, str], body: bytes) -> list[Receipt]:
        found = []
        for row in wire.told(body):
            if "report_status" in row:
                is_delivered = wire.word(row, "report_status") == "SUCCESS"
                problem = "" if is_delivered else wire.word(row, "errmsg")
                reference = wire.word(row, "sid")
                found.append(Receipt("", reference, is_delivered, problem))
            elif "text" in row:
                phone, text = wire.word(row, "mobile"), wire.word(row, "text")
                found.append(Receipt(reply_from=wire.domestic(phone), reply=text))
        return found

    async def _call(self, action: str, asked: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps(asked, ensure_ascii=False).encode()
        headers = signed(self._account, action, body, int(self._clock().timestamp()))
        _, said = await wire.post(self._account.url, body, headers)
        answer = said.get("Response") if isinstance(said, dict) else None
        if not isinstance(answer, dict):
            raise Unknown()
        return answer


def refused(code: str, message: str) -> SendAnswer:
    may_retry = code.startswith(RETRYABLE)
    return SendAnswer(SendState.REFUSED, problem=f"{code}: {message}"[:200], may_retry=may_retry)


def signed(account: Account, action: str, body: bytes, at: int) -> dict[str, str]:
    """The headers of a request, as the platform checks them."""
    host = urlsplit(account.url).netloc
    day = day_of(at)
    scope = f"{day}/{SERVICE}/tc3_request"
    canonical = "\n".join(
        (
            "POST",
            "/",
            "",
            f"content-type:{JSON_TYPE}\nhost:{host}\nx-tc-action:{action.lower()}\n",
            SIGNED,
            hashlib.sha256(body).hexdigest(),
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{at}\n{scope}\n{digest}"
    key = f"TC3{account.secret_key}".encode()
    for part in (day, SERVICE, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    return {
        "Authorization": f"TC3-HMAC-SHA256 Credential={account.secret_id}/{scope}, "
        f"SignedHeaders={SIGNED}, Signature={signature}",
        "Content-Type": JSON_TYPE,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Version": VERSION,
        "X-TC-Timestamp": str(at),
        "X-TC-Region": account.region,
    }


def day_of(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
