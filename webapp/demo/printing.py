"""The demo's printer: one that is played, at one of its windows."""

from datetime import datetime

from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation import printers
from domain.operation.printers import Post, PostKind, PrintedDocument, PrinterInput

DEMO_PRINTER = "printer.demo"  # stands for the printer that the demo's server plays


async def add_printer(tx: Tx, area_id: str, window_id: str, now: datetime) -> None:
    """A roll printer with a drawer that prints all a window needs."""
    wanted = PrinterInput(
        "演示打印机",
        Post(PostKind.WINDOW, window_id),
        DEMO_PRINTER,
        drawer_pin=0,
        documents=(PrintedDocument.TICKET, PrintedDocument.SHIFT, PrintedDocument.CARD),
    )
    await printers.add_printer(tx, area_id, wanted, SYSTEM, now)
