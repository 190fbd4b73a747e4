"""A new card in place of a lost (补) or damaged (换) one: everything moves in one entry.

Principal, bonus, deposit, counts and points by the ledger; lots, validity, rights, holder and PIN
with them. The old number and every medium of it are refused for ever. Called when the fee's line is
paid; who is in front of the window was checked before.
"""

from datetime import datetime
from typing import Any

from domain.cards.memberships import numbering, store
from domain.cards.memberships.cards import NOUN, Change, change_balance, locked, move_to
from domain.cards.memberships.model import POINT, USE, CardMediumKind, MembershipStatus
from domain.commerce import ledger
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.orders.lines import Line
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict
from domain.kernel.money import CURRENCY
from domain.operation.audit import record

INHERITED = (
    "product_id",
    "kind",
    "holder_id",
    "scope_bits",
    "daily_entries",
    "passback_minutes",
    "entry_price_minor",
    "pays_entry",
    "valid_from",
    "valid_until",
    "reminded",
    "inside",
    "entered_on",
    "entered_times",
    "last_passed_at",
    "last_gate_id",
    "pin_mark",
    "opened_at",
)


async def replace(
    tx: Tx, old_id: str, new_id: str, line: Line, actor: Actor, now: datetime
) -> None:
    """Raises Conflict when the old card cannot be replaced (any more)."""
    old = await locked(tx, old_id)
    was_expired = old.status == MembershipStatus.EXPIRED
    await move_to(tx, old, MembershipStatus.REPLACED, line.terms["cause"], now)
    await tx.run(store.KILL_MEDIA, card=old.id, now=now)
    rights = {f"new_{name}": getattr(old, name) for name in INHERITED}
    if await tx.one(store.INHERIT, card=new_id, old=old.id, now=now, **rights) is None:
        raise Conflict()
    if not await tx.rows(store.MEDIA_OF, card=new_id):
        numbering.add_medium(tx, new_id, CardMediumKind.QR, ids.new_code(), now)
    await tx.run(store.HAND_LOTS, card=old.id, successor=new_id)
    await move_everything(tx, old, await locked(tx, new_id), now)
    await tx.run(store.SUCCEED, card=old.id, successor=new_id)
    if was_expired:
        await move_to(tx, await locked(tx, new_id), MembershipStatus.EXPIRED, "", now)
    cause, number = line.terms["cause"], line.terms["new_number"]
    record(tx, actor, "membership.replaced", old.id, now, reason=cause, successor=new_id)
    after = {"number": number}
    record(tx, actor, "membership.issued", new_id, now, after=after, replaces=old.id)


async def move_everything(tx: Tx, old: Any, new: Any, now: datetime) -> None:
    """One entry: off the old number, onto the new one."""
    holds = [
        (AccountKind.MEMBER_PRINCIPAL, old.principal_minor, CURRENCY),
        (AccountKind.MEMBER_BONUS, old.bonus_minor, CURRENCY),
        (AccountKind.MEMBER_DEPOSITS, old.deposit_minor, CURRENCY),
        (AccountKind.MEMBER_USES, old.uses_left, USE),
        (AccountKind.MEMBER_POINTS, old.points, POINT),
    ]
    postings = [
        posting
        for account, amount, currency in holds
        for posting in (
            Posting(account, old.id, amount, currency),
            Posting(account, new.id, -amount, currency),
        )
    ]
    ledger.post(tx, Entry(NOUN, new.id, "membership.replaced", old.area_id, postings), now)
    change = Change(
        old.principal_minor, old.bonus_minor, old.deposit_minor, old.uses_left, old.points
    )
    await change_balance(tx, old, Change(*(-amount for amount in change)))
    await change_balance(tx, new, change)
