"""Closing a shift: counted blind, explained, approved above the limit, printed."""

import re

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import ledger, shifts
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.shifts import Drop, Shift, ShiftStatus
from domain.kernel import clock
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Tx
from domain.operation.staff import Role
from tests.webapp.people import add_person, sign_in
from tests.webapp.printing.reading import read
from tests.webapp.routes.window.tills import AtTill, open_till

COUNTED_4570 = {10_000: 40, 5_000: 7, 2_000: 6, 1_000: 7, 500: 4, 100: 8, 50: 3, 10: 5}
WHY = "14:10 退票找零时少收 10 元"


def count(shift: Shift, pieces: dict[int, int], **more: str) -> dict[str, str]:
    typed = {f"pieces.{value}": str(many) for value, many in pieces.items()}
    return {"shift_id": shift.id, **typed, **more}


async def cash(tx: Tx, shift: Shift, minor: int) -> None:
    """As if sold (positive) or refunded for cash."""
    postings = [
        Posting(AccountKind.DRAWER, shift.id, minor),
        Posting(AccountKind.SALES, shift.area_id, -minor),
    ]
    ledger.post(tx, Entry("order", "o1", "order.paid", shift.area_id, postings), clock.utc_now())


async def worked_example(app: Starlette, till: AtTill) -> Shift:
    """500 + 12,340 - 260 - 8,000 = 4,580."""
    shift = await current(app, till)
    await app.state.db.act(cash, shift, 1_234_000)
    await app.state.db.act(cash, shift, -26_000)
    actor = Actor(ActorKind.STAFF, till.staff_id)
    await app.state.db.act(shifts.drop, Drop("d1", shift.id, 800_000), actor, clock.utc_now())
    return shift


async def current(app: Starlette, till: AtTill) -> Shift:
    found: Shift | None = await app.state.db.ask(shifts.current, till.world.window_id)
    assert found is not None
    return found


async def status_of(app: Starlette, shift: Shift) -> ShiftStatus:
    found: Shift = await app.state.db.ask(shifts.get_shift, shift.id)
    return found.status


async def test_the_count_is_blind(app: Starlette, client: httpx2.AsyncClient) -> None:
    await open_till(app, client, float_yuan="4321")

    page = await client.get("/window/shift")

    assert page.status_code == 200
    assert "4,321" not in page.text


