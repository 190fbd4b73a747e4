"""Alipay: codes that the till reads, a QR of ours, and its payment page.

Whatever the platform does not plainly answer is Unknown, and asked for again by number.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

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
from gateways.payments.alipay_wire import BEIJING, Said, Seller, Wire
from gateways.payments.numbers import fen, lengthened, shortened, yuan

YES, WAITS, NO = "10000", "10003", "40004"
STATES: Mapping[str, ChargeState] = {
    "WAIT_BUYER_PAY": ChargeState.WAITING,
    "TRADE_SUCCESS": ChargeState.PAID,
    "TRADE_FINISHED": ChargeState.PAID,
    "TRADE_CLOSED": ChargeState.CLOSED,
}
MISSING = "ACQ.TRADE_NOT_EXIST"
NOBODY_KNOWS = {"ACQ.SYSTEM_ERROR", "SYSTEM_ERROR", "AOP.ACQ.SYSTEM_ERROR", "ISP.UNKNOW-ERROR"}
ASK = {"ACQ.TRADE_HAS_SUCCESS", "ACQ.TRADE_HAS_CLOSE", "ACQ.CONTEXT_INCONSISTENT"}
PAGES = {
    Way.PAGE: ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
    Way.PHONE: ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
}
NO_BILL = "bill_not_exist"


class Alipay:
    """One merchant on Alipay."""

    def __init__(
        self, seller: Seller, client: httpx2.AsyncClient, clock: Callable[[], datetime]
    ) -> None:
        self.wire, self._clock = Wire(seller, client, clock), clock

    async def charge(self, request: ChargeRequest) -> ChargeAnswer:
        asked = self._trade(request) | {
            "scene": "bar_code",
            "auth_code": request.payer_code,
            "product_code": "FACE_TO_FACE_PAYMENT",
        }
        said = await self.wire.ask("alipay.trade.pay", asked)
        if said.code == YES:
            reference = str(said.body.get("trade_no", ""))[:64]
            minor = _fen(said.body.get("total_amount"))
            return ChargeAnswer(request.number, ChargeState.PAID, minor, reference)
        if said.code == WAITS:
            return ChargeAnswer(request.number, ChargeState.WAITING)
        _must_be_plain(said)
        if said.sub_code in ASK:  # the same number again: what became of the first?
            known = await self.query(request.number)
            if known.state is not ChargeState.NOT_FOUND:
                return known
        return ChargeAnswer(request.number, ChargeState.REFUSED, problem=said.problem)

    async def invite(self, request: ChargeRequest) -> Invitation:
        asked = self._trade(request)
        if request.expires_at is not None:
            until = request.expires_at.astimezone(BEIJING)
            asked["time_expire"] = until.strftime("%Y-%m-%d %H:%M:%S")
        if request.way in PAGES:
            method, asked["product_code"] = PAGES[request.way]
            if request.way is Way.PHONE:
                asked["quit_url"] = request.return_url
            text = self.wire.page(method, asked, return_url=request.return_url)
            return Invitation(request.number, text)
        said = await self.wire.ask("alipay.trade.precreate", asked)
        if said.code == YES and said.body.get("qr_code"):
            return Invitation(request.number, str(said.body["qr_code"]))
        _must_be_plain(said)
        raise Refused(
            Refusal.PAYMENT_REFUSED,
            say("The payment platform says: {problem}", problem=said.problem),
        )

    async def query(self, number: str) -> ChargeAnswer:
        said = await self.wire.ask("alipay.trade.query", {"out_trade_no": shortened(number)})
        if said.code == YES:
            return answer_of(said.body, str(said.body.get("out_trade_no", "")))
        _must_be_plain(said)
        if said.sub_code == MISSING:
            return ChargeAnswer(number, ChargeState.NOT_FOUND)
        raise Unknown

    async def close(self, number: str) -> ChargeAnswer:
        said = await self.wire.ask("alipay.trade.close", {"out_trade_no": shortened(number)})
        if said.code == YES or said.sub_code == MISSING:
            return ChargeAnswer(number, ChargeState.CLOSED)
        _must_be_plain(said)
        return await self.query(number)  # paid, or closed before

    async def refund(self, request: RefundRequest) -> RefundReply:
        asked = {
            "out_trade_no": shortened(request.charge_number),
            "out_request_no": shortened(request.number),
            "refund_amount": yuan(request.amount_minor),
        }
        said = await self.wire.ask("alipay.trade.refund", asked)
        if said.code == YES:
            return await self._certain(request)
        _must_be_plain(said)
        return RefundReply(request.number, RefundState.REFUSED, problem=said.problem)

    async def _certain(self, request: RefundRequest) -> RefundReply:
        """A yes to a refund may be one to an earlier request: only the query knows for sure."""
        reply = await self.query_refund(request.number, request.charge_number)
        if reply.state is not RefundState.DONE:
            raise Unknown
        return reply

    async def query_refund(self, number: str, charge_number: str) -> RefundReply:
        asked = {
            "out_trade_no": shortened(charge_number),
            "out_request_no": shortened(number),
        }
        said = await self.wire.ask("alipay.trade.fastpay.refund.query", asked)
        if said.code == YES:
            done = said.body.get("refund_status") == "REFUND_SUCCESS"
            reference = str(said.body.get("trade_no", ""))[:64]
            state = RefundState.DONE if done else RefundState.NOT_FOUND
            return RefundReply(number, state, reference if done else "")
        _must_be_plain(said)
        if said.sub_code == MISSING:
            return RefundReply(number, RefundState.NOT_FOUND)
        raise Unknown

    async def read_callback(self, body: bytes, headers: Mapping[str, str]) -> ChargeAnswer | None:
        told = self.wire.note(body)
        if told.get("notify_type") != "trade_status_sync" or told.get("refund_fee"):
            return None  # of refunds: we ask for those ourselves
        try:
            return answer_of(told, told["out_trade_no"])
        except (KeyError, Unknown) as error:
            raise CallbackRejected from error

    async def bill(self, day: date) -> Sequence[Billed]:
        asked = {"bill_type": "trade", "bill_date": day.isoformat()}
        said = await self.wire.ask("alipay.data.dataservice.bill.downloadurl.query", asked)
        if said.code != YES:
            if NO_BILL in said.sub_code.lower():
                return []
            raise BillNotReady
        answer = await self.wire.fetch(str(said.body.get("bill_download_url", "")))
        if answer.status_code != httpx2.codes.OK:
            raise Unavailable(say("The platform's bill cannot be fetched."))
        try:
            return bills.of_alipay(answer.content)
        except (ValueError, KeyError) as error:
            raise BillBroken from error

    def _trade(self, request: ChargeRequest) -> dict[str, Any]:
        return {
            "out_trade_no": shortened(request.number),
            "total_amount": yuan(request.amount_minor),
            "subject": request.subject,
        }


def _must_be_plain(said: Said) -> None:
    """Only 40004 with a reason of the trade itself is a no; anything else may have acted."""
    if said.code != NO or said.sub_code.upper() in NOBODY_KNOWS:
        raise Unknown


def _fen(text: object) -> int:
    try:
        return fen(str(text))
    except ValueError as error:
        raise Unknown from error


def answer_of(said: Mapping[str, Any], number: str) -> ChargeAnswer:
    """A charge as Alipay tells it. Unknown when it says nothing that we know."""
    state = STATES.get(str(said.get("trade_status", "")))
    if state is None:
        raise Unknown
    reference = str(said.get("trade_no", ""))[:64]
    return ChargeAnswer(lengthened(number), state, _fen(said.get("total_amount")), reference)
