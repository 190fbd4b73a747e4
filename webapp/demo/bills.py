"""Bills of the demo's payment platform: one where two differences wait for a person, one whose
difference was explained, and one in order. Yesterday's is still to be fetched."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from domain.commerce import reconciliation
from domain.commerce.payments import Tender
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.clock import day_bounds, local_moment
from domain.kernel.db import Database, Tx
from domain.kernel.ports import Billed, BilledKind
from webapp.demo import store
from webapp.site import SHANGHAI

WAITING, EXPLAINED, IN_ORDER = 7, 6, 5  # so many days ago
MADE_AT = time(10, 5)  # platforms make a day's bill the next morning
MISTAKE_MINOR = 2_000
WORDS = "平台当日 23:59 入账，已在次日账单核对，金额一致"


async def play(db: Database, today: date, accountant: Actor, now: datetime) -> None:
    for days_ago in (WAITING, EXPLAINED, IN_ORDER):
        day = today - timedelta(days=days_ago)
        at = min(now, local_moment(day + timedelta(days=1), MADE_AT, SHANGHAI))
        await db.act(take, day, days_ago, accountant, at)


async def take(tx: Tx, day: date, days_ago: int, accountant: Actor, now: datetime) -> None:
    lines = await kept(tx, day)
    if days_ago == WAITING:
        lines = mistaken(lines)
    if days_ago == EXPLAINED:
        lines = lines[1:]
    bill_id = await reconciliation.take_bill(tx, Tender.SCAN, day, lines, now)
    if days_ago == EXPLAINED:
        for item in await reconciliation.items_of(tx, bill_id):
            await reconciliation.resolve(tx, item.id, WORDS, accountant, now)


async def kept(tx: Tx, day: date) -> list[Billed]:
    """What the platform did that day, as we know it."""
    start, end = day_bounds(day, SHANGHAI)
    charges = await tx.rows(store.CHARGES, start=start, end=end)
    refunds = await tx.rows(store.REFUNDS, start=start, end=end)
    return [
        *(Billed(BilledKind.CHARGE, row.id, row.amount_minor, row.reference) for row in charges),
        *(Billed(BilledKind.REFUND, row.number, row.amount_minor) for row in refunds),
    ]


def mistaken(lines: Sequence[Billed]) -> list[Billed]:
    """One charge is billed too low, and one is billed that nobody here knows."""
    if not lines:
        return []
    first, *rest = lines
    low = first._replace(amount_minor=first.amount_minor - MISTAKE_MINOR)
    stranger = Billed(BilledKind.CHARGE, ids.new_id(), 4 * MISTAKE_MINOR)
    return [low, *rest, stranger]
