"""Bills of payment platforms against payments and ledger; each difference waits for a person."""

from domain.commerce.reconciliation.comparing import (
    assign,
    bill_of,
    get_item,
    items_of,
    list_bills,
    open_items,
    resolve,
    take_bill,
)
from domain.commerce.reconciliation.fetching import fetch_bills
from domain.commerce.reconciliation.model import Finding, ItemStatus

__all__ = [
    "Finding",
    "ItemStatus",
    "assign",
    "bill_of",
    "fetch_bills",
    "get_item",
    "items_of",
    "list_bills",
    "open_items",
    "resolve",
    "take_bill",
]
