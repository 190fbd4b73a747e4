"""Member cards changed together: until when they are valid, with a checker."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.cards.memberships import store
from domain.cards.memberships.cards import get
from domain.cards.memberships.editing import GONE, shown
from domain.kernel.actors import Actor
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Message, say
from domain.operation import batches
from domain.operation.audit import record
from domain.operation.batches import Change, FieldGroup, Subject, ValueKind
from domain.operation.staff import Permission, SignedIn

MOMENT = timedelta(microseconds=1)
NOT_OPEN = say("This card is not in use.")


async def read(tx: Tx, card_ids: Sequence[str]) -> list[Subject]:
    """Cards with the last day on which they are valid; BY_ATTRIBUTE looks at the kind of card."""
    return [
        Subject(row.id, row.number, row.version, last_day(row), row.area_id, row.product_zh or "")
        for row in await tx.rows(store.CARDS_NAMED, ids=list(card_ids))
    ]


def last_day(row: Any) -> str:
    if row.valid_until is None:
        return ""
    return local_day(row.valid_until - MOMENT, ZoneInfo(row.time_zone)).isoformat()


async def judge(tx: Tx, who: SignedIn, subject: Subject, value: str) -> Message | None:
    card = await get(tx, subject.id)
    return NOT_OPEN if card.status in GONE or card.product_id is None else None


async def write(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    card = await get(tx, change.row_id)
    if card.status in GONE or card.product_id is None:
        raise Conflict(NOT_OPEN)
    zone = ZoneInfo((await tx.rows(store.CARDS_NAMED, ids=[card.id]))[0].time_zone)
    until = day_bounds(date.fromisoformat(change.value), zone)[1] if change.value else None
    saved = await tx.one(
        store.EDIT_RIGHTS,
        card=card.id,
        seen=change.version,
        to_scope_bits=card.scope_bits,
        to_daily_entries=card.daily_entries,
        to_passback_minutes=card.passback_minutes,
        to_valid_until=until,
    )
    if saved is None:
        raise Conflict(code="VERSION_CONFLICT")
    record(
        tx,
        actor,
        "membership.rights_set",
        card.id,
        now,
        before={"valid_until": shown(card.valid_until)},
        after={"valid_until": shown(until)},
    )


batches.register(
    FieldGroup(
        noun="membership",
        field="valid_until",
        label=say("Valid until"),
        title=say("Batch change: validity of cards"),
        permission=Permission.CARDS_EDIT,
        checked_by=Permission.CATALOG_APPROVE,
        read=read,
        values=batches.no_values,
        write=write,
        kind=ValueKind.DAY,
        attribute=say("Kind of card"),
        judge=judge,
    )
)
