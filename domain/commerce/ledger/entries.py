"""Moving value: double entry, append-only, in the transaction of its cause."""

from datetime import datetime
from typing import Any

from domain.commerce.ledger import store
from domain.commerce.ledger.model import AccountKind, Entry, checked
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.money import CURRENCY

NEWEST = 2**62


def post(tx: Tx, entry: Entry, now: datetime) -> None:
    """Write an entry. ValueError when it does not sum to zero per currency.

    Postings of nothing are left out, and an entry that moves nothing is not written. What was
    posted is never altered: a correction is an entry the other way round.
    """
    postings = checked(entry.postings)
    if not postings:
        return
    entry_id = ids.new_id()
    tx.add(
        store.ADD_ENTRY,
        id=entry_id,
        at=now,
        area_id=entry.area_id,
        cause_noun=entry.cause_noun,
        cause_id=entry.cause_id,
        text=entry.text,
    )
    for posting in postings:
        tx.add(
            store.ADD_POSTING,
            entry_id=entry_id,
            account_kind=posting.account.value,
            owner_id=posting.owner_id,
            currency=posting.currency,
            amount_minor=posting.amount_minor,
            at=now,
        )


async def balance(tx: Tx, account: AccountKind, owner_id: str, currency: str = CURRENCY) -> int:
    """What is on an account: debit is positive."""
    row = await tx.one(store.BALANCE, account=account.value, owner_id=owner_id, currency=currency)
    return int(row.minor)


async def statement(
    tx: Tx,
    account: AccountKind,
    owner_id: str,
    *,
    before: int = NEWEST,
    most: int = 50,
    currency: str = CURRENCY,
) -> list[Any]:
    """An account's postings, newest first: seq, at, text, cause_noun, cause_id, amount_minor.

    The next page starts `before` the last one's seq.
    """
    return await tx.rows(
        store.STATEMENT,
        account=account.value,
        owner_id=owner_id,
        currency=currency,
        before=before,
        most=most,
    )


async def postings_of(tx: Tx, noun: str, cause_id: str) -> list[Any]:
    """Every posting that a thing has caused: id, text, account_kind, owner_id, amount_minor."""
    return await tx.rows(store.POSTINGS_OF, noun=noun, cause_id=cause_id)
