"""Who works here, and what each role may do (domain.md, 7). Deny by default."""

from collections.abc import Mapping, Set
from enum import StrEnum


class Permission(StrEnum):
    """One word an act. A role has a set of them, a staff member has roles at places."""

    DASHBOARD_SEE = "dashboard.see"
    PLACES_SEE = "places.see"
    PLACES_EDIT = "places.edit"
    CATALOG_SEE = "catalog.see"
    CATALOG_EDIT = "catalog.edit"
    CATALOG_APPROVE = "catalog.approve"
    PROMOTIONS_SEE = "promotions.see"
    PROMOTIONS_EDIT = "promotions.edit"  # drafts, coupons, floor prices; pause and end
    CARDS_SEE = "cards.see"
    CARDS_EDIT = "cards.edit"  # holders, freezing, rights with a checker, blanks
    CAPACITY_SEE = "capacity.see"
    CAPACITY_EDIT = "capacity.edit"
    ORDERS_SEE = "orders.see"
    GROUPS_SEE = "groups.see"
    GROUPS_ROSTER = "groups.roster"  # at a gate: who is in the group that stands there
    GROUPS_EDIT = "groups.edit"  # book, change, give up
    SALES_SELL = "sales.sell"
    SALES_REFUND = "sales.refund"  # up to the limit; above it an approval
    SALES_CHANGE = "sales.change"
    SALES_REPRINT = "sales.reprint"
    REFUNDS_APPROVE = "refunds.approve"
    REPRINTS_APPROVE = "reprints.approve"
    AGENTS_SEE = "agents.see"  # with their net prices and what they owe
    AGENTS_EDIT = "agents.edit"  # agents, levels, limits, keys and access codes
    AGENTS_RECEIVE = "agents.receive"  # write down money that came
    INVOICES_SEE = "invoices.see"
    INVOICES_ANSWER = "invoices.answer"
    BILLS_SEE = "bills.see"  # bills of payment platforms and what differs
    BILLS_SETTLE = "bills.settle"  # fetch again, explain, ask for a write-off
    PLATFORMS_SEE = "platforms.see"  # payment platforms, without their keys
    PLATFORMS_EDIT = "platforms.edit"  # connect them, say where they serve
    BILLS_APPROVE = "bills.approve"  # another's write-off
    SHIFTS_OWN = "shifts.own"
    SHIFTS_SEE = "shifts.see"
    SHIFTS_APPROVE = "shifts.approve"
    STOCK_SEE = "stock.see"
    STOCK_EDIT = "stock.edit"  # stock documents, counts, thresholds
    STOCK_APPROVE = "stock.approve"  # another's document, write-off, difference
    GATES_WATCH = "gates.watch"
    GATES_SCAN = "gates.scan"
    GATES_ADMIT = "gates.admit"  # by hand, with a reason
    GATES_COMMAND = "gates.command"  # open, free, lock
    DEVICES_SEE = "devices.see"
    DEVICES_EDIT = "devices.edit"
    DEVICES_HANDLE = "devices.handle"  # what is wrong with them
    CAPACITY_ALERT = "capacity.alert"
    STAFF_SEE = "staff.see"
    STAFF_EDIT = "staff.edit"
    SETTINGS_SEE = "settings.see"
    SETTINGS_EDIT = "settings.edit"
    AUDIT_SEE = "audit.see"
    LEDGER_SEE = "ledger.see"
    REPORTS_SEE = "reports.see"
    REPORTS_EDIT = "reports.edit"  # keep reports, have them sent
    SHARES_EDIT = "shares.edit"  # who gets which part of a ticket's price
    CLOSE_SEE = "close.see"
    CLOSE_MAKE = "close.make"  # draw up and sign a day's close
    CLOSE_APPROVE = "close.approve"  # another's
    PRINTERS_SEE = "printers.see"
    PRINTERS_EDIT = "printers.edit"
    PRINTERS_WORK = "printers.work"  # try again, cancel, redirect, look for the paper
    MESSAGES_SEE = "messages.see"  # templates, providers without their secrets, the log
    MESSAGES_EDIT = "messages.edit"  # providers, texts for approval, limits, who wants none
    MESSAGES_APPROVE = "messages.approve"  # another's text
    OUTBOX_SEE = "outbox.see"
    OUTBOX_RETRY = "outbox.retry"
    JOBS_SEE = "jobs.see"
    JOBS_RUN = "jobs.run"
    RETENTION_SEE = "retention.see"
    RETENTION_EDIT = "retention.edit"  # how long identities are kept, holds, removing them now
    BACKUPS_SEE = "backups.see"
    BACKUPS_MAKE = "backups.make"  # make them, put them on trial
    BACKUPS_FETCH = "backups.fetch"  # take the whole database away
    IMPORTS_SEE = "imports.see"
    IMPORTS_MAKE = "imports.make"  # take in and check a file of an old system, ask for it
    IMPORTS_APPROVE = "imports.approve"  # another's
    LOGS_SEE = "logs.see"


