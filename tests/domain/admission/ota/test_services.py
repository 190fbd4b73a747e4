"""What an OTA asks of the port: checked, sold, cancelled, changed and asked about."""

import asyncio
import json
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from domain.admission import ota
from domain.admission.ota import AccountInput, AccountStatus, ProductInput, ProductStatus
from domain.admission.ota.codes import OF_REFUSAL
from domain.commerce import agents
from domain.commerce.orders.tables import orders as orders_table
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.refusals import Refusal
from domain.operation import settings, verification
from tests.domain.admission.ota.pretend import ID_NUMBERS, PLAIN, PretendOta, connected
from tests.domain.admission.tickets.market import VAULT, Market, opened
from tests.domain.commerce.factories import NOON, TOMORROW, add_slot


class House(NamedTuple):
    market: Market
    gate_id: str
    ota: PretendOta
    agent_id: str

    @property
    def db(self) -> Database:
        return self.market.db

    async def balance(self) -> int:
        return int((await self.db.ask(agents.get, self.agent_id)).prepaid_minor)

    async def many(self) -> int:
        return await self.db.ask(count_orders)

    async def sound(self) -> None:
        for name in ("ota", "agents", "ledger", "orders"):
            assert await self.db.ask(verification.run, name) == []


async def count_orders(tx: Tx) -> int:
    return len(await tx.rows(sa.select(orders_table.c.id)))


@pytest.fixture
async def house(db: Database) -> House:
    market, gate_id = await opened(db)
    return House(market, gate_id, *await connected(db, VAULT, market.world))


@pytest.fixture
async def small(sqlite_db: Database) -> House:
    market, gate_id = await opened(sqlite_db)
    return House(market, gate_id, *await connected(sqlite_db, VAULT, market.world))


def test_every_refusal_has_a_number() -> None:
    assert set(OF_REFUSAL) == set(Refusal)


async def test_an_order_lives_its_life(house: House) -> None:
    asked = house.ota.order(3)
    code, _ = await house.ota.ask("VerifyOrder", asked)
    assert (code, await house.many(), await house.balance()) == ("0000", 0, 1_000_000)

    order = await house.ota.create(3)
    assert await house.balance() == 1_000_000 - 3 * 8_820
    assert len(order["vouchers"]) == 3
    first = order["vouchers"][0]["voucherCode"]
    assert (await house.market.go(house.gate_id, first)).allowed
    assert await house.ota.state(order) == (7, 3, 1, 0)

    assert await house.ota.cancel(order, 3) == "2002"
    assert await house.ota.cancel(order, 1) == "0000"
    assert await house.ota.state(order) == (7, 3, 1, 1)
    assert await house.balance() > 1_000_000 - 3 * 8_820
    await house.sound()


async def test_the_same_sequence_gets_the_same_answer(house: House) -> None:
    asked = house.ota.order(2)
    answers = await asyncio.gather(*(house.ota.ask("CreateOrder", asked) for _ in range(50)))

    assert {json.dumps(answer) for answer in answers} == {json.dumps(answers[0])}
    assert answers[0][0] == "0000"
    assert await house.many() == 1
    assert await house.balance() == 1_000_000 - 2 * 8_820
    other = asked | {"items": [house.ota.item(3)]}
    assert (await house.ota.ask("CreateOrder", other))[0] == "1101"
    # the OTA's order under another sequence is the same order, and no second one
    again = await house.ota.ask("CreateOrder", asked | {"sequenceId": ids.new_id()})
    assert again[1]["supplierOrderId"] == answers[0][1]["supplierOrderId"]
    assert await house.many() == 1
    await house.sound()


async def test_a_repeated_cancellation_gives_back_once(house: House) -> None:
    order = await house.ota.create(4)
    items = [{"itemId": "i1", "PLU": "ADULT", "quantity": 1}]
    asked = house.ota.about(order, items=items, confirmType=2)

    answers = await asyncio.gather(*(house.ota.ask("CancelOrder", asked) for _ in range(20)))

    assert {answer[0] for answer in answers} == {"0000"}
    assert await house.ota.state(order) == (4, 4, 0, 1)
    await house.sound()


