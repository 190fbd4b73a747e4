"""Fetching the bills of the platforms, the day after, until each is there."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta

import structlog

from domain.commerce.payments.model import Tender
from domain.commerce.reconciliation.comparing import PLATFORM_ZONE, bill_of, take_bill
from domain.kernel.clock import local_day, local_moment
from domain.kernel.db import Database
from domain.kernel.errors import DomainError
from domain.kernel.ports import BillSource

log = structlog.get_logger(__name__)
MADE_AT = time(10, 30)  # by then both platforms have made yesterday's
BACK = 7  # days: after a longer pause somebody asks for them
Clock = Callable[[], datetime]


async def fetch_bills(db: Database, sources: Mapping[str, BillSource], now: datetime) -> int:
    """Fetch what is missing of the last days and compare it. A platform that does not answer, or
    whose file is broken, is asked again at the next turn. Answers how many were taken."""
    taken = 0
    today = local_day(now, PLATFORM_ZONE)
    last = 1 if now >= local_moment(today, MADE_AT, PLATFORM_ZONE) else 2
    for word, source in sources.items():
        for back in range(BACK, last - 1, -1):
            tender, day = Tender(word), today - timedelta(days=back)
            if await db.ask(bill_of, tender, day) is not None:
                continue
            try:
                lines = await source.bill(day)
                await db.act(take_bill, tender, day, lines, now)
            except DomainError as error:
                log.warning("bill.not_taken", tender=word, day=day.isoformat(), code=error.code)
                continue
            taken += 1
    return taken
