"""What becomes of a difference: somebody takes it, explains it, or has it written off."""

from datetime import datetime
from typing import Any

from domain.commerce import ledger
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.payments.model import Tender
from domain.commerce.payments.taking import money_account
from domain.commerce.reconciliation import store
from domain.commerce.reconciliation.looking import get_item
from domain.commerce.reconciliation.model import Finding, ItemStatus, rest_minor
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.kernel.ports import BilledKind
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.staff import Permission

KIND, NOUN = "bill_write_off", "bill_item"
MOST_WORDS = 200
MOST_NOTE = 400


async def assign(
    tx: Tx, item_id: str, owner_id: str, actor: Actor, now: datetime, note: str = ""
) -> None:
    """Say who looks into a difference, and what was found so far. Conflict when it is resolved."""
    item = await get_item(tx, item_id)
    if len(note) > MOST_NOTE:
        raise InvalidInput({"note": say("Please say why, in at most 400 characters.")})
    noted = note.strip()
    if await tx.one(store.SAVE_OWNER, item=item_id, owner=owner_id, the_note=noted) is None:
        raise Conflict()
    after = {"owner_id": owner_id, "note": noted}
    record(tx, actor, "bill_item.assigned", item_id, now, after=after, area_id=item.area_id)


async def resolve(tx: Tx, item_id: str, words: str, actor: Actor, now: datetime) -> None:
    """Say how a difference was settled. Conflict when it was resolved already."""
    item = await get_item(tx, item_id)
    said = _words_of(words)
    if await tx.one(store.RESOLVE, item=item_id, words=said, by=actor.id, at=now) is None:
        raise Conflict()
    record(tx, actor, "bill_item.resolved", item_id, now, reason=said, area_id=item.area_id)


def rest_of(item: Any) -> int:
    """What the platform holds for us beyond the ledger, by one difference."""
    return rest_minor(
        BilledKind(item.kind), Finding(item.finding), item.billed_minor, item.ledger_minor
    )


async def ask_write_off(
    tx: Tx, item_id: str, area_id: str, words: str, actor: Actor, now: datetime
) -> str:
    """Have the ledger say what the platform says; a second person decides. The approval's id.
    `area_id` bears it where nobody knows whose money it was."""
    item = await get_item(tx, item_id)
    said, minor, bearer = _words_of(words), rest_of(item), item.area_id or area_id
    if not minor:
        raise InvalidInput({"": say("No money differs here: say how it was settled.")})
    if not bearer:
        raise InvalidInput({"area_id": say("Please choose the area that bears it.")})
    approval_id = approvals.request(
        tx,
        actor,
        KIND,
        (NOUN, item_id),
        {"number": item.number, "amount_minor": minor},
        now,
        reason=said,
        area_id=bearer,
        amount_minor=minor,
    )
    asked = {"item": item_id, "approval": approval_id, "area": bearer, "words": said}
    if await tx.one(store.ASK, **asked) is None:
        raise Conflict()
    after = {"amount_minor": minor}
    record(tx, actor, "bill_item.asked", item_id, now, reason=said, after=after, area_id=bearer)
    return approval_id


def _words_of(words: str) -> str:
    if not words.strip() or len(words) > MOST_WORDS:
        raise InvalidInput({"resolution": say("Please say how it was settled.")})
    return words.strip()


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """The difference moves from the platform's clearing account to the area's differences."""
    item = await get_item(tx, approval.subject_id)
    minor, area_id = rest_of(item), item.area_id
    done = {"item": item.id, "minor": minor, "by": actor.id, "at": now}
    if await tx.one(store.WRITE_OFF, **done) is None:
        raise Conflict()
    postings = [
        money_account(Tender(item.tender), area_id, None, minor),
        Posting(AccountKind.BILL_DIFFERENCES, area_id, -minor),
    ]
    ledger.post(tx, Entry(NOUN, item.id, "bill_item.written_off", area_id, postings), now)
    after = {"amount_minor": minor}
    record(tx, actor, "bill_item.written_off", item.id, now, after=after, area_id=area_id)


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """It is open again."""
    item = await get_item(tx, approval.subject_id)
    if item.status != ItemStatus.WAITING:
        raise Conflict()
    await tx.run(store.OPEN_AGAIN, item=item.id)
    record(tx, actor, "bill_item.sent_back", item.id, now, area_id=item.area_id)


approvals.register(
    KIND,
    approvals.Effect(
        approved, rejected, Permission.BILLS_APPROVE, say("Write off a difference of a bill")
    ),
)
