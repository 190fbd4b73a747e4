"""Double entry: nothing is made, nothing is lost."""

from datetime import UTC, datetime

import pytest

from domain.commerce import ledger
from domain.commerce.ledger import AccountKind, Entry, Posting, verification
from domain.kernel.db import Database, Tx

NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)


def sale(amount: int, *, short: int = 0, cause: str = "o1") -> Entry:
    return Entry(
        "order",
        cause,
        "order.paid",
        "a1",
        [
            Posting(AccountKind.DRAWER, "s1", amount),
            Posting(AccountKind.SALES, "a1", -amount + short),
        ],
    )


async def post(tx: Tx, entry: Entry) -> None:
    ledger.post(tx, entry, NOON)


async def test_an_entry_moves_value_between_accounts(db: Database) -> None:
    await db.act(post, sale(9800))
    await db.act(post, sale(200, cause="o2"))

    assert await db.ask(ledger.balance, AccountKind.DRAWER, "s1") == 10_000
    assert await db.ask(ledger.balance, AccountKind.SALES, "a1") == -10_000
    assert await db.ask(ledger.balance, AccountKind.DRAWER, "s2") == 0


async def test_an_entry_that_does_not_sum_to_zero_is_refused(db: Database) -> None:
    with pytest.raises(ValueError, match="does not sum to zero"):
        await db.act(post, sale(9800, short=1))

    assert await db.ask(ledger.balance, AccountKind.DRAWER, "s1") == 0


async def test_each_currency_sums_to_zero_by_itself(db: Database) -> None:
    mixed = Entry(
        "order",
        "o1",
        "order.paid",
        "a1",
        [
            Posting(AccountKind.DRAWER, "s1", 100),
            Posting(AccountKind.SALES, "a1", -100, currency="USD"),
        ],
    )
    with pytest.raises(ValueError, match="does not sum to zero"):
        await db.act(post, mixed)


async def test_postings_of_nothing_are_left_out(db: Database) -> None:
    await db.act(post, sale(0))

    assert await db.ask(ledger.postings_of, "order", "o1") == []
    assert await db.ask(verification.check) == []


async def test_a_statement_is_read_page_by_page(db: Database) -> None:
    for n in range(1, 6):
        await db.act(post, sale(n, cause=f"o{n}"))

    async def page(tx: Tx, before: int) -> list[tuple[int, int]]:
        rows = await ledger.statement(tx, AccountKind.DRAWER, "s1", before=before, most=2)
        return [(row.seq, row.amount_minor) for row in rows]

    first = await db.ask(page, 2**62)
    second = await db.ask(page, first[-1][0])
    last = await db.ask(page, second[-1][0])

    assert [amount for _, amount in first + second + last] == [5, 4, 3, 2, 1]


async def test_verification_finds_a_posting_that_was_slipped_in(db: Database) -> None:
    await db.act(post, sale(9800))
    assert await db.ask(verification.check) == []

    async def slip_in(tx: Tx) -> None:
        from domain.commerce.ledger import store

        found = await tx.rows(store.POSTINGS_OF, noun="order", cause_id="o1")
        tx.add(
            store.ADD_POSTING,
            entry_id=found[0].id,
            account_kind="drawer",
            owner_id="s1",
            currency="CNY",
            amount_minor=1,
            at=NOON,
        )

    await db.act(slip_in)

    assert len(await db.ask(verification.check)) == 1
