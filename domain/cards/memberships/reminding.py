"""Cards that come to their end: reminders 30, 7 and 1 days before, once each, then EXPIRED."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.cards.memberships import store
from domain.cards.memberships.cards import NOUN, locked, move_to, zone_of
from domain.cards.memberships.holders import PHONE, get_holder
from domain.cards.memberships.model import MembershipStatus
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.clock import local_day
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.kernel.vault import Vault
from domain.operation import outbox
from domain.operation.audit import record
from domain.operation.outbox import Carrier, Parcel

REMINDER = "card.reminder"
DAYS_BEFORE = (1, 7, 30)  # the nearest first: a card is reminded of one at a time
MOST_AT_ONCE = 100
AN_HOUR = timedelta(hours=1)
Send = Callable[[str, str, str, dict[str, Any]], Awaitable[None]]  # id, phone, language, values


async def is_any_due(tx: Tx, now: datetime) -> bool:
    """Looked at without waiting for writers."""
    if await tx.rows(store.ENDED, now=now, most=1):
        return True
    for days in DAYS_BEFORE:
        until = now + timedelta(days=days)
        if await tx.rows(store.TO_REMIND, now=now, until=until, days=days, most=1):
            return True
    return False


async def sweep(tx: Tx, now: datetime) -> int:
    """End what is over and remind of what soon will be, some at a time; how many."""
    done = 0
    for row in await tx.rows(store.ENDED, now=now, most=MOST_AT_ONCE):
        card = await locked(tx, row.id)
        if card.status == MembershipStatus.ACTIVE and card.valid_until <= now:
            await move_to(tx, card, MembershipStatus.EXPIRED, "", now)
            record(tx, SYSTEM, "membership.expired", card.id, now)
            done += 1
    zones: dict[str, ZoneInfo] = {}
    for days in DAYS_BEFORE:
        until = now + timedelta(days=days)
        due = await tx.rows(store.TO_REMIND, now=now, until=until, days=days, most=MOST_AT_ONCE)
        for row in due:
            if row.area_id not in zones:
                zones[row.area_id] = await zone_of(tx, row.area_id)
            done += await remind(tx, row, days, zones[row.area_id], now)
    return done


async def remind(tx: Tx, row: Any, days: int, zone: ZoneInfo, now: datetime) -> int:
    """Once each: whoever was first has marked the card."""
    if not await tx.one(store.REMINDED, card=row.id, days=days):
        return 0
    last_day = local_day(row.valid_until - AN_HOUR, zone)
    payload = {"days": days, "number": row.number, "last_day": last_day.isoformat()}
    outbox.enqueue(tx, REMINDER, NOUN, row.id, payload, now, area_id=row.area_id)
    return 1


async def remind_again(tx: Tx, card_id: str, actor: Actor, now: datetime) -> None:
    """Somebody asks for the reminder once more. Conflict for a card without an end, and for one
    that is not active; InvalidInput when its holder has left no phone."""
    card = await locked(tx, card_id)
    if card.status != MembershipStatus.ACTIVE or card.valid_until is None:
        raise Conflict()
    known = await get_holder(tx, card.holder_id) if card.holder_id else None
    if known is None or known.phone_sealed is None:
        raise InvalidInput({"phone": say("The holder has left no phone number.")})
    zone = await zone_of(tx, card.area_id)
    last_day = local_day(card.valid_until - AN_HOUR, zone)
    days = (last_day - local_day(now, zone)).days
    payload = {"days": days, "number": card.number, "last_day": last_day.isoformat()}
    outbox.enqueue(tx, REMINDER, NOUN, card.id, payload, now, area_id=card.area_id)
    record(tx, actor, "membership.reminded", card.id, now)


async def forget_holders(tx: Tx, now: datetime) -> None:
    """Who was written down for a sale that nobody paid is nobody's business after a week."""
    week = timedelta(days=7)
    await tx.run(store.FORGET_HOLDERS, before=now - week, since=now - 8 * week)


def carriers(db: Database, vault: Vault, send: Send) -> dict[str, Carrier]:
    """Who carries reminders out: register each when the program is put together. `send` gets the
    parcel's id (the key for the far side), the phone, the language and what there is to say."""

    async def carry(parcel: Parcel) -> None:
        phone = await db.ask(phone_of, parcel.subject_id)
        if phone is None:
            return
        sealed, language = phone
        plain = vault.open(PHONE, sealed).decode()
        await send(parcel.id, plain, language, dict(parcel.payload))

    return {REMINDER: carry}


async def phone_of(tx: Tx, card_id: str) -> tuple[bytes, str] | None:
    """The sealed phone of a card's holder, and in which language to write; None without one."""
    card = await tx.one(store.GET_CARD, id=card_id)
    if card is None or card.holder_id is None:
        return None
    holder = await get_holder(tx, card.holder_id)
    return None if holder.phone_sealed is None else (holder.phone_sealed, holder.language)
