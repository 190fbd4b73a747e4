"""What a kiosk does for its visitor; each leaves a handout, so that paid tickets are never lost."""

from collections.abc import Sequence
from datetime import datetime

from domain.admission import collections, tickets
from domain.admission.collections import Place, PlaceKind
from domain.admission.kiosks import store
from domain.admission.kiosks.model import HandoutKind
from domain.admission.kiosks.paper import print_handout
from domain.admission.kiosks.visiting import at, keep
from domain.commerce import orders
from domain.commerce.orders import Order, Sale
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Forbidden, NotFound, Refused
from domain.kernel.refusals import Refusal

REASON = "自助机重打"


async def place(tx: Tx, sale: Sale, device_id: str, actor: Actor, now: datetime) -> Order:
    """Hold what the visitor chose; it is owed as soon as it is paid. Pass the area's lane.

    Refused PRINTER_OUT: who cannot print sells nothing. The same request gets the same order.
    """
    kiosk = await at(tx, device_id)
    if sale.area_id != kiosk.area_id or sale.channel is not Channel.KIOSK:
        raise Forbidden()
    if kiosk.locked_at is not None or not kiosk.may_print:
        raise Refused(Refusal.PRINTER_OUT)
    order = await orders.place(tx, sale, actor, now)
    if not await tx.one(store.LAST_OF_ORDER, order_id=order.id, device_id=device_id):
        add_handout(tx, device_id, order.id, HandoutKind.SALE, (), now)
    if kiosk.visit is not None:
        await keep(tx, device_id, kiosk.visit._replace(order_id=order.id), now)
    return order


async def collect(tx: Tx, order_id: str, device_id: str, actor: Actor, now: datetime) -> str:
    """Hand out a network order: collected here, once. The handout's id."""
    kiosk = await at(tx, device_id)
    where = Place(PlaceKind.KIOSK, device_id)
    by_nobody = actor._replace(id=None)
    done = await collections.collect(tx, order_id, kiosk.area_id, where, by_nobody, now)
    handout_id = add_handout(tx, device_id, order_id, HandoutKind.COLLECTION, done.ticket_ids, now)
    await print_handout(tx, handout_id, device_id, order_id, done.ticket_ids, actor, now)
    return handout_id


async def reprint(
    tx: Tx,
    ticket_id: str,
    document_marks: Sequence[str],
    device_id: str,
    actor: Actor,
    now: datetime,
) -> str:
    """A new print for whoever shows the document that the ticket is named for. The handout's id.

    Refused as `tickets.reprint`; a ticket without a document on file is a cashier's business.
    """
    kiosk = await at(tx, device_id)
    ticket = await tickets.get(tx, ticket_id)
    mine = await tickets.find_by_document(tx, document_marks) if document_marks else []
    if ticket.area_id != kiosk.area_id or ticket_id not in {row.id for row in mine}:
        raise NotFound()
    if not kiosk.may_print:
        raise Refused(Refusal.PRINTER_OUT)
    await tickets.reprint(tx, ticket_id, REASON, actor, now, document_marks=document_marks)
    order_id = ticket.order_id
    handout_id = add_handout(tx, device_id, order_id, HandoutKind.REPRINT, [ticket_id], now)
    await print_handout(tx, handout_id, device_id, order_id, [ticket_id], actor, now)
    return handout_id


def add_handout(
    tx: Tx,
    device_id: str,
    order_id: str,
    kind: HandoutKind,
    ticket_ids: Sequence[str],
    now: datetime,
) -> str:
    handout_id = ids.new_id()
    tx.add(
        store.ADD_HANDOUT,
        id=handout_id,
        device_id=device_id,
        order_id=order_id,
        kind=kind.value,
        ticket_ids=list(ticket_ids),
        made_at=now,
    )
    return handout_id
