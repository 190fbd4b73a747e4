"""A process that scans and passes as fast as it can and says what was acknowledged, until killed.

`python -m tests.domain.admission.redemptions.scanning URL GATE`, the codes on standard input.
"""

import asyncio
import sys

from domain.admission import redemptions
from domain.admission.redemptions import CodeReader, Direction, Passage, PassResult, Scan
from domain.kernel import ids
from domain.kernel.db import Database
from tests.domain.admission.world import NOON, VAULT
from tests.dying import say

IN_FLIGHT = 8


async def main(url: str, gate_id: str, codes: list[str]) -> None:
    db = await Database.open(url)
    reader = CodeReader(db, VAULT)
    waiting = iter(codes)

    async def gate() -> None:
        for code in waiting:
            scan_id = ids.new_id()
            presented = await reader.read(Scan(scan_id, gate_id, None, code), NOON)
            answer = await db.act(redemptions.authorise, presented, NOON)
            say("scan", scan_id, answer.decision)
            if not answer.allowed:
                continue  # held or used by who was killed before
            passage = Passage(
                None,
                f"k{scan_id}",
                scan_id,
                gate_id,
                PassResult.PASSED,
                1,
                Direction.IN,
                "rotor",
                None,
            )
            await db.act(redemptions.record_passage, passage, NOON)
            say("pass", scan_id, str(answer.ticket_id))

    await asyncio.gather(*(gate() for _ in range(IN_FLIGHT)))
    say("end", "", "")
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.stdin.read().split()))
