"""Windows changed together: who may sell at them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Message, say
from domain.operation import places
from domain.operation.batches.applying import register
from domain.operation.batches.groups import FieldGroup
from domain.operation.batches.model import Change, Subject, Value, ValueKind
from domain.operation.batches.values import joined, parted
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission, SignedIn, grants, people


class Takes(StrEnum):
    """Who may stand at a window that takes more than a list of people."""

    ANYBODY = "anybody"


async def read(tx: Tx, window_ids: Sequence[str]) -> list[Subject]:
    """Windows in use; what BY_ATTRIBUTE looks at is the sales site."""
    wanted, found = set(window_ids), []
    sites = {row.id: row.name_zh for row in await places.list_places(tx, PlaceKind.SALES_SITE)}
    for row in await places.list_places(tx, PlaceKind.WINDOW):
        if row.id in wanted:
            value = Takes.ANYBODY.value
            if not row.any_cashier:
                value = joined(await places.cashiers_of(tx, row.id))
            site = sites.get(row.sales_site_id, "")
            label = f"{row.code} {row.name_zh}"
            found.append(Subject(row.id, label, row.version, value, row.area_id, site, row.id))
    return found


async def cashiers(tx: Tx, area_id: str) -> list[Value]:
    """Whoever sells in the area by their role, and at how many windows they are named."""
    windows = [
        row for row in await places.list_places(tx, PlaceKind.WINDOW) if row.area_id == area_id
    ]
    load: Counter[str] = Counter()
    for window in windows:
        load.update(await places.cashiers_of(tx, window.id))
    sellers = await people.who_may(tx, Permission.SALES_SELL, {area_id, *(w.id for w in windows)})
    return [
        Value(Takes.ANYBODY.value),
        *(Value(row.id, f"{row.name} ({row.login})", "", load[row.id]) for row in sellers),
    ]


async def judge(tx: Tx, who: SignedIn, subject: Subject, value: str) -> Message | None:
    parts = parted(value)
    if Takes.ANYBODY in parts and len(parts) > 1:
        return say("Either anybody, or certain cashiers.")
    for staff_id in set(parts) - {Takes.ANYBODY}:
        if not await grants.may(tx, staff_id, Permission.SALES_SELL, subject.id):
            return say("Choose people who may sell at this window.")
    return None


async def write(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    anybody = change.value == Takes.ANYBODY
    chosen = set() if anybody else set(parted(change.value))
    await places.assign_cashiers(
        tx, change.row_id, anybody, chosen, actor, now, version=change.version
    )


register(
    FieldGroup(
        "window",
        "cashiers",
        say("Cashiers"),
        say("Batch change: cashiers of windows"),
        Permission.PLACES_EDIT,
        None,
        read,
        cashiers,
        write,
        kind=ValueKind.SET,
        words=Takes,
        attribute=say("Sales site"),
        judge=judge,
    )
)
