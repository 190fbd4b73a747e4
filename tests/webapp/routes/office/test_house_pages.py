"""Settings, audit trail, approvals, outbox and background work on office pages."""

import asyncio
import io
from datetime import datetime
from typing import Any

import httpx2
import pytest
from PIL import Image
from starlette.applications import Starlette

from domain.kernel import clock
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.kernel.errors import say
from domain.operation import approvals, audit, jobs, outbox, settings
from domain.operation.approvals import Effect, decisions
from domain.operation.outbox import carrying, worklist
from domain.operation.staff import Permission, Role
from tests.places import build
from tests.webapp.people import add_person, sign_in, sign_in_as
from webapp import workers

EDITION = {"edition": "0"}


def drawn() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, "PNG")
    return made.getvalue()


async def boss(app: Starlette, client: httpx2.AsyncClient) -> Database:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    db: Database = app.state.db
    return db


async def test_settings_are_chosen_for_the_house_and_for_an_area(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db = await boss(app, client)
    house = await build(db)

    form = {**EDITION, "name_zh": "云岭景区", "hold_minutes": "20", "refund_limit_minor": "800"}
    assert (await client.post("/office/settings", data=form)).status_code == 303
    own = {**EDITION, "area_id": house.area, "hold_minutes": "30"}
    assert (await client.post("/office/settings", data=own)).status_code == 303

    chosen = await db.ask(settings.current)
    assert (chosen.name_zh, chosen.hold_minutes, chosen.refund_limit_minor) == (
        "云岭景区",
        20,
        80_000,
    )
    assert (await db.ask(settings.current, house.area)).hold_minutes == 30
    page = await client.get("/office/settings")
    assert "云岭景区" in page.text
    assert "未付款订单保留名额" in page.text
    assert (await client.get(f"/office/settings?area={house.area}")).status_code == 200
    assert (await client.get("/office/settings?area=nowhere")).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"hold_minutes": "0"},
        {"hold_minutes": "soon"},
        {"brand_hue": "400"},
        {"languages": "fr"},
        {"edition": "7"},
        {"edition": "-1"},
        {"refund_limit_minor": "-1"},
    ],
)
async def test_a_wrong_choice_changes_nothing(
    app: Starlette, client: httpx2.AsyncClient, wrong: dict[str, str]
) -> None:
    db = await boss(app, client)

    response = await client.post("/office/settings", data={**EDITION, "name_zh": "X", **wrong})

    assert response.status_code == 422
    assert (await db.ask(settings.own)).values == {}


