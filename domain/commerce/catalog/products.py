"""Products and what windows may sell: made, changed and retired by the catalogue's editors."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.commerce.catalog import store
from domain.commerce.catalog.inputs import ProductInput
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import ConstraintBroken, Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.kernel.money import split
from domain.operation.audit import record

ALL_BPS = 10_000


async def get_product(tx: Tx, product_id: str) -> Any:
    """The product's row, also when it is retired. Raises NotFound."""
    row = await tx.one(store.GET_PRODUCT, id=product_id)
    if row is None:
        raise NotFound()
    return row


async def spots_of(tx: Tx, product_id: str) -> dict[str, int]:
    """The spots that a product opens, with their shares of the price."""
    rows = await tx.rows(store.SPOTS_OF_PRODUCT, product=product_id)
    return {row.spot_id: row.share_bps for row in rows}


async def list_products(
    tx: Tx, area_id: str, words: str = "", after: str = "", retired: bool = False, most: int = 50
) -> list[Any]:
    """One page of an area's products by code: those that contain `words`, `after` a code."""
    return await tx.rows(
        store.LIST_PRODUCTS, area=area_id, like=like(words), after=after, retired=retired, most=most
    )


def like(words: str) -> str:
    """What was typed as a LIKE pattern, its own wildcards taken literally."""
    cleaned = words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{cleaned}%"


async def scope_of(tx: Tx, area_id: str, given: ProductInput) -> tuple[int, dict[str, int]]:
    """The bits of what a product opens (bit 0 the area), and the share of each spot's bit."""
    known = {row.id: row.scope_bit for row in await tx.rows(store.SPOTS_OF_AREA, area=area_id)}
    if unknown := set(given.spots) - set(known):
        raise InvalidInput(
            {"spots": say("{count} spots are not of this area.", count=len(unknown))}
        )
    shares = list(given.spots.values())
    if shares and not any(shares):
        shares = split(ALL_BPS, [1] * len(shares))
    by_bit = {
        str(known[spot]): share_bps for spot, share_bps in zip(given.spots, shares, strict=True)
    }
    bits = int(given.opens_area)
    for spot_id in given.spots:
        bits |= 1 << known[spot_id]
    return bits, by_bit


async def add_product(
    tx: Tx, area_id: str, given: ProductInput, actor: Actor, now: datetime
) -> str:
    bits, shares = await scope_of(tx, area_id, given)
    product_id = ids.new_id()
    values = given.model_dump(exclude={"spots"})
    try:
        await tx.run(
            store.ADD_PRODUCT,
            id=product_id,
            area_id=area_id,
            scope_bits=bits,
            spot_shares=shares,
            version=1,
            created_at=now,
            **values,
        )
    except ConstraintBroken as broken:
        raise code_taken() from broken
    set_spots(tx, product_id, given.spots)
    record(
        tx,
        actor,
        "product.added",
        product_id,
        now,
        after=given.model_dump(mode="json"),
        area_id=area_id,
    )
    return product_id


async def change_product(
    tx: Tx,
    product_id: str,
    given: ProductInput,
    actor: Actor,
    now: datetime,
    version: int,
) -> None:
    """Write all fields. The daily quota of days that have sold already follows by
    `capacity.set_daily_quota`; what was sold keeps its scope."""
    old = await get_product(tx, product_id)
    bits, shares = await scope_of(tx, old.area_id, given)
    values = given.model_dump(exclude={"spots"})
    try:
        changed = await tx.one(
            store.CHANGE_PRODUCT,
            product=product_id,
            seen=version,
            to_scope_bits=bits,
            to_spot_shares=shares,
            **{f"to_{name}": value for name, value in values.items()},
        )
    except ConstraintBroken as broken:
        raise code_taken() from broken
    if changed is None:
        raise Conflict(code="VERSION_CONFLICT")
    await tx.run(store.DROP_SPOTS, product=product_id)
    set_spots(tx, product_id, given.spots)
    different = {name for name, value in values.items() if getattr(old, name) != value}
    record(
        tx,
        actor,
        "product.changed",
        product_id,
        now,
        before={name: getattr(old, name) for name in different},
        after={name: values[name] for name in different},
        area_id=old.area_id,
    )


def set_spots(tx: Tx, product_id: str, spots: Mapping[str, int]) -> None:
    for spot_id, share_bps in spots.items():
        tx.add(store.ADD_SPOT, product_id=product_id, spot_id=spot_id, share_bps=share_bps)


async def retire_product(
    tx: Tx, product_id: str, actor: Actor, now: datetime, version: int
) -> None:
    """End a product none of whose ticket types is on sale."""
    await get_product(tx, product_id)
    if not await tx.one(store.RETIRE_PRODUCT, product=product_id, seen=version, now=now):
        raise Conflict(say("Retire its ticket types first, or look again: it was changed."))
    record(tx, actor, "product.retired", product_id, now)


async def window_types(tx: Tx, window_id: str) -> set[str]:
    """The ticket types that a window sells when it does not sell everything."""
    return {row.ticket_type_id for row in await tx.rows(store.WINDOW_TYPES, window=window_id)}


async def set_window_types(
    tx: Tx, window_id: str, everything: bool, type_ids: set[str], actor: Actor, now: datetime
) -> None:
    """Say what a window sells: everything, or these ticket types only. Raises InvalidInput for
    none at all, and for types of another area."""
    before = await window_types(tx, window_id)
    codes = {
        row.id: row.code for row in await tx.rows(store.TYPES_OF_WINDOW_AREA, window=window_id)
    }
    if not everything and not type_ids:
        raise InvalidInput({"type_ids": say("Choose at least one ticket type.")})
    if not type_ids <= codes.keys():
        raise InvalidInput({"type_ids": say("Choose ticket types of this window's area.")})
    if not await tx.one(store.SET_WINDOW, window=window_id, everything=everything):
        raise NotFound()
    await tx.run(store.DROP_WINDOW_TYPES, window=window_id)
    for type_id in sorted(type_ids):
        tx.add(store.ADD_WINDOW_TYPE, window_id=window_id, ticket_type_id=type_id)
    record(
        tx,
        actor,
        "window.types_set",
        window_id,
        now,
        before={"types": sorted(codes[type_id] for type_id in before)},
        after={"everything": everything, "types": sorted(codes[type_id] for type_id in type_ids)},
    )


def code_taken() -> InvalidInput:
    return InvalidInput({"code": say("This code is used already.")})
