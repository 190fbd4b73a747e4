"""From an act to a phone: by real providers over loopback, once, or to be looked at by a person."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, NotFound, TooOften
from domain.kernel.ports import CallbackRejected
from domain.kernel.vault import Vault
from domain.operation import messages, outbox
from domain.operation.approvals import ApprovalStatus, decide
from domain.operation.messages import (
    Content,
    DeliveryState,
    MessageChannel,
    Messenger,
    Note,
    ProviderInput,
    ProviderKind,
    Verdict,
    codes,
    looking,
    providers,
    rules,
    sending,
    templates,
)
from domain.operation.outbox import OutboxStatus, Worker, worklist
from domain.operation.outbox import carrying as module
from gateways.messages import open_carrier
from gateways.sms import http
from tests.gateways.far_sides import Answer, Asked, MailServer, platform
from tests.staffing import NOON

BOSS, CHECKER = Actor(ActorKind.STAFF, "boss"), Actor(ActorKind.STAFF, "checker")
SMS, EMAIL = MessageChannel.SMS, MessageChannel.EMAIL
PHONE = "13800138000"
VALUES = {"number": "20260701-0042", "area": "云岭", "visit_on": "2026-07-05", "tickets": 3,
          "total": 29_400}  # fmt: skip
HOUR = timedelta(hours=1)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Platform:
    """A platform that takes every number once, and can fail before and after acting."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.fails: list[str] = []  # what becomes of the next requests: before, after, no, busy
        self.is_dumb = False  # it cannot be asked

    def answer(self, asked: Asked) -> Answer:
        stamp = asked.headers["x-timestamp"]
        assert http.signature("s3cret", stamp, asked.body) == asked.headers["x-signature"]
        said = json.loads(asked.body)
        if asked.path == "/query":
            known = said["id"] in self.texts
            return None if self.is_dumb else (200, {"state": "accepted" if known else "not_found"})
        way = self.fails.pop(0) if self.fails else ""
        if way == "before":
            return None
        if way in ("no", "busy"):
            return 429 if way == "busy" else 400, {"error": "refused"}
        assert said["id"] not in self.texts, "sent twice"
        self.texts[said["id"]] = said["text"]
        return None if way == "after" else (200, {"reference": f"R-{said['id']}", "parts": 1})


class House:
    """A database with a messenger, its worker and a clock."""

    def __init__(self, db: Database) -> None:
        self.db, self.clock = db, Clock()
        self.vault = Vault({1: b"s" * 32})
        self.messenger = Messenger(db, self.vault, open_carrier, self.clock)
        for kind, carrier in messages.carriers(self.vault, self.messenger).items():
            outbox.register(kind, carrier)
        self.worker = Worker(db, clock=self.clock)

    async def connect(self, kind: ProviderKind, settings: dict[str, str], secret: str = "") -> str:
        given = ProviderInput(kind, "Ours", settings, secret)
        now = self.clock.now
        provider_id = await self.db.act(providers.add, self.vault, given, BOSS, now)
        await self.db.act(providers.use, provider_id, True, BOSS, now)
        return provider_id

    async def connect_http(self, url: str) -> str:
        addresses = {"url": f"{url}/send", "query_url": f"{url}/query"}
        return await self.connect(ProviderKind.HTTP, addresses, "s3cret")

    async def tell(self, event: str = "order.paid", **changes: Any) -> str:
        note = Note(event, SMS, PHONE, "zh", VALUES, ("order", "o1"))._replace(**changes)

        async def act(tx: Tx) -> str:
            return messages.send(tx, self.vault, note, self.clock.now)

        return await self.db.act(act)

    async def work(self, minutes: int = 30) -> None:
        """Everything that falls due in the next while."""
        for _ in range(minutes):
            await self.worker.turn()
            self.clock.now += timedelta(minutes=1)

    async def deliveries(self) -> list[tuple[str, str]]:
        rows = await self.db.ask(looking.listed, looking.Sought(), Cut())
        return [(row.event, row.state) for row in rows]

    async def the_one(self) -> Any:
        [row] = await self.db.ask(looking.listed, looking.Sought(), Cut())
        return row

    async def outbox_status(self, message_id: str) -> str:
        return str((await self.db.ask(worklist.get, message_id)).status)


