"""Looking after kiosks: the staff PIN, locking, calls for help, and what each has done."""

from datetime import datetime
from typing import Any

from domain.admission.kiosks import store
from domain.admission.kiosks.handing import OWED_FOR
from domain.admission.kiosks.model import MENU_LIFE, DayOfKiosk
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation.audit import record


async def pin_hash_of(tx: Tx, device_id: str) -> str | None:
    """What the staff PIN is compared with, outside; None when none was set. A question."""
    row = await tx.one(store.KIOSK, device_id=device_id)
    if row is None:
        raise NotFound()
    return None if row.pin_hash is None else str(row.pin_hash)


async def set_pin(tx: Tx, device_id: str, pin_hash: str, actor: Actor, now: datetime) -> None:
    """Another staff PIN; whoever is in the menu is out of it."""
    await row_of(tx, device_id)
    await tx.run(store.SET_PIN, of_device=device_id, to_hash=pin_hash)
    await tx.run(store.SET_MENU, of_device=device_id, until=None)
    record(tx, actor, "kiosk.pin_changed", device_id, now)


async def open_menu(tx: Tx, device_id: str, actor: Actor, now: datetime) -> None:
    """The PIN was right: the menu is open for five minutes."""
    await row_of(tx, device_id)
    await tx.run(store.SET_MENU, of_device=device_id, until=now + MENU_LIFE)
    record(tx, actor, "kiosk.menu_opened", device_id, now)


async def close_menu(tx: Tx, device_id: str) -> None:
    await tx.run(store.SET_MENU, of_device=device_id, until=None)


async def lock(tx: Tx, device_id: str, actor: Actor, now: datetime) -> None:
    """Nothing is sold or collected here until it is unlocked. Twice changes nothing."""
    await row_of(tx, device_id)
    if await tx.one(store.LOCK, of_device=device_id, at=now):
        record(tx, actor, "kiosk.locked", device_id, now)


async def unlock(tx: Tx, device_id: str, actor: Actor, now: datetime) -> None:
    await row_of(tx, device_id)
    if await tx.one(store.UNLOCK, of_device=device_id):
        record(tx, actor, "kiosk.unlocked", device_id, now)


async def call_staff(tx: Tx, device_id: str, actor: Actor, now: datetime) -> None:
    """A visitor needs help; the office sees it until somebody answers."""
    await row_of(tx, device_id)
    if await tx.one(store.CALL, of_device=device_id, at=now):
        record(tx, actor, "kiosk.called", device_id, now)


async def answer_call(tx: Tx, device_id: str, actor: Actor, now: datetime) -> None:
    await row_of(tx, device_id)
    if await tx.one(store.ANSWER, of_device=device_id):
        record(tx, actor, "kiosk.answered", device_id, now)


async def day_of(tx: Tx, device_id: str, start: datetime, until: datetime) -> DayOfKiosk:
    """What a kiosk did in this time. Money comes in by platforms, never in cash. A question."""
    row = await tx.one(store.DAY, device_id=device_id, start=start, until=until)
    return DayOfKiosk(*(int(getattr(row, name)) for name in DayOfKiosk._fields))


async def overview(tx: Tx, now: datetime) -> list[Any]:
    """Every kiosk with its state, faults, last sale and unprinted orders. A question."""
    return list(await tx.rows(store.OVERVIEW, since=now - OWED_FOR))


async def row_of(tx: Tx, device_id: str) -> None:
    """The kiosk's own row, made when it is first needed."""
    if await tx.one(store.KIOSK, device_id=device_id) is None:
        raise NotFound()
    await tx.run(store.ADD_KIOSK, device_id=device_id)