async def test_a_logo_is_shown_to_everybody_and_svg_is_refused(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await boss(app, client)
    for content in (b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"x" * (3 * 1024 * 1024)):
        refused = await client.post(
            "/office/settings", data=EDITION, files={"logo": ("logo.png", content, "image/png")}
        )
        assert refused.status_code == 422

    picture = {"logo": ("logo.svg", drawn(), "text/html")}
    saved = await client.post("/office/settings", data=EDITION, files=picture)

    assert saved.status_code == 303
    logo_id = (await app.state.db.ask(settings.current)).logo_file_id
    client.cookies.clear()
    shown = await client.get(f"/files/{logo_id}")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.content == drawn()


async def test_the_trail_is_read_by_person_noun_and_day(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    staff_id = await add_person(app.state.db, Role.AUDITOR)
    await sign_in(client, app, staff_id)
    db: Database = app.state.db

    async def act(tx: Tx) -> None:
        ming = Actor(ActorKind.STAFF, staff_id)
        for n in range(60):
            audit.record(tx, ming, "settings.changed", f"s{n}", clock.utc_now(), after={"name": n})

    await db.act(act)

    page = (await client.get("/office/audit")).text
    assert page.count("设置 · 修改") == 50
    assert "下一页" in page
    one = (await client.get(f"/office/audit?who={staff_id}&noun=settings")).text
    assert one.count("设置 · 修改") == 50
    nobody = (await client.get("/office/audit?who=nobody")).text
    assert "没有符合条件的操作" in nobody
    assert (await client.get("/office/audit?from_on=2020-01-01&until_on=2020-01-02")).text.count(
        "设置 · 修改"
    ) == 0
    assert (await client.get("/office/audit?from_on=yesterday")).status_code == 200
    assert (await client.get("/office/audit?at=nonsense")).status_code == 400


async def test_a_request_is_decided_by_somebody_else(
    app: Starlette, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "_effects", {})
    done: list[str] = []

    async def effect(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
        done.append(f"{approval.subject_id}")

    approvals.register(
        "refund", Effect(effect, effect, Permission.REFUNDS_APPROVE, say("Refund to approve"))
    )
    db: Database = app.state.db
    maker = await add_person(db, Role.SUPERVISOR, login="maker")

    async def ask(tx: Tx) -> str:
        return approvals.request(
            tx,
            Actor(ActorKind.STAFF, maker),
            "refund",
            ("refund", "r1"),
            {},
            clock.utc_now(),
            reason="因病未到",
            amount_minor=88_000,
        )

    approval_id = await db.act(ask)
    address = f"/office/approvals/{approval_id}"
    await sign_in(client, app, maker)
    own = await client.get(address)
    assert "撤回" in own.text and "批准" not in own.text
    assert (await client.post(address, data={"to": "approve"})).status_code == 403

    others = "另有 1 项由有权限的同事审批"
    await sign_in_as(client, app, Role.CASHIER)
    assert (await client.get(address)).status_code == 404
    assert others not in (await client.get("/office/approvals")).text
    await sign_in_as(client, app, Role.ADMINISTRATOR)  # the dashboard tells the figure
    assert others in (await client.get("/office/approvals")).text

    await sign_in_as(client, app, Role.APPROVER)
    assert "因病未到" in (await client.get("/office/approvals")).text
    assert "880.00" in (await client.get(address)).text
    assert (await client.post(address, data={"to": "perhaps"})).status_code == 422
    assert (await client.post(address, data={"to": "approve"})).status_code == 303
    assert (await client.post(address, data={"to": "reject"})).status_code == 409
    assert done == ["r1"]
    assert "因病未到" in (await client.get("/office/approvals?part=decided")).text


async def test_what_failed_is_seen_tried_again_and_dropped(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db = await boss(app, client)
    now = clock.utc_now()

    async def fail(tx: Tx) -> str:
        return outbox.enqueue(tx, "sms", "order", "o1", {"to": "13800000000"}, now)

    message_id = await db.act(fail)
    (parcel,) = await db.act(carrying.lease, ["sms"], now, 1, now)
    await db.act(carrying.note_failure, parcel, "CARRY_FAILED: no such number", True, now)

    listed = (await client.get("/office/outbox")).text
    assert "no such number" in listed
    shown = (await client.get(f"/office/outbox/{message_id}")).text
    assert "13800000000" not in shown
    retried = await client.post(f"/office/outbox/{message_id}/retry")
    assert retried.status_code == 303
    assert (await db.ask(worklist.get, message_id)).status == "due"
    assert (await client.post(f"/office/outbox/{message_id}/drop", data={})).status_code == 422
    dropped = await client.post(f"/office/outbox/{message_id}/drop", data={"reason": "by phone"})
    assert dropped.status_code == 303
    assert (
        await client.post(f"/office/outbox/{message_id}/drop", data={"reason": "x"})
    ).status_code == 409
    assert "by phone" in (await client.get(f"/office/outbox/{message_id}")).text
    for status in ("due", "done", "failed", "dropped", "nonsense"):
        assert (await client.get(f"/office/outbox?status={status}")).status_code == 200


async def test_a_copy_is_made_in_the_background_and_its_progress_is_streamed(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db = await boss(app, client)
    workers.register_house_work(app.state.settings)
    asked = await client.post("/office/backups")
    assert asked.status_code == 303
    address = asked.headers["Location"]
    assert (await client.post("/office/backups")).status_code == 409

    running = asyncio.create_task(jobs.Runner(db, poll_seconds=0.05).run())
    async with asyncio.timeout(20), client.stream("GET", f"{address}/progress") as stream:
        text = "".join([part async for part in stream.aiter_text()])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert "event: state" in text
    assert "event: end" in text
    page = (await client.get(address)).text
    assert "完成" in page
    assert ".db" in page
    assert "数据库备份" in (await client.get("/office/jobs")).text
    assert (await client.post(f"{address}/cancellation")).status_code == 409
    assert (await client.post(f"{address}/retry")).status_code == 409
    backups = list(app.state.settings.data_dir.glob("backups/*.db"))
    assert len(backups) == 1


async def test_a_waiting_job_is_stopped(app: Starlette, client: httpx2.AsyncClient) -> None:
    db = await boss(app, client)

    async def ask(tx: Tx) -> str:
        return jobs.request(tx, SYSTEM, "export", {}, clock.utc_now())

    job_id = await db.act(ask)
    assert (await client.post(f"/office/jobs/{job_id}/cancellation")).status_code == 303
    assert (await db.ask(jobs.get, job_id)).status == "cancelled"
    assert (await client.get("/office/jobs/nothing")).status_code == 404


async def test_words_find_people_numbers_and_what_happened(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    staff_id = await sign_in_as(client, app, Role.ADMINISTRATOR)
    boss = Actor(ActorKind.STAFF, staff_id)

    async def write(tx: Tx) -> None:
        now = clock.utc_now()
        audit.record(tx, boss, "order.paid", "o1", now, after={"number": "20260701-0042"})
        audit.record(tx, SYSTEM, "order.cancelled", "o1", now, reason="lapsed")
        audit.record(tx, SYSTEM, "device.paired", "d1", now)

    await app.state.db.act(write)

    async def dots(words: str) -> int:
        page = await client.get("/office/audit", params={"q": words})
        assert page.status_code == 200
        return page.text.count('<span class="dot')

    assert await dots("20260701-0042") == 2
    assert await dots("order.cancelled") == 1
    assert await dots("取消") == 1
    assert await dots(staff_id) >= 1
    assert await dots("古丽努尔") >= 1
    assert await dots("没有这样的东西") == 0