class StaffStatus(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"


class Role(StrEnum):
    """The roles every installation has; the operator may add others with sets of their own."""

    PRODUCT_MANAGER = "product_manager"
    APPROVER = "approver"
    CASHIER = "cashier"
    GATE_STAFF = "gate_staff"
    CUSTOMER_SERVICE = "customer_service"
    FINANCE = "finance"
    SAFETY_OFFICER = "safety_officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    WAREHOUSE = "warehouse"
    AUDITOR = "auditor"


_P = Permission

SEE_EVERYTHING: Set[Permission] = frozenset(
    word for word in Permission if word.value.endswith((".see", ".watch"))
)

ROLE_PERMISSIONS: Mapping[Role, Set[Permission]] = {
    Role.PRODUCT_MANAGER: {
        _P.DASHBOARD_SEE,
        _P.PLACES_SEE,
        _P.CATALOG_SEE,
        _P.CATALOG_EDIT,
        _P.PROMOTIONS_SEE,
        _P.PROMOTIONS_EDIT,
        _P.CARDS_SEE,
        _P.AGENTS_SEE,
        _P.CAPACITY_SEE,
        _P.CAPACITY_EDIT,
        _P.REPORTS_SEE,
        _P.REPORTS_EDIT,
    },
    Role.APPROVER: {
        _P.DASHBOARD_SEE,
        _P.PLACES_SEE,
        _P.CATALOG_SEE,
        _P.CATALOG_APPROVE,
        _P.PROMOTIONS_SEE,
        _P.CARDS_SEE,
        _P.CAPACITY_SEE,
        _P.ORDERS_SEE,
        _P.REFUNDS_APPROVE,
        _P.MESSAGES_SEE,
        _P.MESSAGES_APPROVE,
    },
    Role.CASHIER: {
        _P.GROUPS_SEE,
        _P.SALES_SELL,
        _P.SALES_REFUND,
        _P.SALES_CHANGE,
        _P.SALES_REPRINT,
        _P.SHIFTS_OWN,
    },
    Role.GATE_STAFF: {_P.GATES_SCAN, _P.GATES_ADMIT, _P.GATES_WATCH, _P.GROUPS_ROSTER},
    Role.CUSTOMER_SERVICE: {
        _P.DASHBOARD_SEE,
        _P.ORDERS_SEE,
        _P.CARDS_SEE,
        _P.CARDS_EDIT,
        _P.GROUPS_SEE,
        _P.GROUPS_EDIT,
        _P.AGENTS_SEE,
        _P.INVOICES_SEE,
        _P.MESSAGES_SEE,
        _P.OUTBOX_SEE,
        _P.OUTBOX_RETRY,
    },
    Role.FINANCE: {
        _P.DASHBOARD_SEE,
        _P.ORDERS_SEE,
        _P.CARDS_SEE,
        _P.GROUPS_SEE,
        _P.AGENTS_SEE,
        _P.AGENTS_RECEIVE,
        _P.INVOICES_SEE,
        _P.INVOICES_ANSWER,
        _P.BILLS_SEE,
        _P.BILLS_SETTLE,
        _P.PLATFORMS_SEE,
        _P.LEDGER_SEE,
        _P.PROMOTIONS_SEE,
        _P.SHIFTS_SEE,
        _P.SHIFTS_APPROVE,
        _P.REPORTS_SEE,
        _P.REPORTS_EDIT,
        _P.SHARES_EDIT,
        _P.CLOSE_SEE,
        _P.CLOSE_MAKE,
        _P.IMPORTS_SEE,
        _P.IMPORTS_APPROVE,
    },
    Role.SAFETY_OFFICER: {
        _P.DASHBOARD_SEE,
        _P.CAPACITY_SEE,
        _P.CAPACITY_ALERT,
        _P.GATES_WATCH,
        _P.GATES_COMMAND,
        _P.DEVICES_SEE,
        _P.DEVICES_HANDLE,
    },
    Role.SUPERVISOR: {
        _P.DASHBOARD_SEE,
        _P.ORDERS_SEE,
        _P.CARDS_SEE,
        _P.CARDS_EDIT,
        _P.GROUPS_SEE,
        _P.GROUPS_ROSTER,
        _P.GROUPS_EDIT,
        _P.AGENTS_SEE,
        _P.AGENTS_EDIT,
        _P.SALES_SELL,
        _P.SALES_REFUND,
        _P.SALES_CHANGE,
        _P.SALES_REPRINT,
        _P.REFUNDS_APPROVE,
        _P.REPRINTS_APPROVE,
        _P.BILLS_SEE,
        _P.BILLS_APPROVE,
        _P.SHIFTS_OWN,
        _P.SHIFTS_SEE,
        _P.SHIFTS_APPROVE,
        _P.STOCK_SEE,
        _P.STOCK_APPROVE,
        _P.GATES_WATCH,
        _P.GATES_SCAN,
        _P.GATES_ADMIT,
        _P.GATES_COMMAND,
        _P.DEVICES_SEE,
        _P.DEVICES_HANDLE,
        _P.CAPACITY_SEE,
        _P.PRINTERS_SEE,
        _P.PRINTERS_WORK,
        _P.OUTBOX_SEE,
        _P.OUTBOX_RETRY,
        _P.REPORTS_SEE,
        _P.REPORTS_EDIT,
        _P.CLOSE_SEE,
        _P.CLOSE_APPROVE,
    },
    Role.ADMINISTRATOR: {
        _P.DASHBOARD_SEE,
        _P.PLACES_SEE,
        _P.PLACES_EDIT,
        _P.CATALOG_SEE,
        _P.CAPACITY_SEE,
        _P.DEVICES_SEE,
        _P.DEVICES_EDIT,
        _P.DEVICES_HANDLE,
        _P.GATES_WATCH,
        _P.STAFF_SEE,
        _P.STAFF_EDIT,
        _P.SETTINGS_SEE,
        _P.SETTINGS_EDIT,
        _P.PLATFORMS_SEE,
        _P.PLATFORMS_EDIT,
        _P.AUDIT_SEE,
        _P.PRINTERS_SEE,
        _P.PRINTERS_EDIT,
        _P.PRINTERS_WORK,
        _P.MESSAGES_SEE,
        _P.MESSAGES_EDIT,
        _P.OUTBOX_SEE,
        _P.OUTBOX_RETRY,
        _P.JOBS_SEE,
        _P.JOBS_RUN,
        _P.RETENTION_SEE,
        _P.RETENTION_EDIT,
        _P.BACKUPS_SEE,
        _P.BACKUPS_MAKE,
        _P.BACKUPS_FETCH,
        _P.IMPORTS_SEE,
        _P.IMPORTS_MAKE,
        _P.LOGS_SEE,
        _P.ORDERS_SEE,
        _P.CARDS_SEE,
        _P.CARDS_EDIT,
        _P.SHIFTS_SEE,
    },
    Role.WAREHOUSE: {
        _P.DASHBOARD_SEE,
        _P.STOCK_SEE,
        _P.STOCK_EDIT,
        _P.STOCK_APPROVE,
    },
    Role.AUDITOR: SEE_EVERYTHING,
}
