"""What cards look at again and again, on one server process at a time."""

from datetime import datetime

from domain.cards import memberships
from domain.kernel.db import Database
from domain.operation import jobs

HOUR, DAY = 3_600, 86_400


def register() -> None:
    """Say it once, when the program is put together."""
    jobs.every("memberships.end", HOUR, end_and_remind)
    jobs.every("memberships.holders", DAY, forget_holders)


async def end_and_remind(db: Database, now: datetime) -> None:
    """A hundred to a transaction: gates go on meanwhile."""
    while await db.ask(memberships.is_any_due, now):
        if not await db.act(memberships.sweep, now):
            return


async def forget_holders(db: Database, now: datetime) -> None:
    await db.act(memberships.forget_holders, now)
