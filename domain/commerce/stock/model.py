"""Words of the warehouse (仓库): kinds of blanks, documents and their states, what moves stock."""

from collections.abc import Mapping, Set
from enum import StrEnum


class StockForm(StrEnum):
    TICKET = "ticket"  # blank paper, used up by printing
    CARD = "card"  # blank cards, used up by opening


class DocumentKind(StrEnum):
    RECEIPT = "receipt"  # 入库, from outside into a warehouse
    ISSUE = "issue"  # 领用出库, from a warehouse to a window
    TRANSFER = "transfer"  # 调拨, between warehouses or between windows
    RETURN = "return"  # 退库, from a window back into a warehouse
    STOCKTAKE = "stocktake"  # 盘点, what is really there
    WRITE_OFF = "write_off"  # 作废


LETTERS: Mapping[DocumentKind, str] = {  # at the beginning of a document's number
    DocumentKind.RECEIPT: "RK",
    DocumentKind.ISSUE: "CK",
    DocumentKind.TRANSFER: "DB",
    DocumentKind.RETURN: "TK",
    DocumentKind.STOCKTAKE: "PD",
    DocumentKind.WRITE_OFF: "ZF",
}


class DocumentStatus(StrEnum):
    DRAFT = "draft"  # with an `approval_id`: somebody is asked
    APPROVED = "approved"
    POSTED = "posted"  # the ledger of stock has moved
    REVERSED = "reversed"  # and has moved back
    DISCARDED = "discarded"  # a draft that came to nothing


DOCUMENT_MOVES: Mapping[DocumentStatus, Set[DocumentStatus]] = {
    DocumentStatus.DRAFT: {DocumentStatus.APPROVED, DocumentStatus.DISCARDED},
    DocumentStatus.APPROVED: {DocumentStatus.POSTED, DocumentStatus.DISCARDED},
    DocumentStatus.POSTED: {DocumentStatus.REVERSED},
    DocumentStatus.REVERSED: frozenset(),
    DocumentStatus.DISCARDED: frozenset(),
}


class LineRole(StrEnum):
    LISTED = "listed"  # what a document is about; of a stocktake, what was found
    MISSING = "missing"  # on the book and not found
    SURPLUS = "surplus"  # found and not on the book


class StockAct(StrEnum):
    """Why stock came to a holder or left it."""

    RECEIVED = "received"
    ISSUED = "issued"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    PRINTED = "printed"
    REPRINTED = "reprinted"
    OPENED = "opened"  # a card
    VOIDED = "voided"  # torn or spoiled
    LOST = "lost"
    FOUND = "found"
    WRITTEN_OFF = "written_off"


USED = frozenset({StockAct.PRINTED, StockAct.REPRINTED, StockAct.OPENED})


class DifferenceCause(StrEnum):
    """What a cashier says of blanks that should be there and are not."""

    VOIDED = "voided"
    LOST = "lost"
