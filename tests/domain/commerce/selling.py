"""Selling in the commerce tests: one call a step."""

from datetime import date, datetime
from itertools import count
from typing import Any

from domain.commerce import capacity, orders, shifts
from domain.commerce.orders import Order, Sale, Wanted
from domain.commerce.shifts import Shift
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from domain.kernel.identity import DocumentKind
from domain.kernel.vault import Vault
from domain.operation import verification
from tests.domain.commerce.factories import NOON, TODAY, World

VAULT = Vault({1: bytes(range(32))})
BUYER = Actor(ActorKind.VISITOR)
keys = count(1)


def wanted(type_id: str, quantity: int = 1, visit_on: date = TODAY, **values: Any) -> Wanted:
    return Wanted(type_id, quantity, visit_on, **values)


def sale(world: World, *lines: Wanted, **values: Any) -> Sale:
    """At the first window, for plenty of cash, unless told otherwise."""
    values.setdefault("request_id", f"r{next(keys)}")
    values.setdefault("channel", Channel.WINDOW)
    if values["channel"] is Channel.WINDOW:
        values.setdefault("window_id", world.window_id)
        values.setdefault("cash_minor", 10_000_000)
    return Sale(area_id=world.area_id, wanted=lines, **values)


def online(world: World, *lines: Wanted, **values: Any) -> Sale:
    return sale(world, *lines, channel=Channel.SHOP, **values)


async def place(
    db: Database, world: World, given: Sale, now: datetime = NOON, actor: Actor | None = None
) -> Order:
    by = actor or (world.cashier if given.window_id else BUYER)
    return await db.act(orders.place, given, by, now, lane=capacity.lane(world.area_id))


async def open_shift(db: Database, world: World, float_minor: int = 50_000) -> Shift:
    return await db.act(shifts.open_shift, world.window_id, float_minor, world.cashier, NOON)


def resident(number: str, name: str = "张伟", **values: Any) -> orders.Visitor:
    given = orders.VisitorInput(name, number, DocumentKind.RESIDENT_ID, **values)
    return orders.named(VAULT, given, TODAY)


CHECKS = ("ledger", "places_kept", "places", "payments", "orders", "refunds", "shifts")


async def findings(db: Database) -> list[str]:
    """Everything that the checks of commerce find wrong."""
    found = [await db.ask(verification.run, name) for name in CHECKS]
    return [f"{one.subject}: {one.problem}" for check in found for one in check]
