"""Every list that can be taken away as a file, by the word that its page uses."""

from collections.abc import Mapping

from webapp.exporting import (
    agents,
    bills,
    capacity,
    cards,
    coupons,
    gates,
    money,
    orders,
    people,
    reports,
)
from webapp.exporting.model import ExportList

LISTS: Mapping[str, ExportList] = {
    "orders": orders.LIST,
    "agents": agents.LIST,
    "bill_items": bills.LIST,
    "cards": cards.LIST,
    "coupons": coupons.LIST,
    "redemptions": gates.SCANS,
    "passages": gates.PASSAGES,
    "refunds": money.REFUNDS,
    "shifts": money.SHIFTS,
    "ledger": money.STATEMENT,
    "capacity_alerts": capacity.LOG,
    "audit": people.AUDIT,
    "staff": people.STAFF,
    **reports.LISTS,
}
