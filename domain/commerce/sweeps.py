"""What commerce looks at again and again, on one server process at a time."""

from datetime import datetime

from domain.commerce import agents, capacity, changes, customers, orders, resellers, waiting
from domain.kernel.db import Database
from domain.operation import jobs

LAPSE_SECONDS = 5  # who runs short of places does not wait for this: see orders.free_lapsed
HOUR = 3_600
DAY = 24 * HOUR


def register() -> None:
    """Say it once, when the program is put together."""
    jobs.every("orders.expire", LAPSE_SECONDS, free_places)
    jobs.every("changes.expire", LAPSE_SECONDS, changes.paying.sweep)
    jobs.every("waiting.offer", LAPSE_SECONDS, waiting.sweep)
    jobs.every("slots.make", HOUR, make_slots)
    jobs.every("customers.visits", HOUR, forget_visits)
    jobs.every("agents.settle", DAY, settle_agents)


async def free_places(db: Database, now: datetime) -> None:
    """Cancel what nobody paid in time, a few orders to a transaction."""
    while await db.ask(orders.is_any_lapsed, now):
        if not await db.act(orders.sweep, now):
            return


async def make_slots(db: Database, now: datetime) -> None:
    """The planned slots of the days that can be booked by now."""
    await db.act(capacity.make_slots, now)


async def forget_visits(db: Database, now: datetime) -> None:
    """Browsers of the web shop whose time is long over, and who waited long ago."""
    await db.act(customers.forget, now)
    await db.act(waiting.forget, now)


async def settle_agents(db: Database, now: datetime) -> None:
    """Statements of agents, whose credit is frozen; browsers of the portal and tests of programs
    that are over."""
    await agents.every_day(db, now)
    await db.act(agents.forget_visits, now)
    await db.act(resellers.forget_tests, now)
