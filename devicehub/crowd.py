"""Many pretend turnstiles at once, with people who come at a given pace: a demo's day, a load."""

import asyncio
import contextlib
import itertools
import math
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from devicehub.mqtt import Connection
from devicehub.simulator import Behaviour, Memory, Outcome, Turnstile

START_SECONDS = 30.0
CONFIRM_SECONDS = 10.0
GAP_SECONDS = 0.1  # between two at one gate: each is two messages, and 20 a second are allowed
LATE_SECONDS = 0.25  # who came just before the end may still go


class Post(NamedTuple):
    """A gate where people show codes. Gates may share one iterator: each code is shown once."""

    device_id: str
    secret: str
    codes: Iterator[str] = iter(())


@dataclass(slots=True)
class Tally:
    """What the gates were told."""

    allowed: int = 0
    denied: int = 0
    lost: int = 0  # no answer in time
    seconds: float = 0.0
    waits_ms: list[float] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        if outcome.decision == "allow":
            self.allowed += 1
        elif outcome.decision == "deny":
            self.denied += 1
        else:
            self.lost += 1
            return
        self.waits_ms.append(outcome.milliseconds)

    def report(self) -> dict[str, float]:
        """As `shanmen simulate --json` prints it."""
        answered = self.allowed + self.denied
        return {
            "scans": answered + self.lost,
            "allowed": self.allowed,
            "denied": self.denied,
            "lost": self.lost,
            "decisions_per_s": round(answered / self.seconds, 1) if self.seconds else 0.0,
            "p50_ms": percentile(self.waits_ms, 50),
            "p99_ms": percentile(self.waits_ms, 99),
        }


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest rank; 0 of nothing."""
    if not values:
        return 0.0
    rank = -(-len(values) * percent // 100)
    return round(sorted(values)[rank - 1], 2)


@contextlib.asynccontextmanager
async def crew(
    connection: Connection, posts: Iterable[Post], *, walk_seconds: float = 0.0
) -> AsyncIterator[list[Turnstile]]:
    """Turnstiles that are switched on and know the time; in the order of their posts."""
    gates = [
        Turnstile(
            replace(connection, username=post.device_id),
            Memory(post.secret),
            behaviour=Behaviour(walk_seconds=walk_seconds),
        )
        for post in posts
    ]
    for gate in gates:
        gate.switch_on()
    try:
        await asyncio.gather(*(gate.until_ready(START_SECONDS) for gate in gates))
        yield gates
    finally:
        await asyncio.gather(*(gate.switch_off() for gate in gates))


async def simulate(
    connection: Connection,
    posts: Sequence[Post],
    *,
    rate: float,
    seconds: float,
    walk_seconds: float = 0.0,
) -> Tally:
    """People show their codes at the gates, `rate` of them a second over all gates (0: as fast as
    they are let), until the time or the codes are over. Nobody leaves before the hub has every
    passage."""
    tally = Tally()
    loop = asyncio.get_running_loop()
    async with crew(connection, posts, walk_seconds=walk_seconds) as gates:
        begun = loop.time()
        until = begun + seconds
        people = arrivals(begun, rate, seconds) if rate else itertools.repeat(begun)
        await asyncio.gather(
            *(
                _queue(gate, post.codes, people, tally, until)
                for gate, post in zip(gates, posts, strict=True)
            )
        )
        tally.seconds = loop.time() - begun
        with contextlib.suppress(TimeoutError):
            await asyncio.gather(*(gate.until_confirmed(CONFIRM_SECONDS) for gate in gates))
    return tally


def arrivals(begun: float, rate: float, seconds: float) -> Iterator[float]:
    """When each of the people comes: evenly, the last of them before the time is over."""
    return (begun + number / rate for number in range(math.ceil(rate * seconds)))


async def _queue(
    gate: Turnstile, codes: Iterator[str], people: Iterator[float], tally: Tally, until: float
) -> None:
    """One gate: whoever comes next takes the first that is free and has a code to show, and none
    before the one in front is through. Whom slow gates keep waiting comes at once afterwards."""
    loop = asyncio.get_running_loop()
    free_at = 0.0
    for code in codes:
        due = next(people, None)
        if due is None:
            return
        await asyncio.sleep(max(due, free_at) - loop.time())
        if loop.time() >= until + LATE_SECONDS:
            return
        free_at = loop.time() + GAP_SECONDS
        tally.add(await gate.scan(code))