async def test_a_cancellation_and_a_gate_have_one_winner(house: House) -> None:
    """One lock decides: the loser is told, and nobody is let in on what was given back."""
    won = {"gate": 0, "ota": 0}
    for _ in range(50):
        order = await house.ota.create(1)
        code = order["vouchers"][0]["voucherCode"]
        result, passed = await asyncio.gather(
            house.ota.cancel(order), house.market.go(house.gate_id, code)
        )
        state = await house.ota.state(order)
        if passed.allowed:
            assert result in ("2002", "0005"), result
            assert state == (8, 1, 1, 0)
            won["gate"] += 1
        else:
            assert (result, state) == ("0000", (5, 1, 0, 1))
            won["ota"] += 1
    assert sum(won.values()) == 50
    await house.sound()


async def test_what_cannot_be_sold_is_refused_and_changes_nothing(small: House) -> None:
    them, item = small.ota, small.ota.item
    cases = {
        "1001": [item(plu="NOBODY")],
        "1007": [item(cost=1)],
        "1009": [item(useStartDate="2026-06-30")],
        "1005": [item(cost=None)],
        "1006": [item(passengers=[{"name": "张三", "cardNo": "110105194912310021"}])],
        "1008": [item(200)],
    }
    for code, items in cases.items():
        for service in ("VerifyOrder", "CreateOrder"):
            assert (await them.ask(service, them.order(items=items)))[0] == code, (service, code)
    twice = [{"name": "张三", "cardNo": ID_NUMBERS[0]}]
    named = [item(1, "NAMED", passengers=twice)]
    assert (await them.ask("CreateOrder", them.order(items=named)))[0] == "0000"
    assert (await them.ask("VerifyOrder", them.order(items=named)))[0] == "1004"
    assert (await them.ask("CreateOrder", them.order(items=named)))[0] == "1004"
    assert await small.many() == 1
    await small.sound()


async def test_slots_and_retired_products(small: House) -> None:
    them, world = small.ota, small.market.world
    boat: dict[str, Any] = {"plu": "BOAT", "useStartDate": TOMORROW.isoformat(), "cost": 54}
    assert (await them.ask("VerifyOrder", them.order(items=[them.item(2, **boat)])))[0] == "1009"
    await add_slot(small.db, world, 3)
    assert (await them.ask("CreateOrder", them.order(items=[them.item(2, **boat)])))[0] == "0000"
    assert (await them.ask("VerifyOrder", them.order(items=[them.item(2, **boat)])))[0] == "1003"

    account = await small.db.ask(ota.find_account, "ctrip01")
    assert account is not None
    [*_, first] = await small.db.ask(ota.list_products, account.id, Cut())
    gone = ProductInput(first.ticket_type_id, first.slot_at, ProductStatus.RETIRED)
    await small.db.act(ota.change_product, first.id, gone, 1, SYSTEM, NOON)
    order = them.order(items=[them.item(2, first.plu)])
    assert (await them.ask("VerifyOrder", order))[0] == "1002"


async def test_another_day(small: House) -> None:
    them = small.ota
    order = await them.create(items=[them.item(2, useStartDate=TOMORROW.isoformat())])
    later = (TOMORROW + timedelta(days=1)).isoformat()
    old = {voucher["voucherCode"] for voucher in order["vouchers"]}
    change = [
        {
            "itemId": "i1",
            "originUseStartDate": TOMORROW.isoformat(),
            "targetUseStartDate": later,
        }
    ]
    assert (await them.ask("EditOrder", them.about(order, items=change)))[0] == "0000"
    code, body = await them.ask("QueryOrder", them.about(order))
    assert (code, body["items"][0]["useStartDate"]) == ("0000", later)
    assert (await them.ask("EditOrder", them.about(order, items=change)))[0] == "1009"
    for voucher in old:
        assert not (await small.market.go(small.gate_id, voucher)).allowed
    assert await them.cancel(order, 2) == "0000"
    assert await them.state(order) == (5, 2, 0, 2)
    await small.sound()


async def test_at_the_door(small: House) -> None:
    them = small.ota
    body = them.order()
    late = (NOON - timedelta(minutes=11)).strftime("%Y-%m-%d %H:%M:%S")
    assert (await them.ask("CreateOrder", body, sign="0" * 32))[0] == "0002"
    assert (await them.ask("CreateOrder", body, sign="é"))[0] == "0002"
    assert (await them.ask("CreateOrder", body, requestTime=late))[0] == "0002"
    assert (await them.ask("CreateOrder", body, requestTime="noon"))[0] == "0002"
    assert (await them.ask("CreateOrder", body, accountId="nobody"))[0] == "0003"
    assert (await them.ask("PayPreOrder", body))[0] == "0004"
    assert (await them.ask("CreateOrder", "[]"))[0] == "0001"
    account = await small.db.ask(ota.find_account, "ctrip01")
    off = AccountInput("", AccountStatus.SUSPENDED)
    await small.db.act(ota.change_account, VAULT, account, off, 1, SYSTEM, NOON)
    assert (await them.ask("CreateOrder", body))[0] == "0003"
    assert await small.many() == 0
    sought = ota.Sought([small.market.world.area_id], failed=True)
    rows = await small.db.ask(ota.list_calls, sought, Cut())
    assert {row.result_code for row in rows} == {"0001", "0002", "0004"}


