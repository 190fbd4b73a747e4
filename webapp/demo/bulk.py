"""Orders by the hundred thousand, for measuring: copies of a web order of two adults, one every few
minutes into the past, each with its tickets, payment and postings, so that everything adds up.

They have no audit entries and keep no places: their days are over.
"""

import random
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.kernel import clock, ids
from domain.kernel.db import Database, Tx
from domain.kernel.errors import NotFound
from domain.reports import days
from webapp.demo import store

AT_ONCE = 1_000
EVERY = timedelta(minutes=3)
BEFORE = timedelta(days=40)  # older than the demo's own days
FAMILY_NAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林何高罗郑"
GIVEN_NAMES = "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超兰霞平"

Copy = dict[str, list[dict[str, Any]]]  # rows by table


class Pattern(NamedTuple):
    """The rows to copy, as values by column."""

    order: dict[str, Any]
    line: dict[str, Any]
    ticket: dict[str, Any]
    medium: dict[str, Any]
    payment: dict[str, Any]


async def add_orders(db: Database, count: int, tell: Callable[[str], None]) -> None:
    """Add so many; call it again for more."""
    pattern: Pattern = await db.ask(read_pattern)
    before: int = await db.ask(copies_so_far)
    newest = clock.utc_now() - BEFORE
    for start in range(0, count, AT_ONCE):
        numbers = range(before + start, before + min(start + AT_ONCE, count))
        copies = [copy_of(pattern, number, newest - EVERY * number) for number in numbers]
        async with db.write() as tx:
            write(tx, copies)
        if start % 100_000 == 0 and start:
            tell(f"{start:,} of {count:,} orders")
    await db.act(days.forget_all)  # history has changed
    tell(f"{count:,} orders added")


async def copies_so_far(tx: Tx) -> int:
    return int((await tx.one(store.LAST_COPY)).n)


async def read_pattern(tx: Tx) -> Pattern:
    order = await tx.one(store.PATTERN)
    if order is None:
        raise NotFound()
    lines = await tx.rows(store.LINES, order_id=order.id)
    owned = await tx.rows(store.TICKETS, order_id=order.id)
    medium = await tx.rows(store.MEDIA, ticket_id=owned[0].id)
    paid = await tx.rows(store.PAYMENTS, order_id=order.id)
    rows = (order, lines[0], owned[0], medium[0], paid[0])
    return Pattern(*(row._asdict() for row in rows))


def write(tx: Tx, copies: Sequence[Copy]) -> None:
    """Table by table, so that each is one long insert."""
    for name, insert in (
        ("order", store.ADD_ORDER),
        ("line", store.ADD_LINE),
        ("tickets", store.ADD_TICKET),
        ("media", store.ADD_MEDIUM),
        ("payment", store.ADD_PAYMENT),
        ("entry", store.ADD_ENTRY),
        ("postings", store.ADD_POSTING),
    ):
        for copied in copies:
            for row in copied[name]:
                tx.add(insert, **row)


def copy_of(pattern: Pattern, number: int, at: datetime) -> Copy:
    """One order of that moment: its tickets are good for twelve hours before and after."""
    order_id, line_id, entry_id = ids.new_id(), ids.new_id(), ids.new_id()
    visit_on = at.date()
    order = pattern.order | {
        "id": order_id,
        "number": f"B{number:09d}",
        "request_id": None,
        "contact_name": random.choice(FAMILY_NAMES) + random.choice(GIVEN_NAMES),
        "visit_on": visit_on,
        "placed_at": at,
        "paid_at": at,
        "held_until": None,
    }
    line = pattern.line | {
        "id": line_id,
        "order_id": order_id,
        "visit_on": visit_on,
        "counts_day": False,
        "places_held": 0,
    }
    owned = [ticket_of(pattern, order, line_id, position, at) for position in range(2)]
    return {
        "order": [order],
        "line": [line],
        "tickets": owned,
        "media": [medium_of(pattern, ticket["id"], at) for ticket in owned],
        "payment": [
            pattern.payment
            | {"id": ids.new_id(), "order_id": order_id, "created_at": at, "paid_at": at}
        ],
        "entry": [entry_of(order, entry_id)],
        "postings": postings_of(order, entry_id),
    }


def ticket_of(
    pattern: Pattern, order: dict[str, Any], line_id: str, position: int, at: datetime
) -> dict[str, Any]:
    """Unused: who did not come."""
    return pattern.ticket | {
        "id": ids.new_id(),
        "number": f"{order['number']}-{position + 1}",
        "token": secrets.randbits(63),
        "order_id": order["id"],
        "order_line_id": line_id,
        "position": position + 1,
        "visit_on": order["visit_on"],
        "status": "sold",
        "entries_left": pattern.ticket["heads"],
        "entries_used": 0,
        "inside": 0,
        "away": 0,
        "last_passed_at": None,
        "last_gate_id": None,
        "valid_from": at - timedelta(hours=12),
        "valid_until": at + timedelta(hours=12),
        "sold_at": at,
    }


def medium_of(pattern: Pattern, ticket_id: str, at: datetime) -> dict[str, Any]:
    return pattern.medium | {
        "id": ids.new_id(),
        "ticket_id": ticket_id,
        "code": ids.new_code(),
        "issued_at": at,
    }


def entry_of(order: dict[str, Any], entry_id: str) -> dict[str, Any]:
    return {
        "id": entry_id,
        "at": order["paid_at"],
        "area_id": order["area_id"],
        "cause_noun": "order",
        "cause_id": order["id"],
        "text": "order.paid",
    }


def postings_of(order: dict[str, Any], entry_id: str) -> list[dict[str, Any]]:
    total = order["total_minor"]
    return [
        {
            "entry_id": entry_id,
            "account_kind": kind,
            "owner_id": order["area_id"],
            "currency": "CNY",
            "amount_minor": amount,
            "at": order["paid_at"],
        }
        for kind, amount in (("scan_clearing", total), ("sales", -total))
    ]
