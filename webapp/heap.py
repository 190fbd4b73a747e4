"""What the garbage collector need not look at.

A started server holds some 300,000 objects that stay until it ends: modules, statements, routes.
A full collection looks at every one of them, with everybody waiting for more than a tenth of a
second. So nothing is collected while they are made, and afterwards they are set apart.
"""

import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from starlette.applications import Starlette


@contextmanager
def growing() -> Iterator[None]:
    """For imports: what is made inside stays, so there is nothing to collect."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


@asynccontextmanager
async def settled(_app: Starlette) -> AsyncIterator[None]:
    """A companion of the app, the last one: from here on everything there is stays."""
    gc.freeze()
    yield
