"""Tickets: the right of one visitor, the codes that stand for it, and what happens to both.

Importing it registers what a paid ticket line becomes. `printed`, `detail`, `get`, `of_order`,
`unused`, `inside` and the finders are questions; everything else is an act.
"""

from domain.admission.tickets import fulfilling, verification
from domain.admission.tickets.fulfilling import end
from domain.admission.tickets.looking import (
    Detail,
    detail,
    find_by_code,
    find_by_document,
    find_by_number,
    get,
    inside,
    living_of,
    lock,
    of_order,
    scans_of,
    shown_of,
    unlock,
    unused,
)
from domain.admission.tickets.model import LIVING, MediumKind, MediumStatus, TicketStatus
from domain.admission.tickets.printing import (
    Place,
    Printable,
    Printer,
    mark_printed,
    printed,
    prints_of_shift,
)
from domain.admission.tickets.reprinting import (
    Reprinted,
    lift_loss,
    report_loss,
    reprint,
    request_reprint,
)

__all__ = [
    "LIVING",
    "Detail",
    "MediumKind",
    "MediumStatus",
    "Place",
    "Printable",
    "Printer",
    "Reprinted",
    "TicketStatus",
    "detail",
    "end",
    "find_by_code",
    "find_by_document",
    "find_by_number",
    "fulfilling",
    "get",
    "inside",
    "lift_loss",
    "living_of",
    "lock",
    "mark_printed",
    "of_order",
    "printed",
    "prints_of_shift",
    "report_loss",
    "reprint",
    "request_reprint",
    "scans_of",
    "shown_of",
    "unlock",
    "unused",
    "verification",
]
