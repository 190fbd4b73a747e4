"""Alipay's open gateway on the wire: requests signed RSA2, answers and notes verified.

Its signature covers the very text of the answer's node, so that text is cut out, not made anew. An
answer that is not signed by Alipay is no answer: nobody knows what happened.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import httpx2

from domain.kernel.ports import CallbackRejected, Unknown
from gateways.payments import rsa

BEIJING = ZoneInfo("Asia/Shanghai")  # the platform's own clock, wherever we are
MOST_FIELDS = 100
Clock = Callable[[], datetime]


class Seller(NamedTuple):
    """What the platform gave the merchant; `notify_url` must be reachable from outside."""

    app_id: str
    private_key: str
    platform_key: str
    notify_url: str
    base_url: str  # with the path: .../gateway.do


class Said(NamedTuple):
    """A verified answer: 10000 is yes, 40004 no, with the reason in `sub_code`."""

    body: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.body.get("code", ""))

    @property
    def sub_code(self) -> str:
        return str(self.body.get("sub_code", ""))

    @property
    def problem(self) -> str:
        return str(self.body.get("sub_msg") or self.body.get("msg") or "")[:120]


class Wire:
    def __init__(self, seller: Seller, client: httpx2.AsyncClient, clock: Clock) -> None:
        self.seller, self._client, self._clock = seller, client, clock
        self._own = rsa.private_key(seller.private_key)
        self._theirs = rsa.public_key(seller.platform_key)

    def request(
        self, method: str, content: Mapping[str, Any], *, return_url: str = ""
    ) -> dict[str, str]:
        """All parameters of a call, with the signature over them."""
        told = {
            "app_id": self.seller.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": self._clock().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            "notify_url": self.seller.notify_url,
            "return_url": return_url,
            "biz_content": json.dumps(content, ensure_ascii=False),
        }
        told = {name: value for name, value in told.items() if value}
        return told | {"sign": rsa.sign(self._own, in_order(told))}

    def page(self, method: str, content: Mapping[str, Any], *, return_url: str) -> str:
        """An address to which the payer's browser goes."""
        told = self.request(method, content, return_url=return_url)
        return f"{self.seller.base_url}?{urlencode(told)}"

    async def ask(self, method: str, content: Mapping[str, Any]) -> Said:
        """Send and verify. Unknown when nothing came, or nothing that the platform signed."""
        return self.verified(await self.post(method, content), method)

    async def post(self, method: str, content: Mapping[str, Any]) -> str:
        """Send only."""
        told = self.request(method, content)
        url = f"{self.seller.base_url}?charset=utf-8"
        try:
            answer = await self._client.post(url, data=told)
        except httpx2.HTTPError as error:
            raise Unknown from error
        if answer.status_code != httpx2.codes.OK:
            raise Unknown
        return answer.content.decode("utf-8", "replace")

    async def fetch(self, url: str) -> httpx2.Response:
        try:
            return await self._client.get(url)
        except httpx2.HTTPError as error:
            raise Unknown from error

    def verified(self, text: str, method: str) -> Said:
        node = f"{method.replace('.', '_')}_response"
        try:
            whole = json.loads(text)
            name = node if node in whole else "error_response"
            body, signature = whole[name], str(whole.get("sign", ""))
            signed = node_text(text, name)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unknown from error
        if not isinstance(body, dict):
            raise Unknown
        if not rsa.is_signed(self._theirs, signed.encode(), signature):
            raise Unknown
        return Said(body)

    def note(self, body: bytes) -> Mapping[str, str]:
        """What Alipay posts to us. CallbackRejected when it is not signed by it, or not for us."""
        try:
            pairs = parse_qsl(
                body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS
            )
        except ValueError as error:
            raise CallbackRejected from error
        told = dict(pairs)
        signature = told.pop("sign", "")
        kind = told.pop("sign_type", "")
        repeated = len(told) + 2 < len(pairs)
        if repeated or kind != "RSA2" or told.get("app_id") != self.seller.app_id:
            raise CallbackRejected
        if not rsa.is_signed(self._theirs, in_order(told).encode(), signature):
            raise CallbackRejected
        return told


def in_order(told: Mapping[str, str]) -> str:
    """What is signed: names in order, without those that are blank."""
    return "&".join(f"{name}={told[name]}" for name in sorted(told) if told[name])


def node_text(text: str, name: str) -> str:
    """The text of a node of the answer, as it stands there. ValueError when there is none."""
    at = text.index(f'"{name}"') + len(name) + 2
    start = text.index("{", at)
    _, end = json.JSONDecoder().raw_decode(text, start)
    return text[start:end]