NASTY: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    10**30,
    1e308,
    "",
    "x" * 5_000,
    "\x00",
    "é🐉",
    [],
    {},
    [[]],
    "1; DROP",
)


async def test_nasty_values_change_nothing(small: House) -> None:
    them = small.ota
    order = await them.create(2)
    before = await small.balance()
    bodies: dict[str, dict[str, Any]] = {
        "VerifyOrder": them.order(),
        "CreateOrder": them.order(),
        "CancelOrder": them.about(order, items=[{"itemId": "i1", "quantity": 1}]),
        "EditOrder": them.about(
            order, items=[{"itemId": "i1", "targetUseStartDate": TOMORROW.isoformat()}]
        ),
        "QueryOrder": them.about(order),
        "SendVoucher": them.about(order),
    }
    for service, body in bodies.items():
        named = [name for name in ("otaOrderId", "supplierOrderId", "items") if name in body]
        for name in named if service != "VerifyOrder" else ("items",):
            for value in NASTY:
                asked = body | {"sequenceId": ids.new_id()} | {name: value}
                code, _ = await them.ask(service, asked)
                known = service == "QueryOrder" and (name, value) == ("supplierOrderId", "")
                assert code == ("0000" if known else "0001"), (service, name, value)
        for value in NASTY:
            code, _ = await them.ask(service, body | {"sequenceId": value})
            assert code == "0001", (service, value)
        for name in body.get("items", [{}])[0]:
            for value in NASTY:
                items = [body["items"][0] | {name: value}]
                asked = body | {"sequenceId": ids.new_id(), "items": items}
                if name not in ("price", "useEndDate", "itemId", "passengers", "cost"):
                    assert (await them.ask(service, asked))[0] != "0000", (service, name, value)
                elif service == "VerifyOrder":
                    await them.ask(service, asked)
    for message in (
        b"",
        b"{}",
        b"[",
        b"\xff",
        b"[" * 50_000,
        b'{"header": 1}',
        b'{"header": {"accountId": "\\ud800"}}',
    ):
        assert them.read(await them.post(message))[0] in ("0001", "0003")
    assert (await small.balance(), await small.many()) == (before, 1)
    await small.sound()


async def test_plain_bodies_where_nothing_is_sealed(sqlite_db: Database) -> None:
    market, _ = await opened(sqlite_db)
    them, _ = await connected(sqlite_db, VAULT, market.world, keys=PLAIN)
    order = await them.create(1)
    assert order["supplierOrderId"] and len(order["vouchers"]) == 1


async def test_a_large_cancellation_waits_for_a_person(small: House) -> None:
    them = small.ota
    order = await them.create(60)
    items = [{"itemId": "i1", "quantity": 60}]
    code, body = await them.ask("CancelOrder", them.about(order, items=items))
    assert code == "0000"
    limit = (await small.db.ask(settings.current, small.market.world.area_id)).refund_limit_minor
    assert limit < 60 * 8_820, "the test needs an amount above the limit"
    assert body["supplierConfirmType"] == 2
    assert (await them.state(order))[0] == 3
    await small.sound()


async def test_logged_calls_show_nobody(small: House) -> None:
    them = small.ota
    passenger = {"name": "张三", "cardNo": ID_NUMBERS[0], "mobile": "13900002222"}
    await them.ask("CreateOrder", them.order(items=[them.item(1, "NAMED", passengers=[passenger])]))
    rows = await small.db.ask(ota.list_calls, ota.Sought([small.market.world.area_id]), Cut())
    kept = json.dumps([row.shown for row in rows], ensure_ascii=False)
    for secret in (ID_NUMBERS[0], "张三", "13900002222", "13800001234", "王芳"):
        assert secret not in kept
    assert len(rows) == 1
