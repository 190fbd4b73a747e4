"""A pretend payment platform: it takes no money, and fails on request.

What it does with a charge is in the payer's code: a code that begins with one of the words below
behaves so, any other is paid. It remembers what it did under our number, answers the same number
the same way, and can tell by callbacks, twice or out of order. Callbacks are signed.
"""

import asyncio
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.kernel.errors import say
from domain.kernel.ports import (
    CallbackRejected,
    ChargeAnswer,
    ChargeRequest,
    ChargeState,
    Invitation,
    RefundReply,
    RefundRequest,
    RefundState,
    Unknown,
)


class Behaviour(StrEnum):
    """The first word of a payer's code."""

    PAY = "pay"
    REFUSE = "refuse"
    ASK = "ask"  # the payer must confirm on the phone: `confirm` does it
    LOSE = "lose"  # times out before acting: our request never arrived
    DROP = "drop"  # times out after acting: paid, but the answer is lost


SIGNATURE = "x-signature"  # the header of a callback
SILENT = "silent"  # of refunds: acts, and answers neither then nor when it is asked later


@dataclass(slots=True)
class Account:
    """What the platform knows."""

    charges: dict[str, ChargeAnswer] = field(default_factory=dict)
    invited_at: dict[str, float] = field(default_factory=dict)  # by charge: read from our glass
    refunds: dict[str, RefundReply] = field(default_factory=dict)
    refunded_minor: dict[str, int] = field(default_factory=dict)  # by charge
    refunds_fail: str = ""  # "", refuse, lose, drop, silent: what happens to the next refunds


class SimulatedPayments:
    """One platform. `delay_seconds` makes it as slow as a real one; with `pays_after_seconds` the
    pretend payer of an invitation pays so long after it was shown, else `confirm` does it."""

    def __init__(
        self,
        secret: bytes,
        *,
        prefix: str = "SIM",
        delay_seconds: float = 0.0,
        pays_after_seconds: float | None = None,
    ) -> None:
        self.account = Account()
        self._pays_after_seconds = pays_after_seconds
        self._secret, self._prefix, self._delay_seconds = secret, prefix, delay_seconds
        self._count = 0

    async def charge(self, request: ChargeRequest) -> ChargeAnswer:
        await asyncio.sleep(self._delay_seconds)
        if earlier := self.account.charges.get(request.number):
            return earlier
        behaviour = behaviour_of(request.payer_code)
        if behaviour is Behaviour.LOSE:
            raise Unknown
        states = {Behaviour.REFUSE: ChargeState.REFUSED, Behaviour.ASK: ChargeState.WAITING}
        state = states.get(behaviour, ChargeState.PAID)
        problem = say("refused by the bank") if state is ChargeState.REFUSED else ""
        answer = ChargeAnswer(
            request.number, state, request.amount_minor, self._reference(), problem
        )
        self.account.charges[request.number] = answer
        if behaviour is Behaviour.DROP:
            raise Unknown
        return answer

    async def invite(self, request: ChargeRequest) -> Invitation:
        await asyncio.sleep(self._delay_seconds)
        waiting = ChargeAnswer(
            request.number, ChargeState.WAITING, request.amount_minor, self._reference()
        )
        self.account.charges.setdefault(request.number, waiting)
        self.account.invited_at.setdefault(request.number, time.monotonic())
        return Invitation(request.number, f"https://pay.example/{self._prefix}/{request.number}")

    async def query(self, number: str) -> ChargeAnswer:
        await asyncio.sleep(self._delay_seconds)
        self._let_pay(number)
        not_found = ChargeAnswer(number, ChargeState.NOT_FOUND)
        return self.account.charges.get(number, not_found)

    async def close(self, number: str) -> ChargeAnswer:
        await asyncio.sleep(self._delay_seconds)
        known = self.account.charges.get(number)
        if known is None or known.state is ChargeState.WAITING:
            known = ChargeAnswer(number, ChargeState.CLOSED)
            self.account.charges[number] = known
        return known

    async def refund(self, request: RefundRequest) -> RefundReply:
        await asyncio.sleep(self._delay_seconds)
        earlier = self.account.refunds.get(request.number)
        if earlier is not None and earlier.state is RefundState.DONE:
            return self._heard(earlier)
        if self.account.refunds_fail == Behaviour.LOSE:
            raise Unknown
        reply = self._refund(request)
        self.account.refunds[request.number] = reply
        if self.account.refunds_fail == Behaviour.DROP:
            raise Unknown
        return self._heard(reply)

    def _heard(self, reply: RefundReply) -> RefundReply:
        if self.account.refunds_fail == SILENT:
            raise Unknown
        return reply

    def _refund(self, request: RefundRequest) -> RefundReply:
        """Never more than was charged. A charge that is not known here was made before this
        pretend platform was started: it pays that back too."""
        charge = self.account.charges.get(request.charge_number)
        before = self.account.refunded_minor.get(request.charge_number, 0)
        too_much = charge is not None and before + request.amount_minor > charge.amount_minor
        if too_much or self.account.refunds_fail == Behaviour.REFUSE:
            return RefundReply(
                request.number, RefundState.REFUSED, problem=say("refused by the bank")
            )
        self.account.refunded_minor[request.charge_number] = before + request.amount_minor
        return RefundReply(request.number, RefundState.DONE, self._reference())

    async def query_refund(self, number: str, charge_number: str) -> RefundReply:
        await asyncio.sleep(self._delay_seconds)
        not_found = RefundReply(number, RefundState.NOT_FOUND)
        return self._heard(self.account.refunds.get(number, not_found))

    def _let_pay(self, number: str) -> None:
        shown_at, after = self.account.invited_at.get(number), self._pays_after_seconds
        charge = self.account.charges.get(number)
        if shown_at is None or after is None or charge is None:
            return
        if charge.state is ChargeState.WAITING and time.monotonic() >= shown_at + after:
            self.confirm(number)

    def confirm(self, number: str) -> None:
        """The payer says yes on the phone; also when the charge was closed a moment ago."""
        charge = self.account.charges[number]
        self.account.charges[number] = charge._replace(
            state=ChargeState.PAID, reference=self._reference()
        )

    def callback(self, number: str) -> tuple[bytes, dict[str, str]]:
        """The body and signature of what the platform tells about a charge, as it is now."""
        body = json.dumps(self.account.charges[number]._asdict()).encode()
        return body, {SIGNATURE: self._sign(body)}

    async def read_callback(self, body: bytes, headers: Mapping[str, str]) -> ChargeAnswer:
        if not hmac.compare_digest(self._sign(body), headers.get(SIGNATURE, "")):
            raise CallbackRejected
        try:
            said = json.loads(body)
            return ChargeAnswer(
                str(said["number"]),
                ChargeState(said["state"]),
                int(said["amount_minor"]),
                str(said["reference"])[:64],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise CallbackRejected from error

    def _sign(self, body: bytes) -> str:
        return hmac.digest(self._secret, body, "sha256").hex()

    def _reference(self) -> str:
        self._count += 1
        return f"{self._prefix}{self._count:010d}"


def behaviour_of(payer_code: str) -> Behaviour:
    """`drop-134567` drops its answer; any other code pays."""
    word = payer_code.partition("-")[0]
    return Behaviour(word) if word in set(Behaviour) else Behaviour.PAY
