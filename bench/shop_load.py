"""Visitors of the web shop who buy: they book, begin to pay, see the QR, the platform takes the
money, and the order's page shows the tickets. From a process of its own, like `http_load`."""

import asyncio
import re
import time
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

import uvloop

from bench.http_load import Wire, request
from bench.measures import Load
from domain.kernel import ids

FORM = {"content-type": "application/x-www-form-urlencoded"}
ORDER = re.compile(rb"/orders/([0-9a-f-]{36})")
FIRST_PHONE = 13_900_000_000


class Job(NamedTuple):
    """`fields` choose the tickets; each order has a phone of its own."""

    port: int
    fields: dict[str, str]
    visitors: int
    seconds: float
    first: int  # number of the first phone
    pays_after: float  # how long the platform lets a payer wait


class Browser(Wire):
    """A connection that remembers its cookie and where the last answer sent it."""

    def __init__(self) -> None:
        super().__init__()
        self.cookie, self.location = b"", b""

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"set-cookie":
            self.cookie = value.partition(b";")[0]
        elif name.lower() == b"location":
            self.location = value

    async def go(self, method: str, path: str, fields: dict[str, str] | None = None) -> int:
        body = urlencode(fields or {}).encode()
        headers = {**FORM, "cookie": self.cookie.decode(), "accept-encoding": "gzip"}
        return await self.ask(request(method, path, headers, body))


def run(job: Job) -> tuple[Load, Load]:
    """Booking up to the QR, and from the platform's money to the page of the tickets."""
    return uvloop.run(drive(job))


async def opened(job: Job) -> list[Browser]:
    loop = asyncio.get_running_loop()
    return [
        (await loop.create_connection(Browser, "127.0.0.1", job.port))[1]
        for _ in range(job.visitors)
    ]


async def drive(job: Job) -> tuple[Load, Load]:
    browsers = await opened(job)
    numbers = iter(range(job.first, job.first + 1_000_000))
    bought: list[tuple[bytes, str]] = []
    begun = time.perf_counter()

    async def book(browser: Browser) -> list[float]:
        waits = []
        while time.perf_counter() - begun < job.seconds:
            sent = time.perf_counter()
            own = {"request_id": ids.new_id(), "phone": str(FIRST_PHONE + next(numbers))}
            status = await browser.go("POST", "/book/orders", job.fields | own)
            assert status == 303, status
            order_id = ORDER.findall(browser.location)[0].decode()
            assert await browser.go("POST", f"/orders/{order_id}/payment") == 303
            assert await browser.go("GET", f"/orders/{order_id}/payment") == 200
            waits.append((time.perf_counter() - sent) * 1000)
            bought.append((browser.cookie, order_id))
        return waits

    booked = await timed([book(browser) for browser in browsers])
    await asyncio.sleep(job.pays_after)
    left, browsers = iter(bought), await opened(job)  # the server has hung up meanwhile

    async def pay(browser: Browser) -> list[float]:
        waits = []
        for browser.cookie, order_id in left:
            sent = time.perf_counter()
            assert await browser.go("POST", f"/orders/{order_id}/payment/look") == 303
            assert browser.location.endswith(order_id.encode()), browser.location
            assert await browser.go("GET", f"/orders/{order_id}") == 200
            waits.append((time.perf_counter() - sent) * 1000)
        return waits

    paid = await timed([pay(browser) for browser in browsers])
    return booked, paid


async def timed(visitors: Sequence[object]) -> Load:
    begun = time.perf_counter()
    waits = await asyncio.gather(*visitors)  # type: ignore[call-overload]
    return Load([each for one in waits for each in one], time.perf_counter() - begun, 0)
