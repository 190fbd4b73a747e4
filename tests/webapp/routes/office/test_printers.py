"""Printers and their line in the office."""

import httpx2
import pytest
from starlette.applications import Starlette

from devicehub.printers.labels import read_paper
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.operation import printers
from domain.operation.printers import (
    Post,
    PostKind,
    PrintedDocument,
    PrinterTrouble,
    PrintStatus,
    working,
    worklist,
)
from domain.operation.staff import Role
from tests.domain.commerce.factories import World, add_world
from tests.webapp.people import sign_in_as
from tests.webapp.printers import printing_at


@pytest.fixture
async def world(app: Starlette, client: httpx2.AsyncClient) -> World:
    made = await add_world(app.state.db)
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    return made


def typed(world: World, **more: object) -> dict[str, object]:
    wanted: dict[str, object] = {
        "name": "一号票机",
        "post": f"window:{world.window_id}",
        "host": "192.168.1.50",
        "documents": ["ticket", "shift"],
        "has_cutter": "on",
        "confirms": "on",
        "drawer": "on",
        "drawer_pin": "1",
    }
    return wanted | more


async def test_a_printer_is_added_changed_and_taken_out_of_use(
    app: Starlette, client: httpx2.AsyncClient, world: World
) -> None:
    app.state.read_paper = read_paper
    added = await client.post("/office/printers", data=typed(world))
    assert added.status_code == 303, added.text
    address = added.headers["location"]
    shown = await client.get(address)
    assert "样票" in shown.text and "data:image" in shown.text
    labels = typed(world, version="1", language="zpl", label_mm="60", documents=["ticket"])
    changed = await client.post(address, data=labels)
    assert changed.status_code == 303, changed.text
    stale = await client.post(address, data=labels)
    assert stale.status_code == 422
    (row,) = await app.state.db.ask(printers.list_printers)
    assert (row.language, row.width_mm, row.height_mm, row.drawer_pin) == ("zpl", 60, 50, None)
    assert "成人票" in (await client.get(address)).text
    retired = await client.post(f"{address}/retirement", data={"version": "2"})
    assert retired.headers["location"].endswith("/office/printers")
    assert "停用" in (await client.get("/office/printers")).text


@pytest.mark.parametrize(
    ("field", "value", "marked"),
    [
        ("host", "no host", "host"),
        ("port", "80", "port"),
        ("post", "window:elsewhere", "post"),
        ("roll_mm", "70", "roll_mm"),
        ("documents", "label", "documents"),
    ],
)
async def test_what_makes_no_sense_is_marked_at_its_field(
    client: httpx2.AsyncClient, world: World, field: str, value: str, marked: str
) -> None:
    refused = await client.post("/office/printers", data=typed(world, **{field: value}))
    assert refused.status_code == 422
    assert f'id="{marked}-error"' in refused.text


async def test_a_test_page_comes_out(
    app: Starlette, client: httpx2.AsyncClient, world: World
) -> None:
    post = Post(PostKind.WINDOW, world.window_id)
    async with printing_at(app, world.area_id, post) as printing:
        tried = await client.post(f"/office/printers/{printing.printer_id}/tests")
        await printing.desk.settled()
        assert "已出纸" in (await client.get(tried.headers["location"])).text
        assert "样票" in printing.texts[0]


async def lost_job(app: Starlette, printer_id: str) -> str:
    db, now = app.state.db, utc_now()
    job_id: str = await db.act(worklist.print_test, printer_id, SYSTEM, now)
    await db.act(working.begin, await db.ask(worklist.get, job_id), "dead", now)
    job = await db.ask(worklist.get, job_id)
    await db.act(working.lose, job, PrinterTrouble.OFFLINE, now)
    return job_id


async def test_a_person_settles_what_nobody_knows(
    app: Starlette, client: httpx2.AsyncClient, world: World
) -> None:
    post = Post(PostKind.SALES_SITE, world.window_id)
    async with printing_at(app, world.area_id, post) as printing:
        here, gone = [await lost_job(app, printing.printer_id) for _ in range(2)]
        listed = await client.get("/office/print-jobs")
        assert "请查看是否出纸" in listed.text
        assert "2 个打印任务需要处理" in (await client.get("/office")).text
        assert (await client.post(f"/office/print-jobs/{here}/retry")).status_code == 409
        assert (await client.post(f"/office/print-jobs/{here}/finding")).status_code == 303
        silent = await client.post(f"/office/print-jobs/{gone}/again", data={"reason": ""})
        assert silent.status_code == 422
        again = await client.post(f"/office/print-jobs/{gone}/again", data={"reason": "卡纸"})
        assert again.status_code == 303
        assert printing.texts == []
        await printing.desk.settled()
        assert len(printing.texts) == 1
    states = [(await app.state.db.ask(worklist.get, one)).status for one in (here, gone)]
    assert states == [PrintStatus.DONE, PrintStatus.CANCELLED]


async def test_a_waiting_job_goes_to_another_printer_or_nowhere(
    app: Starlette, client: httpx2.AsyncClient, world: World
) -> None:
    post, db, now = Post(PostKind.WINDOW, world.window_id), app.state.db, utc_now()
    documents = tuple(PrintedDocument(one) for one in ("ticket", "receipt"))
    async with (
        printing_at(app, world.area_id, post) as first,
        printing_at(app, world.area_id, post, name="二号", documents=documents) as second,
    ):
        first.played.has_paper = False
        sheet = printers.Sheet(PrintedDocument.TICKET, "ticket", "1")
        assert await db.act(printers.enqueue, post, [sheet, sheet], "cause", SYSTEM, now)
        one, two = await db.ask(printers.jobs_of, "cause")
        moved = await client.post(
            f"/office/print-jobs/{one.id}/printer", data={"printer_id": second.printer_id}
        )
        assert moved.status_code == 303
        assert (await db.ask(worklist.get, one.id)).printer_id == second.printer_id
        for status in (303, 409):
            called_off = await client.post(f"/office/print-jobs/{two.id}/cancellation")
            assert called_off.status_code == status


async def test_a_cashier_sees_no_printers(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.CASHIER)
    for path in ("printers", "print-jobs"):
        assert (await client.get(f"/office/{path}")).status_code == 403
