"""Text messages by any platform that takes a JSON document: ours, signed in a header.

    POST url      {"id", "phone", "text", "template", "values": {...}, "sign_name"}
    X-Timestamp   seconds since 1970
    X-Signature   hex of HMAC-SHA256 with the secret over "timestamp\\nsha256(body)"

Answered with 2xx and {"reference", "parts"}; 4xx is a refusal with {"error"}, 409 says that this id
was taken before, 429 to come later. With a query address, POST {"id"} there gives {"state"}:
accepted, delivered, refused or not_found. Callbacks are signed the same way.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from domain.kernel.ports import (
    CallbackRejected,
    Letter,
    Receipt,
    SendAnswer,
    SendState,
    Unknown,
)
from gateways.sms import wire

FRESH_SECONDS = 300


class Account(NamedTuple):
    """How the operator's platform is reached. `secret` is sealed where it is stored."""

    url: str
    secret: str
    query_url: str = ""
    sign_name: str = ""


class HttpSms:
    def __init__(self, account: Account, clock: wire.Clock = wire.utc_now) -> None:
        self._account, self._clock = account, clock

    async def send(self, letter: Letter) -> SendAnswer:
        asked = {
            "id": letter.number,
            "phone": letter.address,
            "text": letter.text,
            "template": letter.template,
            "values": dict(letter.values),
            "sign_name": self._account.sign_name,
        }
        status, said = await self._call(self._account.url, asked)
        if status < 300 or status == 409:
            parts = said.get("parts")
            count = parts if isinstance(parts, int) else 0
            return SendAnswer(SendState.ACCEPTED, wire.word(said, "reference"), parts=count)
        problem = wire.word(said, "error") or str(status)
        return SendAnswer(SendState.REFUSED, problem=problem, may_retry=status == 429)

    async def query(self, letter: Letter) -> SendAnswer:
        if not self._account.query_url:
            raise Unknown()
        status, said = await self._call(self._account.query_url, {"id": letter.number})
        try:
            state = SendState(wire.word(said, "state"))
        except ValueError:
            raise Unknown() from None
        if status >= 300:
            raise Unknown()
        return SendAnswer(state, wire.word(said, "reference"), wire.word(said, "error"))

    def read_receipts(self, headers: Mapping[str, str], body: bytes) -> list[Receipt]:
        stamp, mark = headers.get("x-timestamp", ""), headers.get("x-signature", "")
        fresh = stamp.isascii() and stamp.isdigit() and len(stamp) < 12
        if not fresh or abs(self._clock().timestamp() - int(stamp)) > FRESH_SECONDS:
            raise CallbackRejected()
        mine = signature(self._account.secret, stamp, body)
        if not hmac.compare_digest(mine.encode(), mark.encode("utf-8", "replace")):
            raise CallbackRejected()
        return [
            Receipt(reply_from=wire.word(row, "phone"), reply=wire.word(row, "reply"))
            if "reply" in row
            else Receipt(
                wire.word(row, "id"),
                wire.word(row, "reference"),
                row.get("delivered") is True,
                wire.word(row, "error"),
            )
            for row in wire.told(body)
        ]

    async def _call(self, url: str, asked: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        body = json.dumps(asked, ensure_ascii=False).encode()
        stamp = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(asked["id"]),
            "X-Timestamp": stamp,
            "X-Signature": signature(self._account.secret, stamp, body),
        }
        status, said = await wire.post(url, body, headers)
        if not isinstance(said, dict):
            raise Unknown()
        return status, said


def signature(secret: str, stamp: str, body: bytes) -> str:
    text = f"{stamp}\n{hashlib.sha256(body).hexdigest()}"
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()
