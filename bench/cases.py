"""What is measured, one function a name. Each starts and stops the server itself."""

import asyncio
import html
import json
import multiprocessing
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

import httpx2

from bench import http_load, mqtt_load, shop_load
from bench.http_load import request
from bench.measures import Load, Row, cpu_seconds, percentile, pss_mb
from bench.world import World, lift_shop_limits
from domain.kernel import ids
from domain.operation.staff import Role
from tests.e2e.till import Till

FLIGHTS = (1, 8, 32)
SECONDS = 2.5
MOST_CODES = 3_000  # of one measurement
STARTS = 3
MILLION = 1_000_000
EXPORTED = 100_000
EXPORT_SECONDS = 8.0  # so long gates scan beside it
EXPORT_WAIT = 120.0
HTTP_GATES = 8
SETTLE_SECONDS = 2.0
PAYS_SECONDS = 9.0  # longer than the demo's platform lets a payer wait

T = TypeVar("T")
Case = Callable[[World], Awaitable[list[Row]]]


async def elsewhere(work: Callable[..., T], *args: object) -> T:
    """In a process of its own."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return await loop.run_in_executor(pool, work, *args)


@asynccontextmanager
async def serving(world: World) -> AsyncIterator[int]:
    """The server is up; its pid."""
    await world.installation.start()
    await world.installation.until_ready()
    try:
        yield world.installation.pid
    finally:
        world.installation.stop()


async def start(world: World) -> list[Row]:
    """From the command to the first page."""
    taken = []
    for _ in range(STARTS):
        begun = time.perf_counter()
        await world.installation.start()
        async with httpx2.AsyncClient(base_url=world.installation.url) as client:
            assert (await client.get("/sign-in")).status_code == 200
        taken.append((time.perf_counter() - begun) * 1000)
        world.installation.stop()
    return [Row("start", world.engine, world.rows, p50_ms=percentile(taken, 50),
                p99_ms=max(round(each, 2) for each in taken))]  # fmt: skip


async def memory(world: World) -> list[Row]:
    """Of the server and its broker, before anybody came; then with their printing process, after
    gates and a till that prints were served at once. An export has a process of its own."""
    async with serving(world) as pid:
        await asyncio.sleep(SETTLE_SECONDS)
        idle = pss_mb(pid)
        till, party = await open_till(world)
        order_id = await till.sell(ids.new_id(), party)
        path = f"/window/orders/{order_id}/tickets.pdf"
        paper = [request("GET", path, {"cookie": cookie_of(till)})]
        port = world.installation.port
        await asyncio.gather(
            elsewhere(http_load.run, http_load.Job(port, scans(world, MOST_CODES), 8, SECONDS)),
            elsewhere(http_load.run, http_load.Job(port, paper, 1, SECONDS * 2, cycle=True)),
        )
        loaded = pss_mb(pid)
        await till.close()
        return [
            Row("memory-idle", world.engine, world.rows, pss_mb=idle),
            Row("memory-loaded", world.engine, world.rows, pss_mb=loaded),
        ]


def scans(world: World, most: int) -> list[bytes]:
    """At eight gates: a server remembers a gate's token for half a second."""
    made = []
    for number, code in enumerate(world.codes(most)):
        _, secret, gate_id = world.devices[number % HTTP_GATES]
        body = json.dumps({"scan_id": ids.new_id(), "code": code, "passage": True}).encode()
        headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
        made.append(request("POST", f"/api/gates/{gate_id}/redemptions", headers, body))
    return made


async def redemptions(world: World) -> list[Row]:
    rows = []
    async with serving(world) as pid:
        port = world.installation.port
        await elsewhere(http_load.run, http_load.Job(port, scans(world, 200), 4, SECONDS))
        for in_flight in FLIGHTS:
            before = cpu_seconds(pid)
            job = http_load.Job(port, scans(world, MOST_CODES), in_flight, SECONDS)
            load = await elsewhere(http_load.run, job)
            used = cpu_seconds(pid) - before
            rows.append(
                load.row("redemptions-http", world.engine, in_flight=in_flight, cpu_seconds=used,
                         rows=world.rows, pss_mb=pss_mb(pid))
            )  # fmt: skip
    return rows


