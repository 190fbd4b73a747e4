"""The office's rail, as data. An item names its route; who may open the route sees the item, and
a route that does not exist stops the program at start.

A face adds its items here when its pages exist: label, route name, icon of icons.svg.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from starlette.routing import Route

from domain.kernel.errors import Message, say
from webapp.addresses import Addresses

NOTHING: Mapping[str, str] = MappingProxyType({})


class Item(NamedTuple):
    label: Message
    route: str
    icon: str
    also: tuple[str, ...] = ()  # pages below it whose addresses do not say so


class Group(NamedTuple):
    """Items under a small heading; the first group has none."""

    label: Message | None
    items: tuple[Item, ...]


class Link(NamedTuple):
    """An item as the rail shows it."""

    label: Message
    path: str
    icon: str
    is_current: bool
    waiting: str = ""  # how many wait behind it


AGENTS = ("agent_levels.index", "ota_accounts.index", "ota_calls.index")
CATALOGUE = ("products.index", "refund_policies.index")
PROMOTIONS = ("promotion_previews.new", "price_floors.index")
STAFF = ("roles.index", "staff_sessions.index")
RAIL: tuple[Group, ...] = (
    Group(
        None,
        (
            Item(say("Overview of today"), "dashboard.show", "home"),
            Item(say("Sites now"), "monitoring.index", "chart"),
            Item(say("Orders"), "orders.index", "orders"),
            Item(say("Approvals"), "approvals.index", "check"),
        ),
    ),
    Group(
        say("Ticketing"),
        (
            Item(say("Ticket types and prices"), "ticket_types.index", "ticket", CATALOGUE),
            Item(say("Promotions"), "promotions.index", "tag", PROMOTIONS),
            Item(say("Quotas and slots"), "capacity.index", "calendar"),
            Item(say("Waiting list"), "waits.index", "clock"),
            Item(say("Groups"), "groups.index", "users"),
            Item(say("Agents"), "agents.index", "users", AGENTS),
            Item(say("Refunds"), "refunds.index", "undo"),
            Item(say("Invoices"), "invoices.index", "orders"),
        ),
    ),
    Group(
        say("Member cards"),
        (
            Item(say("Cards"), "cards.index", "card"),
            Item(say("Kinds of card"), "card_products.index", "tag"),
            Item(say("What cards hold"), "card_batches.index", "scale"),
            Item(say("Reminders"), "card_reminders.index", "bell"),
        ),
    ),
    Group(
        say("Admission"),
        (
            Item(say("Gate tablet"), "posts.index", "scan"),
            Item(say("Scans"), "redemptions.index", "ticket"),
            Item(say("Passages"), "passages.index", "right"),
            Item(say("Incidents"), "incidents.index", "alert"),
            Item(say("Announcements"), "announcements.index", "sound"),
            Item(say("Find a ticket"), "tickets.index", "search"),
            Item(say("Devices"), "devices.index", "device"),
            Item(say("Device exceptions"), "device_faults.index", "offline"),
            Item(say("Kiosks"), "kiosks.index", "scan"),
        ),
    ),
    Group(
        say("Stock"),
        (
            Item(say("Blank tickets and cards"), "stock.index", "card"),
            Item(say("Stock documents"), "stock_documents.index", "orders"),
        ),
    ),
    Group(
        say("Accounts"),
        (
            Item(say("Shifts"), "shifts.index", "cash"),
            Item(say("Daily closes"), "closes.index", "check"),
            Item(say("Reconciliation"), "reconciliation.index", "scale"),
            Item(say("Payment platforms"), "payment_platforms.index", "card"),
            Item(say("Ledger"), "ledger.index", "scale"),
            Item(say("Reports"), "reports.index", "chart"),
        ),
    ),
    Group(
        say("Place and people"),
        (
            Item(say("Operating units"), "units.index", "users"),
            Item(say("Scenic areas"), "areas.index", "pin"),
            Item(say("Spots"), "spots.index", "tag"),
            Item(say("Sales sites"), "sales_sites.index", "home"),
            Item(say("Windows"), "windows.index", "ticket"),
            Item(say("Warehouses"), "warehouses.index", "tag"),
            Item(say("Check sites"), "check_sites.index", "gate"),
            Item(say("Gates"), "gates.index", "gate"),
            Item(say("Staff"), "staff.index", "user", STAFF),
        ),
    ),
    Group(
        say("System"),
        (
            Item(say("Audit trail"), "audit.index", "history"),
            Item(say("Logs"), "logs.index", "search"),
            Item(say("Printers"), "printers.index", "print", ("print_jobs.index",)),
            Item(say("Messages"), "message_deliveries.index", "bell"),
            Item(say("Outbox"), "outbox.index", "signal"),
            Item(say("Background work"), "jobs.index", "clock"),
            Item(say("Batch changes"), "batches.index", "edit"),
            Item(say("Keeping of identities"), "retention.index", "lock"),
            Item(say("Copies of the database"), "backups.index", "download"),
            Item(say("My exports"), "exports.index", "download"),
            Item(say("Data of an old system"), "imports.index", "plus"),
            Item(say("Settings"), "settings.edit", "gear"),
            Item(say("Parameters"), "parameters.index", "gear"),
        ),
    ),
)


def rail(
    addresses: Addresses,
    may_open: Callable[[Route], bool],
    path: str,
    groups: tuple[Group, ...] = RAIL,
    counts: Mapping[str, str] = NOTHING,
) -> list[tuple[Message | None, list[Link]]]:
    """The groups and links that this person may open; empty groups are left out."""
    places = {
        addresses.path(route): addresses.path(item.route)
        for group in groups
        for item in group.items
        for route in (item.route, *(each for each in item.also if each in addresses))
    }
    current = _closest(path, places)
    shown = []
    for group in groups:
        links = [
            Link(item.label, address, item.icon, address == current, counts.get(item.route, ""))
            for item in group.items
            if may_open(addresses.routes[item.route])
            for address in [addresses.path(item.route)]
        ]
        if links:
            shown.append((group.label, links))
    return shown


def _closest(path: str, places: Mapping[str, str]) -> str | None:
    """The item below which a page stands: the longest address that its own begins with. A face's
    first page has nothing below it."""
    above = [
        address
        for address in places
        if path == address or (address.count("/") > 1 and path.startswith(f"{address}/"))
    ]
    return places[max(above, key=len)] if above else None


def check(addresses: Addresses, groups: tuple[Group, ...] = RAIL) -> None:
    """Every item must lead somewhere. ValueError names those that do not."""
    lost = [item.route for group in groups for item in group.items if item.route not in addresses]
    if lost:
        raise ValueError(f"navigation names routes that do not exist: {lost}")