@pytest.fixture
def house(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(module, "_carriers", {})
    yield House(db)


async def test_a_text_is_sent_and_its_receipt_is_taken_once(house: House) -> None:
    far = Platform()
    async with platform(far.answer) as url:
        provider_id = await house.connect_http(url)
        await house.tell()
        await house.work(1)

    [text] = far.texts.values()
    assert text == "订单20260701-0042已支付294.00元：云岭2026年7月5日，共3张票。"
    row = await house.the_one()
    assert (row.state, row.parts, row.address_mask) == ("sent", 1, "138****8000")
    assert looking.text_of(house.vault, row) == text

    body = json.dumps({"id": row.id, "reference": row.reference, "delivered": True}).encode()
    stamp = str(int(house.clock.now.timestamp()))
    headers = {"x-timestamp": stamp, "x-signature": http.signature("s3cret", stamp, body)}
    token = providers.callback_token(house.vault, provider_id)

    def opened(kind: str, given: Mapping[str, Any], secret: str) -> http.HttpSms:
        return http.HttpSms(http.Account(secret=secret, **given), house.clock)

    house.messenger = Messenger(house.db, house.vault, opened, house.clock)
    for _ in range(20):
        assert await house.messenger.hear(provider_id, token, headers, body) == 1
    with pytest.raises(NotFound):
        await house.messenger.hear(provider_id, "guess", headers, body)
    with pytest.raises(CallbackRejected):
        await house.messenger.hear(provider_id, token, {**headers, "x-signature": ""}, body)
    assert await house.deliveries() == [("order.paid", "delivered")]


@pytest.mark.parametrize("way", ["before", "after"])
async def test_a_lost_answer_is_asked_for_and_nothing_is_sent_twice(house: House, way: str) -> None:
    far = Platform()
    far.fails = [way]
    async with platform(far.answer) as url:
        await house.connect_http(url)
        message_id = await house.tell()
        await house.work(3)

    assert len(far.texts) == 1
    assert await house.deliveries() == [("order.paid", "sent")]
    assert await house.outbox_status(message_id) == OutboxStatus.DONE


async def test_what_nobody_can_tell_waits_for_a_person(house: House) -> None:
    far = Platform()
    far.fails, far.is_dumb = ["after"], True
    async with platform(far.answer) as url:
        await house.connect_http(url)
        message_id = await house.tell()
        await house.work(40)
        assert await house.deliveries() == [("order.paid", "unknown")]
        assert await house.outbox_status(message_id) == OutboxStatus.FAILED
        assert len(far.texts) == 1

        row = await house.the_one()
        await house.db.act(sending.decide, row.id, True, BOSS, house.clock.now)
        with pytest.raises(Conflict):
            await house.db.act(sending.decide, row.id, False, BOSS, house.clock.now)
        await house.db.act(worklist.retry, BOSS, message_id, house.clock.now)
        await house.work(2)

    assert await house.outbox_status(message_id) == OutboxStatus.DONE
    assert len(far.texts) == 1


async def test_a_refusal_is_final_unless_it_is_for_now(house: House) -> None:
    far = Platform()
    async with platform(far.answer) as url:
        await house.connect_http(url)
        far.fails = ["no"]
        final = await house.tell()
        await house.work(1)
        assert await house.outbox_status(final) == OutboxStatus.FAILED
        far.fails = ["busy", "busy"]
        later = await house.tell()
        await house.work(10)

    assert await house.outbox_status(later) == OutboxStatus.DONE
    assert sorted(await house.deliveries()) == [("order.paid", "failed"), ("order.paid", "sent")]


async def test_without_a_provider_it_comes_to_the_worklist(house: House) -> None:
    message_id = await house.tell()
    await house.work(25)
    assert await house.outbox_status(message_id) == OutboxStatus.FAILED

    await house.connect(ProviderKind.LOG, {})
    await house.db.act(worklist.retry, BOSS, message_id, house.clock.now)
    await house.work(1)
    assert await house.deliveries() == [("order.paid", "logged")]


async def test_offers_wait_for_the_morning_and_respect_who_wants_none(house: House) -> None:
    far = Platform()
    offer = {"area": "云岭", "offer": "八折"}
    house.clock.now = NOON + 10 * HOUR  # ten in the evening in Shanghai
    async with platform(far.answer) as url:
        await house.connect_http(url)
        await house.tell("offer", values=offer)
        await house.work(5)
        assert not far.texts
        house.clock.now = NOON + 20 * HOUR + timedelta(minutes=1)  # eight
        await house.work(1)
        assert list(far.texts.values()) == ["云岭：八折 回T退订"]

        await house.db.act(rules.opt_out, house.vault, SMS, "+86 138 0013 8000", "T", NOON)
        await house.tell("offer", values=offer)
        await house.tell()  # what was asked for comes all the same
        await house.work(1)

    assert len(far.texts) == 2
    states = await house.deliveries()
    assert ("offer", DeliveryState.WITHHELD) in states


async def test_limits_hold_back_and_let_go(house: House) -> None:
    far = Platform()
    await house.db.act(rules.set_limit, "sms_minute", 2, BOSS, NOON)
    async with platform(far.answer) as url:
        await house.connect_http(url)
        for _ in range(5):
            await house.tell()
        await house.work(1)
        assert len(far.texts) == 2
        await house.work(8)

    assert len(far.texts) == 5


async def test_mail_by_a_server(house: House) -> None:
    server = MailServer()
    async with server.running():
        settings = {"host": "127.0.0.1", "port": str(server.port), "security": "none",
                    "sender": "a@park.cn"}  # fmt: skip
        await house.connect(ProviderKind.SMTP, settings)
        await house.tell(channel=EMAIL, address="reader@example.cn")
        await house.work(1)

    assert [to for to, _ in server.mails] == ["reader@example.cn"]
    assert await house.deliveries() == [("order.paid", "sent")]


async def test_a_code_is_told_and_is_right_once(house: House) -> None:
    far = Platform()
    async with platform(far.answer) as url:
        await house.connect_http(url)
        await house.db.act(codes.issue, house.vault, "shop", SMS, PHONE, "zh", house.clock.now)
        with pytest.raises(TooOften):
            await house.db.act(codes.issue, house.vault, "shop", SMS, PHONE, "zh", house.clock.now)
        await house.work(1)

    [text] = far.texts.values()
    typed = text[6:12]
    now = house.clock.now

    async def verify(code: str, at: datetime = now) -> Verdict:
        return await house.db.act(codes.verify, house.vault, "shop", SMS, PHONE, code, at)

    row = await house.the_one()
    assert row.text_sealed is None
    assert await verify("000000" if typed != "000000" else "111111") is Verdict.WRONG
    assert await verify(typed, now + HOUR) is Verdict.OVER
    assert await house.db.act(codes.verify, house.vault, "other", SMS, PHONE, typed, now) is (
        Verdict.OVER
    )
    assert await verify(f" {typed[:3]} {typed[3:]}") is Verdict.RIGHT
    assert await verify(typed) is Verdict.OVER


async def test_a_code_cannot_be_tried_out(house: House) -> None:
    code_id = await house.db.act(codes.issue, house.vault, "shop", SMS, PHONE, "zh", NOON)
    right = codes.code_of(house.vault, code_id)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(codes.MOST_TRIES):
        assert await house.db.act(codes.verify, house.vault, "shop", SMS, PHONE, wrong, NOON) is (
            Verdict.WRONG
        )
    assert await house.db.act(codes.verify, house.vault, "shop", SMS, PHONE, right, NOON) is (
        Verdict.OVER
    )


async def test_a_late_code_is_not_sent(house: House) -> None:
    far = Platform()
    await house.db.act(codes.issue, house.vault, "shop", SMS, PHONE, "zh", NOON)
    house.clock.now = NOON + HOUR
    async with platform(far.answer) as url:
        await house.connect_http(url)
        await house.work(1)

    assert not far.texts
    assert await house.deliveries() == [("code", "withheld")]


async def test_a_text_is_changed_by_two(house: House) -> None:
    content = Content("已付{total}，订单{number}", "Paid {total}, order {number}")
    approval_id = await house.db.act(
        templates.propose, "order.paid", SMS, content, BOSS, NOON, "shorter"
    )
    assert (await house.db.ask(templates.get, "order.paid", SMS)).version == 0
    await house.db.act(decide, approval_id, ApprovalStatus.APPROVED, CHECKER, NOON)
    template = await house.db.ask(templates.get, "order.paid", SMS)
    assert (template.content, template.version) == (content, 1)
    assert len(await house.db.ask(templates.versions, "order.paid", SMS)) == 1

    far = Platform()
    async with platform(far.answer) as url:
        await house.connect_http(url)
        await house.tell(language="en")
        await house.work(1)
        assert list(far.texts.values()) == ["Paid CNY 294.00, order 20260701-0042"]
        await house.db.act(templates.switch, "order.paid", SMS, False, BOSS, NOON)
        await house.tell()
        await house.work(1)
    assert len(far.texts) == 1
