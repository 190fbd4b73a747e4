"""A pretend WeChat Pay v3: every request's signature is checked, every answer signed."""

import base64
import gzip
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateways.payments import rsa
from gateways.payments.numbers import yuan
from gateways.payments.pretend.books import Books, Fault, Refunded, Trade
from gateways.payments.pretend.wechat_pages import PayerPages
from gateways.payments.wechat_wire import Merchant

BEIJING = ZoneInfo("Asia/Shanghai")
SIGNED = re.compile(r'(\w+)="([^"]*)"')
TYPES = {"code": "MICROPAY", "qr": "NATIVE", "phone": "MWEB", "inside": "JSAPI"}
BILL_NAMES = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
SUM_NAMES = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


class PretendWeChat:
    """One platform with one merchant. `merchant` is what our side needs to know of it."""

    def __init__(
        self, base_url: str, notify_url: str, clock: Callable[[], datetime], *, certificates: bool
    ) -> None:
        self.books, self._clock = Books(), clock
        self._key = generate_private_key(65537, 2048)
        own = generate_private_key(65537, 2048)
        self._merchant_key = own.public_key()
        self.api_key = secrets.token_hex(16)
        self.serial = (
            secrets.token_hex(20).upper() if certificates else "PUB_KEY_ID_0114232134912410"
        )
        pem = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.merchant = Merchant(
            "wx8888888888888888",
            "1900000109",
            "3775B6A45ACD588826D15E583A95F5DD",
            own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            self.api_key,
            "" if certificates else self.serial,
            "" if certificates else pem.decode(),
            notify_url,
            base_url,
            secrets.token_hex(16),
            base_url,
            base_url,
        )
        self._certificate = self._make_certificate() if certificates else ""
        self._bill = b""
        self.bill_hash_is_wrong = False
        self.bill_is_ready = True
        self.hide: set[str] = set()  # numbers that the bill leaves out
        self.misprint: dict[str, int] = {}  # numbers whose amount the bill has wrong
        self.pages = PayerPages(self)
        self.app = Starlette(routes=self._routes())

    def _routes(self) -> list[Route]:
        trades, post = "/v3/pay/transactions", ["POST"]
        return [
            Route(f"{trades}/codepay", self._codepay, methods=post),
            Route(f"{trades}/native", self._native, methods=post),
            Route(f"{trades}/h5", self._h5, methods=post),
            Route(f"{trades}/jsapi", self._jsapi, methods=post),
            Route(f"{trades}/out-trade-no/{{number}}", self._query),
            Route(f"{trades}/out-trade-no/{{number}}/close", self._close, methods=post),
            Route(f"{trades}/out-trade-no/{{number}}/reverse", self._close, methods=post),
            Route("/v3/refund/domestic/refunds", self._refund, methods=post),
            Route("/v3/refund/domestic/refunds/{number}", self._query_refund),
            Route("/v3/bill/tradebill", self._tradebill),
            Route("/v3/billdownload/file", self._download),
            Route("/v3/certificates", self._certificates),
            *self.pages.routes(),
        ]

    async def _read(self, request: Request) -> Mapping[str, Any] | Response:
        """The body of a request that our merchant signed; else the answer that says no."""
        told = dict(SIGNED.findall(request.headers.get("authorization", "")))
        target, body = request.url.path, await request.body()
        if request.url.query:
            target += f"?{request.url.query}"
        stamp, nonce = told.get("timestamp", ""), told.get("nonce_str", "")
        signed = f"{request.method}\n{target}\n{stamp}\n{nonce}\n".encode() + body + b"\n"
        if not rsa.is_signed(self._merchant_key, signed, told.get("signature", "")):
            return self._no(401, "SIGN_ERROR", "签名错误")
        return json.loads(body) if body else {}

    async def _codepay(self, request: Request) -> Response:
        asked = await self._read(request)
        if isinstance(asked, Response):
            return asked
        if self.books.fault is Fault.LOSE:
            return _nothing()
        if known := self.books.trades.get(asked["out_trade_no"]):
            return (
                self._no(400, "ORDERPAID", "订单已支付")
                if known.state == "paid"
                else (self._no(400, "OUT_TRADE_NO_USED", "订单号重复"))
            )
        trade = self._open(asked, "code")
        if self.books.fault is Fault.ASK:
            return self._no(400, "USERPAYING", "需要用户输入支付密码")
        if self.books.fault is Fault.REFUSE:
            trade.state = "refused"
            return self._no(400, "NOTENOUGH", "余额不足")
        self.books.pay(trade.number, self._clock())
        return self._yes(self._told(trade))

    async def _native(self, request: Request) -> Response:
        asked = await self._read(request)
        if isinstance(asked, Response):
            return asked
        trade = self._opened(asked, "qr")
        if trade is None:
            return self._used()
        return self._yes({"code_url": f"{self.merchant.base_url}/payer/{trade.number}"})

    async def _jsapi(self, request: Request) -> Response:
        asked = await self._read(request)
        if isinstance(asked, Response):
            return asked
        if not asked["payer"]["openid"]:
            return self._no(400, "PARAM_ERROR", "参数错误")
        trade = self._opened(asked, "inside")
        return self._used() if trade is None else self._yes({"prepay_id": f"wx{trade.number}"})

    async def _h5(self, request: Request) -> Response:
        asked = await self._read(request)
        if isinstance(asked, Response):
            return asked
        scene = asked.get("scene_info", {})
        if not scene.get("payer_client_ip") or scene.get("h5_info", {}).get("type") != "Wap":
            return self._no(400, "PARAM_ERROR", "参数错误")
        trade = self._opened(asked, "phone")
        if trade is None:
            return self._used()
        return self._yes({"h5_url": f"{self.merchant.base_url}/h5/{trade.number}?prepay_id=wx1"})

    def _opened(self, asked: Mapping[str, Any], way: str) -> Trade | None:
        """The same number again is the same trade; in another way it is refused."""
        known = self.books.trades.get(asked["out_trade_no"])
        if known is not None and known.way != way:
            return None
        return known or self._open(asked, way)

    def _used(self) -> Response:
        return self._no(400, "INVALID_REQUEST", "201 商户订单号重复")

    def _open(self, asked: Mapping[str, Any], way: str) -> Trade:
        trade = Trade(
            asked["out_trade_no"],
            asked["amount"]["total"],
            self.books.reference(self._clock()),
            asked["description"],
            way,
            notify_url=asked.get("notify_url", ""),
        )
        self.books.trades[trade.number] = trade
        return trade

    async def _query(self, request: Request) -> Response:
        asked = await self._read(request)
        if isinstance(asked, Response):
            return asked
        trade = self.books.trades.get(request.path_params["number"])
        if trade is None:
            return self._no(404, "ORDER_NOT_EXIST", "订单不存在")
        return self._yes(self._told(trade), spoiled=False)

    async def _close(self, request: Request) -> Response:
        asked = await self._read(request)
        if isinstance(asked, Response):
            return asked
        trade = self.books.trades.get(request.path_params["number"])
        if trade is None:
            return self._no(404, "ORDER_NOT_EXIST", "订单不存在")
        if trade.state == "paid":
            return self._no(400, "ORDERPAID", "订单已支付")
        trade.state = "closed"
        return self._yes(None, 204)

    async def _refund(self, request: Request) -> Response:
        asked = await self._read(request)
        if isinstance(asked, Response):
            return asked
        if self.books.fault is Fault.LOSE:
            return _nothing()
        charged = self.books.trades.get(asked["out_trade_no"])
        whole = charged is not None and charged.amount_minor == asked["amount"]["total"]
        if charged is None or not whole or self.books.fault is Fault.REFUSE:
            return self._no(403, "NOT_ENOUGH", "基本账户余额不足")
        wanted = Refunded(
            asked["out_refund_no"],
            asked["out_trade_no"],
            asked["amount"]["refund"],
            self.books.reference(self._clock()),
            self.books.fault is not Fault.SLOW,
            self._clock(),
        )
        made = self.books.refund(wanted)
        if made is None:
            return self._no(400, "INVALID_REQUEST", "订单已全额退款")
        return self._yes(self._told_refund(made))

    async def _query_refund(self, request: Request) -> Response:
        asked = await self._read(request)
        if isinstance(asked, Response):
            return asked
        made = self.books.refunds.get(request.path_params["number"])
        if made is None:
            return self._no(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return self._yes(self._told_refund(made), spoiled=False)

    async def _tradebill(self, request: Request) -> Response:
        asked = await self._read(request)
        if isinstance(asked, Response):
            return asked
        if not self.bill_is_ready:
            return self._no(400, "STATEMENT_CREATING", "账单生成中")
        plain = self.bill_of(request.query_params["bill_date"])
        if not plain:
            return self._no(400, "NO_STATEMENT_EXIST", "账单不存在")
        self._bill = gzip.compress(plain)
        said = hashlib.sha1(plain, usedforsecurity=False).hexdigest()
        return self._yes(
            {
                "download_url": f"{self.merchant.base_url}/v3/billdownload/file?token=T1",
                "hash_type": "SHA1",
                "hash_value": said[::-1] if self.bill_hash_is_wrong else said,
            }
        )

    async def _download(self, request: Request) -> Response:
        asked = await self._read(request)
        return asked if isinstance(asked, Response) else Response(self._bill)

    async def _certificates(self, request: Request) -> Response:
        asked = await self._read(request)
        if isinstance(asked, Response):
            return asked
        sealed = self._seal(self._certificate.encode(), "certificate")
        return self._yes({"data": [{"serial_no": self.serial, "encrypt_certificate": sealed}]})

    def pay(self, number: str) -> None:
        """The payer says yes."""
        self.books.pay(number, self._clock())

    async def tell(self, number: str) -> int:
        """Post a callback to the merchant, and answer what it said; 0: nobody was there."""
        trade = self.books.trades[number]
        url = trade.notify_url or self.merchant.notify_url
        body, headers = self.callback(number)
        try:
            async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
                return (await client.post(url, content=body, headers=headers)).status_code
        except httpx2.HTTPError:
            return 0

    def callback(
        self, number: str, *, changes: Mapping[str, Any] | None = None, age: timedelta = timedelta()
    ) -> tuple[bytes, dict[str, str]]:
        """The body and headers of what the platform tells about a charge, as it is now."""
        told = self._told(self.books.trades[number]) | dict(changes or {})
        plain = json.dumps(told).encode()
        body = json.dumps(
            {
                "id": secrets.token_hex(18),
                "create_time": self._clock().astimezone(BEIJING).isoformat(timespec="seconds"),
                "event_type": "TRANSACTION.SUCCESS",
                "resource_type": "encrypt-resource",
                "resource": {"algorithm": "AEAD_AES_256_GCM", **self._seal(plain, "transaction")},
            }
        ).encode()
        return body, self._signed(body, self._clock() - age)

    def bill_of(self, day: str) -> bytes:
        """The table of a day. Empty: nothing happened."""
        rows = [
            row
            for number, at, row in self._bill_rows()
            if at.astimezone(BEIJING).date().isoformat() == day and number not in self.hide
        ]
        if not rows:
            return b""
        lines = [",".join(f"`{cell}" for cell in row) for row in rows]
        sums = ",".join(f"`{cell}" for cell in (len(rows), 0, 0, 0, 0, 0, 0))
        return "\r\n".join(["\ufeff" + BILL_NAMES, *lines, SUM_NAMES, sums, ""]).encode()

    def _bill_rows(self) -> list[tuple[str, datetime, list[str]]]:
        found = []
        for trade in self.books.trades.values():
            if trade.paid_at is not None:
                row = self._bill_row(trade, trade.paid_at, "SUCCESS")
                row[24] = yuan(self.misprint.get(trade.number, trade.amount_minor))
                found.append((trade.number, trade.paid_at, row))
        for one in self.books.refunds.values():
            row = self._bill_row(self.books.trades[one.charge_number], one.at, "REFUND")
            amount = yuan(self.misprint.get(one.number, one.amount_minor))
            row[14:20] = [one.reference, one.number, amount, "0.00", "ORIGINAL", "SUCCESS"]
            row[25] = amount
            found.append((one.number, one.at, row))
        return found

    def _bill_row(self, trade: Trade, at: datetime, state: str) -> list[str]:
        row = [""] * 27
        row[0] = f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
        row[1:3] = [self.merchant.app_id, self.merchant.merchant_id]
        row[5:7] = [trade.reference, trade.number]
        row[8:10] = [TYPES[trade.way], state]
        row[11], row[20], row[24] = "CNY", trade.subject, "0.00"
        return row

    def _told(self, trade: Trade) -> dict[str, Any]:
        states = {"waiting": "USERPAYING" if trade.way == "code" else "NOTPAY", "paid": "SUCCESS"}
        states |= {"closed": "CLOSED", "refused": "PAYERROR"}
        return {
            "appid": self.merchant.app_id,
            "mchid": self.merchant.merchant_id,
            "out_trade_no": trade.number,
            "transaction_id": trade.reference,
            "trade_state": states[trade.state],
            "trade_type": TYPES[trade.way],
            "amount": {"total": trade.amount_minor, "currency": "CNY"},
        }

    def _told_refund(self, made: Refunded) -> dict[str, Any]:
        status = "SUCCESS" if made.done else "PROCESSING"
        return {"out_refund_no": made.number, "refund_id": made.reference, "status": status}

    def _yes(
        self, said: Mapping[str, Any] | None, status: int = 200, *, spoiled: bool = True
    ) -> Response:
        """Signed; unless the fault is that the answer gets lost or spoiled on its way."""
        body = b"" if said is None else json.dumps(said).encode()
        if spoiled and self.books.fault is Fault.DROP:
            return _nothing()
        headers = self._signed(body, self._clock())
        if spoiled and self.books.fault is Fault.FORGE:
            body += b" "  # the same words, and no longer what was signed
        return Response(body, status, headers)

    def _no(self, status: int, code: str, message: str) -> Response:
        body = json.dumps({"code": code, "message": message}).encode()
        return Response(body, status, self._signed(body, self._clock()))

    def _signed(self, body: bytes, at: datetime) -> dict[str, str]:
        stamp, nonce = str(int(at.timestamp())), secrets.token_hex(16)
        text = f"{stamp}\n{nonce}\n{body.decode()}\n"
        return {
            "Content-Type": "application/json",
            "Wechatpay-Serial": self.serial,
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": rsa.sign(self._key, text),
        }

    def _seal(self, plain: bytes, about: str) -> dict[str, str]:
        nonce = secrets.token_hex(6)
        sealed = AESGCM(self.api_key.encode()).encrypt(nonce.encode(), plain, about.encode())
        coded = base64.b64encode(sealed).decode()
        return {"nonce": nonce, "associated_data": about, "ciphertext": coded}

    def _make_certificate(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Pretend platform")])
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(int(self.serial, 16) >> 2)
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
            .sign(self._key, SHA256())
        )
        return made.public_bytes(Encoding.PEM).decode()


def _nothing() -> Response:
    """As good as no answer: a gateway in between says so, unsigned."""
    return Response(status_code=504)
