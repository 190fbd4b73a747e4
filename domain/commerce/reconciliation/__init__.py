"""Bills of payment platforms against payments and ledger; each difference waits for a person."""

from domain.commerce.reconciliation.comparing import PLATFORM_ZONE, take_bill
from domain.commerce.reconciliation.fetching import JOB, fetch_bill, fetch_bills, step_of
from domain.commerce.reconciliation.looking import (
    DayOfBill,
    Sought,
    bill_of,
    count_open,
    days_of,
    get_bill,
    get_item,
    items_of,
    list_bills,
    list_items,
    open_items,
)
from domain.commerce.reconciliation.model import Finding, ItemStatus, TryOutcome, rest_minor
from domain.commerce.reconciliation.settling import ask_write_off, assign, resolve, rest_of

__all__ = [
    "JOB",
    "PLATFORM_ZONE",
    "DayOfBill",
    "Finding",
    "ItemStatus",
    "Sought",
    "TryOutcome",
    "ask_write_off",
    "assign",
    "bill_of",
    "count_open",
    "days_of",
    "fetch_bill",
    "fetch_bills",
    "get_bill",
    "get_item",
    "items_of",
    "list_bills",
    "list_items",
    "open_items",
    "resolve",
    "rest_minor",
    "rest_of",
    "step_of",
    "take_bill",
]
