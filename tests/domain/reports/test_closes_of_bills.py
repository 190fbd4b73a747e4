"""A day's close beside the bills of platforms, in an area that keeps another clock than they."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import httpx2
import pytest
import sqlalchemy as sa

from domain.admission.tickets import signing_keys
from domain.commerce import orders, reconciliation
from domain.commerce.orders import Charge
from domain.commerce.payments import Payment, Tender
from domain.kernel import ids
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict
from domain.kernel.vault import Vault
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from domain.operation.places.tables import areas
from domain.reports import closes
from domain.reports.closes import Cause, CloseStatus, Read
from gateways.payments.numbers import shortened
from gateways.payments.pretend.books import Trade
from gateways.payments.pretend.serving import bound, serving, url_of
from gateways.payments.pretend.wechat import PretendWeChat
from gateways.payments.wechat import WeChatPay
from tests.domain.commerce.factories import NOON, World, add_world
from tests.domain.commerce.selling import BUYER, findings, online, place, wanted
from webapp import i18n, office_closes

EVENING = date(2026, 6, 30)  # there; noon of the next day in Beijing
LATER = NOON + timedelta(days=3)
MAKER, CHECKER = (Actor(ActorKind.STAFF, ids.new_id()) for _ in range(2))


class Till:
    def __init__(self, db: Database, world: World, wechat: PretendWeChat, pay: WeChatPay) -> None:
        self.db, self.world, self.wechat, self.pay = db, world, wechat, pay

    async def sell(self, *, paid: bool = True) -> Payment:
        order = await place(
            self.db, self.world, online(self.world, wanted(self.world.adult_id, 1)), NOON
        )
        asked = Charge(order.id, Tender.WECHAT)
        payment = await self.db.act(orders.start_payment, asked, BUYER, NOON)
        if not paid:
            return payment
        code = "134567890123456789"
        return await orders.collecting.collect(
            self.db, {"wechat": self.pay}, payment.id, code, lambda: NOON
        )

    async def read(self, day: date = EVENING) -> Read:
        return await self.db.ask(closes.read_day, self.world.area_id, day)

    async def fetch(self) -> None:
        await reconciliation.fetch_bills(self.db, {"wechat": self.pay}, LATER)


@pytest.fixture
async def till(db: Database) -> AsyncIterator[Till]:
    world, listening = await add_world(db), bound()
    wechat = PretendWeChat(url_of(listening), "", lambda: NOON, certificates=False)

    async def move(tx: Tx) -> None:
        await tx.run(sa.update(areas).values(time_zone="America/Los_Angeles"))

    async with (
        serving(wechat.app, listening),
        httpx2.AsyncClient(timeout=5, trust_env=False) as line,
    ):
        till = Till(db, world, wechat, WeChatPay(wechat.merchant, line, lambda: NOON))
        await db.act(move)
        await db.act(signing_keys.rotate, Vault({1: b"k" * 32}), NOON)
        yield till


def amounts(read: Read, cause: Cause) -> list[int]:
    return sorted(line.amount_minor for line in read.lines if line.cause is cause)


async def test_a_close_reads_the_bills_and_names_what_differs(till: Till) -> None:
    hidden, misprinted, _ = [await till.sell() for _ in range(3)]
    await till.sell(paid=False)
    till.wechat.hide.add(shortened(hidden.id))
    till.wechat.misprint[shortened(misprinted.id)] = 9_700
    stranger = Trade("0" * 32, 9_800, "4200", "A", "code", "paid", NOON)
    till.wechat.books.trades[stranger.number] = stranger
    assert amounts(await till.read(), Cause.STATEMENT_MISSING) == [3 * 9_800]

    await till.fetch()
    read = await till.read()

    (wechat,) = read.figures.tenders
    assert (wechat.net_minor, wechat.counted_minor) == (3 * 9_800, 9_800 + 9_700)
    assert amounts(read, Cause.BILL_DIFFERS) == [-9_800, -100]
    assert amounts(read, Cause.PAYMENT_WAITING) == [9_800]
    assert amounts(read, Cause.STATEMENT_DIFFERS) == amounts(read, Cause.STATEMENT_MISSING) == []
    next_day = await till.read(EVENING + timedelta(days=1))  # a bill's day, where nobody knows more
    assert amounts(next_day, Cause.BILL_DIFFERS) == [9_800]
    with i18n.using("en"):
        named = {
            office_closes.name_of_line(one) for one in read.lines if one.cause is Cause.BILL_DIFFERS
        }
    assert all(name.startswith("WeChat Pay ") for name in named) and len(named) == 2


async def test_a_day_is_signed_when_its_bill_is_explained_and_stays_as_it_was(till: Till) -> None:
    hidden = await till.sell()
    till.wechat.hide.add(shortened(hidden.id))
    await till.fetch()
    area_id = till.world.area_id
    with pytest.raises(Conflict):  # an open difference
        await closes.sign(till.db, area_id, EVENING, MAKER, LATER)
    (item,) = await till.db.ask(reconciliation.open_items, 10)
    await till.db.act(reconciliation.resolve, item.id, "平台次日补账", MAKER, LATER)

    approval_id = await closes.sign(till.db, area_id, EVENING, MAKER, LATER)
    await till.db.act(approvals.decide, approval_id, ApprovalStatus.APPROVED, CHECKER, LATER)

    (close,) = await till.db.ask(closes.page, [area_id])
    assert close.status is CloseStatus.CLOSED
    till.wechat.hide.clear()  # the platform mends its bill after the day was signed
    bill_day = EVENING + timedelta(days=1)
    again = await reconciliation.fetch_bill(
        till.db, till.pay, Tender.WECHAT, bill_day, LATER, again=True
    )
    assert again is reconciliation.TryOutcome.TAKEN
    assert await findings(till.db) == []
