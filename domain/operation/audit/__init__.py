"""Who did what: `record` writes an entry in the caller's transaction, `history` reads what happened
to one thing, `page` searches; a schedule seals entries into a hash chain."""

from domain.operation import verification
from domain.operation.audit import sealing
from domain.operation.audit.entries import record
from domain.operation.audit.sealing import Sealer, head, seal_all
from domain.operation.audit.trail import Filter, Sought, acts, called, get, history, page

verification.register("audit", sealing.verify)

__all__ = [
    "Filter",
    "Sealer",
    "Sought",
    "acts",
    "called",
    "get",
    "head",
    "history",
    "page",
    "record",
    "seal_all",
]
