"""Exceptions of devices as pages show them. Questions only."""

from collections.abc import Collection
from typing import Any

from domain.admission.faults import store
from domain.admission.faults.model import FaultCause, Part
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import NotFound

FIRST = Cut()


async def page(
    tx: Tx,
    part: Part,
    cut: Cut = FIRST,
    places: Collection[str] | None = None,
    cause: FaultCause | None = None,
) -> list[Any]:
    """One page, newest first; only of these areas and gates, when they are named."""
    wanted = {"of_cause": cause.value if cause else ""}
    if places is None:
        return await store.LIST_FAULTS[part.value].page(tx, cut, **wanted)
    named = sorted(places)
    return await store.LIST_FAULTS_AT[part.value].page(tx, cut, places=named, **wanted)


async def get(tx: Tx, fault_id: str) -> Any:
    row = await tx.one(store.GET_FAULT, id=fault_id)
    if row is None:
        raise NotFound()
    return row


async def count(tx: Tx, places: Collection[str] | None = None) -> dict[FaultCause, int]:
    """The open ones by cause."""
    if places is None:
        rows = await tx.rows(store.COUNT_FAULTS)
    else:
        rows = await tx.rows(store.COUNT_FAULTS_AT, places=sorted(places))
    return {FaultCause(row.cause): int(row.many) for row in rows}


async def open_in(tx: Tx, area_id: str) -> Any:
    """`many` open ones of an area and the `oldest`."""
    return await tx.one(store.OPEN_IN_AREA, area_id=area_id)
