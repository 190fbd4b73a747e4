"""Who may stand at a window: any cashier of its area, or the ones that are named."""

from datetime import datetime

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.audit import record
from domain.operation.places import store
from domain.operation.places.editing import get_place
from domain.operation.places.model import PlaceKind


async def cashiers_of(tx: Tx, window_id: str) -> set[str]:
    """The staff ids that may sell at a window which does not take any cashier."""
    return {row.staff_id for row in await tx.rows(store.CASHIERS, window_id=window_id)}


async def takes(tx: Tx, window_id: str, staff_id: str | None) -> bool:
    """May this person stand at the window? Raises NotFound for one that is not in use."""
    window = await get_place(tx, PlaceKind.WINDOW, window_id)
    if window.retired_at is not None:
        return False
    return bool(window.any_cashier) or staff_id in await cashiers_of(tx, window_id)


async def assign_cashiers(
    tx: Tx,
    window_id: str,
    anybody: bool,
    staff_ids: set[str],
    actor: Actor,
    now: datetime,
    *,
    version: int,
) -> None:
    """Say who may sell at this window, instead of those before: anybody, or only these."""
    window = await get_place(tx, PlaceKind.WINDOW, window_id)
    if not anybody and not staff_ids:
        raise InvalidInput({"staff_ids": say("Choose at least one cashier.")})
    before, wanted = await cashiers_of(tx, window_id), set() if anybody else staff_ids
    if not await tx.one(
        store.SET_ANY_CASHIER, window_id=window_id, anybody=anybody, seen_version=version
    ):
        raise Conflict(code="VERSION_CONFLICT")
    if before == wanted and window.any_cashier == anybody:
        return
    await tx.run(store.REMOVE_CASHIERS, window_id=window_id)
    for staff_id in sorted(wanted):
        tx.add(store.ADD_CASHIER, window_id=window_id, staff_id=staff_id)
    record(
        tx,
        actor,
        "window.cashiers_assigned",
        window_id,
        now,
        before={"any_cashier": window.any_cashier, "staff_ids": sorted(before)},
        after={"any_cashier": anybody, "staff_ids": sorted(wanted)},
    )
