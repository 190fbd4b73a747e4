"""Pages of copies: the plan, a copy and its trial through HTTP, taking it away, what the dashboard
says."""

import asyncio

import httpx2
from starlette.applications import Starlette

from domain.kernel import clock
from domain.operation import audit, backups, jobs
from domain.operation import settings as choices
from domain.operation.audit import Filter
from domain.operation.backups import BackupCause
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.webapp.people import sign_in_as
from webapp.safekeeping import desk

PLAN = {
    "backup_every_hours": "6",
    "backup_first_at": "01:15",
    "backup_keep_daily": "3",
    "backup_keep_weekly": "4",
    "backup_keep_monthly": "12",
    "backup_old_hours": "12",
}


async def followed(client: httpx2.AsyncClient, address: str) -> str:
    """What the stream of a page says, to its end."""
    async with asyncio.timeout(60), client.stream("GET", f"{address}/progress") as stream:
        return "".join([part async for part in stream.aiter_text()])


async def test_a_copy_is_made_tried_and_taken_away(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    desk.register(app.state.settings)
    running = asyncio.create_task(jobs.Runner(app.state.db, poll_seconds=0.05).run())
    asked = await client.post("/office/backups")
    assert "event: end" in await followed(client, asked.headers["location"])

    (row,) = await app.state.db.ask(backups.page)
    (drill,) = await app.state.db.ask(backups.drills.drills_of, row.id)
    assert "event: end" in await followed(client, f"/office/backups/drills/{drill.id}")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    drill = await app.state.db.ask(backups.drills.get_drill, drill.id)
    assert drill.status == "passed", drill.problem
    page = (await client.get(f"/office/backups/{row.id}")).text
    assert row.sha256 in page
    shown = (await client.get(f"/office/backups/drills/{drill.id}")).text
    assert "可恢复" in shown
    file = await client.get(f"/office/backups/{row.id}/file")
    assert file.content.startswith(b"SQLite format 3")
    (entry,) = await app.state.db.ask(audit.page, Filter(act="backup.fetched"))
    assert entry.subject_id == row.id
    steps = (await client.get("/office/backups/restoring")).text
    assert f"{row.name}.sha256" in steps
    await sign_in_as(client, app, Role.AUDITOR)
    assert (await client.get(f"/office/backups/{row.id}")).status_code == 200
    assert (await client.get(f"/office/backups/{row.id}/file")).status_code == 403


async def test_a_plan_is_kept_and_a_wrong_one_is_marked(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    edition = (await app.state.db.ask(choices.own)).edition

    wrong = await client.post("/office/backups/plan", data=PLAN | {"backup_every_hours": "5"})
    assert wrong.status_code == 422
    saved = await client.post("/office/backups/plan", data={**PLAN, "edition": edition})
    assert saved.status_code == 303
    chosen = await app.state.db.ask(choices.current)
    assert (chosen.backup_every_hours, chosen.backup_first_at) == (6, "01:15")
    assert (await app.state.db.ask(choices.own)).values.keys() == {
        "backup_every_hours",
        "backup_first_at",
        "backup_keep_daily",
        "backup_old_hours",
    }


async def test_the_dashboard_says_when_the_last_copy_failed(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db, now = app.state.db, clock.utc_now()
    await add_world(db)
    row = await db.act(backups.begin, "j1", "shanmen-1.db", BackupCause.ASKED, None, now)
    await db.act(backups.note_failed, row.id, "DISK_FULL: no room", now)

    await sign_in_as(client, app, Role.ADMINISTRATOR)
    assert "最近一次备份失败" in (await client.get("/office")).text
    await sign_in_as(client, app, Role.FINANCE)
    assert "最近一次备份失败" not in (await client.get("/office")).text