async def test_ten_short_is_explained_and_closed(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    shift = await worked_example(app, till)

    told = await client.post("/window/shift", data=count(shift, COUNTED_4570))
    assert told.status_code == 200
    for figure in ("4,580.00", "4,570.00", 'data-sign="-">10.00'):
        assert figure in told.text
    assert await status_of(app, shift) is ShiftStatus.OPEN

    silent = await client.post("/window/shift", data=count(shift, COUNTED_4570, explain="-1000"))
    assert silent.status_code == 422
    assert 'id="note-error"' in silent.text

    closed = await client.post(
        "/window/shift", data=count(shift, COUNTED_4570, explain="-1000", note=WHY)
    )
    assert closed.headers["location"].endswith(f"/window/shifts/{shift.id}")
    assert await status_of(app, shift) is ShiftStatus.CLOSED
    page = await client.get(closed.headers["location"])
    assert WHY in page.text
    assert 'data-sign="-">10.00' in page.text
    assert (await client.get("/window/sales/new")).headers["location"].endswith("/shifts/new")


async def test_the_closed_shift_has_a_report_on_paper(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    sold = {
        "request_id": "r1",
        f"q.{till.world.adult_id}": "2",
        "total_minor": "19600",
        "tender": "cash",
    }
    await client.post("/window/sales", data=sold)
    shift = await current(app, till)
    before = await client.get(f"/window/shifts/{shift.id}/report.pdf")
    await client.post(
        "/window/shift", data=count(shift, {10_000: 6, 5_000: 1, 2_000: 2, 500: 1, 100: 1})
    )

    for paper in ("80mm", "a4", "wild"):
        report = await client.get(f"/window/shifts/{shift.id}/report.pdf?paper={paper}")
        assert report.headers["content-type"] == "application/pdf"
        assert report.content.startswith(b"%PDF")
        (text,) = read(report.content).texts
        assert {shift.number, "196.00", "696.00"} <= set(re.split(r"[\s¥]+", text))
    assert before.status_code == 404


async def test_sent_twice_closes_once(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    shift = await current(app, till)

    first = await client.post("/window/shift", data=count(shift, {10_000: 5}))
    second = await client.post("/window/shift", data=count(shift, {10_000: 5}))

    assert first.headers["location"] == second.headers["location"]
    moves = (await app.state.db.ask(shifts.report, shift.id)).moves
    assert [move.kind for move in moves] == ["float", "handover"]


async def approval_page(app: Starlette, client: httpx2.AsyncClient) -> str:
    """A supervisor signs in and opens what waits in the worklist."""
    staff_id = await add_person(app.state.db, Role.SUPERVISOR, login="yang.two", name="杨主管")
    await sign_in(client, app, staff_id)
    listed = await client.get("/office/approvals")
    start = listed.text.index("/office/approvals/")
    address = listed.text[start : listed.text.index('"', start)]
    assert (await client.get(address)).status_code == 200
    return address


@pytest.mark.parametrize("to", ["approve", "reject"])
async def test_above_the_limit_a_supervisor_decides(
    app: Starlette, client: httpx2.AsyncClient, to: str
) -> None:
    till = await open_till(app, client)
    shift = await worked_example(app, till)

    waits = await client.post("/window/shift", data=count(shift, {10_000: 45}, note="不清楚"))
    where = f"/window/shifts/{shift.id}"
    assert waits.headers["location"].endswith(where)
    assert "主管" in (await client.get(where)).text
    for address in ("/window/shift", "/window/sales/new", "/window/drops/new"):
        assert (await client.get(address)).headers["location"].endswith(where)

    address = await approval_page(app, client)
    decided = await client.post(address, data={"to": to})
    assert decided.status_code == 303

    await sign_in(client, app, till.staff_id)
    page = await client.get(where)
    if to == "approve":
        assert await status_of(app, shift) is ShiftStatus.CLOSED
        assert (await client.get(f"{where}/report.pdf")).content.startswith(b"%PDF")
        assert "report.pdf" in page.text
    else:
        assert await status_of(app, shift) is ShiftStatus.OPEN
        assert page.headers["location"].endswith("/window/shift")


async def test_somebody_elses_shift_is_not_there(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    shift = await current(app, till)
    other = await add_person(app.state.db, Role.CASHIER, login="wang.two")
    await sign_in(client, app, other)
    await client.post("/window/tills", data={"window_id": till.world.window_id})

    counted = await client.post("/window/shift", data=count(shift, {10_000: 5}))

    assert counted.status_code == 404
    assert (await client.get(f"/window/shifts/{shift.id}")).status_code == 404
    assert (await client.get(f"/window/shifts/{shift.id}/report.pdf")).status_code == 404
    assert (await client.get("/window/shift")).headers["location"].endswith("/shifts/new")
    assert await status_of(app, shift) is ShiftStatus.OPEN


@pytest.mark.parametrize("typed", ["-1", "1.5", "x", "１", "1000001", "99999999999999999999", "²"])
async def test_a_bad_count_stands_at_its_field(
    app: Starlette, client: httpx2.AsyncClient, typed: str
) -> None:
    till = await open_till(app, client)
    shift = await current(app, till)

    data = count(shift, {5_000: 3}) | {"pieces.10000": typed}
    response = await client.post("/window/shift", data=data)

    assert response.status_code == 422
    assert 'id="pieces.10000-error"' in response.text
    assert f'value="{typed}"' in response.text
    assert "150.00" in response.text
    after = await current(app, till)
    assert (after.status, after.counted_minor) == (ShiftStatus.OPEN, None)


async def test_a_note_that_does_not_exist_is_refused(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    shift = await current(app, till)

    response = await client.post("/window/shift", data=count(shift, {300: 5}))

    assert response.status_code == 422
    assert (await current(app, till)).counted_minor is None
