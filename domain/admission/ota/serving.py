"""The port: a message of an OTA in, its signed and stored answer out.

What is asked is carried out and answered in one act. An answer that changed nothing (a no, a
question) is stored afterwards; whoever was first has the word.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from domain.admission.ota import accounts, altering, calls, ordering, resending, wire
from domain.admission.ota.accounts import Keys, find_account, keys_of
from domain.admission.ota.bodies import DECODERS, Body, Verify
from domain.admission.ota.calls import Call
from domain.admission.ota.codes import Told, code_of
from domain.admission.ota.model import NOT_STORED, AccountStatus, Answer, Code, Service
from domain.commerce import capacity
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, DomainError, InvalidInput, Message, say
from domain.kernel.vault import Vault
from domain.operation.places import PlaceKind, get_place

CLOCKS = timedelta(minutes=10)  # how far apart the OTA's and ours may be
TRIES = 3  # against somebody who changes the same order

Translate = Callable[[str, Message], str]


class Header(msgspec.Struct):
    accountId: str = ""  # noqa: N815
    serviceName: str = ""  # noqa: N815
    requestTime: str = ""  # noqa: N815
    version: str = ""
    sign: str = ""


class Envelope(msgspec.Struct):
    header: Header
    body: msgspec.Raw = msgspec.Raw(b"")


class Known(NamedTuple):
    """An account that a message names, with its keys and the clock of its area."""

    account: Any
    keys: Keys
    zone: ZoneInfo


_envelopes = msgspec.json.Decoder(Envelope)
_texts = msgspec.json.Decoder(str)


class Port:
    """One for an app."""

    def __init__(self, db: Database, vault: Vault, translate: Translate) -> None:
        self._db, self._vault, self._translate = db, vault, translate

    async def answer(self, message: bytes, address: str, now: datetime) -> "Reply":
        """Never raises for what was sent: whatever is wrong with it has a number."""
        try:
            envelope = _envelopes.decode(message)
            raw = bytes(envelope.body).strip()
            text = _texts.decode(raw) if raw.startswith(b'"') else raw.decode()
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return Reply(self.no(Code.UNREADABLE, say("The message cannot be read.")), None)
        known = await self.known(envelope.header)
        if known is None or known.account.status != AccountStatus.ACTIVE:
            sentence = say("There is no such account.")
            return Reply(self.no(Code.BAD_ACCOUNT, sentence), None, is_stranger=known is None)
        try:
            call = self.read(envelope.header, text, known, address, now)
        except Told as told:
            answer = self.no(told.number, told.message)
            service = envelope.header.serviceName
            await self._db.act(calls.note_failure, known.account, service, answer, address, now)
            is_stranger = told.number is Code.BAD_SIGNATURE
            return Reply(answer, None if is_stranger else known.keys, is_stranger)
        return Reply(await self.carry_out(call, now), known.keys)

    async def known(self, header: Header) -> Known | None:
        if not accounts.ACCOUNT.fullmatch(header.accountId):
            return None
        account = await self._db.ask(find_account, header.accountId)
        if account is None:
            return None
        area = await self._db.ask(get_place, PlaceKind.AREA, account.area_id)
        return Known(account, keys_of(self._vault, account), ZoneInfo(area.time_zone))

    def read(self, header: Header, text: str, known: Known, address: str, now: datetime) -> Call:
        """Its signature, its time, its service and its body are right; else Told."""
        expected = wire.sign(
            header.accountId,
            header.serviceName,
            header.requestTime,
            text,
            header.version,
            known.keys.sign,
        )
        if not wire.is_signed(header.sign, expected):
            raise Told(Code.BAD_SIGNATURE, say("The signature is wrong."))
        if not is_timely(header.requestTime, known.zone, now):
            raise Told(Code.BAD_SIGNATURE, say("The time of the request is too far from ours."))
        if header.serviceName not in list(Service):
            raise Told(Code.NO_SERVICE, say("There is no such service."))
        service = Service(header.serviceName)
        try:
            plain = (
                wire.unseal(text, known.keys.seal, known.keys.vector) if known.keys.seal else text
            )
            return Call(known.account, service, body_of(service, plain), plain, address)
        except (ValueError, RecursionError):
            raise Told(Code.UNREADABLE, say("The body cannot be read.")) from None

    async def carry_out(self, call: Call, now: datetime) -> Answer:
        """The stored answer, or a new one."""
        for _ in range(TRIES):
            try:
                return self.said(await self.first_answer(call, now))
            except DomainError as problem:
                code, message = code_of(problem), problem.message
                if isinstance(problem, InvalidInput) and problem.fields:
                    message = next(iter(problem.fields.values()))
                if not isinstance(problem, Conflict) or code not in NOT_STORED:
                    break
        answer = self.no(code, message)
        if code in NOT_STORED or code is Code.OTHER_BODY:
            return answer
        try:
            return await self._db.act(calls.keep, self._vault, call, answer, now)
        except Told as told:
            return self.no(told.number, told.message)

    async def first_answer(self, call: Call, now: datetime) -> Answer:
        """Acts, if nobody did. Raises what stands against it."""
        if (before := await self._db.ask(calls.earlier, self._vault, call)) is not None:
            return before
        lane = capacity.lane(call.account.area_id)
        if call.service in ACTS:
            return await self._db.act(act_once, self._vault, call, now, lane=lane)
        if isinstance(call.body, Verify):
            try:
                await self._db.act(ordering.rehearse, self._vault, call, call.body, now, lane=lane)
            except ordering.Rehearsed:
                answer = verified(call.body)
        else:
            answer = await self._db.ask(altering.query, call, call.body, now)
        return await self._db.act(calls.keep, self._vault, call, self.said(answer), now)

    def no(self, code: Code, message: Message) -> Answer:
        return Answer(code, self._translate("zh", message))

    def said(self, answer: Answer) -> Answer:
        return answer if answer.message else answer._replace(message=self._translate("zh", DONE))


DONE = say("Done.")


class Reply(NamedTuple):
    """What goes back. `is_stranger`: nobody has proved to be the account; guesses are counted."""

    answer: Answer
    keys: Keys | None
    is_stranger: bool = False

    def encoded(self) -> bytes:
        """The message, its body sealed where that was agreed."""
        answer = self.answer
        told: dict[str, Any] = {
            "header": {"resultCode": str(answer.code), "resultMessage": answer.message}
        }
        if answer.body is not None:
            text = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
            sealed = self.keys is not None and self.keys.seal
            told["body"] = (
                wire.seal(text, self.keys.seal, self.keys.vector)
                if self.keys is not None and sealed
                else answer.body
            )
        return msgspec.json.encode(told)


def body_of(service: Service, plain: str) -> Body:
    found: Body = DECODERS[service].decode(plain.encode())
    return found


def is_timely(at: str, zone: ZoneInfo, now: datetime) -> bool:
    try:
        asked = datetime.strptime(at, wire.TIME_FORM).replace(tzinfo=zone)
    except ValueError:
        return False
    return abs(asked - now) <= CLOCKS


async def act_once(tx: Tx, vault: Vault, call: Call, now: datetime) -> Answer:
    """What was asked, and its answer, in one transaction; or the answer that stands already."""
    call_id, before = await calls.claim(tx, vault, call, now)
    if before is not None:
        return before
    answer: Answer = await ACTS[call.service](tx, vault, call, now)
    await calls.finish(tx, vault, call_id, answer)
    return answer


def verified(body: Verify) -> Answer:
    return Answer(Code.OK, "", {"items": [{"PLU": item.PLU} for item in body.items]})


ACTS: Mapping[Service, Any] = {
    Service.CREATE: ordering.create,
    Service.CANCEL: altering.cancel,
    Service.EDIT: altering.edit,
    Service.VOUCHER: resending.resend,
}