async def mqtt(world: World) -> list[Row]:
    rows = []
    gates = [(device_id, secret) for device_id, secret, _ in world.devices]
    async with serving(world) as pid:
        for in_flight in FLIGHTS:
            before = cpu_seconds(pid)
            codes = world.codes(MOST_CODES // 2)
            job = mqtt_load.Job(world.installation.mqtt_port, gates, codes, in_flight, SECONDS)
            load = await elsewhere(mqtt_load.run, job)
            used = cpu_seconds(pid) - before
            rows.append(
                load.row("redemptions-mqtt", world.engine, in_flight=in_flight, cpu_seconds=used,
                         rows=world.rows, pss_mb=pss_mb(pid))
            )  # fmt: skip
    return rows


async def signed_in(world: World, role: Role) -> Till:
    person = world.installation.people(role)[0]
    till = Till(world.installation.url)
    await till.client.post("/sign-in", data={"login": person.login, "password": person.password})
    return till


async def open_till(world: World) -> tuple[Till, dict[str, int]]:
    """A cashier with a shift, and a party of three."""
    till = await signed_in(world, Role.CASHIER)
    page = (await till.client.get("/window/tills")).text
    window_id = re.findall(r'name="window_id" value="([^"]+)"', page)[0]
    await till.client.post("/window/tills", data={"window_id": window_id})
    await till.client.post("/window/shifts", data={"float_minor": "500"})
    form = (await till.client.get("/window/sales/new")).text
    types = re.findall(r'name="q\.([^"]+)"', form)
    return till, {types[0]: 2, types[1]: 1}


def cookie_of(till: Till) -> str:
    return "; ".join(f"{name}={value}" for name, value in till.client.cookies.items())


async def sales(world: World) -> list[Row]:
    """Three tickets, paid in cash, through the window's form."""
    rows = []
    async with serving(world) as pid:
        till, party = await open_till(world)
        headers = {
            "cookie": cookie_of(till),
            "content-type": "application/x-www-form-urlencoded",
        }
        for in_flight in FLIGHTS:
            made = []
            for _ in range(MOST_CODES // 2):
                fields = {
                    "request_id": ids.new_id(),
                    **{f"q.{t}": str(n) for t, n in party.items()},
                }
                made.append(request("POST", "/window/sales", headers, urlencode(fields).encode()))
            before = cpu_seconds(pid)
            job = http_load.Job(
                world.installation.port, made, in_flight, SECONDS, good=frozenset({303})
            )
            load = await elsewhere(http_load.run, job)
            used = cpu_seconds(pid) - before
            rows.append(
                load.row("orders-http", world.engine, in_flight=in_flight, cpu_seconds=used,
                         rows=world.rows)
            )  # fmt: skip
        await till.close()
    return rows


async def pages(world: World) -> list[Row]:
    """The office's list of orders, and the dashboard."""
    rows = []
    async with serving(world) as pid:
        office = await signed_in(world, Role.ADMINISTRATOR)
        headers = {"cookie": cookie_of(office), "accept-encoding": "gzip"}
        for name, path in (("order-list", "/office/orders"), ("dashboard", "/office")):
            for in_flight in (1, 8):
                before = cpu_seconds(pid)
                job = http_load.Job(
                    world.installation.port,
                    [request("GET", path, headers)],
                    in_flight,
                    SECONDS,
                    cycle=True,
                )
                load = await elsewhere(http_load.run, job)
                used = cpu_seconds(pid) - before
                rows.append(
                    load.row(name, world.engine, in_flight=in_flight, cpu_seconds=used,
                             rows=world.rows, pss_mb=pss_mb(pid))
                )  # fmt: skip
        await office.close()
    return rows


async def shop(world: World) -> list[Row]:
    """The first page of the web shop and the choice of tickets, for visitors without a cookie."""
    rows = []
    async with serving(world) as pid:
        async with httpx2.AsyncClient(base_url=world.installation.url) as client:
            home = (await client.get("/")).text
        booking = html.unescape(re.findall(r'href="(/book[^"]+)"', home)[0])
        paths = (("shop-home", "/"), ("shop-booking", booking))
        for name, path in paths:
            for in_flight in (1, 8):
                before = cpu_seconds(pid)
                asked = [request("GET", path, {"accept-encoding": "gzip"})]
                port = world.installation.port
                job = http_load.Job(port, asked, in_flight, SECONDS, cycle=True)
                load = await elsewhere(http_load.run, job)
                used = cpu_seconds(pid) - before
                rows.append(
                    load.row(name, world.engine, in_flight=in_flight, cpu_seconds=used,
                             rows=world.rows, pss_mb=pss_mb(pid))
                )  # fmt: skip
    return [*rows, *await paid_orders(world)]


async def paid_orders(world: World) -> list[Row]:
    """Two adults for tomorrow, from the form with the phone to the page of the e-tickets: what a
    visitor's browser asks on the way, with the simulated platform. Orders a second are of both
    halves together, without the platform's own seconds in between."""
    rows: list[Row] = []
    async with world.opened() as db:
        await db.act(lift_shop_limits)
    world.installation.settings["SHANMEN_DEMO"] = "1"  # somebody must read the QR and pay
    async with serving(world) as pid:
        async with httpx2.AsyncClient(base_url=world.installation.url) as client:
            home = (await client.get("/")).text
        chosen = dict(parse_qsl(html.unescape(re.findall(r'href="/book\?([^"]+)"', home)[0])))
        for number, in_flight in enumerate((1, 8)):
            before = cpu_seconds(pid)
            job = shop_load.Job(
                world.installation.port, chosen, in_flight, SECONDS, number * MILLION, PAYS_SECONDS
            )
            booked, paid = await elsewhere(shop_load.run, job)
            used = cpu_seconds(pid) - before
            waits = [sum(pair) for pair in zip(booked.waits_ms, paid.waits_ms, strict=True)]
            both = Load(waits, booked.seconds + paid.seconds, 0)
            rows.append(
                both.row("shop-orders", world.engine, in_flight=in_flight, cpu_seconds=used,
                         rows=world.rows)
            )  # fmt: skip
    return rows


async def million(world: World) -> list[Row]:
    """The same pages with a million orders, and how much slower they are."""
    small = {(row.name, row.in_flight): row for row in await pages(world)}
    await world.grow(MILLION)
    large = await pages(world)
    ratios = [
        Row(f"{row.name}-ratio", row.engine, row.rows, row.in_flight,
            per_s=round((small[row.name, row.in_flight].per_s or 0) / (row.per_s or 1), 2))
        for row in large
    ]  # fmt: skip
    return [*small.values(), *large, *ratios]


async def pdf(world: World) -> list[Row]:
    """Orders of three tickets on the roll; a second is so many tickets."""
    async with serving(world) as pid:
        till, party = await open_till(world)
        sold = [await till.sell(ids.new_id(), party) for _ in range(12)]
        headers = {"cookie": cookie_of(till)}
        asked = [request("GET", f"/window/orders/{each}/tickets.pdf", headers) for each in sold]
        await elsewhere(http_load.run, http_load.Job(world.installation.port, asked[:1], 1, 1.0))
        before = cpu_seconds(pid)
        job = http_load.Job(world.installation.port, asked, 2, SECONDS * 2, cycle=True)
        load = await elsewhere(http_load.run, job)
        used = cpu_seconds(pid) - before
        row = load.row("pdf-of-three", world.engine, in_flight=2, cpu_seconds=used,
                       rows=world.rows, pss_mb=pss_mb(pid))  # fmt: skip
        await till.close()
        return [row, row._replace(name="pdf-tickets", per_s=round((row.per_s or 0) * 3, 1))]


async def export(world: World) -> list[Row]:
    """100,000 orders as Excel, asked for in the office, while gates let people in: rows a second
    and milliseconds until the file can be fetched, and what the gates felt meanwhile."""
    await world.grow(EXPORTED)
    async with serving(world) as pid:
        office = await signed_in(world, Role.ADMINISTRATOR)
        port, scanned = world.installation.port, scans(world, MOST_CODES * 2)
        await elsewhere(http_load.run, http_load.Job(port, scanned[:200], 4, SECONDS))
        job = http_load.Job(port, scanned[200:], HTTP_GATES, EXPORT_SECONDS)
        before = cpu_seconds(pid)
        gates = asyncio.create_task(elsewhere(http_load.run, job))
        taken = await fetched_after(office)
        load = await gates
        used = cpu_seconds(pid) - before
        await office.close()
        row = load.row("redemptions-beside-export", world.engine, in_flight=HTTP_GATES,
                       cpu_seconds=used, rows=world.rows)  # fmt: skip
        excel = Row("export-xlsx", world.engine, world.rows, per_s=round(world.rows / taken, 1),
                    p50_ms=round(taken * 1000, 1))  # fmt: skip
        return [row, excel]


async def fetched_after(office: Till) -> float:
    """Seconds from asking for every order as Excel to the file."""
    begun = time.perf_counter()
    asked = await office.client.post("/office/exports", data={"noun": "orders", "format": "xlsx"})
    address = str(asked.headers["location"])
    while (await office.client.get(f"{address}/file")).status_code != 200:
        if time.perf_counter() - begun > EXPORT_WAIT:
            raise SystemExit("export: no file")
        await asyncio.sleep(0.2)
    return time.perf_counter() - begun


CASES: dict[str, Case] = {
    "start": start,
    "memory": memory,
    "redemptions": redemptions,
    "mqtt": mqtt,
    "sales": sales,
    "pdf": pdf,
    "export": export,
    "pages": pages,
    "shop": shop,
    "million": million,
}
EVERYTHING: Sequence[str] = [name for name in CASES if name != "pages"]
