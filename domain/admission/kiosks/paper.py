"""A kiosk whose tickets come out of a printer of the server's: the handout ends by itself when all
its paper is out, and the kiosk knows when its printer cannot print."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.admission import printing
from domain.admission.devices import AlarmCode
from domain.admission.kiosks import handing, minding, store
from domain.admission.kiosks.model import HandoutEnd
from domain.admission.kiosks.visiting import at
from domain.commerce.orders import events
from domain.commerce.orders.lines import Sold
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.operation import printers
from domain.operation.printers import Post, PostKind, PrinterTrouble, PrintStatus, working

FAULTS: Mapping[PrinterTrouble, AlarmCode] = {
    PrinterTrouble.PAPER_OUT: AlarmCode.PAPER,
    PrinterTrouble.COVER_OPEN: AlarmCode.PAPER,
    PrinterTrouble.OFFLINE: AlarmCode.PRINTER,
    PrinterTrouble.FAILED: AlarmCode.PRINTER,
}


async def print_handout(
    tx: Tx,
    handout_id: str,
    device_id: str,
    order_id: str,
    ticket_ids: Sequence[str],
    actor: Actor,
    now: datetime,
) -> bool:
    """Into the line of the kiosk's printer; False where its browser prints."""
    post = Post(PostKind.KIOSK, device_id)
    return await printing.print_tickets(
        tx, order_id, ticket_ids, post, actor, now, cause_id=handout_id
    )


async def jobs_of(tx: Tx, handout_id: str) -> list[Any]:
    """What of a handout went to a printer and was not called off. A question."""
    jobs = await printers.jobs_of(tx, handout_id)
    return [job for job in jobs if job.status != PrintStatus.CANCELLED]


async def on_paid(tx: Tx, sold: Sold, now: datetime) -> None:
    """What was sold at a kiosk comes out as soon as it is paid."""
    if sold.channel is Channel.KIOSK:
        for row in await tx.rows(store.HANDOUTS_OF_ORDER, order_id=sold.id):
            await print_handout(tx, row.id, row.device_id, sold.id, (), SYSTEM, now)


async def on_out(tx: Tx, job: Any, now: datetime) -> None:
    """The last paper ends the handout. What nobody knows about is said on the glass."""
    if job.post_kind != PostKind.KIOSK:
        return
    states = {one.status for one in await jobs_of(tx, job.cause_id)}
    handout = await handing.get(tx, job.cause_id, job.post_id)
    if states == {PrintStatus.DONE}:
        await handing.end(tx, handout.id, job.post_id, HandoutEnd.PRINTED, SYSTEM, now)
    elif PrintStatus.UNKNOWN in states and not handout.fault and handout.ended_at is None:
        await handing.fail(tx, handout.id, job.post_id, AlarmCode.PRINTER, SYSTEM, now)
        await minding.call_staff(tx, job.post_id, SYSTEM, now)


async def on_seen(tx: Tx, printer: Any, trouble: PrinterTrouble | None, now: datetime) -> None:
    """The printer's word is the kiosk's: without paper nothing is sold, with paper again it is."""
    if printer.post_kind != PostKind.KIOSK or printer.retired_at is not None:
        return
    fault = FAULTS.get(trouble) if trouble else None
    kiosk = await at(tx, printer.post_id)
    for code in sorted(set(FAULTS.values())):
        if (code == fault) is not (code in kiosk.faults):
            await handing.say_fault(tx, printer.post_id, code, code == fault, now)


events.when_paid(on_paid)
printing.when_out(on_out)
working.when_seen(on_seen)
