"""A window whose tickets come out of a printer of the server's."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import tickets
from domain.admission.redemptions import CodeReader, Scan
from domain.commerce import shifts
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.errors import Conflict
from domain.operation import places, printers
from domain.operation.places import PlaceKind
from domain.operation.printers import Post, PostKind, PrintedDocument, PrintStatus
from domain.operation.staff import Role
from gateways.payments.simulated import SimulatedPayments
from tests.webapp.people import add_person
from tests.webapp.printers import Printing, desk_of, printing_at, try_at_once
from tests.webapp.routes.window.cards import open_counter
from tests.webapp.routes.window.sold import sell, tickets_of
from tests.webapp.routes.window.test_refunds import address, quoted
from tests.webapp.routes.window.tills import AtTill, open_till


@pytest.fixture
async def till(app: Starlette, client: httpx2.AsyncClient) -> AtTill:
    return await open_till(app, client)


@pytest.fixture
async def printing(app: Starlette, till: AtTill) -> AsyncIterator[Printing]:
    post = Post(PostKind.WINDOW, till.world.window_id)
    async with printing_at(app, till.world.area_id, post) as found:
        yield found


async def statuses(app: Starlette, cause_id: str, document: PrintedDocument) -> list[str]:
    jobs = await app.state.db.ask(printers.jobs_of, cause_id)
    return [job.status for job in jobs if job.document == document]


async def test_what_was_sold_for_cash_comes_out_and_the_drawer_opens(
    app: Starlette, client: httpx2.AsyncClient, till: AtTill, printing: Printing
) -> None:
    order = await sell(app, client, till)
    done = await client.get(f"/window/orders/{order.id}/done")
    assert "<iframe" not in done.text
    await printing.desk.settled()
    rows = await tickets_of(app, order)
    slips = printing.played.read.slips
    assert len(slips) == 3
    reader = CodeReader(app.state.db, app.state.vault)
    for row, slip, text in zip(rows, slips, printing.texts, strict=True):
        assert row.number in text
        presented = await reader.read(Scan("", "", None, slip.codes[0]), utc_now())
        found = await app.state.db.ask(partial(tickets.find_by_code, token=presented.token))
        assert found.id == row.id
    assert all(row.printed_at for row in rows)
    assert printing.played.read.kicks == 1
    assert "重打" not in "".join(printing.texts)
    browser = await client.get(f"/window/orders/{order.id}/tickets.pdf")
    assert browser.status_code == 404, "a print that came out comes again only as a reprint"


async def test_the_drawer_opens_for_cash_only(
    app: Starlette, client: httpx2.AsyncClient, till: AtTill, printing: Printing
) -> None:
    app.state.gateways = {"scan": SimulatedPayments(b"secret")}
    form = {"request_id": "r1", f"q.{till.world.adult_id}": "1", "tender": "scan"}
    held = await client.post("/window/sales", data=form)
    order_id = held.headers["location"].split("/")[3]
    code = {"tender": "scan", "code": "134567890123456789", "seen": "0"}
    paid = await client.post(f"/window/orders/{order_id}/payments", data=code)
    assert paid.headers["location"].endswith("/done"), paid.text
    await printing.desk.settled()
    assert (len(printing.texts), printing.played.read.kicks) == (1, 0)

    order = await sell(app, client, till)
    await printing.desk.settled()
    assert printing.played.read.kicks == 1

    first, *_ = await tickets_of(app, order)
    form = await quoted(client, order, first.id)
    refunded = await client.post(address(order), data=form)
    assert refunded.status_code == 303, refunded.text
    await printing.desk.settled()
    assert printing.played.read.kicks == 2

    receiver = await add_person(app.state.db, Role.FINANCE)
    drop = {"request_id": "d1", "amount_minor": "100", "received_by": receiver}
    for _ in range(2):
        assert (await client.post("/window/drops", data=drop)).status_code == 303
    await printing.desk.settled()
    assert printing.played.read.kicks == 3


async def test_a_receipt_comes_with_the_tickets(
    app: Starlette, client: httpx2.AsyncClient, till: AtTill
) -> None:
    documents = (PrintedDocument.TICKET, PrintedDocument.RECEIPT)
    post = Post(PostKind.SALES_SITE, await site_of(app, till))
    async with printing_at(
        app, till.world.area_id, post, documents=documents, width_mm=58
    ) as printing:
        order = await sell(app, client, till, tendered="300")
        await printing.desk.settled()
        assert len(printing.texts) == 4
        receipt = printing.texts[-1]
        for text in (order.number, "245.00", "300.00", "55.00"):
            assert text in receipt, receipt


async def test_a_hundred_tickets_come_in_their_order(
    app: Starlette, client: httpx2.AsyncClient, till: AtTill, printing: Printing
) -> None:
    order = await sell(
        app,
        client,
        till,
        **{f"q.{till.world.adult_id}": "100", f"q.{till.world.child_id}": "0"},
        total_minor="980000",
    )
    await printing.desk.settled()
    rows = await tickets_of(app, order)
    assert len(rows) == 100
    for row, text in zip(rows, printing.texts, strict=True):
        assert f"{row.number}\n" in text


async def test_two_desks_share_a_printer(
    app: Starlette, client: httpx2.AsyncClient, till: AtTill, printing: Printing
) -> None:
    order = await sell(app, client, till)
    await asyncio.gather(printing.desk.settled(), desk_of(app).settled())
    rows = await tickets_of(app, order)
    assert len(printing.texts) == len(rows)


async def site_of(app: Starlette, till: AtTill) -> str:
    window = await app.state.db.ask(places.get_place, PlaceKind.WINDOW, till.world.window_id)
    return str(window.sales_site_id)


async def test_without_paper_it_waits_and_the_browser_can_take_over(
    app: Starlette, client: httpx2.AsyncClient, till: AtTill, printing: Printing
) -> None:
    printing.played.has_paper = False
    order = await sell(app, client, till)
    await printing.desk.settled()
    done = await client.get(f"/window/orders/{order.id}/done")
    assert "Out of paper" in done.text or "缺纸" in done.text
    assert printing.texts == []
    pdf = await client.get(f"/window/orders/{order.id}/tickets.pdf")
    assert pdf.content.startswith(b"%PDF")
    printing.played.has_paper = True
    await try_at_once(app)
    await printing.desk.settled()
    assert printing.texts == []
    assert await statuses(app, order.id, PrintedDocument.TICKET) == [PrintStatus.CANCELLED] * 3


async def test_a_ticket_cut_midway_is_printed_again_only_as_a_reprint(
    app: Starlette, client: httpx2.AsyncClient, till: AtTill, printing: Printing
) -> None:
    printing.played.cuts_line_after = 300
    order = await sell(app, client, till)
    await printing.desk.settled()
    printing.played.cuts_line_after = None
    await printing.desk.settled()
    found = await statuses(app, order.id, PrintedDocument.TICKET)
    assert sorted(found) == [PrintStatus.DONE, PrintStatus.DONE, PrintStatus.UNKNOWN]
    assert len(printing.texts) == 2
    (lost,) = [
        job
        for job in await app.state.db.ask(printers.jobs_of, order.id)
        if job.status == PrintStatus.UNKNOWN
    ]
    done = await client.get(f"/window/orders/{order.id}/done")
    assert lost.number in done.text
    pdf = await client.get(f"/window/orders/{order.id}/tickets.pdf")
    assert pdf.status_code == 404
    again = await client.post(
        f"/window/orders/{order.id}/reprints",
        data={"tickets": lost.subject_id, f"serial.{lost.subject_id}": "1", "reason": "卡纸"},
    )
    assert again.status_code == 303
    await printing.desk.settled()
    assert "重打" in printing.texts[-1]
    assert lost.number in printing.texts[-1]
    assert len(printing.texts) == 3


async def test_a_cashier_who_finds_the_paper_says_so(
    app: Starlette, client: httpx2.AsyncClient, till: AtTill, printing: Printing
) -> None:
    printing.played.cuts_line_after = 300
    order = await sell(app, client, till)
    await printing.desk.settled()
    jobs = await app.state.db.ask(printers.jobs_of, order.id)
    (lost,) = [job for job in jobs if job.status == PrintStatus.UNKNOWN]
    for status in (303, 409):
        said = await client.post(f"/window/prints/{lost.id}/findings")
        assert said.status_code == status
    after = await app.state.db.ask(printers.worklist.get, lost.id)
    assert after.status == PrintStatus.DONE


async def test_the_report_of_a_closed_shift_comes_out(
    app: Starlette, client: httpx2.AsyncClient, till: AtTill, printing: Printing
) -> None:
    shift = await app.state.db.ask(shifts.current, till.world.window_id)
    closed = await client.post("/window/shift", data={"shift_id": shift.id, "pieces.10000": "5"})
    assert closed.status_code == 303, closed.text
    await printing.desk.settled()
    assert any("交班" in text for text in printing.texts), printing.texts


async def test_paper_that_is_put_in_brings_what_waited_in_its_order(
    app: Starlette, client: httpx2.AsyncClient, till: AtTill, printing: Printing
) -> None:
    printing.played.has_paper = False
    first, second = await sell(app, client, till), await sell(app, client, till)
    await printing.desk.settled()
    assert printing.texts == []
    printing.played.has_paper = True
    await try_at_once(app)
    await printing.desk.settled()
    rows = [*await tickets_of(app, first), *await tickets_of(app, second)]
    for row, text in zip(rows, printing.texts, strict=True):
        assert row.number in text


async def test_a_card_that_was_opened_gets_its_slip(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    counter = await open_counter(app, client)
    post = Post(PostKind.WINDOW, counter.world.window_id)
    async with printing_at(app, counter.world.area_id, post) as printing:
        card = await counter.open(counter.visits)
        await printing.desk.settled()
        assert card.number in printing.texts[0]
        again = await client.post(f"/window/cards/{card.id}/slips")
        assert again.headers["location"].endswith(f"/window/cards/{card.id}")
        await printing.desk.settled()
        assert len(printing.texts) == 2


async def test_tickets_that_were_given_up_come_out_once_when_they_are_asked_for_anew(
    app: Starlette, client: httpx2.AsyncClient, till: AtTill, printing: Printing
) -> None:
    order = await sell(app, client, till)
    jobs = await app.state.db.ask(printers.jobs_of, order.id)
    tickets_only = [job for job in jobs if job.document == PrintedDocument.TICKET]
    for job in tickets_only:
        await app.state.db.act(printers.working.give_up, job, "too late", utc_now())
    wanted = {"tickets": [job.subject_id for job in tickets_only]}
    asked = await client.post(f"/window/orders/{order.id}/prints", data=wanted)
    shown = await client.get(asked.headers["location"])
    await printing.desk.settled()
    with pytest.raises(Conflict):
        await app.state.db.act(printers.worklist.retry, tickets_only[0].id, SYSTEM, utc_now())
    assert (asked.status_code, shown.status_code) == (303, 200)
    assert len(printing.texts) == 3
