"""Killed in the middle: what was acknowledged is there, nothing is half done or done twice."""

import asyncio
import random
import sys

import pytest

from domain.admission import occupancy
from domain.admission.tickets import verification
from domain.kernel.db import Database
from tests.domain.admission.world import NOON, SECOND, World

TICKETS = 400
KILLS = 3


async def scan_until_killed(url: str, gate_id: str, codes: list[str], lines: int) -> list[str]:
    """The complete lines that the process said before it was killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.domain.admission.redemptions.scanning",
        url,
        gate_id,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin and process.stdout
    process.stdin.write("\n".join(codes).encode())
    process.stdin.close()
    said = [await process.stdout.readline() for _ in range(lines)]
    process.kill()
    said += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    return [line.decode().strip() for line in said if line.endswith(b"\n")]


@pytest.mark.slow
async def test_no_acknowledged_passage_is_lost_when_killed(
    world: World, db: Database, database_url: str
) -> None:
    gate_id = await world.add_gate()
    made = [await world.add_ticket() for _ in range(TICKETS)]
    random.shuffle(made)
    told: list[str] = []
    for _ in range(KILLS):
        used = {line.split()[2] for line in told if line.startswith("pass")}
        codes = [ticket.short for ticket in made if ticket.id not in used]
        told += await scan_until_killed(database_url, gate_id, codes, random.randint(20, 150))
    assert not [line for line in told if line.startswith("end")]

    scans = {row.scan_id for row in await world.rows("redemptions")}
    passed = {row.key for row in await world.rows("passages") if row.counted == 1}
    told_scans = {line.split()[1] for line in told if line.startswith("scan")}
    told_passes = {"k" + line.split()[1] for line in told if line.startswith("pass")}
    assert told_scans <= scans
    assert told_passes <= passed
    used_up = [row for row in await world.rows("tickets") if row.status == "used"]
    assert len(used_up) == len(passed)
    assert await db.ask(verification.check_uses) == []
    full = await db.ask(occupancy.occupancy_of, world.area_id, NOON + SECOND)
    assert full.heads.inside == len(passed)
