"""Paper at a window that a printer of the server serves: what came out, what waits, and why."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.admission import tickets
from domain.kernel.db import Tx
from domain.operation import printers
from domain.operation.printers import (
    Post,
    PostKind,
    PrintedDocument,
    PrinterTrouble,
    PrintStatus,
)
from webapp.till import Till, trouble_of


class PaperLine(NamedTuple):
    """The prints of some tickets, each with its newest job."""

    printer: Any
    rows: Sequence[Any]  # of tickets
    jobs: dict[str, Any]

    def of(self, *statuses: PrintStatus) -> list[Any]:
        """The tickets whose job is in one of these states."""
        return [row for row in self.rows if self.jobs[row.id].status in statuses]

    @property
    def done(self) -> list[Any]:
        return self.of(PrintStatus.DONE)

    @property
    def waiting(self) -> list[Any]:
        return self.of(PrintStatus.QUEUED, PrintStatus.SENDING)

    @property
    def unknown(self) -> list[Any]:
        return self.of(PrintStatus.UNKNOWN)

    @property
    def failed(self) -> list[Any]:
        return self.of(PrintStatus.FAILED)

    @property
    def trouble(self) -> PrinterTrouble | None:
        return trouble_of(self.printer)

    def job_of(self, row: Any) -> Any:
        return self.jobs[row.id]


def post_of(till: Till) -> Post:
    return Post(PostKind.WINDOW, till.window.id)


async def paper_line(
    tx: Tx, till: Till, order_id: str, ticket_ids: Sequence[str] = ()
) -> PaperLine | None:
    """None where nothing of it went to a printer of the server's: the browser prints. Tickets
    that the browser printed are left out."""
    rows = [
        row
        for row in await tickets.shown_of(tx, order_id)
        if not ticket_ids or row.id in ticket_ids
    ]
    jobs = await printers.newest_of(tx, PrintedDocument.TICKET, [row.id for row in rows])
    mine = {
        ticket_id: job for ticket_id, job in jobs.items() if job.status != PrintStatus.CANCELLED
    }
    shown = [
        row
        for row in rows
        if row.id in mine and mine[row.id].details.get("issue") == row.issue_serial
    ]
    if not shown:
        return None
    printer = await printers.get_printer(tx, mine[shown[-1].id].printer_id)
    return PaperLine(printer, shown, mine)
