"""Any order of scans, passages, refunds, reprints and waiting: the database does what a simple
model says."""

import asyncio
import itertools
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.admission import occupancy, tickets
from domain.admission.redemptions import PassResult
from domain.admission.tickets import signing_keys, verification
from domain.commerce.orders.lines import fulfilment_of
from domain.commerce.orders.model import LineKind
from domain.kernel import ids
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, Refused
from tests.domain.admission.world import NOON, VAULT, Made, World, built

T = TypeVar("T")
MINUTE = timedelta(minutes=1)
HOLD = timedelta(seconds=15)
PAUSE = timedelta(minutes=10)
CLERK = Actor(ActorKind.STAFF, "clerk")
KINDS: dict[str, dict[str, Any]] = {
    "one": {"gate_mode": "one_one"},
    "group": {"gate_mode": "one_many", "persons": 4, "entries_left": 4},
    "several": {"gate_mode": "multi_entry", "entries": 3, "entries_left": 3},
    "family": {"gate_mode": "re_entry", "persons": 2, "entries_left": 2},
    "spots": {"gate_mode": "multi_spot", "scope_bits": 0b11, "entries_left": 2},
    "spots for two": {
        "gate_mode": "multi_spot",
        "scope_bits": 0b11,
        "persons": 2,
        "entries_left": 4,
    },
}


@dataclass
class Ticket:
    """The model: what somebody with a notebook at the gate would write down."""

    made: Made
    mode: str
    persons: int
    left: int
    spots: set[str] = field(default_factory=set)
    inside: int = 0
    away: int = 0
    seen_at: datetime | None = None
    serial: int = 1
    refunded: bool = False
    hold: tuple[str, int, datetime] | None = None  # scan, heads, until
    begun: bool = False  # some of those for whom it is held have gone

    def sleep(self, now: datetime) -> None:
        if self.seen_at and local(self.seen_at) < local(now):
            self.inside = self.away = 0

    def room(self, gate: str) -> int:
        if self.refunded:
            return 0
        if self.mode == "one_many":
            return self.left
        if self.mode == "re_entry":
            return min(self.persons - self.inside, self.away + self.left)
        if self.mode == "multi_spot" and spot_of(gate) in self.spots:
            return 0
        return min(self.persons, self.left)

    def answer(self, gate: str, serial: int, now: datetime) -> str | None:
        self.sleep(now)
        if serial != self.serial:
            return "MEDIUM_DEAD"
        if self.refunded:
            return "REFUNDED"
        if gate == "spot" and self.mode != "multi_spot":
            return "WRONG_SITE"
        if not self.room(gate):
            return "NOT_LEFT" if self.mode == "re_entry" and self.inside else "USED_UP"
        if self.hold and self.hold[2] > now:
            return "IN_USE"
        paused = self.seen_at is not None and now < self.seen_at + PAUSE
        if self.mode == "multi_entry" and self.inside and paused:
            return "PASSBACK"
        return None

    def enter(self, gate: str, heads: int, scan: str, now: datetime) -> int:
        """How many of them had a right to."""
        self.sleep(now)
        room = self.room(gate)
        follows = self.mode == "multi_spot" and self.begun and not self.refunded
        if follows and self.hold and self.hold[0] == scan:
            room = max(room, min(self.hold[1], self.left))
        taken = min(heads, room)
        if taken:
            back = min(taken, self.away) if self.mode == "re_entry" else 0
            self.away -= back
            self.left -= taken - back
            self.inside += taken
            self.seen_at = now
            if self.mode == "multi_spot":
                self.spots.add(spot_of(gate))
        if self.hold and self.hold[0] == scan:
            rest, self.begun = self.hold[1] - heads, True
            self.hold = (scan, rest, now + HOLD) if rest > 0 else None
        return taken

    def leave(self, heads: int, now: datetime) -> None:
        self.sleep(now)
        gone = min(heads, self.inside)
        self.inside -= gone
        self.away += gone
        self.seen_at = now


def spot_of(gate: str) -> str:
    return "cable car" if gate == "spot" else "the area itself"


def local(moment: datetime) -> Any:
    return (moment + timedelta(hours=8)).date()


@dataclass
class Scanned:
    scan_id: str
    gate: str
    ticket: Ticket
    serial: int
    refusal: str | None
    heads: int = 0  # for how many the yes was


