"""What the demo's office did: days that are closed, and gates that were changed together.

The day before yesterday is drawn up, its differences still to be explained; yesterday is to be
drawn up.
"""

from datetime import date, datetime, time, timedelta

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.clock import local_moment
from domain.kernel.db import Database
from domain.operation import approvals, batches, places
from domain.operation.approvals import ApprovalStatus
from domain.operation.batches import BatchInput, Principle, Shares
from domain.operation.places import PlaceKind
from domain.reports import closes
from domain.reports.closes import Close
from webapp.site import SHANGHAI

CLOSED = range(5, 2, -1)  # so many days ago
DRAFTED = 2
AT = time(9, 10)
LATE, LATE_MINOR = 3, 2_000
WHY = "平台 23:59 入账的一笔次日到账，已核对"
SHORTER, LONGER = ("6", "门口排队，缩短等待"), ("20", "轮椅游客较多，放宽时间")


async def close_days(
    db: Database, area_id: str, today: date, accountant: Actor, checker: Actor, now: datetime
) -> None:
    """Close days one after the other, each on the morning after. All of them must be played."""
    for days_ago in (*CLOSED, DRAFTED):
        day = today - timedelta(days=days_ago)
        at = min(now, local_moment(day + timedelta(days=1), AT, SHANGHAI))
        close_id = await closes.draw_up(db, area_id, day, accountant, at)
        if days_ago == DRAFTED:
            return
        stated = stated_for(await db.ask(closes.get_close, close_id), days_ago == LATE)
        await closes.draw_up(db, area_id, day, accountant, at, stated)
        for kept in await db.ask(closes.lines_of, close_id):
            if kept.line.is_open:
                await db.act(closes.explain, kept.id, WHY, accountant, at)
        approval_id = await closes.sign(db, area_id, day, accountant, at)
        await db.act(approvals.decide, approval_id, ApprovalStatus.APPROVED, checker, at)


def stated_for(close: Close, is_late: bool) -> dict[str, int]:
    """What bank and platform say they took: what the house did, but for one that came late."""
    stated = {
        one.tender: one.net_minor
        for one in close.figures.tenders
        if one.tender in closes.STATED and one.counted_minor is None
    }
    if is_late and "scan" in stated:
        stated["scan"] -= LATE_MINOR
    return stated


async def change_together(db: Database, area_id: str, actor: Actor, now: datetime) -> None:
    """How long gates wait for who was let in: one change that holds, and one that was put back."""
    gates = await db.ask(places.list_places, PlaceKind.GATE)
    own = [row.id for row in gates]
    at = now - timedelta(days=6)
    await change_gates(db, area_id, own, SHORTER, actor, at)
    longer = await change_gates(db, area_id, own[:2], LONGER, actor, at + timedelta(days=2))
    await db.act(batches.undo, longer, actor, at + timedelta(days=3))


async def change_gates(
    db: Database, area_id: str, gate_ids: list[str], to: tuple[str, str], actor: Actor, at: datetime
) -> str:
    seconds, why = to
    rows, shares = list(gate_ids), Shares((seconds,))
    asked = BatchInput(
        ids.new_id(), "gate", "hold_seconds", area_id, rows, Principle.UNIFORM, shares
    )
    batch_id = await db.act(batches.preview, asked, actor, at)
    await db.act(batches.confirm, batch_id, why, actor, at)
    return batch_id
