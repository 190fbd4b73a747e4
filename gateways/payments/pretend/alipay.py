"""A pretend Alipay: every request's signature is checked, every answer signed."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import httpx2
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gateways.payments import rsa
from gateways.payments.alipay_wire import Seller, in_order
from gateways.payments.numbers import fen, yuan
from gateways.payments.pretend.books import Books, Fault, Refunded, Trade

BEIJING = ZoneInfo("Asia/Shanghai")
BILL_NAMES = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）,备注"
)
PAGES = {
    "alipay.trade.page.pay": "FAST_INSTANT_TRADE_PAY",
    "alipay.trade.wap.pay": "QUICK_WAP_WAY",
}
Answer = Mapping[str, Any]


class PretendAlipay:
    """One platform with one merchant. `seller` is what our side needs to know of it."""

    def __init__(self, base_url: str, notify_url: str, clock: Callable[[], datetime]) -> None:
        self.books, self._clock, self._base = Books(), clock, base_url
        self._key, own = generate_private_key(65537, 2048), generate_private_key(65537, 2048)
        self._seller_key = own.public_key()
        pem = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        bare = "".join(pem.decode().split("\n")[1:-2])
        self.seller = Seller(
            "2021000000000001",
            own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            bare,
            notify_url,
            f"{base_url}/gateway.do",
        )
        self.hide: set[str] = set()  # numbers that the bill leaves out
        self.misprint: dict[str, int] = {}  # numbers whose amount the bill has wrong
        self.app = Starlette(
            routes=[
                Route("/gateway.do", self._gateway, methods=["GET", "POST"]),
                Route("/bill", self._bill),
                Route("/payer/{number}", self._payer, methods=["GET", "POST"]),
            ]
        )

    async def _gateway(self, request: Request) -> Response:
        form = request.query_params if request.method == "GET" else await request.form()
        told = {name: str(value) for name, value in form.items()}
        signature, method = told.pop("sign", ""), told.get("method", "")
        if not rsa.is_signed(self._seller_key, in_order(told).encode(), signature):
            return self._say("error", {"code": "40002", "sub_code": "isv.invalid-signature"})
        asked = json.loads(told["biz_content"])
        if method in PAGES:
            if asked.get("product_code") != PAGES[method]:
                return HTMLResponse("参数不正确", 400)
            trade = self._opened(asked, "page")
            trade.return_url = told.get("return_url", "")
            return RedirectResponse(f"/payer/{trade.number}", 303)
        act = {
            "alipay.trade.pay": self._pay,
            "alipay.trade.precreate": self._precreate,
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._query_refund,
            "alipay.data.dataservice.bill.downloadurl.query": self._bill_url,
        }[method]
        acts = method in ("alipay.trade.pay", "alipay.trade.refund")
        if acts and self.books.fault is Fault.LOSE:
            return Response(status_code=504)
        said = act(asked)
        if acts and self.books.fault is Fault.DROP:
            return Response(status_code=504)
        return self._say(method, said, forged=acts and self.books.fault is Fault.FORGE)

    def _pay(self, asked: Answer) -> Answer:
        if asked["out_trade_no"] in self.books.trades:
            return _no("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
        trade = self._open(asked, "code")
        if self.books.fault is Fault.REFUSE:
            trade.state = "closed"
            return _no("ACQ.BUYER_BALANCE_NOT_ENOUGH", "余额不足")
        if self.books.fault is Fault.ASK:
            return {"code": "10003", "msg": "order success pay inprocess"}
        self.books.pay(trade.number, self._clock())
        return self._told(trade)

    def _precreate(self, asked: Answer) -> Answer:
        """The trade is made when the payer comes: until then a query knows nothing of it."""
        trade = self._opened(asked, "qr")
        return {"code": "10000", "qr_code": f"{self._base}/payer/{trade.number}"}

    def _opened(self, asked: Answer, way: str) -> Trade:
        return self.books.trades.get(asked["out_trade_no"]) or self._open(asked, way)

    def _open(self, asked: Answer, way: str) -> Trade:
        trade = Trade(
            asked["out_trade_no"],
            fen(asked["total_amount"]),
            self.books.reference(self._clock()),
            asked["subject"],
            way,
        )
        self.books.trades[trade.number] = trade
        return trade

    def _known(self, asked: Answer) -> Trade | None:
        trade = self.books.trades.get(asked["out_trade_no"])
        hidden = trade is not None and trade.way in ("qr", "page") and trade.state == "waiting"
        return None if hidden else trade

    def _query(self, asked: Answer) -> Answer:
        trade = self._known(asked)
        return _no("ACQ.TRADE_NOT_EXIST", "交易不存在") if trade is None else self._told(trade)

    def _close(self, asked: Answer) -> Answer:
        trade = self._known(asked)
        if trade is None:
            return _no("ACQ.TRADE_NOT_EXIST", "交易不存在")
        if trade.state == "paid":
            return _no("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        trade.state = "closed"
        return {"code": "10000", "out_trade_no": trade.number}

    def _refund(self, asked: Answer) -> Answer:
        if asked["out_trade_no"] not in self.books.trades:
            return _no("ACQ.TRADE_NOT_EXIST", "交易不存在")
        if self.books.fault is Fault.REFUSE:
            return _no("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足")
        wanted = Refunded(
            asked["out_request_no"],
            asked["out_trade_no"],
            fen(asked["refund_amount"]),
            self.books.reference(self._clock()),
            self.books.fault is not Fault.SLOW,
            self._clock(),
        )
        known = wanted.number in self.books.refunds
        made = self.books.refund(wanted)
        if made is None:
            return _no("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
        return {"code": "10000", "fund_change": "N" if known else "Y"}

    def _query_refund(self, asked: Answer) -> Answer:
        made = self.books.refunds.get(asked["out_request_no"])
        if made is None or not made.done:
            return {"code": "10000", "msg": "Success"}
        return {"code": "10000", "refund_status": "REFUND_SUCCESS", "trade_no": made.reference}

    def _bill_url(self, asked: Answer) -> Answer:
        if not self.bill_rows(asked["bill_date"]):
            return _no("isp.bill_not_exist", "账单不存在")
        url = f"{self._base}/bill?{urlencode({'day': asked['bill_date']})}"
        return {"code": "10000", "bill_download_url": url}

    async def _bill(self, request: Request) -> Response:
        day = request.query_params["day"]
        lines = [
            "#支付宝业务明细查询",
            f"#起始日期：[{day}]",
            "#-----------------业务明细列表-----------------",
            BILL_NAMES,
            *(",".join(f"{cell}\t" for cell in row) for row in self.bill_rows(day)),
            "#-----------------业务明细列表结束-----------------",
        ]
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("20880_业务明细(汇总).csv", "#汇总".encode("gb18030"))
            file.writestr("20880_业务明细.csv", "\r\n".join(lines).encode("gb18030"))
        return Response(packed.getvalue())

    def bill_rows(self, day: str) -> list[list[str]]:
        found = []
        for trade in self.books.trades.values():
            if trade.paid_at is not None:
                found.append((trade.number, trade.paid_at, self._row(trade, trade.amount_minor)))
        for one in self.books.refunds.values():
            row = self._row(self.books.trades[one.charge_number], -one.amount_minor)
            row[2], row[13] = "退款", one.number
            if one.number in self.misprint:
                row[11] = f"-{yuan(self.misprint[one.number])}"
            found.append((one.number, one.at, row))
        return [
            row
            for number, at, row in found
            if at.astimezone(BEIJING).date().isoformat() == day and number not in self.hide
        ]

    def _row(self, trade: Trade, minor: int) -> list[str]:
        row = [""] * 16
        shown = self.misprint.get(trade.number, minor) if minor > 0 else minor
        row[:4] = [trade.reference, trade.number, "交易", trade.subject]
        row[11] = yuan(shown) if shown >= 0 else f"-{yuan(-shown)}"
        return row

    async def _payer(self, request: Request) -> Response:
        """For people who try it: what the payer's phone would show."""
        trade = self.books.trades.get(request.path_params["number"])
        if trade is None:
            return Response(status_code=404)
        if request.method == "POST":
            self.books.pay(trade.number, self._clock())
            await self.tell(trade.number)
            return RedirectResponse(self._back(trade) or request.url.path, 303)
        paid = "已支付" if trade.state == "paid" else "<button>确认支付</button>"
        return HTMLResponse(
            '<!doctype html><html lang="zh"><meta name="viewport" content="width=device-width">'
            f"<title>模拟支付宝</title><h1>模拟支付宝</h1><p>￥{yuan(trade.amount_minor)}</p>"
            f'<form method="post">{paid}</form></html>'
        )

    def _back(self, trade: Trade) -> str:
        """Where the browser goes, with words that prove nothing to who does not ask."""
        if not trade.return_url:
            return ""
        told = {"out_trade_no": trade.number, "total_amount": yuan(trade.amount_minor)}
        told["sign"] = rsa.sign(self._key, in_order(told))
        return f"{trade.return_url}?{urlencode(told)}"

    async def tell(self, number: str) -> int:
        """Post a note to the merchant, and answer what it said; 0: nobody was there."""
        body, headers = self.callback(number)
        try:
            async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
                return (
                    await client.post(self.seller.notify_url, content=body, headers=headers)
                ).status_code
        except httpx2.HTTPError:
            return 0

    def callback(
        self, number: str, *, changes: Mapping[str, str] | None = None
    ) -> tuple[bytes, dict[str, str]]:
        """The body and headers of what the platform tells about a charge, as it is now."""
        trade = self.books.trades[number]
        told = {
            "notify_type": "trade_status_sync",
            "app_id": self.seller.app_id,
            "charset": "utf-8",
            "out_trade_no": trade.number,
            "trade_no": trade.reference,
            "trade_status": str(self._told(trade)["trade_status"]),
            "total_amount": yuan(trade.amount_minor),
            "subject": trade.subject,
        }
        told |= changes or {}
        signed = told | {"sign_type": "RSA2", "sign": rsa.sign(self._key, in_order(told))}
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return urlencode(signed).encode(), headers

    def _told(self, trade: Trade) -> dict[str, Any]:
        states = {"waiting": "WAIT_BUYER_PAY", "paid": "TRADE_SUCCESS"}
        return {
            "code": "10000",
            "out_trade_no": trade.number,
            "trade_no": trade.reference,
            "trade_status": states.get(trade.state, "TRADE_CLOSED"),
            "total_amount": yuan(trade.amount_minor),
        }

    def _say(self, method: str, said: Answer, *, forged: bool = False) -> Response:
        text = json.dumps(said, ensure_ascii=False)
        signature = rsa.sign(self._key, text)
        if forged:
            text = text.replace(":", ": ", 1)  # the same words, and no longer what was signed
        name = f"{method.replace('.', '_')}_response"
        return Response(f'{{"{name}":{text},"sign":"{signature}"}}', media_type="application/json")


def _no(sub_code: str, message: str) -> Answer:
    return {"code": "40004", "msg": "Business Failed", "sub_code": sub_code, "sub_msg": message}
