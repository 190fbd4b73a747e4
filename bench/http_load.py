"""HTTP in a closed loop, from a process of its own: so many connections, one request each at a
time. Made for little cost a request: the client shares the machine with the server."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import httptools
import uvloop

from bench.measures import Load


class Job(NamedTuple):
    """Each request is sent once, or all of them again and again (`cycle`)."""

    port: int
    requests: Sequence[bytes]
    in_flight: int
    seconds: float
    good: frozenset[int] = frozenset({200, 201})
    cycle: bool = False


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Wire(asyncio.Protocol):
    """One connection; `ask` gives the status of the answer."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: Any) -> None:  # uvloop's are no asyncio.Transport
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(self._parser.get_status_code())

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("the server hung up"))

    async def ask(self, raw: bytes) -> int:
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(raw)
        return await self._answer


def run(job: Job) -> Load:
    """For a process pool."""
    return uvloop.run(drive(job))


async def drive(job: Job) -> Load:
    requests: Iterator[bytes] = iter(job.requests)
    if job.cycle:
        requests = itertools.cycle(job.requests)
    waits: list[float] = []
    bad = [0]
    loop = asyncio.get_running_loop()
    wires = [(await loop.create_connection(Wire, "127.0.0.1", job.port))[1] for _ in
             range(job.in_flight)]  # fmt: skip
    begun = time.perf_counter()

    async def keep_asking(wire: Wire) -> None:
        for raw in requests:
            sent = time.perf_counter()
            status = await wire.ask(raw)
            done = time.perf_counter()
            if status in job.good:
                waits.append((done - sent) * 1000)
            else:
                bad[0] += 1
            if done - begun > job.seconds:
                return

    await asyncio.gather(*(keep_asking(wire) for wire in wires))
    seconds = time.perf_counter() - begun
    for wire in wires:
        wire.transport.close()
    return Load(waits, seconds, bad[0])
