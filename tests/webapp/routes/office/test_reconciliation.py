"""Bills of platforms in the office: fetched, differing, explained, written off by two people."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import ledger, orders, reconciliation
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import Charge
from domain.commerce.payments import Payment, Tender
from domain.kernel.clock import local_day, utc_now
from domain.operation import jobs
from domain.operation.staff import Role
from gateways.payments.numbers import shortened
from gateways.payments.pretend.books import Trade
from gateways.payments.pretend.serving import bound, serving, url_of
from gateways.payments.pretend.wechat import BEIJING, PretendWeChat
from gateways.payments.wechat import WeChatPay
from tests.domain.commerce.factories import NOON, World, add_world
from tests.domain.commerce.selling import BUYER, findings, online, place, wanted
from tests.webapp.exports import at_work, taken
from tests.webapp.people import sign_in_as

ALL = "/office/reconciliation"
STRANGER = "0" * 32


class House:
    """A house that takes WeChat Pay at one moment, and looks at the bill of that day."""

    def __init__(self, app: Starlette, client: httpx2.AsyncClient, world: World) -> None:
        self.app, self.client, self.world, self.db = app, client, world, app.state.db
        self.wechat: PretendWeChat
        self.pay: WeChatPay
        self.now = utc_now()
        self.day = local_day(self.now, BEIJING)

    def clock(self) -> datetime:
        return self.now

    async def sell(self) -> Payment:
        order = await place(
            self.db, self.world, online(self.world, wanted(self.world.adult_id, 1)), NOON
        )
        asked = Charge(order.id, Tender.WECHAT)
        payment = await self.db.act(orders.start_payment, asked, BUYER, NOON)
        return await orders.collecting.collect(
            self.db, {"wechat": self.pay}, payment.id, "134567890123456789", self.clock
        )

    async def fetch(self) -> str:
        """Ask for the bill of the day as a person does; the page when the job has ended."""
        wanted = {"tender": "wechat", "day": self.day.isoformat()}
        asked = await self.client.post(f"{ALL}/fetches", data=wanted)
        assert asked.status_code == 303, asked.text
        for _ in range(300):
            shown = (await self.client.get(asked.headers["location"])).text
            if "<progress" not in shown:
                return shown
            await asyncio.sleep(0.05)
        raise AssertionError("the bill was not fetched")

    async def item(self, number: str) -> str:
        rows = await self.db.ask(reconciliation.open_items, 100)
        return f"{ALL}/items/{next(row.id for row in rows if row.number == number)}"


@pytest.fixture
async def house(app: Starlette, client: httpx2.AsyncClient) -> AsyncIterator[House]:
    house, listening = House(app, client, await add_world(app.state.db)), bound()
    house.wechat = PretendWeChat(url_of(listening), "", house.clock, certificates=False)
    async with (
        serving(house.wechat.app, listening),
        httpx2.AsyncClient(timeout=5, trust_env=False) as line,
    ):
        house.pay = WeChatPay(house.wechat.merchant, line, house.clock)
        app.state.bill_sources = {"wechat": house.pay}
        jobs.register(
            reconciliation.JOB, reconciliation.step_of({"wechat": house.pay}, house.clock)
        )
        yield house


async def test_planted_differences_are_shown_and_settled(house: House) -> None:
    hidden, misprinted, _ = [await house.sell() for _ in range(3)]
    house.wechat.hide.add(shortened(hidden.id))
    house.wechat.misprint[shortened(misprinted.id)] = 9_700
    house.wechat.books.trades[STRANGER] = Trade(
        STRANGER, 9_800, "4200", "A", "code", "paid", house.now
    )
    await sign_in_as(house.client, house.app, Role.FINANCE)

    async with at_work(house.app):
        assert "已对账" in await house.fetch()
        listed = (await house.client.get(ALL)).text
        for word in ("账单缺失", "金额不符", "本地缺失", "97.00", "98.00"):
            assert word in listed
        rows = await taken(house.client, "bill_items", "status=open")
        assert {row["差异类型"] for row in rows} == {"账单缺失", "金额不符", "本地缺失"}

        address = await house.item(hidden.id)
        noted = await house.client.post(f"{address}/owner", data={"note": "已致电平台"})
        assert noted.status_code == 303
        assert "已致电平台" in (await house.client.get(address)).text
        empty = await house.client.post(f"{address}/resolution", data={"resolution": " "})
        assert empty.status_code == 422
        house.wechat.hide.clear()  # the platform mends its bill
        assert "已对账" in await house.fetch()
    assert "agrees now" in (await house.client.get(address)).text

    await written_off_by_two(house, await house.item(misprinted.id))
    assert await house.db.ask(reconciliation.count_open) == 1
    assert await findings(house.db) == []


async def written_off_by_two(house: House, address: str) -> None:
    area_id = house.world.area_id
    before = await house.db.ask(ledger.balance, AccountKind.WECHAT_CLEARING, area_id)
    words = {"resolution": "平台少付一元"}
    assert (await house.client.post(f"{address}/write-off", data=words)).status_code == 303
    assert (await house.client.post(f"{address}/write-off", data=words)).status_code == 422
    waiting = (await house.client.get(address)).text
    (approval,) = set(re.findall(r"/office/approvals/[0-9a-f-]{36}", waiting))
    yes = {"to": "approve", "note": ""}
    assert (await house.client.post(approval, data=yes)).status_code == 403

    await sign_in_as(house.client, house.app, Role.SUPERVISOR)
    assert (await house.client.post(approval, data=yes)).status_code == 303

    after = await house.db.ask(ledger.balance, AccountKind.WECHAT_CLEARING, area_id)
    lost = await house.db.ask(ledger.balance, AccountKind.BILL_DIFFERENCES, area_id)
    assert (after - before, lost) == (-100, 100)
    assert "已核销" in (await house.client.get(address)).text


async def test_a_strangers_money_needs_an_area(house: House) -> None:
    trade = Trade(STRANGER, 9_800, "4200", "A", "code", "paid", house.now)
    house.wechat.books.trades[STRANGER] = trade
    await reconciliation.fetch_bill(house.db, house.pay, Tender.WECHAT, house.day, house.now)
    await sign_in_as(house.client, house.app, Role.FINANCE)
    address = await house.item("00000000-0000-0000-0000-000000000000")

    words = {"resolution": "不明款项"}
    refused = await house.client.post(f"{address}/write-off", data=words)
    assert refused.status_code == 422
    words["area_id"] = house.world.area_id
    assert (await house.client.post(f"{address}/write-off", data=words)).status_code == 303


async def test_a_bill_that_is_not_made_yet_is_no_error(house: House) -> None:
    await sign_in_as(house.client, house.app, Role.FINANCE)
    house.wechat.bill_is_ready = False
    async with at_work(house.app):
        assert "账单未生成" in await house.fetch()
        house.wechat.bill_is_ready = True
        assert "已对账" in await house.fetch()


async def test_who_may_not_settle_only_looks(house: House) -> None:
    await house.sell()
    await reconciliation.fetch_bill(house.db, house.pay, Tender.WECHAT, house.day, house.now)
    await sign_in_as(house.client, house.app, Role.SUPERVISOR)
    wanted = {"tender": "wechat", "day": house.day.isoformat()}

    assert (await house.client.get(ALL)).status_code == 200
    assert (await house.client.post(f"{ALL}/fetches", data=wanted)).status_code == 403
    await sign_in_as(house.client, house.app, Role.CASHIER)
    assert (await house.client.get(ALL)).status_code == 403
