"""Turnstiles in a closed loop, from a process of their own, by the wire alone: a scan, its answer,
the passage, its confirmation. Timed is what the visitor waits for: from the scan to the answer."""

import asyncio
import itertools
import json
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import uvloop

from bench.measures import Load

ANSWER_SECONDS = 5.0
KEEPALIVE_SECONDS = 60
CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 0x10, 2, 3, 0x40, 0x82, 9


class Job(NamedTuple):
    """Gates take turns, so that none says more than a device may."""

    port: int
    devices: Sequence[tuple[str, str]]  # id and secret
    codes: Sequence[str]
    in_flight: int
    seconds: float


class Wire(asyncio.Protocol):
    """MQTT 3.1.1, as much as a gate needs: one connection, QoS 1."""

    def __init__(self, device_id: str, secret: str) -> None:
        self._device_id, self._secret = device_id, secret
        self._buffer = bytearray()
        self._packets = itertools.cycle(range(1, 65_536))
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:  # uvloop's are no asyncio.Transport
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = text("MQTT") + bytes([4, 0xC2]) + struct.pack("!H", KEEPALIVE_SECONDS)
        who = text(self._device_id) + text(self._device_id) + text(self._secret)
        self._send(CONNECT, head + who)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (packet := self._next_packet()) is not None:
            kind, body = packet
            if kind >> 4 == PUBLISH:
                self._take(kind, body)
            elif kind >> 4 == CONNACK:
                topic = text(f"shanmen/1/{self._device_id}/down/#") + b"\x01"
                self._send(SUBSCRIBE, struct.pack("!H", 1) + topic)
            elif kind >> 4 == SUBACK and not self.ready.done():
                self.ready.set_result(None)

    async def ask(self, what: str, key: str, message: dict[str, Any]) -> dict[str, Any]:
        """Publish, and wait for the answer that names `key`."""
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[key] = answer
        topic = text(f"shanmen/1/{self._device_id}/up/{what}")
        packet = struct.pack("!H", next(self._packets))
        self._send(PUBLISH << 4 | 2, topic + packet + json.dumps(message).encode())
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answer
        finally:
            self._waiting.pop(key, None)

    def _take(self, kind: int, body: bytes) -> None:
        at = 2 + int.from_bytes(body[:2], "big")
        if kind & 6:
            self._send(PUBACK, body[at : at + 2])
            at += 2
        message = json.loads(body[at:])
        for key in message.get("keys", [message.get("cid", "")]):
            waiting = self._waiting.get(key)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)

    def _next_packet(self) -> tuple[int, bytes] | None:
        size, shift, at = 0, 0, 1
        while True:
            if at >= len(self._buffer):
                return None
            byte = self._buffer[at]
            size |= (byte & 127) << shift
            shift, at = shift + 7, at + 1
            if byte < 128:
                break
        if len(self._buffer) < at + size:
            return None
        kind, body = self._buffer[0], bytes(self._buffer[at : at + size])
        del self._buffer[: at + size]
        return kind, body

    def _send(self, kind: int, body: bytes) -> None:
        size, digits = len(body), bytearray()
        while True:
            size, digit = divmod(size, 128)
            digits.append(digit | (128 if size else 0))
            if not size:
                break
        self.transport.write(bytes([kind]) + bytes(digits) + body)


def text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("!H", len(raw)) + raw


def run(job: Job) -> Load:
    """For a process pool."""
    return uvloop.run(drive(job))


async def drive(job: Job) -> Load:
    loop = asyncio.get_running_loop()
    wires = []
    for device in job.devices:
        _, wire = await loop.create_connection(lambda d=device: Wire(*d), "127.0.0.1", job.port)  # type: ignore[misc]
        wires.append(wire)
    async with asyncio.timeout(30):
        await asyncio.gather(*(wire.ready for wire in wires))
    waits: list[float] = []
    bad = [0]
    gates, codes = itertools.cycle(wires), iter(job.codes)
    begun = time.perf_counter()

    async def keep_scanning(number: int) -> None:
        for turn, code in enumerate(codes):
            wait = await let_in(next(gates), f"{int(begun * 1000)}-{number}-{turn}", code)
            if wait is None:
                bad[0] += 1
            else:
                waits.append(wait)
            if time.perf_counter() - begun > job.seconds:
                return

    await asyncio.gather(*(keep_scanning(number) for number in range(job.in_flight)))
    seconds = time.perf_counter() - begun
    for wire in wires:
        wire.transport.close()
    return Load(waits, seconds, bad[0])


async def let_in(gate: Wire, cid: str, code: str) -> float | None:
    """How long the visitor waited for a yes, in milliseconds; None without one."""
    now = int(time.time() * 1000)
    head = {"v": 1, "ts": now, "boot": "bench", "cid": cid, "ch": 1, "dir": "in"}
    sent = time.perf_counter()
    try:
        told = await gate.ask(
            "scan", cid, head | {"code": code, "kind": "qr", "deadline": now + 5_000}
        )
        wait = (time.perf_counter() - sent) * 1000
        if told["decision"] != "allow":
            return None
        passage = {"key": f"p{cid}", "result": "passed", "sensor": "rotor", "n": 1}
        await gate.ask("pass", f"p{cid}", head | passage)
    except TimeoutError:
        return None
    return wait
