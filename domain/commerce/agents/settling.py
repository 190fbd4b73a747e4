"""Monthly statements, and what happens to credit that is not settled in time (domain.md, 4).

A statement is due when it is issued. What is still owed of it fifteen days later freezes the
credit; the deposit stays usable. Money that comes thaws it.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.commerce.agents import store
from domain.commerce.agents.balances import locked
from domain.commerce.agents.model import AgentAct
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Database, Tx
from domain.kernel.errors import NotFound
from domain.operation.audit import record
from domain.operation.places import PlaceKind, get_place

GRACE = timedelta(days=15)
COMING_IN = timedelta(minutes=10)  # what began before midnight may end a little after it


async def issue(tx: Tx, agent_id: str, month: date, now: datetime) -> Any | None:
    """The statement of a month that is over, once; None while it is not. `month` is its first
    day, on the clock of the agent's area."""
    agent = await locked(tx, agent_id)
    since, until = month_bounds(month, await zone_of(tx, agent))
    if now < until + COMING_IN:
        return None
    if known := await tx.one(store.STATEMENT_OF, agent=agent_id, month=month):
        return known
    opening = await tx.one(store.BALANCE_BEFORE, agent=agent_id, until=since)
    closing = await tx.one(store.BALANCE_BEFORE, agent=agent_id, until=until)
    rows = await tx.rows(store.ENTRIES_BETWEEN, agent=agent_id, since=since, until=until)
    statement_id = ids.new_id()
    tx.add(
        store.ADD_STATEMENT,
        id=statement_id,
        agent_id=agent_id,
        month=month,
        opening_prepaid_minor=opening.prepaid,
        opening_owed_minor=opening.owed,
        charged_minor=-worth(rows, AgentAct.CHARGED),
        refunded_minor=worth(rows, AgentAct.REFUNDED),
        received_minor=worth(rows, AgentAct.RECEIVED) + worth(rows, AgentAct.CORRECTED),
        closing_prepaid_minor=closing.prepaid,
        closing_owed_minor=closing.owed,
        issued_at=now,
        due_at=now + GRACE,
        settled_at=None if closing.owed else now,
    )
    after = {"month": month.isoformat()}
    record(tx, SYSTEM, "agent.statement", agent_id, now, after=after, area_id=agent.area_id)
    return await tx.one(store.GET_STATEMENT, id=statement_id)


async def catch_up(tx: Tx, agent_id: str, now: datetime) -> int:
    """Every statement that is missing since the agent began, oldest first; how many there were."""
    agent = await locked(tx, agent_id)
    zone = await zone_of(tx, agent)
    last = await tx.one(store.LAST_STATEMENT, agent=agent_id)
    month = next_month(last.month) if last else local_day(agent.created_at, zone).replace(day=1)
    made = 0
    while await issue(tx, agent_id, month, now) is not None:
        month, made = next_month(month), made + 1
    return made


async def zone_of(tx: Tx, agent: Any) -> ZoneInfo:
    area = await get_place(tx, PlaceKind.AREA, agent.area_id)
    return ZoneInfo(area.time_zone)


def month_bounds(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The UTC ends of a month on the area's clock, half-open."""
    return day_bounds(month, zone)[0], day_bounds(next_month(month), zone)[0]


def worth(rows: list[Any], act: AgentAct) -> int:
    """What movements of one kind came to, for the agent."""
    return sum(row.prepaid_minor - row.owed_minor for row in rows if row.act == act)


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


async def review(tx: Tx, agent_id: str, now: datetime) -> bool:
    """Settle what was paid off since, freeze the credit of who is late, thaw who is not. Whether
    it is frozen."""
    agent = await locked(tx, agent_id)
    zone = await zone_of(tx, agent)
    is_late = False
    for one in await tx.rows(store.UNSETTLED, agent=agent_id):
        since = month_bounds(one.month, zone)[1]
        paid = await tx.one(store.RECEIVED_SINCE, agent=agent_id, since=since)
        if paid.minor >= one.closing_owed_minor or agent.owed_minor == 0:
            await tx.run(store.SETTLE, statement=one.id, now=now)
        elif now > one.due_at:
            is_late = True
    if is_late != (agent.credit_frozen_at is not None):
        await tx.run(store.FREEZE, agent=agent_id, since=now if is_late else None)
        act = "agent.credit_frozen" if is_late else "agent.credit_thawed"
        record(tx, SYSTEM, act, agent_id, now, area_id=agent.area_id)
    return is_late


async def every_day(db: Database, now: datetime) -> None:
    """Statements of the months that are over, and who is late: an agent a transaction."""

    async def everybody(tx: Tx) -> list[Any]:
        return await tx.rows(store.EVERY_AGENT)

    for agent in await db.ask(everybody):
        await db.act(catch_up, agent.id, now)
        await db.act(review, agent.id, now)


async def statements_of(tx: Tx, agent_id: str) -> list[Any]:
    """Newest first. A question."""
    return await tx.rows(store.STATEMENTS, agent=agent_id)


async def get_statement(tx: Tx, statement_id: str) -> Any:
    row = await tx.one(store.GET_STATEMENT, id=statement_id)
    if row is None:
        raise NotFound()
    return row


async def entries_of_statement(tx: Tx, statement: Any) -> list[Any]:
    """What moved the balance in the month, oldest first, with `order_number`. A question."""
    agent = await tx.one(store.GET_AGENT, id=statement.agent_id)
    since, until = month_bounds(statement.month, await zone_of(tx, agent))
    return await tx.rows(store.STATED, agent=agent.id, since=since, until=until)
