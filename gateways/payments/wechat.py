"""WeChat Pay v3: codes that the till reads, a QR of ours, and payments within its app.

Whatever the platform does not plainly answer is Unknown, and asked for again by number.
"""

import gzip
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2

from domain.kernel.errors import Refused, Unavailable, say
from domain.kernel.ports import (
    BillBroken,
    Billed,
    BillNotReady,
    CallbackRejected,
    ChargeAnswer,
    ChargeRequest,
    ChargeState,
    Invitation,
    RefundReply,
    RefundRequest,
    RefundState,
    Unknown,
    Way,
)
from domain.kernel.refusals import Refusal
from gateways.payments import bills
from gateways.payments.numbers import lengthened, shortened
from gateways.payments.wechat_wire import Merchant, Said, Wire

TRADES = "/v3/pay/transactions"
REFUNDS = "/v3/refund/domestic/refunds"
BILL = "/v3/bill/tradebill"
STATES: Mapping[str, ChargeState] = {
    "SUCCESS": ChargeState.PAID,
    "REFUND": ChargeState.PAID,  # and given back, in part or whole: that is a matter of refunds
    "NOTPAY": ChargeState.WAITING,
    "USERPAYING": ChargeState.WAITING,
    "ACCEPT": ChargeState.WAITING,
    "CLOSED": ChargeState.CLOSED,
    "REVOKED": ChargeState.CLOSED,
    "PAYERROR": ChargeState.REFUSED,
}
NOBODY_KNOWS = {"SYSTEMERROR", "BANKERROR", "FREQUENCYLIMITED", "RATELIMITEXCEEDED"}
ASK = {
    "ORDERPAID",
    "OUTTRADENOUSED",
    "ORDERCLOSED",
    "ORDERREVERSED",
    "TRADEERROR",
    "INVALIDREQUEST",
}
MISSING = {"ORDERNOTEXIST", "ORDERNOTEXISTS", "RESOURCENOTEXISTS"}
NO_TRADES = "NOSTATEMENTEXIST"
CREATING = "STATEMENTCREATING"


