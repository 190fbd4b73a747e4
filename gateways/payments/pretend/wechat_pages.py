"""What a payer sees of the pretend WeChat: its pages in a browser, and the door that says who
shops inside its app."""

import json
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gateways.payments.numbers import yuan

if TYPE_CHECKING:
    from gateways.payments.pretend.books import Trade
    from gateways.payments.pretend.wechat import PretendWeChat

PAYER = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


class PayerPages:
    def __init__(self, platform: "PretendWeChat") -> None:
        self._platform = platform
        self.codes: set[str] = set()  # of the door, not used yet
        self.payers: set[str] = set()  # whom it has told of

    def routes(self) -> list[Route]:
        both = ["GET", "POST"]
        return [
            Route("/payer/{number}", self._payer, methods=both),
            Route("/h5/{number}", self._phone, methods=both),
            Route("/connect/oauth2/authorize", self._door),
            Route("/sns/oauth2/access_token", self._who),
        ]

    async def _payer(self, request: Request) -> Response:
        """For people who try it: what the payer's phone would show."""
        trade = self._trade(request)
        if trade is None:
            return Response(status_code=404)
        if request.method == "POST":
            await self._pay(trade)
            return RedirectResponse(request.url.path, 303)
        return _page(trade)

    async def _phone(self, request: Request) -> Response:
        """In a phone's browser. Like the real one it looks at where the browser comes from, and
        goes back to where the shop said, paid or not."""
        trade, back = self._trade(request), request.query_params.get("redirect_url", "")
        if trade is None or trade.way != "phone":
            return Response(status_code=404)
        if request.method == "POST":
            form = await request.form()
            if "pay" in form:
                await self._pay(trade)
            return RedirectResponse(back or request.url.path, 303)
        if not request.headers.get("referer"):
            return HTMLResponse("商家参数格式有误，请联系商家解决", 403)
        return _page(trade, "<button>返回</button>")

    async def _door(self, request: Request) -> Response:
        told = request.query_params
        right = told.get("appid") == self._platform.merchant.app_id
        if not right or told.get("response_type") != "code" or told.get("scope") != "snsapi_base":
            return HTMLResponse("Scope 参数错误或没有 Scope 权限", 400)
        code = secrets.token_hex(16)
        self.codes.add(code)
        after = urlencode({"code": code, "state": told.get("state", "")})
        back = told["redirect_uri"]
        return RedirectResponse(f"{back}{'&' if '?' in back else '?'}{after}", 302)

    async def _who(self, request: Request) -> Response:
        told, merchant = request.query_params, self._platform.merchant
        if told.get("appid") != merchant.app_id:
            return _said({"errcode": 40013, "errmsg": "invalid appid"})
        if told.get("secret") != merchant.app_secret:
            return _said({"errcode": 40125, "errmsg": "invalid appsecret"})
        if told.get("code") not in self.codes:
            return _said({"errcode": 40029, "errmsg": "invalid code"})
        self.codes.discard(told["code"])
        self.payers.add(PAYER)
        return _said({"access_token": secrets.token_hex(16), "openid": PAYER})

    def _trade(self, request: Request) -> "Trade | None":
        return self._platform.books.trades.get(request.path_params["number"])

    async def _pay(self, trade: "Trade") -> None:
        self._platform.pay(trade.number)
        await self._platform.tell(trade.number)


def _page(trade: "Trade", more: str = "") -> HTMLResponse:
    paid = "已支付" if trade.state == "paid" else '<button name="pay" value="1">确认支付</button>'
    return HTMLResponse(
        '<!doctype html><html lang="zh"><meta name="viewport" content="width=device-width">'
        f"<title>模拟微信支付</title><h1>模拟微信支付</h1><p>￥{yuan(trade.amount_minor)}</p>"
        f'<form method="post">{paid}{more}</form></html>'
    )


def _said(words: dict[str, object]) -> Response:
    """As the real one: JSON that says it is plain text."""
    return Response(json.dumps(words), media_type="text/plain")
