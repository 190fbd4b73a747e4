"""Serving a pretend platform on the loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
WAIT_SECONDS = 0.01


def bound(port: int = 0) -> socket.socket:
    """A place to listen at; its name is known before anything is served."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((LOOPBACK, port))
    return listening


def url_of(listening: socket.socket) -> str:
    return f"http://{LOOPBACK}:{listening.getsockname()[1]}"


@asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Serve until the block is left."""
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", lifespan="off", access_log=False)
    )
    task = asyncio.create_task(server._serve(sockets=[listening]), name="pretend platform")
    try:
        while not (server.started or task.done()):  # noqa: ASYNC110 (it tells nobody)
            await asyncio.sleep(WAIT_SECONDS)
        yield
    finally:
        server.should_exit = True
        await task