class WeChatPay:
    """One merchant on WeChat Pay."""

    def __init__(
        self, merchant: Merchant, client: httpx2.AsyncClient, clock: Callable[[], datetime]
    ) -> None:
        self.wire = Wire(merchant, client, clock)
        self._merchant, self._client, self._clock = merchant, client, clock

    async def charge(self, request: ChargeRequest) -> ChargeAnswer:
        asked = self._order(request) | {
            "payer": {"auth_code": request.payer_code},
            "scene_info": {"store_info": {"id": "shanmen"}},
        }
        said = await self.wire.ask("POST", f"{TRADES}/codepay", asked)
        if said.status == httpx2.codes.OK:
            return answer_of(said.body)
        if said.code == "USERPAYING":
            return ChargeAnswer(request.number, ChargeState.WAITING)
        if said.code in NOBODY_KNOWS:
            raise Unknown
        if said.code in ASK:  # the same number again: what became of the first?
            known = await self.query(request.number)
            if known.state is not ChargeState.NOT_FOUND:
                return known
        return ChargeAnswer(request.number, ChargeState.REFUSED, problem=said.problem)

    async def invite(self, request: ChargeRequest) -> Invitation:
        asked = self._order(request) | {"notify_url": self._merchant.notify_url}
        if request.expires_at is not None:
            asked["time_expire"] = request.expires_at.isoformat(timespec="seconds")
        if request.way is Way.INSIDE:
            said = await self.wire.ask(
                "POST", f"{TRADES}/jsapi", asked | {"payer": {"openid": request.payer_id}}
            )
            return Invitation(request.number, self._bridge(_wanted(said, "prepay_id")))
        if request.way is Way.PHONE:
            scene = {"payer_client_ip": request.payer_address, "h5_info": {"type": "Wap"}}
            said = await self.wire.ask("POST", f"{TRADES}/h5", asked | {"scene_info": scene})
            return Invitation(request.number, _and_back(_wanted(said, "h5_url"), request))
        said = await self.wire.ask("POST", f"{TRADES}/native", asked)
        return Invitation(request.number, _wanted(said, "code_url"))

    async def query(self, number: str) -> ChargeAnswer:
        said = await self._look(number)
        if said is None:
            return ChargeAnswer(number, ChargeState.NOT_FOUND)
        return answer_of(said)

    async def close(self, number: str) -> ChargeAnswer:
        """A charge by the payer's code is reversed, any other is closed; what was paid in the
        meantime stays paid."""
        seen = await self._look(number)
        if seen is not None and answer_of(seen).state is not ChargeState.WAITING:
            return answer_of(seen)
        by_code = seen is not None and "MICROPAY" in (seen.get("trade_type"), _state(seen))
        own = {"mchid": self._merchant.merchant_id}
        if by_code or (seen is not None and _state(seen) == "USERPAYING"):
            verb, own = "reverse", own | {"appid": self._merchant.app_id}
        else:
            verb = "close"
        said = await self.wire.ask("POST", f"{TRADES}/out-trade-no/{shortened(number)}/{verb}", own)
        if said.status < httpx2.codes.BAD_REQUEST or said.code in MISSING:
            return ChargeAnswer(number, ChargeState.CLOSED)
        return await self.query(number)

    async def refund(self, request: RefundRequest) -> RefundReply:
        asked = {
            "out_trade_no": shortened(request.charge_number),
            "out_refund_no": shortened(request.number),
            "amount": {
                "refund": request.amount_minor,
                "total": request.charged_minor,
                "currency": "CNY",
            },
        }
        said = await self.wire.ask("POST", REFUNDS, asked)
        if said.status == httpx2.codes.OK:
            return reply_of(request.number, said.body)
        if said.code in NOBODY_KNOWS:
            raise Unknown
        return RefundReply(request.number, RefundState.REFUSED, problem=said.problem)

    async def query_refund(self, number: str, charge_number: str) -> RefundReply:
        said = await self.wire.ask("GET", f"{REFUNDS}/{shortened(number)}")
        if said.status == httpx2.codes.OK:
            return reply_of(number, said.body)
        if said.code in MISSING:
            return RefundReply(number, RefundState.NOT_FOUND)
        raise Unknown

    async def read_callback(self, body: bytes, headers: Mapping[str, str]) -> ChargeAnswer | None:
        kind, told = await self.wire.callback(body, headers)
        if not kind.startswith("TRANSACTION."):
            return None  # of refunds: we ask for those ourselves
        try:
            mine = told["mchid"] == self._merchant.merchant_id
            if not (mine and told["appid"] == self._merchant.app_id):
                raise CallbackRejected
            return answer_of(told)
        except (KeyError, TypeError, Unknown) as error:
            raise CallbackRejected from error

    async def bill(self, day: date) -> Sequence[Billed]:
        query = urlencode({"bill_date": day.isoformat(), "bill_type": "ALL", "tar_type": "GZIP"})
        said = await self.wire.ask("GET", f"{BILL}?{query}")
        if said.status != httpx2.codes.OK:
            if said.code == NO_TRADES:
                return []
            if said.code == CREATING:
                raise BillNotReady
            raise Unavailable(say("The platform gives no bill: {problem}", problem=said.problem))
        try:
            file = await self._file(str(said.body["download_url"]))
            wanted = str(said.body["hash_value"])
            plain = gzip.decompress(file) if file[:2] == b"\x1f\x8b" else file
            if hashlib.sha1(plain, usedforsecurity=False).hexdigest() != wanted.lower():
                raise BillBroken
            return bills.of_wechat(plain)
        except (KeyError, ValueError, OSError, EOFError) as error:
            raise BillBroken from error

    async def _file(self, url: str) -> bytes:
        """From the platform's own address only: the request is signed as the merchant."""
        parts = urlsplit(url)
        answer = await self.wire.send("GET", f"{parts.path}?{parts.query}")
        if answer.status_code != httpx2.codes.OK:
            raise Unavailable(say("The platform's bill cannot be fetched."))
        return answer.content

    async def _look(self, number: str) -> Mapping[str, Any] | None:
        query = urlencode({"mchid": self._merchant.merchant_id})
        said = await self.wire.ask("GET", f"{TRADES}/out-trade-no/{shortened(number)}?{query}")
        if said.status == httpx2.codes.OK:
            return said.body
        if said.code in MISSING:
            return None
        raise Unknown

    def _order(self, request: ChargeRequest) -> dict[str, Any]:
        return {
            "appid": self._merchant.app_id,
            "mchid": self._merchant.merchant_id,
            "description": request.subject,
            "out_trade_no": shortened(request.number),
            "amount": {"total": request.amount_minor, "currency": "CNY"},
        }

    def _bridge(self, prepay_id: str) -> str:
        """What the page inside WeChat hands to `chooseWXPay`, signed."""
        stamp, nonce = str(int(self._clock().timestamp())), secrets.token_hex(16)
        package = f"prepay_id={prepay_id}"
        return json.dumps(
            {
                "appId": self._merchant.app_id,
                "timeStamp": stamp,
                "nonceStr": nonce,
                "package": package,
                "signType": "RSA",
                "paySign": self.wire.sign(self._merchant.app_id, stamp, nonce, package),
            }
        )


def _and_back(address: str, request: ChargeRequest) -> str:
    """The platform's address, and where it sends the browser afterwards."""
    if not request.return_url:
        return address
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{urlencode({'redirect_url': request.return_url})}"


def _state(said: Mapping[str, Any]) -> str:
    return str(said.get("trade_state", ""))


def _wanted(said: Said, field: str) -> str:
    if said.status == httpx2.codes.OK and said.body.get(field):
        return str(said.body[field])
    if said.status == httpx2.codes.OK or said.code in NOBODY_KNOWS:
        raise Unknown
    raise Refused(
        Refusal.PAYMENT_REFUSED, say("The payment platform says: {problem}", problem=said.problem)
    )


def answer_of(said: Mapping[str, Any]) -> ChargeAnswer:
    """A charge as WeChat tells it. Unknown when it says nothing that we know."""
    state = STATES.get(_state(said))
    try:
        number = lengthened(str(said["out_trade_no"]))
        amount = int((said.get("amount") or {}).get("total", 0))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unknown from error
    if state is None:
        raise Unknown
    problem = str(said.get("trade_state_desc", ""))[:120] if state is ChargeState.REFUSED else ""
    return ChargeAnswer(number, state, amount, str(said.get("transaction_id", ""))[:64], problem)


def reply_of(number: str, said: Mapping[str, Any]) -> RefundReply:
    """A refund as WeChat tells it. Under way is Unknown: it is asked for again."""
    status, reference = said.get("status"), str(said.get("refund_id", ""))[:64]
    if status == "SUCCESS":
        return RefundReply(number, RefundState.DONE, reference)
    if status in ("CLOSED", "ABNORMAL"):
        return RefundReply(number, RefundState.REFUSED, reference, str(status))
    raise Unknown
