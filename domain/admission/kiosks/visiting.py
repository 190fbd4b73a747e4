"""One visitor at a kiosk: what was chosen is kept on the server, sealed, and wiped at the end."""

from datetime import datetime

from domain.admission.devices import AlarmCode, Paired, TooManyTries, WrongCode, pairing
from domain.admission.devices.model import DeviceKind
from domain.admission.kiosks import store
from domain.admission.kiosks.model import VISIT_LIFE, Kiosk, Visit
from domain.commerce import orders
from domain.commerce.orders import OrderStatus
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, say
from domain.kernel.vault import Vault

MODEL = "kiosk page"


async def pair(
    tx: Tx, code: str, address: str, vault: Vault, now: datetime
) -> Paired | WrongCode | TooManyTries:
    """A browser becomes the kiosk that a pairing code was made for; any other device's code is
    refused and stays good. Like `devices.pair`, give it the lane `pairing:{address}`."""
    answer = await pairing.pair(tx, code, "", MODEL, address, vault, now)
    if isinstance(answer, Paired):
        device = await tx.one(store.KIND, device_id=answer.device_id)
        if device.kind != DeviceKind.KIOSK:
            raise Conflict(say("This pairing code belongs to a device that is no kiosk."))
        await tx.run(store.ADD_KIOSK, device_id=answer.device_id)
    return answer


async def at(tx: Tx, device_id: str) -> Kiosk:
    """The kiosk as it stands. Forbidden for a device that is none, or no more. A question."""
    row = await tx.one(store.KIOSK, device_id=device_id)
    if row is None:
        raise Forbidden()
    faults = await tx.rows(store.FAULTS, device_id=device_id)
    return Kiosk(
        row.device_id,
        row.name,
        row.area_id,
        row.pin_hash is not None,
        row.locked_at,
        row.called_at,
        row.menu_until,
        frozenset(AlarmCode(fault.code) for fault in faults),
        await visit_of(tx, device_id),
    )


async def visit_of(tx: Tx, device_id: str) -> Visit | None:
    row = await tx.one(store.VISIT, device_id=device_id)
    if row is None:
        return None
    return Visit(row.language, row.is_low, row.is_contrast, row.kept, row.order_id)


async def keep(tx: Tx, device_id: str, visit: Visit, now: datetime) -> None:
    """What the visitor has chosen by now."""
    await tx.run(store.KEEP_VISIT, device_id=device_id, at=now, **visit._asdict())


async def touch(tx: Tx, device_id: str, now: datetime) -> None:
    """Somebody is there."""
    await tx.run(store.TOUCH_VISIT, of_device=device_id, at=now)


async def end(tx: Tx, device_id: str, actor: Actor, now: datetime) -> None:
    """Wipe the visit; places that nobody paid for go back. Pass the area's lane."""
    ended = await tx.one(store.END_VISIT, of_device=device_id)
    if ended is None or ended.order_id is None:
        return
    order = await orders.get_order(tx, ended.order_id)
    if order.status is OrderStatus.HELD:
        await orders.cancel(tx, order.id, actor, now)


async def stale(tx: Tx, now: datetime) -> list[str]:
    """Kiosks whose visit nobody has touched for minutes. A question."""
    return [row.device_id for row in await tx.rows(store.STALE_VISITS, before=now - VISIT_LIFE)]


async def end_stale(tx: Tx, now: datetime) -> int:
    """Wipe what a page that was killed has left behind; how many."""
    found = await stale(tx, now)
    for device_id in found:
        await end(tx, device_id, SYSTEM, now)
    return len(found)
