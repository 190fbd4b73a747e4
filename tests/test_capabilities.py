"""Every capability of the function table (门票, 会员卡, 网络订单, 后台, 基础资料) has pages with a
permission, an act of the domain, and an entry in the trail. Who takes one of them away, or opens it
to somebody else, is told here."""

import importlib
import inspect
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from domain.operation.staff import Permission
from webapp.permissions import Access, Guarded
from webapp.routes import ROUTES
from webapp.words.acts import NOUNS, VERBS

P = Permission
TABLE = {  # as the specification lists them
    "scenic.ticket": "sell refund query reprint",
    "scenic.card": "open renew replace query return lose edit init",
    "scenic.net": "collect reprint sync",
    "scenic.admin": "user role ops settings",
    "scenic.base": "unit area spot sales_site window check_site gate",
    "scenic.stock": "",
    "scenic.ticket_type": "",
}
EVERY = {
    f"{group}.{name}" if name else group
    for group, names in TABLE.items()
    for name in (names.split() or [""])
}
KIOSK, PUBLIC = "kiosk", "public"
Who = P | str


class Served(NamedTuple):
    """What serves a capability: routes and who may open them, acts, and what the trail says."""

    routes: Mapping[str, Who]
    acts: Sequence[str]
    trail: Sequence[str]


def places(noun: str, act: str = "add_place") -> Served:
    """A place is added, changed and retired under its own name."""
    routes: dict[str, Who] = {
        f"{noun}s.index": P.PLACES_SEE,
        f"{noun}s.create": P.PLACES_EDIT,
        f"{noun}s.update": P.PLACES_EDIT,
        f"{noun}s.retire": P.PLACES_EDIT,
    }
    acts = [f"domain.operation.places:{name}" for name in (act, "change_place", "retire_place")]
    return Served(routes, acts, [f"{noun}.{verb}" for verb in ("added", "changed", "retired")])


