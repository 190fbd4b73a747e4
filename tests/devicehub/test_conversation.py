"""Devices, a real broker, the hub and the domain together."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from devicehub.broker import HUB_USER, Broker
from devicehub.crowd import Post, Tally, percentile, simulate
from devicehub.hub import Hub
from devicehub.mqtt import Connection
from devicehub.redemptions import unix_ms
from devicehub.simulator import Behaviour, Memory, Turnstile
from domain.admission import devices
from domain.admission.devices import CommandOp
from domain.kernel.db import Database
from domain.operation import settings
from tests.devicehub.conftest import Foreigner, eventually
from tests.devicehub.hubs import ADMIN, Clock, add_device, broker_in, hub_over, turnstile
from tests.devicehub.test_messages import CONTRACT
from tests.domain.admission.world import VAULT, World, built

pytestmark = pytest.mark.broker


@dataclass
class Site:
    """A whole installation: hub and broker run, devices are paired."""

    world: World
    hub: Hub
    broker: Broker
    clock: Clock
    accounts: list[Post]

    def foreigner(self, number: int = 0) -> Foreigner:
        account = self.accounts[number]
        return Foreigner(self.broker.port, account.device_id, account.secret)

    def gate(self, number: int = 0, behaviour: Behaviour | None = None) -> Turnstile:
        account = self.accounts[number]
        memory = Memory(account.secret)
        return turnstile(self.broker.port, account.device_id, memory, behaviour)

    async def scan(self, code: str, cid: str, number: int = 0) -> dict[str, object]:
        now = unix_ms(self.clock())
        scan = {"v": 1, "ts": now, "boot": "f1", "cid": cid, "ch": 1, "code": code}
        return await self.ask(number, "scan", scan | {"deadline": now + 800}, "scan")

    async def ask(
        self, number: int, what: str, message: dict[str, object], down: str
    ) -> dict[str, object]:
        device_id = self.accounts[number].device_id
        answer = await self.foreigner(number).ask(
            f"shanmen/1/{device_id}/up/{what}",
            json.dumps(message),
            f"shanmen/1/{device_id}/down/{down}",
        )
        assert answer, "no answer"
        said: dict[str, object] = json.loads(answer)
        jsonschema.validate(said, CONTRACT["down"][down])
        return said

    async def presence(self, number: int = 0) -> str:
        row = await self.world.db.ask(devices.get, self.accounts[number].device_id)
        return str(row.presence)

    async def until_present(self, wanted: str, number: int = 0) -> None:
        async def is_so() -> bool:
            return await self.presence(number) == wanted

        await eventually(is_so)


@pytest.fixture
async def site(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with built(sqlite_db) as world:
        accounts = [Post(*await add_device(world, await world.add_gate())) for _ in range(4)]
        broker = broker_in(tmp_path)
        hub, clock = hub_over(world, broker)
        async with hub.running():
            assert await hub.wait_until_connected(), hub.reason
            yield Site(world, hub, broker, clock, accounts)


async def test_a_foreign_device_lets_one_visitor_in_once(site: Site) -> None:
    ticket = await site.world.add_ticket()

    first = await site.scan(ticket.qr(), "c1")
    assert (first["decision"], first["open_ms"]) == ("allow", 5000)
    passage: dict[str, object] = {
        **{"v": 1, "ts": unix_ms(site.clock()), "boot": "f1", "key": "k1", "ch": 1},
        **{"result": "passed", "cid": "c1"},
    }
    assert (await site.ask(0, "pass", passage, "ok"))["keys"] == ["k1"]
    assert (await site.ask(0, "pass", passage, "ok"))["keys"] == ["k1"], "a repeat is confirmed too"

    again = await site.scan(ticket.qr(), "c2", number=1)
    assert (again["decision"], again["reason"]) == ("deny", "USED_UP")
    assert len(await site.world.rows("passages")) == 1


async def test_many_gates_and_one_ticket_let_one_in(site: Site) -> None:
    ticket = await site.world.add_ticket()
    async with contextlib.AsyncExitStack() as stack:
        gates = [await stack.enter_async_context(site.gate(n).running()) for n in range(4)]
        outcomes = await asyncio.gather(*(gate.scan(ticket.qr()) for gate in gates))
    assert sorted(outcome.decision for outcome in outcomes) == ["allow", "deny", "deny", "deny"]


async def test_presence_follows_the_device_and_its_will(site: Site) -> None:
    async with site.gate().running() as gate:
        await site.until_present("online")
        await gate.cut_off()
        await site.until_present("offline")
        gate.reconnect()
        await site.until_present("online")
    await site.until_present("offline")


async def test_two_devices_with_one_id_take_the_place_of_each_other_and_harm_nobody(
    site: Site,
) -> None:
    one, two = site.gate(), site.gate()
    async with site.gate(1).running() as other, one.running():
        two.switch_on()
        await two.until_ready()
        ticket = await site.world.add_ticket()
        assert (await other.scan(ticket.qr())).decision == "allow"
        await two.switch_off()
        await one.until_ready()
        await site.until_present("online")


async def test_an_operator_opens_a_gate(site: Site) -> None:
    async with site.gate().running() as gate:
        await site.until_present("online")
        command_id = await site.world.db.act(
            devices.command,
            *(gate.device_id, CommandOp.OPEN, {}, "wheelchair", ADMIN, site.clock()),
        )

        async def is_done() -> bool:
            row = await site.world.db.ask(devices.get_command, command_id)
            return str(row.status) == "done"

        await eventually(is_done)
        assert gate.opened == 1
        assert gate.commands[0].mac


async def test_a_secret_is_replaced_without_a_gap(site: Site) -> None:
    async with site.gate().running() as gate:
        old = gate.memory.secret
        await site.world.db.act(devices.rotate, gate.device_id, VAULT, ADMIN, site.clock())

        async def is_replaced() -> bool:
            row = await site.world.db.ask(devices.get, gate.device_id)
            return gate.memory.secret != old and row.next_secret_hash is None

        await eventually(is_replaced, 8)
        await gate.until_ready()
        ticket = await site.world.add_ticket()
        assert (await gate.scan(ticket.qr())).decision == "allow"
    await asyncio.sleep(0.5)
    assert await Foreigner(site.broker.port, gate.device_id, old).publish("x", "x") != 0


async def test_a_device_paired_while_we_run_may_come_at_once(site: Site) -> None:
    account = Post(*await add_device(site.world, await site.world.add_gate()))
    gate = turnstile(site.broker.port, account.device_id, Memory(account.secret))
    async with gate.running():
        ticket = await site.world.add_ticket()
        assert (await gate.scan(ticket.qr())).decision == "allow"


async def test_what_cannot_be_read_is_shown_beside_the_device(site: Site) -> None:
    device_id = site.accounts[0].device_id
    for _ in range(3):
        await site.foreigner().publish(f"shanmen/1/{device_id}/up/scan", "{")

    async def are_counted() -> bool:
        return bool((await site.world.db.ask(devices.get, device_id)).bad_messages == 3)

    await eventually(are_counted)


async def test_a_broker_killed_again_and_again_loses_and_doubles_nothing(site: Site) -> None:
    codes = [(await site.world.add_ticket()).qr() for _ in range(60)]
    running = asyncio.create_task(
        simulate(connection_of(site), posts(site, codes), rate=40, seconds=30)
    )
    for _ in range(3):
        await asyncio.sleep(0.6)
        assert site.broker.pid is not None
        os.kill(site.broker.pid, signal.SIGKILL)
        await asyncio.sleep(0.05)
        assert await site.broker.wait_until_up(), site.broker.reason
    tally = await running

    await every_opening_is_one_passage(site, tally)


async def test_a_hub_that_dies_in_the_middle_loses_and_doubles_nothing(site: Site) -> None:
    """The hub goes without a word while messages are on their way; another takes over."""
    codes = [(await site.world.add_ticket()).qr() for _ in range(60)]
    running = asyncio.create_task(
        simulate(connection_of(site), posts(site, codes), rate=40, seconds=30)
    )
    line = Connection("127.0.0.1", site.broker.port, HUB_USER, site.broker.password)
    for _ in range(2):
        await asyncio.sleep(0.5)
        successor, _ = hub_over(site.world, line, site.clock)
        async with successor.running():
            await asyncio.sleep(0.5)
    tally = await running

    await every_opening_is_one_passage(site, tally)


@pytest.mark.parametrize(("rate", "seconds", "shown"), [(15, 1, 15), (15, 1.5, 23), (7, 0.4, 3)])
async def test_people_come_at_the_pace_that_was_asked_for(
    site: Site, rate: float, seconds: float, shown: int
) -> None:
    """Also where one gate has nobody to let in: the others take who comes."""
    codes = [(await site.world.add_ticket()).qr() for _ in range(40)]
    queues = [iter(()), *(each.codes for each in posts(site, codes)[1:])]
    staffed = [
        account._replace(codes=queue) for account, queue in zip(site.accounts, queues, strict=True)
    ]

    tally = await simulate(connection_of(site), staffed, rate=rate, seconds=seconds)

    assert (tally.allowed, tally.report()["scans"]) == (shown, shown)
    assert seconds - 1 / rate - 0.05 <= tally.seconds < seconds + 0.5


def posts(site: Site, codes: list[str]) -> list[Post]:
    people = iter(codes)
    return [account._replace(codes=people) for account in site.accounts]


def connection_of(site: Site) -> Connection:
    return Connection("127.0.0.1", site.broker.port)


async def every_opening_is_one_passage(site: Site, tally: Tally) -> None:
    passages = await site.world.rows("passages")
    used = [row for row in await site.world.rows("tickets") if row.status == "used"]
    assert tally.allowed + tally.lost + tally.denied == 60
    assert tally.allowed > 20
    assert len(passages) == len({row.key for row in passages}) == tally.allowed
    assert len(used) == tally.allowed
    assert await site.world.rows("incidents") == []


def test_a_tally_says_how_long_people_waited() -> None:
    assert [percentile([5, 1, 4, 2, 3], percent) for percent in (50, 99, 1)] == [3, 5, 1]
    assert percentile([], 99) == 0


async def test_a_terminal_that_knows_faces(site: Site) -> None:
    """It tells a reference of its own; the ticket's holder agreed, and comes with nothing else."""
    world = site.world
    chosen = {"faces_at_gates": True}
    await world.db.act(partial(settings.change, edition=0), ADMIN, chosen, site.clock())
    now = site.clock()
    for gate in await world.rows("gates"):
        await world.change("gates", gate.id, has_sensor=False)
    several: dict[str, Any] = {"gate_mode": "multi_entry", "entries": 3, "entries_left": 3}
    ticket, odd_one = [await world.add_ticket(**several, passback_minutes=0) for _ in range(2)]
    message = {"v": 1, "ts": unix_ms(now), "boot": "f1", "ch": 1, "deadline": unix_ms(now) + 800}

    async def scan(cid: str, code: str, **more: object) -> dict[str, object]:
        return await site.ask(0, "scan", message | {"cid": cid, "code": code} | more, "scan")

    odd = await scan("f0", odd_one.qr(), local={"face": ["x"], "agrees": "yes"})
    agreed = await scan("f1", ticket.qr(), local={"face": "t7/412", "agrees": True})
    other = await scan("f2", ticket.qr(), local={"face": "t7/999"})
    alone = await scan("f3", "t7/412", kind="face")
    nobody = await scan("f4", "t7/999", kind="face")

    assert (odd["decision"], agreed["decision"]) == ("allow", "allow")
    assert (other["decision"], other["reason"]) == ("deny", "BIO_MISMATCH")
    assert (alone["decision"], nobody["reason"]) == ("allow", "NOT_FOUND")
