"""`shanmen simulate`: pretend turnstiles against the running server."""

import asyncio
import json
from typing import Annotated

import typer

from domain.kernel.errors import DomainError
from webapp.settings import Settings


def simulate(
    gates: Annotated[
        int, typer.Option(min=1, help="How many of the paired devices that are not connected.")
    ] = 4,
    rate: Annotated[
        float, typer.Option(min=0, help="Scans a second over all gates; 0: as fast as devices may.")
    ] = 4.0,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long.")] = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show today's unused tickets at pretend gates, over MQTT. The tickets are used up by it."""
    from webapp import main  # the whole product: no other command waits for it

    try:
        report = asyncio.run(main.simulate(Settings(), gates, rate, seconds))
    except DomainError as refused:
        typer.echo(refused.message.in_english(), err=True)
        raise typer.Exit(1) from None
    except TimeoutError:
        typer.echo("the server does not answer: is it running, and its broker?", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(report))
        return
    typer.echo(
        "{scans} scans: {allowed} allowed, {denied} denied, {lost} without an answer; "
        "{decisions_per_s} decisions/s, p50 {p50_ms} ms, p99 {p99_ms} ms".format(**report)
    )
