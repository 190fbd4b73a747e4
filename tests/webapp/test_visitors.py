"""People at pretend turnstiles: in the demo they come and go, and `shanmen simulate` sends them."""

import random
from pathlib import Path

import pytest

from domain.admission import devices, redemptions
from domain.admission.devices import DeviceInput, DeviceKind
from domain.admission.redemptions import CodeReader, Direction, Passage, PassResult, Scan
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db import Database
from domain.kernel.vault import Vault
from domain.operation.places import GateDirection
from tests.devicehub.conftest import eventually, free_port
from tests.domain.admission.world import select
from tests.webapp.test_main import started, until_devices_can_come
from webapp import main, visitors
from webapp.demo import building
from webapp.settings import Settings, open_vault
from webapp.visitors import Entrance, Stroll, Visitors, turnstiles


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days and a few tickets: the same code, less waiting."""
    monkeypatch.setattr(building, "HISTORY_DAYS", 2)
    monkeypatch.setattr(building, "UNUSED_TODAY", 60)
    monkeypatch.setattr(building, "UNUSED_TOMORROW", 10)
    monkeypatch.setattr(visitors, "PAUSE_SECONDS", 0.05)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(Settings(data_dir=tmp_path))


def silent(text: str) -> None: ...


class Gate:
    """A turnstile whose scans go straight to the domain."""

    def __init__(self, db: Database, reader: CodeReader, entrance: Entrance) -> None:
        self.db, self.reader, self.entrance = db, reader, entrance
        self.said: list[tuple[str, bool]] = []

    async def scan(self, code: str, *, direction: str) -> object:
        place = (self.entrance.gate_id, self.entrance.device_id)
        scan_id, now = f"s{len(self.said)}", utc_now()
        scan = Scan(scan_id, *place, code, direction=Direction(direction))
        answer = await self.db.act(redemptions.authorise, await self.reader.read(scan, now), now)
        if answer.allowed:
            passage = Passage(
                device_id=self.entrance.device_id,
                key=scan_id,
                scan_id=scan_id,
                gate_id=self.entrance.gate_id,
                result=PassResult.PASSED,
                persons=answer.persons,
                direction=Direction(direction),
                sensor="rotor",
                happened_at=now,
            )
            await self.db.act(redemptions.record_passage, passage, now)
        self.said.append((direction, answer.allowed))
        return answer


async def test_people_come_in_and_go_out_where_they_may(
    sqlite_db: Database, vault: Vault, small: None
) -> None:
    await building.load(sqlite_db, vault, silent)
    reader = CodeReader(sqlite_db, vault)
    found = await sqlite_db.ask(turnstiles, vault)
    gates = [(one, Gate(sqlite_db, reader, one)) for one in found]
    stroll = Stroll(Visitors(sqlite_db, vault), gates, random.Random(7))
    for _ in range(120):
        await stroll.step(utc_now())

    assert len(found) == 6
    for entrance, gate in gates:
        ways = {way for way, _ in gate.said}
        if entrance.direction is not GateDirection.BOTH:
            assert ways <= {entrance.direction.value}
    said = [each for _, gate in gates for each in gate.said]
    assert ("in", True) in said and ("out", True) in said and ("in", False) in said


async def test_a_device_that_somebody_added_speaks_for_itself(
    sqlite_db: Database, vault: Vault, small: None
) -> None:
    await building.load(sqlite_db, vault, silent)
    before = await sqlite_db.ask(turnstiles, vault)
    area_id, gate_id = before[0].area_id, before[0].gate_id
    given = DeviceInput(name="真闸机", kind=DeviceKind.TURNSTILE, area_id=area_id, gate_id=gate_id)
    device_id = await sqlite_db.act(devices.add, given, SYSTEM, utc_now())
    await sqlite_db.act(devices.issue_secret, device_id, vault, SYSTEM, utc_now())

    assert await sqlite_db.ask(turnstiles, vault) == before


@pytest.mark.broker
async def test_the_demos_gates_move_and_can_be_simulated(
    settings: Settings, vault: Vault, small: None
) -> None:
    db = await Database.open(settings.database)
    await building.load(db, vault, silent)
    settings = settings.model_copy(update={"mqtt_port": free_port()})
    before = len(await db.ask(select, "passages"))
    async with started(settings) as (app, _):
        await until_devices_can_come(app)

        async def somebody_went() -> bool:
            return len(await db.ask(select, "passages")) > before + 3

        await eventually(somebody_went, 20)
        report = await main.simulate(settings, gates=3, rate=12, seconds=2)
    await db.close()
    assert report["lost"] == 0
    assert report["allowed"] >= 10
    assert report["scans"] == report["allowed"] + report["denied"]
    assert 0 < report["p50_ms"] <= report["p99_ms"]
