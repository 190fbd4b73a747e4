"""`shanmen platform`: a pretend payment platform, for trying one without an account."""

import asyncio
from contextlib import suppress
from typing import Annotated, Literal

import typer

from webapp.settings import Settings


def platform(
    kind: Annotated[Literal["wechat", "alipay"], typer.Argument(help="Which one it plays.")],
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Where it listens.")] = 8090,
) -> None:
    """Play a payment platform on this machine, and show the settings that connect to it. Open what
    a QR says in a browser to pay. Ctrl+C ends it."""
    from webapp import main  # the whole product: no other command waits for it

    with suppress(KeyboardInterrupt):
        asyncio.run(main.play_platform(Settings(), kind, port, typer.echo))
