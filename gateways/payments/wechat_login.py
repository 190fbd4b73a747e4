"""Who shops inside WeChat: its door for browsers tells a code, and the code tells the openid."""

import json
from typing import Any
from urllib.parse import urlencode

import httpx2

from domain.kernel.errors import Refused, say
from domain.kernel.ports import Unknown
from domain.kernel.refusals import Refusal
from gateways.payments.wechat_wire import Merchant

BUSY = {-1, 45011}  # "system busy", "too many calls"


class WeChatLogin:
    """The official account that is bound to the merchant. Nobody is asked anything: only which
    payer this is."""

    def __init__(self, merchant: Merchant, client: httpx2.AsyncClient) -> None:
        self._merchant, self._client = merchant, client

    def login_address(self, return_url: str, state: str) -> str:
        asked = {  # in the order that its door insists on
            "appid": self._merchant.app_id,
            "redirect_uri": return_url,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        door = f"{self._merchant.login_url.rstrip('/')}/connect/oauth2/authorize"
        return f"{door}?{urlencode(asked)}#wechat_redirect"

    async def payer_of(self, code: str) -> str:
        said = await self.exchange(code)
        if said.get("errcode") in BUSY:
            raise Unknown
        if not said.get("openid"):
            raise Refused(
                Refusal.PAYMENT_REFUSED,
                say("WeChat did not say who pays ({code}).", code=said.get("errcode", "?")),
            )
        return str(said["openid"])[:128]

    async def exchange(self, code: str) -> dict[str, Any]:
        """What it answers to a code; a code is good once."""
        asked = {
            "appid": self._merchant.app_id,
            "secret": self._merchant.app_secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        url = f"{self._merchant.account_url.rstrip('/')}/sns/oauth2/access_token"
        try:
            answer = await self._client.get(url, params=asked)
            said = json.loads(answer.content)
        except (httpx2.HTTPError, ValueError) as error:
            raise Unknown from error
        if answer.status_code != httpx2.codes.OK or not isinstance(said, dict):
            raise Unknown
        return said
