"""Fetching the bills of the platforms, the day after, until each is there."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

import structlog

from domain.commerce.payments.model import Tender
from domain.commerce.reconciliation import store
from domain.commerce.reconciliation.comparing import PLATFORM_ZONE, take_bill
from domain.commerce.reconciliation.looking import bill_of
from domain.commerce.reconciliation.model import TryOutcome
from domain.kernel.clock import local_day, local_moment
from domain.kernel.db import Database, Tx
from domain.kernel.errors import DomainError, NotFound
from domain.kernel.ports import BillBroken, BillNotReady, BillSource
from domain.operation.jobs import Job, Progress, Step

log = structlog.get_logger(__name__)
JOB = "bill"
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
            if await db.ask(bill_of, tender, day) is None:
                outcome = await fetch_bill(db, source, tender, day, now)
                taken += outcome is TryOutcome.TAKEN
    return taken


async def fetch_bill(
    db: Database,
    source: BillSource,
    tender: Tender,
    day: date,
    now: datetime,
    again: bool = False,
) -> TryOutcome:
    """Ask for one day's bill and compare it; what became of it is written down."""
    outcome = TryOutcome.TAKEN
    try:
        lines = await source.bill(day)
        await db.act(take_bill, tender, day, lines, now, again)
    except BillNotReady:
        outcome = TryOutcome.NOT_READY
    except DomainError as error:
        outcome = TryOutcome.BROKEN if isinstance(error, BillBroken) else TryOutcome.NO_ANSWER
        log.warning("bill.not_taken", tender=tender.value, day=day.isoformat(), code=error.code)
    await db.act(note_try, tender, day, outcome, now)
    return outcome


async def note_try(tx: Tx, tender: Tender, day: date, outcome: TryOutcome, now: datetime) -> None:
    asked = {"the_tender": tender.value, "the_day": day, "said": outcome.value, "at": now}
    if await tx.one(store.TRY_AGAIN, **asked) is None:
        tx.add(
            store.ADD_TRY,
            tender=tender.value,
            day=day,
            tries=1,
            tried_at=now,
            outcome=outcome.value,
        )


def step_of(sources: Mapping[str, BillSource], clock: Clock) -> Step:
    """The job that fetches one day's bill when somebody asks for it. A bill that is not there is
    no failure of the job: its result says so."""

    async def step(db: Database, job: Job) -> Progress:
        word, day = str(job.params["tender"]), date.fromisoformat(job.params["day"])
        if word not in sources:
            raise NotFound()
        outcome = await fetch_bill(db, sources[word], Tender(word), day, clock(), again=True)
        return Progress(None, 1, 1, is_finished=True, result={"outcome": outcome.value})

    return step
