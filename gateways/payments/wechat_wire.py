"""WeChat Pay v3 on the wire: requests that we sign, answers and callbacks that we verify.

What comes from the platform is signed with its own key: one that the merchant downloads once (its
serial begins with PUB_KEY_ID_), or platform certificates, which it renews and hands out itself.
An answer that is not signed by it is no answer: nobody knows what happened.
"""

import asyncio
import base64
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import httpx2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.kernel.ports import CallbackRejected, Unknown
from gateways.payments import rsa

FRESH = timedelta(minutes=5)  # a callback that is older, or from the future, is a repeat
CERTIFICATES = "/v3/certificates"
SEEK_AGAIN = timedelta(minutes=1)  # a stranger's serial does not make us ask without end
Clock = Callable[[], datetime]


class Merchant(NamedTuple):
    """What the platform gave the merchant. `platform_key` may be empty: then certificates are
    fetched. `notify_url` is where it tells us by itself, and must be reachable from outside."""

    app_id: str
    merchant_id: str
    serial: str  # of the merchant's own certificate
    private_key: str
    api_key: str  # 32 bytes: "APIv3 key"
    platform_serial: str
    platform_key: str
    notify_url: str
    base_url: str
    app_secret: str = ""  # of the official account; empty: payments inside WeChat are not offered
    login_url: str = "https://open.weixin.qq.com"  # browsers are sent there
    account_url: str = "https://api.weixin.qq.com"


class Said(NamedTuple):
    """A verified answer."""

    status: int
    body: Mapping[str, Any]

    @property
    def code(self) -> str:
        """Of an error; spelt with and without underscores in different places."""
        return str(self.body.get("code", "")).replace("_", "").upper()

    @property
    def problem(self) -> str:
        return str(self.body.get("message", ""))[:120]


class Wire:
    def __init__(self, merchant: Merchant, client: httpx2.AsyncClient, clock: Clock) -> None:
        self.merchant, self._client, self._clock = merchant, client, clock
        self._own = rsa.private_key(merchant.private_key)
        self._aes = AESGCM(merchant.api_key.encode())
        self._keys: dict[str, RSAPublicKey] = {}
        self._sought_at: datetime | None = None
        self._seeking = asyncio.Lock()
        if merchant.platform_key:
            self._keys[merchant.platform_serial] = rsa.public_key(merchant.platform_key)

    def sign(self, *parts: str) -> str:
        """Lines, each with its end."""
        return rsa.sign(self._own, "".join(f"{part}\n" for part in parts))

    def authorization(self, method: str, target: str, body: str) -> str:
        """The header that signs a request; `target` is the path with its query."""
        stamp, nonce = str(int(self._clock().timestamp())), secrets.token_hex(16)
        values = {
            "mchid": self.merchant.merchant_id,
            "nonce_str": nonce,
            "signature": self.sign(method, target, stamp, nonce, body),
            "timestamp": stamp,
            "serial_no": self.merchant.serial,
        }
        told = ",".join(f'{name}="{value}"' for name, value in values.items())
        return f"WECHATPAY2-SHA256-RSA2048 {told}"

    async def ask(self, method: str, target: str, body: Mapping[str, Any] | None = None) -> Said:
        """Send and verify. Unknown when nothing came, or nothing that the platform signed."""
        answer = await self.send(method, target, body)
        if answer.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
            raise Unknown
        if not await self.is_genuine(answer.content, answer.headers):
            raise Unknown
        return Said(answer.status_code, _read(answer.content))

    async def send(
        self, method: str, target: str, body: Mapping[str, Any] | None = None
    ) -> httpx2.Response:
        """Send only: for what is verified in another way."""
        text = "" if body is None else json.dumps(body, ensure_ascii=False)
        headers = {
            "Authorization": self.authorization(method, target, text),
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "shanmen",
        }
        if serial := self.merchant.platform_serial:
            headers["Wechatpay-Serial"] = serial
        url = self.merchant.base_url.rstrip("/") + target
        try:
            return await self._client.request(method, url, content=text.encode(), headers=headers)
        except httpx2.HTTPError as error:
            raise Unknown from error

    async def is_genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        key = await self._key_of(headers.get("wechatpay-serial", ""))
        stamp = headers.get("wechatpay-timestamp", "")
        nonce = headers.get("wechatpay-nonce", "")
        signed = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        signature = headers.get("wechatpay-signature", "")
        return key is not None and rsa.is_signed(key, signed, signature)

    async def callback(self, body: bytes, headers: Mapping[str, str]) -> tuple[str, Any]:
        """What kind of word it is, and what it says. CallbackRejected when it is not genuine, not
        fresh, or not for us."""
        if not self._is_fresh(headers.get("wechatpay-timestamp", "")):
            raise CallbackRejected
        try:
            if not await self.is_genuine(body, headers):
                raise CallbackRejected
            told = json.loads(body)
            return str(told["event_type"]), json.loads(self.decrypt(told["resource"]))
        except (ValueError, KeyError, TypeError) as error:
            raise CallbackRejected from error

    def decrypt(self, sealed: Mapping[str, Any]) -> bytes:
        """ValueError when it was not sealed with our key."""
        try:
            return self._aes.decrypt(
                str(sealed["nonce"]).encode(),
                base64.b64decode(sealed["ciphertext"], validate=True),
                str(sealed.get("associated_data", "")).encode(),
            )
        except (InvalidTag, KeyError, TypeError) as error:
            raise ValueError("not sealed with our key") from error

    def _is_fresh(self, stamp: str) -> bool:
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            return False
        return abs(self._clock().timestamp() - int(stamp)) <= FRESH.total_seconds()

    async def _key_of(self, serial: str) -> RSAPublicKey | None:
        if serial not in self._keys and not self.merchant.platform_key:
            async with self._seeking:
                await self._fetch_keys()
        return self._keys.get(serial)

    async def _fetch_keys(self) -> None:
        """The platform's certificates. They come sealed with the key that only it and we know,
        and the answer is signed with one of them."""
        if self._sought_at is not None and self._clock() - self._sought_at < SEEK_AGAIN:
            return
        self._sought_at = self._clock()
        answer = await self.send("GET", CERTIFICATES)
        found: dict[str, RSAPublicKey] = {}
        try:
            for one in json.loads(answer.content)["data"]:
                pem = self.decrypt(one["encrypt_certificate"]).decode()
                found[str(one["serial_no"])] = rsa.public_key(pem)
        except (ValueError, KeyError, TypeError) as error:
            raise Unknown from error
        self._keys = found


def _read(content: bytes) -> Mapping[str, Any]:
    """An empty answer says yes to a close."""
    if not content:
        return {}
    try:
        said = json.loads(content)
    except ValueError as error:
        raise Unknown from error
    if not isinstance(said, dict):
        raise Unknown
    return said
