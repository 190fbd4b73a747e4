"""Cancelling and changing what an OTA sold: by the rules of the tickets, and never against a gate.

A ticket is given back or passes a gate by one compare-and-swap on its row: of two at once one wins,
and the other is told.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.admission.ota import store
from domain.admission.ota.bodies import Cancel, Edit, EditItem
from domain.admission.ota.calls import Call
from domain.admission.ota.codes import Told
from domain.admission.ota.model import Answer, Code
from domain.admission.ota.ordering import actor_of, slot_on
from domain.admission.ota.showing import Shown, items_of
from domain.admission.tickets import LIVING, TicketStatus
from domain.commerce import changes, refunds
from domain.commerce.changes import Target
from domain.commerce.orders import altering
from domain.commerce.refunds import RefundCause, RefundStatus
from domain.kernel.db import Tx
from domain.kernel.errors import Refused, say
from domain.kernel.refusals import Refusal
from domain.kernel.vault import Vault
from domain.operation.places import PlaceKind, get_place

NOW_DONE, LATER = 1, 2  # supplierConfirmType


async def find(tx: Tx, call: Call, ota_order_id: str, number: str) -> Any:
    """The OTA's order; its row stays ours until the transaction ends. Told NO_ORDER."""
    row = await tx.one(store.FIND_ORDER, account=call.account.id, ota_order=ota_order_id)
    if row is None or number not in ("", row.number):
        raise Told(Code.NO_ORDER, say("There is no such order."))
    await altering.lock(tx, row.order_id)
    return row


async def cancel(tx: Tx, vault: Vault, call: Call, now: datetime) -> Answer:
    """So many of each item, or none at all. What a person must decide is confirmed later."""
    body = call.body
    assert isinstance(body, Cancel)
    row = await find(tx, call, body.otaOrderId, body.supplierOrderId)
    shown = {one.item.item_id: one for one in await items_of(tx, row.order_id)}
    subjects: list[str] = []
    for item in body.items:
        known = shown.pop(item.itemId, None)
        if known is None:
            raise Told(Code.QUANTITY, say("There is no item {item}.", item=item.itemId))
        subjects += refundable(known, item.quantity, now)
    try:
        made = await give_back(tx, call, row, subjects, now)
    except Refused:
        await tell_what_came_between(tx, row.order_id, body, now)
        raise
    waits = made.status is RefundStatus.REQUESTED
    answer = {
        "supplierConfirmType": LATER if waits else NOW_DONE,
        "items": [{"itemId": item.itemId} for item in body.items],
    }
    return Answer(Code.OK, "", answer, row.order_id, made.id if waits else None)


async def give_back(
    tx: Tx, call: Call, row: Any, subjects: Sequence[str], now: datetime
) -> refunds.Refund:
    quote = await refunds.quote(tx, row.order_id, subjects, RefundCause.VISITOR, now)
    request = refunds.Request(
        f"ota:{call.account.id}:{call.sequence}",
        row.order_id,
        quote.subject_ids,
        RefundCause.VISITOR,
        f"{call.account.account_id} {row.ota_order_id}",
        quote.amount_minor,
    )
    return await refunds.refund(tx, request, actor_of(call), now)


async def tell_what_came_between(tx: Tx, order_id: str, body: Cancel, now: datetime) -> None:
    """Raises Told when a gate was faster than we looked: its answer is the truer one."""
    shown = {one.item.item_id: one for one in await items_of(tx, order_id)}
    for item in body.items:
        refundable(shown[item.itemId], item.quantity, now)


def refundable(shown: Shown, wanted: int, now: datetime) -> list[str]:
    """The last so many that nobody came on. Told why there are too few."""
    free = [
        one
        for one in shown.tickets
        if one.status in LIVING
        and not one.entries_used
        and not is_at_gate(one, now)
        and one.ended_at is None
    ]
    if len(free) >= wanted:
        return [one.id for one in free[-wanted:]]
    if wanted > len(shown.tickets) - shown.cancelled:
        raise Told(Code.QUANTITY, say("Only {left} are left to cancel.", left=len(free)))
    if shown.used or any(is_at_gate(one, now) for one in shown.tickets):
        raise Told(Code.USED, say("Only {left} are unused.", left=len(free)))
    if any(one.status == TicketStatus.REFUND_PENDING for one in shown.tickets):
        raise Told(Code.REJECTED, say("An earlier cancellation is being decided."))
    raise Told(Code.QUANTITY, say("Only {left} are left to cancel.", left=len(free)))


