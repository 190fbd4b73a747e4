"""A printer that is played at a till's window, and the desk that prints on it, for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple

from starlette.applications import Starlette

from devicehub.printers.played import PlayedPrinter
from devicehub.printers.wire import PrinterWire
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db import Tx
from domain.operation import printers
from domain.operation.printers import Post, PrintedDocument, PrinterInput, PrintStatus
from domain.operation.printers.tables import print_jobs
from webapp.print_desk import PrintDesk
from webapp.print_papers import Composer

HOST = "127.0.0.1"


class Printing(NamedTuple):
    """The printer's id, the printer, and who prints on it when asked to."""

    printer_id: str
    played: PlayedPrinter
    desk: PrintDesk

    @property
    def texts(self) -> list[str]:
        """What stands on each piece of paper."""
        return ["\n".join(slip.lines) for slip in self.played.read.slips]


async def try_at_once(app: Starlette) -> None:
    """Nobody waits for the next try."""
    await app.state.db.act(_due_now, utc_now())


async def _due_now(tx: Tx, now: datetime) -> None:
    waiting = print_jobs.c.status == PrintStatus.QUEUED.value
    await tx.run(print_jobs.update().where(waiting).values(due_at=now))


def desk_of(app: Starlette, **more: Any) -> PrintDesk:
    return PrintDesk(app.state.db, Composer(app.state.db, app.state.vault), PrinterWire(), **more)


@asynccontextmanager
async def printing_at(
    app: Starlette, area_id: str, post: Post, **given: Any
) -> AsyncIterator[Printing]:
    """A roll printer with a drawer that prints tickets, unless something else is said."""
    played = PlayedPrinter()
    await played.start()
    wanted = PrinterInput(
        "一号票机",
        post,
        HOST,
        played.port,
        drawer_pin=0,
        documents=(PrintedDocument.TICKET, PrintedDocument.SHIFT, PrintedDocument.CARD),
    )
    printer_id = await app.state.db.act(
        printers.add_printer, area_id, wanted._replace(**given), SYSTEM, utc_now()
    )
    try:
        yield Printing(printer_id, played, desk_of(app))
    finally:
        await played.stop()
