"""What each permission lets somebody do, in groups, as the roles page shows them."""

from collections.abc import Mapping

from domain.kernel.errors import Message, say
from domain.operation.staff import Permission

P = Permission

GROUPS: Mapping[Message, Mapping[P, Message]] = {
    say("Selling"): {
        P.SALES_SELL: say("Sell tickets"),
        P.SALES_REFUND: say("Refund, up to the limit"),
        P.SALES_CHANGE: say("Rebook"),
        P.SALES_REPRINT: say("Print again"),
        P.ORDERS_SEE: say("See orders"),
        P.GROUPS_SEE: say("See booked groups"),
        P.GROUPS_ROSTER: say("See the roster of a group at the gate"),
        P.GROUPS_EDIT: say("Book and change groups"),
        P.REFUNDS_APPROVE: say("Approve refunds above the limit"),
        P.REPRINTS_APPROVE: say("Approve the third print"),
        P.INVOICES_SEE: say("See invoices that were asked for"),
        P.INVOICES_ANSWER: say("Issue or turn down invoices"),
        P.SHIFTS_OWN: say("Open and close one's own shift"),
        P.SHIFTS_SEE: say("See all shifts"),
        P.SHIFTS_APPROVE: say("Approve shift differences"),
    },
    say("Warehouse"): {
        P.STOCK_SEE: say("See stock"),
        P.STOCK_EDIT: say("Write and post stock documents"),
        P.STOCK_APPROVE: say("Approve stock documents and differences"),
    },
    say("Admission"): {
        P.GATES_WATCH: say("Watch the gates"),
        P.GATES_SCAN: say("Scan tickets"),
        P.GATES_ADMIT: say("Admit by hand, with a reason"),
        P.GATES_COMMAND: say("Open, free and lock gates"),
        P.DEVICES_SEE: say("See devices"),
        P.DEVICES_EDIT: say("Pair and change devices"),
        P.CAPACITY_ALERT: say("Answer capacity alerts"),
    },
    say("Catalogue"): {
        P.CATALOG_SEE: say("See ticket types and prices"),
        P.CATALOG_EDIT: say("Draft ticket types and prices"),
        P.CATALOG_APPROVE: say("Approve and publish them"),
        P.CARDS_SEE: say("See member cards"),
        P.CARDS_EDIT: say("Change member cards and their holders"),
        P.CAPACITY_SEE: say("See quotas and capacity"),
        P.CAPACITY_EDIT: say("Change quotas and slots"),
    },
    say("Accounts"): {
        P.DASHBOARD_SEE: say("See the dashboard"),
        P.REPORTS_SEE: say("See reports"),
        P.REPORTS_EDIT: say("Keep reports and have them sent"),
        P.SHARES_EDIT: say("Set the shares of units"),
        P.CLOSE_SEE: say("See daily closes"),
        P.CLOSE_MAKE: say("Draw up and sign daily closes"),
        P.CLOSE_APPROVE: say("Check another's daily close"),
        P.LEDGER_SEE: say("See the ledger"),
        P.AUDIT_SEE: say("See the audit trail"),
    },
    say("House"): {
        P.PLACES_SEE: say("See areas, windows and gates"),
        P.PLACES_EDIT: say("Change areas, windows and gates"),
        P.STAFF_SEE: say("See staff and roles"),
        P.STAFF_EDIT: say("Manage staff and roles"),
        P.SETTINGS_SEE: say("See the settings"),
        P.SETTINGS_EDIT: say("Change the settings"),
        P.PRINTERS_SEE: say("See printers and what waits for them"),
        P.PRINTERS_EDIT: say("Connect and change printers"),
        P.PRINTERS_WORK: say("Print again, cancel, redirect"),
        P.MESSAGES_SEE: say("See messages and templates"),
        P.MESSAGES_EDIT: say("Set up providers, templates and limits of messages"),
        P.MESSAGES_APPROVE: say("Approve texts of messages"),
        P.OUTBOX_SEE: say("See what is to be sent"),
        P.OUTBOX_RETRY: say("Send again, or drop"),
        P.JOBS_SEE: say("See background work"),
        P.JOBS_RUN: say("Start and stop background work"),
        P.RETENTION_SEE: say("See how long identities are kept"),
        P.RETENTION_EDIT: say("Set how long identities are kept"),
        P.BACKUPS_SEE: say("See copies of the database"),
        P.BACKUPS_MAKE: say("Make copies of the database"),
        P.BACKUPS_FETCH: say("Take copies of the database away"),
        P.IMPORTS_SEE: say("See what came from an old system"),
        P.IMPORTS_MAKE: say("Bring in data of an old system"),
        P.IMPORTS_APPROVE: say("Approve data of an old system"),
        P.LOGS_SEE: say("Search the logs"),
    },
}