class House:
    """A world that every example shares, each on days of its own."""

    def __init__(self, db: Database, runner: asyncio.Runner) -> None:
        self.db, self.runner = db, runner
        self.days = itertools.count(0, 40)
        self.world: World
        self.gates: dict[str, str] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def build(self) -> None:
        async with built(self.db) as self.world:
            await self.world.change("areas", self.world.area_id, opens_at="00:00")
            await self.world.change("areas", self.world.area_id, closes_at="24:00")
            await self.world.change("areas", self.world.area_id, last_entry_at="24:00")
        await self.db.act(signing_keys.rotate, VAULT, NOON)
        self.gates = {
            "entrance": await self.world.add_gate(),
            "other": await self.world.add_gate(),
            "exit": await self.world.add_gate(direction="out"),
            "spot": await self.world.add_gate(spot_id=await self.world.add_spot(1)),
        }

    async def ticket(self, kind: str, now: datetime) -> Ticket:
        values = KINDS[kind]
        made = await self.world.add_ticket(
            valid_from=now - MINUTE, valid_until=now + timedelta(days=60), **values
        )
        return Ticket(
            made, values["gate_mode"], values.get("persons", 1), values.get("entries_left", 1)
        )


class Gates(RuleBasedStateMachine):
    """What may happen to one ticket, in any order."""

    house: House
    ticket: Ticket

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON + timedelta(days=next(self.house.days))
        self.scans: list[Scanned] = []
        self.heads: dict[Any, int] = {}

    @initialize(kind=st.sampled_from(list(KINDS)))
    def sell(self, kind: str) -> None:
        self.ticket = self.house.run(self.house.ticket(kind, self.now))

    @rule(minutes=st.sampled_from([0.1, 0.2, 0.2, 1, 9, 11, 300, 1440]))
    def time_passes(self, minutes: float) -> None:
        self.now += minutes * MINUTE

    @rule(gate=st.sampled_from(["entrance", "other", "exit", "spot"]))
    def scan(self, gate: str) -> None:
        self.show(Scanned(ids.new_id(), gate, self.ticket, self.ticket.serial, None))

    @rule(gate=st.sampled_from(["entrance", "exit", "spot"]), heads=st.sampled_from([1, 1, 2]))
    def come_or_go(self, gate: str, heads: int) -> None:
        """What mostly happens: a scan, and whoever was let in walks."""
        self.scan(gate)
        if self.scans[-1].refusal is None:
            self.walk(0, heads, False)

    @precondition(lambda self: self.ticket.serial > 1)
    @rule()
    def scan_an_old_print(self) -> None:
        old = self.ticket.serial - 1
        self.show(Scanned(ids.new_id(), "entrance", self.ticket, old, None))

    def show(self, scanned: Scanned) -> None:
        ticket, out = scanned.ticket, scanned.gate == "exit"
        heads = 1 if out else ticket.room(scanned.gate)
        expected = None if out else ticket.answer(scanned.gate, scanned.serial, self.now)
        heads = heads if out else ticket.room(scanned.gate)
        answer = self.ask(scanned)
        assert answer.refusal == expected
        if expected is None:
            assert answer.persons == heads
            if not out:
                ticket.hold = (scanned.scan_id, heads, self.now + HOLD)
                ticket.begun = False
        scanned.refusal, scanned.heads = expected, 0 if expected else heads
        self.scans.append(scanned)

    def ask(self, scanned: Scanned) -> Any:
        code = scanned.ticket.made.qr(serial=scanned.serial)
        gate_id = self.house.gates[scanned.gate]
        return self.house.run(
            self.house.world.scan(gate_id, code, self.now, scan_id=scanned.scan_id)
        )

    @precondition(lambda self: bool(self.scans))
    @rule(n=st.integers(0, 9))
    def repeat_a_scan(self, n: int) -> None:
        if n < len(self.scans):
            assert self.ask(self.scans[n]).refusal == self.scans[n].refusal

    @precondition(lambda self: bool(self.scans))
    @rule(n=st.integers(0, 2), heads=st.integers(1, 3), twice=st.booleans())
    def walk(self, n: int, heads: int, twice: bool) -> None:
        if n >= len(self.scans):
            return
        scanned = self.scans[-1 - n]
        ticket, key = scanned.ticket, ids.new_id()
        out = scanned.gate == "exit"
        if out:
            ticket.leave(heads, self.now)
            counted = min(heads, max(1, ticket.persons))
            incident = None
        else:
            taken = ticket.enter(scanned.gate, heads, scanned.scan_id, self.now)
            refused = "refused_pass" if scanned.refusal else None
            counted = min(heads, max(1, scanned.heads, taken))
            incident = "dup_pass" if taken < counted else refused
        if counted < heads:
            incident = incident or "overcount"
        if scanned.gate != "spot":
            today = self.heads.setdefault(local(self.now), 0)
            self.heads[local(self.now)] = today + (-counted if out else counted)
        told = [self.say(scanned, PassResult.PASSED, heads, key) for _ in range(1 + twice)]
        assert told[0].incident == incident
        assert told[0].counted == (-counted if out else counted)
        assert [one.repeated for one in told] == [False, True][: 1 + twice]

    @precondition(lambda self: bool(self.scans))
    @rule(n=st.integers(0, 2), result=st.sampled_from([PassResult.TIMEOUT, PassResult.REVERSE]))
    def nobody_goes(self, n: int, result: PassResult) -> None:
        if n >= len(self.scans):
            return
        scanned = self.scans[-1 - n]
        if scanned.ticket.hold and scanned.ticket.hold[0] == scanned.scan_id:
            scanned.ticket.hold = None
        assert self.say(scanned, result, 1, ids.new_id()).counted == 0

    def say(self, scanned: Scanned, result: PassResult, heads: int, key: str) -> Any:
        return self.house.run(
            self.house.world.walk(
                self.house.gates[scanned.gate],
                scanned.scan_id,
                self.now,
                persons=heads,
                result=result,
                key=key,
            )
        )

    @rule(chance=st.integers(0, 9))
    def refund(self, chance: int) -> None:
        """Seldom, for it ends the story."""
        if chance:
            return
        ticket = self.ticket
        held = ticket.hold is not None and ticket.hold[2] > self.now
        used = ticket.left == 0
        try:
            self.house.run(self.house.db.act(give_back, ticket.made.id, self.now))
        except Conflict:
            assert held or used or ticket.refunded
        else:
            assert not (held or used or ticket.refunded)
            ticket.refunded, ticket.hold = True, None

    @rule(chance=st.integers(0, 3))
    def print_again(self, chance: int) -> None:
        if chance:
            return
        ticket = self.ticket
        work = self.house.db.act(tickets.reprint, ticket.made.id, "wet", CLERK, self.now)
        try:
            self.house.run(work)
        except Refused:
            assert ticket.refunded or ticket.left == 0 or ticket.serial == 3
        else:
            ticket.serial += 1

    @invariant()
    def the_database_agrees(self) -> None:
        ticket = self.ticket
        row = self.house.run(self.house.db.ask(tickets.get, ticket.made.id))
        seen = (row.entries_left, row.inside, row.away, row.issue_serial)
        noted = (ticket.left, ticket.inside, ticket.away, ticket.serial)
        assert seen == noted or self.is_from_yesterday(ticket)
        as_used = "used" if ticket.left == 0 else "partly_used" if row.entries_used else "sold"
        assert row.status == ("refunded" if ticket.refunded else as_used)

    def is_from_yesterday(self, ticket: Ticket) -> bool:
        return ticket.seen_at is not None and local(ticket.seen_at) < local(self.now)

    @invariant()
    def as_many_are_inside(self) -> None:
        world = self.house.world
        full = self.house.run(
            self.house.db.ask(occupancy.occupancy_of, world.area_id, self.now + MINUTE / 60)
        )
        if local(self.now) == local(self.now + MINUTE / 60):
            assert full.heads.inside == max(0, self.heads.get(local(self.now), 0))

    def teardown(self) -> None:
        assert self.house.run(self.house.db.ask(verification.check_uses)) == []
        assert self.house.run(self.house.db.ask(verification.check_media)) == []


async def give_back(tx: Tx, ticket_id: str, now: datetime) -> None:
    """Refund one ticket, as the payments side does."""
    ours = fulfilment_of(LineKind.TICKET)
    row = await tickets.get(tx, ticket_id)
    owned = [one for one in await ours.owned(tx, row.order_id, now) if one.id == ticket_id]
    await ours.give_back(tx, owned, now)


@pytest.mark.slow
def test_gates_do_what_a_notebook_would(engine: str, database_url: str) -> None:
    with asyncio.Runner() as runner:
        db = runner.run(Database.open(database_url))
        house = House(db, runner)
        runner.run(house.build())
        machine = type("GatesOfOneHouse", (Gates,), {"house": house})
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=80 if engine == "sqlite" else 25,
                    stateful_step_count=30,
                    deadline=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(db.close())