def is_at_gate(ticket: Any, now: datetime) -> bool:
    """Somebody was let in on it and has not walked yet."""
    return ticket.held_until is not None and ticket.held_until > now


async def edit(tx: Tx, vault: Vault, call: Call, now: datetime) -> Answer:
    """Another day for all of an item's living tickets; the people stay the same."""
    body = call.body
    assert isinstance(body, Edit)
    row = await find(tx, call, body.otaOrderId, body.supplierOrderId)
    area = await get_place(tx, PlaceKind.AREA, row.area_id)
    shown = {one.item.item_id: one for one in await items_of(tx, row.order_id)}
    for number, item in enumerate(body.items):
        known = shown.pop(item.itemId, None)
        if known is None:
            raise Told(Code.NO_ORDER, say("There is no item {item}.", item=item.itemId))
        slot_id = await slot_on(
            tx, known.item, item.targetUseStartDate, ZoneInfo(area.time_zone), now
        )
        target = Target(item.targetUseStartDate, slot_id)
        await move(tx, call, row.order_id, subjects_of(known, item), target, number, now)
    answer = {
        "supplierConfirmType": NOW_DONE,
        "items": [{"itemId": item.itemId} for item in body.items],
    }
    return Answer(Code.OK, "", answer, row.order_id)


def subjects_of(shown: Shown, item: EditItem) -> list[str]:
    living = [one for one in shown.tickets if one.status in LIVING]
    if any(one.entries_used for one in living):
        raise Told(Code.USED, say("Somebody came on this ticket already."))
    if not living:
        raise Refused(Refusal.NOT_CHANGEABLE)
    origin = item.originUseStartDate
    if origin is not None and any(one.visit_on != origin for one in living):
        raise Told(Code.DATE, say("The tickets are for another day than the request says."))
    return [one.id for one in living]


async def move(
    tx: Tx, call: Call, order_id: str, subjects: Sequence[str], target: Target, number: int,
    now: datetime,
) -> None:  # fmt: skip
    """Something cheaper gives the difference back to the agent; something dearer is refused."""
    quote = await changes.quote(tx, order_id, subjects, target, now)
    if quote.difference_minor > 0:
        raise Told(
            Code.NOT_CHANGEABLE, say("That day is dearer: cancel, and order for the new day.")
        )
    request = changes.Request(
        f"ota:{call.account.id}:{call.sequence}:{number}",
        order_id,
        tuple(subjects),
        target,
        quote.difference_minor,
    )
    await changes.change(tx, request, actor_of(call), now)


async def query(tx: Tx, call: Call, body: Any, now: datetime) -> Answer:
    """How much of each item is used and given back. A question."""
    row = await tx.one(store.FIND_ORDER, account=call.account.id, ota_order=body.otaOrderId)
    if row is None or body.supplierOrderId not in ("", row.number):
        raise Told(Code.NO_ORDER_TO_QUERY, say("There is no such order."))
    area = await get_place(tx, PlaceKind.AREA, row.area_id)
    zone = ZoneInfo(area.time_zone)
    answer = {
        "otaOrderId": body.otaOrderId,
        "supplierOrderId": row.number,
        "items": [
            {
                "itemId": one.item.item_id,
                "useStartDate": min(each.visit_on for each in one.tickets).isoformat(),
                "useEndDate": last_day(one, zone),
                "orderStatus": int(one.state(now)),
                "quantity": one.item.quantity,
                "useQuantity": one.used,
                "cancelQuantity": one.cancelled,
            }
            for one in await items_of(tx, row.order_id)
        ],
    }
    return Answer(Code.OK, "", answer, row.order_id)


def last_day(shown: Shown, zone: ZoneInfo) -> str:
    until: datetime = max(one.valid_until for one in shown.tickets)
    return until.astimezone(zone).date().isoformat()
