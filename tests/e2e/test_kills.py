"""The server is killed without a word, ten times at random, while windows sell and gates pass."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import httpx2
import pytest

from devicehub.simulator import Memory, Turnstile
from domain.admission import tickets
from domain.admission.tickets.signing_keys import KeyRing
from domain.kernel import ids
from domain.kernel.db import Database
from domain.operation.staff import Role
from tests.e2e.installation import DeviceKey, Installation, Start
from tests.e2e.till import Till

pytestmark = [pytest.mark.broker, pytest.mark.slow]

KILLS = 10
LIVES_SECONDS = 1.0  # at most, once sales and scans have begun
PATIENCE_SECONDS = 60.0
START_AIM_SECONDS = 3.0
FLOAT_MINOR = 50_000
GATES = ("S1", "S2", "N1")


@dataclass(slots=True)
class Told:
    """What the server has acknowledged, kept outside of it."""

    sales: dict[str, str] = field(default_factory=dict)  # order by request
    allowed: list[tuple[str, str]] = field(default_factory=list)  # device and scan
    passed: list[tuple[str, str]] = field(default_factory=list)  # device and key
    codes: asyncio.Queue[str] = field(default_factory=asyncio.Queue)


class Signer:
    """What is printed on the tickets of an order, without the paper."""

    def __init__(self, db: Database, installation: Installation) -> None:
        self._db, self._ring = db, KeyRing(db, installation.vault)

    async def codes(self, order_id: str) -> list[str]:
        owned = await self._db.ask(tickets.of_order, order_id)
        return [
            await self._ring.sign(one.body) for one in await self._db.ask(tickets.printed, owned)
        ]


async def sell(till: Till, party: dict[str, int], told: Told, signer: Signer) -> None:
    """For ever. A sale without an answer is asked for again, with the same request."""
    while True:
        request_id = ids.new_id()
        while request_id not in told.sales:
            try:
                told.sales[request_id] = await till.sell(request_id, party)
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
        for code in await signer.codes(told.sales[request_id]):
            told.codes.put_nowait(code)


async def let_in(gate: Turnstile, told: Told) -> None:
    """For ever. Who gets no answer in time shows the code again, as people do."""
    while True:
        code = await told.codes.get()
        decision = "late"
        while decision == "late":
            await gate.until_ready(60)
            cid = ids.new_id()
            outcome = await gate.scan(code, cid=cid)
            decision = outcome.decision
            if decision == "allow" and outcome.key:
                told.allowed.append((gate.device_id, cid))
                told.passed.append((gate.device_id, outcome.key))


async def until_work_is_done(told: Told) -> None:
    """A server that has just started sells and lets in."""
    sales, passed = len(told.sales), len(told.passed)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(told.sales) == sales or len(told.passed) == passed:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@asynccontextmanager
async def busy(installation: Installation, told: Told) -> AsyncIterator[None]:
    """Two windows sell and three gates let in, whatever happens to the server."""
    party = party_of(installation)
    async with AsyncExitStack() as stack:
        db = await Database.open(installation.database_url)
        stack.push_async_callback(db.close)
        gates = [turnstile(installation, installation.device_at(code)) for code in GATES]
        for gate in gates:
            gate.switch_on()
            stack.push_async_callback(gate.switch_off)
        tills = []
        windows = installation.rows("SELECT id FROM windows ORDER BY code")
        for person, (window_id,) in zip(
            installation.people(Role.CASHIER)[:2], windows, strict=False
        ):
            till = Till(installation.url)
            stack.push_async_callback(till.close)
            await till.open(person, window_id, str(FLOAT_MINOR // 100))
            tills.append(till)
        work = [sell(till, party, told, Signer(db, installation)) for till in tills]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
            tasks += [group.create_task(let_in(gate, told)) for gate in gates]
            yield
            for task in tasks:
                task.cancel()
        await asyncio.gather(*(gate.until_confirmed(60) for gate in gates))


def turnstile(installation: Installation, device: DeviceKey) -> Turnstile:
    return Turnstile(installation.line_of(device), Memory(device.secret))


def party_of(installation: Installation) -> dict[str, int]:
    """Two adults and a child."""
    types = dict(installation.rows("SELECT code, id FROM ticket_types"))
    return {types["ADULT"]: 2, types["CHILD"]: 1}


async def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(
    installation: Installation,
) -> None:
    told, starts = Told(), list[Start]()
    await installation.start()
    async with busy(installation, told):
        for _ in range(KILLS):
            await until_work_is_done(told)
            await asyncio.sleep(random.uniform(0, LIVES_SECONDS))
            installation.kill()
            starts.append(await installation.start())
        await until_work_is_done(told)

    every_sale_is_there_once(installation, told)
    every_pass_is_there_once(installation, told)
    await installation.verify()
    # On a machine of its own the two are the same; beside other work only the processor's time is
    # the server's own.
    assert all(min(start) < START_AIM_SECONDS for start in starts), starts


def every_sale_is_there_once(installation: Installation, told: Told) -> None:
    found = installation.rows(
        "SELECT o.request_id, o.id, o.status, o.total_minor, count(t.id) FROM orders o"
        " LEFT JOIN tickets t ON t.order_id = o.id"
        " JOIN shifts s ON s.id = o.shift_id WHERE s.status = 'open' GROUP BY o.id"
    )
    by_request = {row[0]: row for row in found}
    assert len(by_request) == len(found)
    for request_id, order_id in told.sales.items():
        row = by_request[request_id]
        assert row[1] == order_id and row[2] == "paid" and row[4] == 3, row
    unanswered = by_request.keys() - told.sales.keys()  # in the air when the test ended
    assert len(unanswered) <= 2, unanswered
    moved = installation.rows(
        "SELECT sum(amount_minor) FROM ledger_postings p JOIN shifts s ON s.id = p.owner_id"
        " WHERE s.status = 'open' AND p.account_kind = 'drawer'"
    )
    assert moved == [(sum(row[3] for row in found) + 2 * FLOAT_MINOR,)]


def every_pass_is_there_once(installation: Installation, told: Told) -> None:
    scans = installation.rows("SELECT asker_id, scan_id FROM redemptions WHERE decision = 'allow'")
    assert set(told.allowed) <= set(scans)
    keys = installation.rows("SELECT asker_id, key FROM passages WHERE result = 'passed'")
    assert set(told.passed) <= set(keys)
    entries = installation.rows(
        "SELECT t.entries_used, count(p.id) FILTER (WHERE p.result = 'passed')"
        " FROM tickets t JOIN orders o ON o.id = t.order_id"
        " JOIN shifts s ON s.id = o.shift_id JOIN passages p ON p.ticket_id = t.id"
        " WHERE s.status = 'open' GROUP BY t.id"
    )
    # An answer that was on its way when the server died lapses, and leaves a passage of nobody.
    assert set(entries) <= {(1, 1), (0, 0)}
    assert entries.count((1, 1)) >= len(told.passed)
