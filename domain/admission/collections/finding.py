"""Finding what somebody came to collect: by code, by the order's number, by document, by ticket."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.admission import tickets
from domain.admission.collections import store
from domain.admission.collections.model import NETWORK, Collection, PlaceKind, Waiting, is_code
from domain.admission.tickets import LIVING
from domain.commerce import orders
from domain.commerce.orders import Order, OrderStatus, Search
from domain.kernel import identity
from domain.kernel.db import Tx
from domain.kernel.ids import clean_code
from domain.kernel.vault import Vault

PAID = {OrderStatus.PAID, OrderStatus.PART_REFUNDED}
NUMBER_WITHOUT_DASH = re.compile(r"20[0-9]{10}")
TAIL = 4  # digits of the phone that prove whose an order's number is


class Sought(NamedTuple):
    """What was typed or scanned, by what it may mean. Made by `sought_for`; `ticket_id` by whoever
    has read a ticket's own code."""

    number: str = ""
    code: str = ""
    document_marks: tuple[str, ...] = ()
    ticket_id: str = ""


def sought_for(vault: Vault, typed: str) -> Sought:
    """An order's or a ticket's number, a collection code, a document's number; else nothing."""
    text = typed.strip()[:120]
    cleaned, document = clean_code(text), identity.normalise(text)
    if is_code(cleaned):
        return Sought(code=cleaned)
    if NUMBER_WITHOUT_DASH.fullmatch(cleaned):
        text = f"{cleaned[:8]}-{cleaned[8:]}"
    if number := orders.search_for(vault, text).number:
        return Sought(number=number)
    if identity.guess_kind(document) is not None:
        return Sought(document_marks=tuple(vault.fingerprints("document", document)))
    return Sought()


async def find(tx: Tx, sought: Sought, area_id: str, now: datetime) -> list[Waiting]:
    """Orders of the network channels of an area that fit, also those collected already, soonest
    visit first. Whoever has a document finds only what is still to come. A question."""
    found = [order for order in await fitting(tx, sought) if order.area_id == area_id]
    network = [order for order in found if order.channel in NETWORK and order.status in PAID]
    shown = await waiting_of(tx, network, now)
    if sought.document_marks:
        shown = [one for one in shown if one.tickets]
    return sorted(shown, key=lambda one: (one.order.visit_on, one.order.placed_at))


async def fitting(tx: Tx, sought: Sought) -> list[Order]:
    if sought.ticket_id:
        ticket = await tickets.get(tx, sought.ticket_id)
        return [await orders.get_order(tx, ticket.order_id)]
    if sought.code:
        row = await tx.one(store.ORDER_OF_CODE, code=sought.code)
        return [await orders.get_order(tx, row.order_id)] if row else []
    if not (sought.number or sought.document_marks):
        return []
    search = Search(sought.number, document_marks=sought.document_marks)
    return await orders.find_orders(tx, search)


async def waiting_of(tx: Tx, found: Sequence[Order], now: datetime) -> list[Waiting]:
    """With the tickets that a gate would still take, and where each was collected."""
    known = await collections_of(tx, [order.id for order in found])
    shown = []
    for order in found:
        rows = await tickets.shown_of(tx, order.id)
        living = [row for row in rows if is_living(row, now)]
        shown.append(Waiting(order, living, known.get(order.id)))
    return shown


def is_living(row: Any, now: datetime) -> bool:
    return row.status in LIVING and row.valid_until > now


def has_proof(order: Order, tail: str) -> bool:
    """An order's number stands on many papers: the end of the buyer's phone goes with it."""
    return bool(order.phone_mask) and len(tail) == TAIL and order.phone_mask.endswith(tail)


async def collections_of(tx: Tx, order_ids: Sequence[str]) -> dict[str, Collection]:
    """Where these orders were collected, by order; those that were not are missing. A question."""
    if not order_ids:
        return {}
    return {
        row.order_id: Collection(
            PlaceKind(row.place_kind),
            row.place_id,
            row.place_zh,
            row.place_en,
            row.collected_at,
            row.time_zone,
        )
        for row in await tx.rows(store.COLLECTIONS_OF, ids=list(order_ids))
    }


async def count_waiting(tx: Tx, area_id: str, visit_on: date, most: int = 1_000) -> int:
    """Paid orders of a day that nobody has collected. E-tickets need no collecting. A question."""
    row = await tx.one(store.COUNT_WAITING, area_id=area_id, visit_on=visit_on, most=most)
    return int(row.many)
