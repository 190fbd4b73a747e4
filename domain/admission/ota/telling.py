"""What we tell an OTA: tickets were used, other vouchers count, a cancellation was decided.

A sweep finds what is to be told and writes it into the outbox beside the note that it was told, so
each is told once and never lost. Codes are not in the outbox: they are made when it is sent.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from domain.admission.ota import store, wire
from domain.admission.ota.accounts import get_account, keys_of
from domain.admission.ota.model import Code, Notice
from domain.admission.ota.showing import items_of, vouchers
from domain.commerce import changes
from domain.commerce.changes import Change
from domain.kernel.actors import Actor
from domain.kernel.db import Database, Tx
from domain.kernel.errors import say
from domain.kernel.vault import Vault
from domain.operation import outbox
from domain.operation.places import PlaceKind, get_place

KIND = "ota.notice"
MOST = 200
SWEEP_SECONDS, HOUR = 3, 3_600
AFTER = timedelta(days=2)  # a passage may come late, from a gate that was offline

Send = Callable[[str, bytes], Awaitable[bytes]]


async def sweep(db: Database, now: datetime) -> None:
    """A schedule: mostly there is nothing."""
    day = (now + timedelta(days=1)).date()
    by_order: dict[str, list[str]] = {}
    for row in await db.ask(used_untold, day):
        by_order.setdefault(row.order_id, []).append(row.ticket_id)
    for order_id, ticket_ids in by_order.items():
        await db.act(tell_used, order_id, ticket_ids, now)
    for row in await db.ask(decided):
        await db.act(tell_decided, row.id, row.status, now)


async def used_untold(tx: Tx, day: date) -> list[Any]:
    return await tx.rows(store.USED_UNTOLD, day=day, most=MOST)


async def decided(tx: Tx) -> list[Any]:
    return await tx.rows(store.DECIDED, most=MOST)


async def forget_over(db: Database, now: datetime) -> None:
    await db.act(no_longer, now)


async def no_longer(tx: Tx, now: datetime) -> None:
    """Tickets that nobody will come on need not be looked at again."""
    await tx.run(store.FORGET_OVER, over=now - AFTER, now=now)


async def tell_used(tx: Tx, order_id: str, ticket_ids: list[str], now: datetime) -> None:
    """One word about an order: how much of each item is used by now."""
    fresh = [one for one in ticket_ids if await tx.one(store.MARK_TOLD, ticket=one, now=now)]
    if not fresh:
        return
    items = [
        {
            "itemId": shown.item.item_id,
            "quantity": shown.item.quantity,
            "useQuantity": shown.used,
            "vouchers": [
                {"voucherId": one.number} for one in shown.tickets if one.id in set(fresh)
            ],
        }
        for shown in await items_of(tx, order_id)
        if any(one.id in fresh for one in shown.tickets)
    ]
    await enqueue(tx, order_id, Notice.CONSUMED, {"items": items}, now)


async def tell_decided(tx: Tx, call_id: str, status: str, now: datetime) -> None:
    row = await tx.one(store.CONFIRM, call=call_id, now=now)
    if row is None:
        return
    no = status == "rejected"
    body = {
        "sequenceId": row.sequence_id,
        "confirmResultCode": str(Code.REJECTED if no else Code.OK),
        "confirmResultMessage": "不同意取消" if no else "取消成功",
        "items": [{"itemId": item["itemId"]} for item in row.shown.get("items", [])],
    }
    await enqueue(tx, row.order_id, Notice.CANCELLED, body, now)


async def follow(tx: Tx, made: Change, actor: Actor, now: datetime) -> None:
    """A successor stands for the same item, and its code is another."""
    order = await tx.one(store.GET_ORDER, order=made.order_id)
    if order is None:
        return
    rows = {row.id: row for row in await tx.rows(store.TICKETS_OF, order=made.order_id)}
    for old_id, new_id in made.successors.items():
        known = rows.get(old_id)
        if known is not None:
            tx.add(
                store.ADD_TICKET,
                ticket_id=new_id,
                item_id=known.item_id,
                visit_on=await day_of(tx, new_id),
                told_at=None,
            )
    await enqueue(tx, made.order_id, Notice.TRAVEL, {}, now)


async def day_of(tx: Tx, ticket_id: str) -> date:
    row = await tx.one(store.DAY_OF_TICKET, ticket=ticket_id)
    day: date = row.visit_on
    return day


async def enqueue(
    tx: Tx, order_id: str, notice: Notice, body: Mapping[str, Any], now: datetime
) -> None:
    """Only to an OTA that said where it wants to be told."""
    order = await tx.one(store.GET_ORDER, order=order_id)
    account = await get_account(tx, order.account_id)
    if account.notice_url:
        payload = {"notice": notice.value, "account": account.id, "body": dict(body)}
        outbox.enqueue(tx, KIND, "order", order_id, payload, now, area_id=order.area_id)


class Answered(msgspec.Struct):
    """What the OTA says to a notice."""

    class Header(msgspec.Struct):
        resultCode: str = ""  # noqa: N815

    header: Header


def carriers(
    db: Database, vault: Vault, send: Send, clock: Callable[[], datetime]
) -> dict[str, outbox.Carrier]:
    """Signs a notice and sends it; the parcel's id is its sequence, so it counts once there."""

    async def carry(parcel: outbox.Parcel) -> None:
        account = await db.ask(get_account, parcel.payload["account"])
        body = await db.ask(body_of, vault, parcel)
        area = await db.ask(get_place, PlaceKind.AREA, account.area_id)
        at = clock().astimezone(ZoneInfo(area.time_zone))
        message = signed(vault, account, parcel.payload["notice"], body, at)
        answered = await send(account.notice_url, message)
        try:
            code = msgspec.json.decode(answered, type=Answered).header.resultCode
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise outbox.CarryFailed(say("The OTA answered something else.")) from None
        if code != Code.OK:
            shown = code[:8] if code.isalnum() else "?"
            raise outbox.CarryFailed(say("The OTA answered {code}.", code=shown))

    return {KIND: carry}


async def body_of(tx: Tx, vault: Vault, parcel: outbox.Parcel) -> dict[str, Any]:
    order = await tx.one(store.GET_ORDER, order=parcel.subject_id)
    body = {
        "sequenceId": parcel.id,
        "otaOrderId": order.ota_order_id,
        "supplierOrderId": order.number,
        **parcel.payload["body"],
    }
    if parcel.payload["notice"] == Notice.TRAVEL:
        body["vouchers"] = await vouchers(tx, vault, parcel.subject_id)
        body["items"] = [
            {"itemId": one.item.item_id} for one in await items_of(tx, parcel.subject_id)
        ]
    return body


def signed(vault: Vault, account: Any, service: str, body: dict[str, Any], at: datetime) -> bytes:
    keys, moment = keys_of(vault, account), at.strftime(wire.TIME_FORM)
    text = msgspec.json.encode(body).decode()
    sent = wire.seal(text, keys.seal, keys.vector) if keys.seal else text
    header = {
        "accountId": account.account_id,
        "serviceName": service,
        "requestTime": moment,
        "version": wire.VERSION,
        "sign": wire.sign(account.account_id, service, moment, sent, wire.VERSION, keys.sign),
    }
    told = {"header": header, "body": sent if keys.seal else msgspec.Raw(text.encode())}
    return msgspec.json.encode(told)


changes.when_changed(follow)
