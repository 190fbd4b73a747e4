"""Exports in tests: the background work that makes them, and their rows."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from starlette.applications import Starlette

from domain.operation.jobs import Runner
from webapp.exporting import desk


@asynccontextmanager
async def at_work(app: Starlette) -> AsyncIterator[None]:
    """The background work of a server, while it lasts."""
    desk.register(app.state.settings)
    runner = asyncio.create_task(Runner(app.state.db, poll_seconds=0.05).run())
    try:
        yield
    finally:
        runner.cancel()
        await asyncio.gather(runner, return_exceptions=True)


async def fetched(
    client: httpx2.AsyncClient, noun: str, question: str = "", form: str = "xlsx"
) -> bytes:
    """Ask for a list, wait for it, take it away."""
    wanted = {"noun": noun, "format": form, "question": question}
    asked = await client.post("/office/exports", data=wanted)
    assert asked.status_code == 303, asked.text
    address = asked.headers["location"]
    for _ in range(300):
        if "SHA-256" in (await client.get(address)).text:
            break
        await asyncio.sleep(0.1)
    response = await client.get(f"{address}/file")
    assert response.status_code == 200
    return response.content


async def taken(client: httpx2.AsyncClient, noun: str, question: str = "") -> list[dict[str, str]]:
    """The rows of a list's CSV by their headings."""
    content = await fetched(client, noun, question, "csv")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
