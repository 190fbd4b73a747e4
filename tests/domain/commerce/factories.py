"""Rows that the commerce tests stand on: an area with a window, cashiers, and things to sell."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from domain.commerce.capacity.tables import slot_channels, slots
from domain.commerce.catalog.concessions import PRESETS
from domain.commerce.catalog.refund_policy import STANDARD
from domain.commerce.catalog.tables import (
    price_rules,
    products,
    refund_policies,
    ticket_types,
)
from domain.kernel import ids
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.channels import Channel
from domain.kernel.db import Database, Tx
from domain.operation.places.tables import areas, sales_sites, units, windows
from domain.operation.staff.tables import staff

NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)  # 12:00 in Shanghai
TODAY = date(2026, 7, 1)
TOMORROW = TODAY + timedelta(days=1)


class World(NamedTuple):
    """A small area: two windows with a cashier each, a supervisor, a day ticket, a boat by slot."""

    area_id: str
    window_id: str
    window_2_id: str
    cashier: Actor
    cashier_2: Actor
    supervisor: Actor
    product_id: str  # the day ticket: counts against the area's day
    adult_id: str  # 98.00
    child_id: str  # 49.00, a child's ticket
    group_id: str  # 80.00 from 10 heads, one free per 16
    named_id: str  # 98.00 with concessions, real name
    boat_id: str  # the boat's product, by slot
    boat_ticket_id: str  # 60.00


async def add(tx: Tx, table: sa.Table, **values: Any) -> str:
    """A row with an id of its own unless one is given."""
    values.setdefault("id", ids.new_id())
    await tx.run(insert_into(table), **values)
    return str(values["id"])


@cache
def insert_into(table: sa.Table) -> sa.Insert:
    """Statements are constants."""
    return table.insert()


async def add_world(db: Database, *, daily_capacity: int = 5_000) -> World:
    return await db.act(make_world, daily_capacity)


async def make_world(tx: Tx, daily_capacity: int) -> World:
    area_id = await make_area(tx, daily_capacity)
    first, second = await make_windows(tx, area_id)
    li, wang, yang = [
        Actor(ActorKind.STAFF, await make_staff(tx, login), place)
        for login, place in (("li", first), ("wang", second), ("yang", None))
    ]
    product_id = await make_product(tx, area_id, "DAY")
    boat_id = await make_product(tx, area_id, "BOAT", slotted=True, counts_capacity=False)
    policy_id = await make_policy(tx)
    common = {"area_id": area_id, "refund_policy_id": policy_id}
    day = {**common, "product_id": product_id}
    national = [one._asdict() for one in PRESETS["national"]]
    return World(
        area_id,
        first,
        second,
        li,
        wang,
        yang,
        product_id,
        await make_type(tx, 1, "ADULT", 9_800, **day),
        await make_type(tx, 2, "CHILD", 4_900, kind="child", **day),
        await make_type(
            tx,
            3,
            "GROUP",
            8_000,
            kind="group",
            gate_mode="one_many",
            group_min=10,
            group_free_every=16,
            **day,
        ),
        await make_type(tx, 4, "NAMED", 9_800, real_name=True, concessions=national, **day),
        boat_id,
        await make_type(tx, 5, "BOATRIDE", 6_000, product_id=boat_id, **common),
    )


async def make_windows(tx: Tx, area_id: str) -> list[str]:
    site_id = await add(
        tx, sales_sites, code="S1", name_zh="南门", area_id=area_id, created_at=NOON
    )
    return [
        await add(
            tx,
            windows,
            code=f"W{number}",
            name_zh=f"{number} 号窗",
            area_id=area_id,
            sales_site_id=site_id,
            number=number,
            created_at=NOON,
        )
        for number in (1, 2)
    ]


async def make_area(tx: Tx, daily_capacity: int, number: int = 1) -> str:
    unit_id = await add(tx, units, code=f"U{number}", name_zh="云岭文旅", created_at=NOON)
    return await add(
        tx,
        areas,
        unit_id=unit_id,
        code=f"A{number}",
        name_zh="云岭景区",
        number=number,
        opens_at="08:00",
        closes_at="18:00",
        last_entry_at="17:00",
        mean_stay_minutes=150,
        instant_capacity=1_700,
        daily_capacity=daily_capacity,
        created_at=NOON,
    )


async def make_staff(tx: Tx, login: str) -> str:
    return await add(
        tx,
        staff,
        login=login,
        name=login,
        password_hash="-",
        password_changed_at=NOON,
        created_at=NOON,
    )


async def make_product(tx: Tx, area_id: str, code: str, **values: Any) -> str:
    return await add(
        tx, products, area_id=area_id, code=code, name_zh=code, created_at=NOON, **values
    )


async def make_policy(tx: Tx, code: str = "STANDARD") -> str:
    return await add(
        tx,
        refund_policies,
        code=code,
        name_zh="标准",
        tiers=[tier._asdict() for tier in STANDARD],
        changes_allowed=1,
        created_at=NOON,
    )


async def make_type(tx: Tx, number: int, code: str, price: int, **values: Any) -> str:
    values.setdefault("channels", [channel.value for channel in Channel])
    return await add(
        tx,
        ticket_types,
        number=number,
        code=code,
        name_zh=code,
        list_price_minor=price,
        status="on_sale",
        created_at=NOON,
        **values,
    )


async def make_price(tx: Tx, type_id: str, day: date, minor: int) -> None:
    """Another price on one day."""
    await add(tx, price_rules, ticket_type_id=type_id, from_on=day, until_on=day, price_minor=minor)


async def make_slot(
    tx: Tx,
    world: World,
    quota: int,
    hours_ahead: int = 24,
    *,
    kept_for_windows: int = 0,
    quotas: dict[Channel, int] | None = None,
) -> str:
    """A two-hour slot of the boat that starts so many hours after noon."""
    starts_at = NOON + timedelta(hours=hours_ahead)
    slot_id = await add(
        tx,
        slots,
        product_id=world.boat_id,
        area_id=world.area_id,
        visit_on=(starts_at + timedelta(hours=8)).date(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        quota=quota,
        kept_left=kept_for_windows,
    )
    rows = {channel: (most, 0) for channel, most in (quotas or {}).items()}
    if kept_for_windows:
        rows[Channel.WINDOW] = (quota, kept_for_windows)
    for channel, (most, kept) in rows.items():
        await tx.run(
            insert_into(slot_channels),
            slot_id=slot_id,
            channel=channel.value,
            quota=most,
            kept=kept,
            taken=0,
        )
    return slot_id


async def add_slot(db: Database, world: World, quota: int, **values: Any) -> str:
    async def act(tx: Tx) -> str:
        return await make_slot(tx, world, quota, **values)

    return await db.act(act)
