"""`shanmen serve`: the server, until it is told to stop."""

import asyncio
import importlib
import os
from typing import Annotated

import typer
import uvicorn

from domain.kernel.db.revisions import SchemaOutdated, require_head
from webapp import heap, logs
from webapp.settings import Settings

APP = "webapp.main:app_from_environment"


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[
        int, typer.Option(help="Web processes; more than one needs PostgreSQL.")
    ] = 1,
    hub: Annotated[bool, typer.Option("--hub/--no-hub", help="Speak with devices.")] = True,
    broker: Annotated[
        bool, typer.Option("--broker/--no-broker", help="Start a mosquitto of our own.")
    ] = True,
) -> None:
    """Serve the faces and the devices, until Ctrl-C."""
    for name, is_wanted in (("SHANMEN_HUB", hub), ("SHANMEN_BROKER", broker)):
        if not is_wanted:
            os.environ[name] = "0"  # the server reads its settings itself, in each process
    for name, chosen in (("SHANMEN_HOST", host), ("SHANMEN_PORT", port)):
        if chosen is not None:
            os.environ[name] = str(chosen)
    settings = Settings()
    if workers > 1 and settings.database.startswith("sqlite"):
        raise typer.BadParameter(
            "an SQLite file is written by one process; use PostgreSQL for more"
        )
    logs.set_up(settings.log_level, settings.log_format)
    try:
        asyncio.run(require_head(settings.database))
    except SchemaOutdated as problem:
        raise SystemExit(str(problem)) from None
    if workers == 1:
        with heap.growing():
            importlib.import_module(APP.partition(":")[0])
    uvicorn.run(
        APP,
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