CARDS, ORDERS = "domain.cards.memberships", "domain.commerce.orders"
CAPABILITIES: Mapping[str, Served] = {
    "scenic.ticket.sell": Served(
        {
            "window.sales.create": P.SALES_SELL,
            "window.groups.create": P.SALES_SELL,
            "kiosk.orders.create": KIOSK,
        },
        [f"{ORDERS}:place", f"{ORDERS}:pay"],
        ["order.paid", "order.held", "ticket.issued"],
    ),
    "scenic.ticket.refund": Served(
        {"window.refunds.create": P.SALES_REFUND, "refunds.create": P.SALES_REFUND},
        ["domain.commerce.refunds:quote", "domain.commerce.refunds:refund"],
        ["refund.approved", "refund.requested", "ticket.refunded"],
    ),
    "scenic.ticket.query": Served(
        {
            "tickets.index": P.ORDERS_SEE,
            "tickets.show": P.ORDERS_SEE,
            "window.finds.create": P.SALES_SELL,
            "lookups.create": P.GATES_SCAN,
        },
        ["domain.admission.tickets:detail", f"{ORDERS}:find_orders"],
        [],
    ),
    "scenic.ticket.reprint": Served(
        {"window.reprints.create": P.SALES_REPRINT, "kiosk.reprints.create": KIOSK},
        ["domain.admission.tickets:reprint"],
        ["ticket.reprinted"],
    ),
    "scenic.card.open": Served(
        {"window.cards.create": P.SALES_SELL},
        [f"{CARDS}:opening", f"{CARDS}:sell"],
        ["membership.opened"],
    ),
    "scenic.card.renew": Served(
        {"window.card_renewals.create": P.SALES_SELL, "window.card_top_ups.create": P.SALES_SELL},
        [f"{CARDS}:renewal", f"{CARDS}:remind_again"],
        ["membership.renewed", "membership.reminded", "membership.topped_up"],
    ),
    "scenic.card.replace": Served(
        {"window.card_replacements.create": P.SALES_SELL},
        [f"{CARDS}:replacement"],
        ["membership.replaced", "membership.issued"],
    ),
    "scenic.card.query": Served(
        {
            "window.cards.find": P.SALES_SELL,
            "cards.show": P.CARDS_SEE,
            "holder_cards.show": PUBLIC,
        },
        [f"{CARDS}:detail", f"{CARDS}:statement"],
        [],
    ),
    "scenic.card.return": Served(
        {"window.card_returns.create": P.SALES_REFUND},
        [f"{CARDS}:return_card", f"{CARDS}:quote"],
        ["membership.returned", "membership.return_requested"],
    ),
    "scenic.card.lose": Served(
        {
            "window.card_losses.create": P.SALES_SELL,
            "window.card_losses.delete": P.SALES_SELL,
            "card_losses.create": P.CARDS_EDIT,
            "holder_cards.lose": PUBLIC,
        },
        [f"{CARDS}:report_loss", f"{CARDS}:lift_loss"],
        ["membership.reported_lost", "membership.found"],
    ),
    "scenic.card.edit": Served(
        {
            "card_holders.update": P.CARDS_EDIT,
            "card_rights.create": P.CARDS_EDIT,
            "holder_cards.update": PUBLIC,
        },
        [f"{CARDS}:edit_holder", f"{CARDS}:propose_rights"],
        ["card_holder.edited", "membership.rights_set"],
    ),
    "scenic.card.init": Served(
        {
            "card_batches.create": P.CARDS_EDIT,
            "card_chips.create": P.CARDS_EDIT,
            "card_rebuilds.create": P.CARDS_EDIT,
        },
        [f"{CARDS}:add_blanks", f"{CARDS}:initialise_all", f"{CARDS}:propose_rebuild"],
        ["card_batch.added", "membership.initialised", "card_batch.rebuilt"],
    ),
    "scenic.net.collect": Served(
        {"window.collections.create": P.SALES_SELL, "kiosk.collections.create": KIOSK},
        ["domain.admission.collections:find", "domain.admission.collections:collect"],
        ["order.collected"],
    ),
    "scenic.net.reprint": Served(
        {"window.reprints.create": P.SALES_REPRINT, "kiosk.reprints.create": KIOSK},
        ["domain.admission.tickets:reprint"],
        ["ticket.reprinted"],
    ),
    "scenic.net.sync": Served(
        {
            "window.orders.stream": P.SALES_SELL,
            "orders.stream": P.ORDERS_SEE,
            "lookups.stream": P.GATES_SCAN,
            "kiosk.collections.stream": KIOSK,
        },
        [f"{ORDERS}.events:latest", f"{ORDERS}.events:happened"],
        [],
    ),
    "scenic.admin.user": Served(
        {
            "staff.index": P.STAFF_SEE,
            "staff.create": P.STAFF_EDIT,
            "staff_grants.update": P.STAFF_EDIT,
            "staff_retirement.create": P.STAFF_EDIT,
        },
        ["domain.operation.staff.people:add", "domain.operation.staff.grants:replace"],
        ["staff.added", "staff.roles_changed", "staff.retired"],
    ),
    "scenic.admin.role": Served(
        {"roles.index": P.STAFF_SEE, "roles.create": P.STAFF_EDIT, "roles.update": P.STAFF_EDIT},
        ["domain.operation.staff.roles:add", "domain.operation.staff.roles:change"],
        ["role.added", "role.changed"],
    ),
    "scenic.admin.ops": Served(
        {
            "backups.create": P.BACKUPS_MAKE,
            "backup_drills.create": P.BACKUPS_MAKE,
            "audit.index": P.AUDIT_SEE,
            "jobs.index": P.JOBS_SEE,
            "outbox.index": P.OUTBOX_SEE,
        },
        ["domain.operation.audit:page"],
        ["backup.made", "backup_drill.started"],
    ),
    "scenic.admin.settings": Served(
        {
            "settings.edit": P.SETTINGS_SEE,
            "settings.update": P.SETTINGS_EDIT,
            "refund_policies.update": P.CATALOG_EDIT,
        },
        ["domain.operation.settings:change", "domain.commerce.catalog:propose_policy"],
        ["settings.changed", "refund_policy.published"],
    ),
    "scenic.base.unit": places("unit"),
    "scenic.base.area": places("area"),
    "scenic.base.spot": places("spot"),
    "scenic.base.sales_site": places("sales_site"),
    "scenic.base.window": places("window"),
    "scenic.base.check_site": places("check_site"),
    "scenic.base.gate": places("gate"),
    "scenic.stock": Served(
        {
            "stock.index": P.STOCK_SEE,
            "stock_documents.create": P.STOCK_EDIT,
            "stock_documents.submit": P.STOCK_EDIT,
            "stock_documents.post": P.STOCK_EDIT,
            "stock_documents.reverse": P.STOCK_APPROVE,
            "warehouses.create": P.PLACES_EDIT,
            "window.shifts.count": P.SHIFTS_OWN,
        },
        [
            f"domain.commerce.stock.documents:{act}"
            for act in ("draft", "submit", "post", "reverse")
        ],
        ["stock_document.posted", "stock_document.reversed", "shift.stock_counted"],
    ),
    "scenic.ticket_type": Served(
        {
            "ticket_types.index": P.CATALOG_SEE,
            "ticket_types.create": P.CATALOG_EDIT,
            "ticket_types.update": P.CATALOG_EDIT,
            "approvals.update": "signed_in",
        },
        ["domain.commerce.catalog:add_ticket_type", "domain.commerce.catalog:submit"],
        ["ticket_type.drafted", "ticket_type.published"],
    ),
}
BY_NAME = {route.name: route for route in ROUTES if isinstance(route, Guarded)}


@cache
def source() -> str:
    """The domain as text: where entries of the trail are written."""
    files = sorted((Path(__file__).parents[1] / "domain").rglob("*.py"))
    return "\n".join(path.read_text() for path in files)


def who_may(access: Access) -> Who | None:
    if access.permission is not None:
        return access.permission
    for word in ("kiosk", "public", "signed_in"):
        if getattr(access, word):
            return word
    return None


def found(act: str) -> Any:
    module, _, name = act.partition(":")
    return getattr(importlib.import_module(module), name, None)


def test_nothing_of_the_table_is_missing() -> None:
    assert set(CAPABILITIES) == EVERY


@pytest.mark.parametrize("capability", sorted(CAPABILITIES))
def test_a_capability_is_served(capability: str) -> None:
    served = CAPABILITIES[capability]
    asked = {
        name: who_may(route.access) for name, route in BY_NAME.items() if name in served.routes
    }
    assert asked == dict(served.routes)
    assert not [act for act in served.acts if not inspect.isfunction(found(act))]


@pytest.mark.parametrize("capability", sorted(CAPABILITIES))
def test_what_changes_something_is_in_the_trail(capability: str) -> None:
    served = CAPABILITIES[capability]
    changes = [name for name in served.routes if re.search(r"\.(create|update|post)$", name)]
    assert served.trail or not [
        name for name in changes if "finds" not in name and "look" not in name
    ]
    for entry in served.trail:
        noun, verb = entry.split(".")
        assert noun in NOUNS and verb in VERBS, entry
        written = f'"{entry}"' in source() or f'.{verb}"' in source()
        assert written, entry
