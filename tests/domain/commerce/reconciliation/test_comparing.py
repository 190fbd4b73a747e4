"""A day's bill against payments and ledger: every difference that was planted has its name."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx2
import pytest

from domain.commerce import orders, reconciliation
from domain.commerce.orders import Charge
from domain.commerce.payments import Payment, Tender
from domain.commerce.reconciliation import Finding
from domain.kernel.clock import local_day
from domain.kernel.db import Database
from domain.kernel.errors import Conflict, InvalidInput
from domain.kernel.ports import PaymentGateway
from gateways.payments.numbers import shortened
from gateways.payments.pretend.books import Trade
from gateways.payments.pretend.serving import bound, serving, url_of
from gateways.payments.pretend.wechat import BEIJING, PretendWeChat
from gateways.payments.wechat import WeChatPay
from tests.domain.commerce.factories import NOON, World, add_world
from tests.domain.commerce.selling import BUYER, findings, online, place, wanted

DAY = local_day(NOON, BEIJING)
NEXT = NOON + timedelta(days=1)


def noon() -> datetime:
    return NOON


class Till:
    """Takes codes by WeChat Pay at noon."""

    def __init__(self, db: Database, world: World, wechat: PretendWeChat, pay: WeChatPay) -> None:
        self.db, self.world, self.wechat, self.pay = db, world, wechat, pay
        self.gateways: dict[str, PaymentGateway] = {"wechat": pay}

    async def start(self) -> Payment:
        order = await place(
            self.db, self.world, online(self.world, wanted(self.world.adult_id, 1)), NOON
        )
        return await self.db.act(orders.start_payment, Charge(order.id, Tender.WECHAT), BUYER, NOON)

    async def sell(self) -> Payment:
        payment = await self.start()
        code = "134567890123456789"
        return await orders.collecting.collect(self.db, self.gateways, payment.id, code, noon)

    async def found(self, day: datetime = NEXT) -> dict[str, Finding]:
        await reconciliation.fetch_bills(self.db, {"wechat": self.pay}, day)
        items = await self.db.ask(reconciliation.open_items, 100)
        return {item.number: Finding(item.finding) for item in items}


@pytest.fixture
async def till(db: Database) -> AsyncIterator[Till]:
    world, listening = await add_world(db), bound()
    wechat = PretendWeChat(url_of(listening), "", noon, certificates=False)
    async with (
        serving(wechat.app, listening),
        httpx2.AsyncClient(timeout=5, trust_env=False) as line,
    ):
        yield Till(db, world, wechat, WeChatPay(wechat.merchant, line, noon))


async def test_every_planted_difference_is_named(till: Till) -> None:
    sold = [await till.sell() for _ in range(4)]
    hidden, misprinted = sold[0].id, sold[1].id
    till.wechat.hide.add(shortened(hidden))
    till.wechat.misprint[shortened(misprinted)] = 9_700
    waiting = await till.start()  # paid there, and we never heard of it
    stranger = "0" * 32
    for number in (shortened(waiting.id), stranger):
        till.wechat.books.trades[number] = Trade(number, 9_800, "4200", "A", "code", "paid", NOON)

    found = await till.found()

    assert found == {
        hidden: Finding.LOCAL_ONLY,
        misprinted: Finding.AMOUNT_DIFF,
        waiting.id: Finding.STATUS_DIFF,
        "00000000-0000-0000-0000-000000000000": Finding.PAY_ONLY,
    }
    bill = await till.db.ask(reconciliation.bill_of, Tender.WECHAT, DAY)
    assert (bill.lines, bill.matched) == (5, 2)
    assert bill.charged_minor == 2 * 9_800 + 9_700 + 2 * 9_800
    assert await till.found() == found  # the same day again changes nothing
    assert await findings(till.db) == []


async def test_what_stands_on_the_next_days_bill_is_resolved_by_it(till: Till) -> None:
    late = await till.sell()
    trade = till.wechat.books.trades[shortened(late.id)]
    trade.paid_at = NEXT  # by the platform's clock

    assert await till.found() == {late.id: Finding.LOCAL_ONLY}
    assert await till.found(NEXT + timedelta(days=1)) == {}


async def test_a_bill_that_is_not_whole_is_asked_for_again(till: Till) -> None:
    await till.sell()
    till.wechat.bill_hash_is_wrong = True
    assert await till.found() == {}
    assert await till.db.ask(reconciliation.bill_of, Tender.WECHAT, DAY) is None
    till.wechat.bill_hash_is_wrong = False
    await till.found()
    bill = await till.db.ask(reconciliation.bill_of, Tender.WECHAT, DAY)
    assert (bill.lines, bill.matched) == (1, 1)


async def test_a_difference_has_an_owner_and_is_resolved_once(till: Till) -> None:
    payment = await till.sell()
    till.wechat.hide.add(shortened(payment.id))
    await till.found()
    (item,) = await till.db.ask(reconciliation.open_items, 10)
    owner = str(till.world.cashier.id)

    await till.db.act(reconciliation.assign, item.id, owner, BUYER, NEXT)
    with pytest.raises(InvalidInput):
        await till.db.act(reconciliation.resolve, item.id, " ", BUYER, NEXT)
    await till.db.act(reconciliation.resolve, item.id, "the platform says: next week", BUYER, NEXT)
    with pytest.raises(Conflict):
        await till.db.act(reconciliation.resolve, item.id, "again", BUYER, NEXT)

    kept = await till.db.ask(reconciliation.get_item, item.id)
    assert (kept.status, kept.owner_id) == ("resolved", owner)
    assert await till.db.ask(reconciliation.open_items, 10) == []
