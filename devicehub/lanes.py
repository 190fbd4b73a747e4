"""Many messages at once, and those of one device in the order that matters.

A device's scans may be answered side by side; everything else waits for what came before it. So
the decisions of many gates meet in one group commit, and a passage never overtakes its scan.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from devicehub.messages import Received

AT_ONCE = 256
WAITING = 4_096  # more are dropped: every sender repeats what matters
SIDE_BY_SIDE = frozenset({"scan", "time"})


@dataclass(slots=True)
class _Lane:
    running: int = 0
    is_alone: bool = False  # what runs wants no company
    waiting: deque[Received] = field(default_factory=deque)

    def may_start(self, what: str) -> bool:
        return not self.is_alone and (what in SIDE_BY_SIDE or not self.running)


class Lanes:
    def __init__(
        self,
        work: Callable[[Received], Awaitable[None]],
        *,
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
    ) -> None:
        """`work` must not raise: whatever goes wrong with a message ends there."""
        self._work = work
        self._places = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._lanes: dict[str, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.count = 0  # running and waiting

    def put(self, received: Received) -> bool:
        """False when there is no room: the message is not taken."""
        if self.count >= self._most:
            return False
        self.count += 1
        lane = self._lanes.setdefault(received.device_id, _Lane())
        if lane.waiting or not lane.may_start(received.what):
            lane.waiting.append(received)
        else:
            self._start(lane, received)
        return True

    async def drain(self, seconds: float) -> None:
        """Let what has begun come to its end; what has not by then is given up."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()

    def _start(self, lane: _Lane, received: Received) -> None:
        lane.running += 1
        lane.is_alone = received.what not in SIDE_BY_SIDE
        task = asyncio.create_task(self._run(lane, received))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, lane: _Lane, received: Received) -> None:
        try:
            async with self._places:
                await self._work(received)
        finally:
            self.count -= 1
            lane.running -= 1
            lane.is_alone = False
            while lane.waiting and lane.may_start(lane.waiting[0].what):
                self._start(lane, lane.waiting.popleft())
            if not lane.running and not lane.waiting:
                self._lanes.pop(received.device_id, None)
