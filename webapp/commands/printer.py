"""`shanmen printer`: a printer without paper, for trying one before it is bought."""

import asyncio
from contextlib import suppress
from typing import Annotated, Any

import typer


def printer(
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Where it listens.")] = 9100,
) -> None:
    """Listen on this machine as a roll printer does, and show what comes out. Ctrl+C ends it."""
    from webapp import main  # the whole product: no other command waits for it

    def show(slip: Any) -> None:
        typer.echo(
            "\n".join([*slip.lines, *(f"[QR {len(code)}]" for code in slip.codes), "-" * 48])
        )

    typer.echo(f"127.0.0.1:{port}")
    with suppress(KeyboardInterrupt):
        asyncio.run(main.play_printer(port, show))
