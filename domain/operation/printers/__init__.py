"""Printers that the server prints on, and the line of paper before each.

`enqueue` and `open_drawer` are called by the act that causes the paper; `working` is what the
process that prints writes down; `worklist` is for staff; a package whose documents mean something
`register`s their `Effect`.
"""

from domain.operation.printers import working, worklist
from domain.operation.printers.managing import (
    PrinterInput,
    add_printer,
    change_printer,
    get_printer,
    list_printers,
    living,
    printer_for,
    retire_printer,
    serving,
)
from domain.operation.printers.model import (
    NEEDS_PERSON,
    Delivery,
    Post,
    PostKind,
    PrintedDocument,
    PrinterLanguage,
    PrinterTrouble,
    PrintOutcome,
    PrintStatus,
    Sheet,
    documents_of,
)
from domain.operation.printers.queueing import (
    Again,
    Effect,
    enqueue,
    jobs_of,
    newest_of,
    open_drawer,
    register,
)

__all__ = [
    "NEEDS_PERSON",
    "Again",
    "Delivery",
    "Effect",
    "Post",
    "PostKind",
    "PrintOutcome",
    "PrintStatus",
    "PrintedDocument",
    "PrinterInput",
    "PrinterLanguage",
    "PrinterTrouble",
    "Sheet",
    "add_printer",
    "change_printer",
    "documents_of",
    "enqueue",
    "get_printer",
    "jobs_of",
    "list_printers",
    "living",
    "newest_of",
    "open_drawer",
    "printer_for",
    "register",
    "retire_printer",
    "serving",
    "working",
    "worklist",
]
