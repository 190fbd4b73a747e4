"""A kiosk whose tickets come out of a printer of the server's."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission.devices import AlarmCode
from domain.operation.printers import Post, PostKind
from tests.webapp.printers import Printing, printing_at, try_at_once
from tests.webapp.routes.kiosk.stand import Stand, stand_at
from tests.webapp.routes.kiosk.test_sales import HTMX, buy


@pytest.fixture
async def stand(app: Starlette, client: httpx2.AsyncClient) -> Stand:
    return await stand_at(app, client)


@pytest.fixture
async def printing(stand: Stand) -> AsyncIterator[Printing]:
    post = Post(PostKind.KIOSK, stand.device_id)
    async with printing_at(stand.app, stand.world.area_id, post, drawer_pin=None) as found:
        yield found


async def test_paid_tickets_come_out_and_the_visit_ends_by_itself(
    stand: Stand, client: httpx2.AsyncClient, printing: Printing
) -> None:
    handout = await buy(stand, client)
    shown = await client.get(handout)
    same = await client.get(f"{handout}/news?came=0", headers=HTMX)
    await printing.desk.settled()
    news = await client.get(f"{handout}/news?came=0", headers=HTMX)
    done = await client.get(handout)

    assert "正在出票" in shown.text and "<iframe" not in shown.text
    assert (same.status_code, "hx-refresh" in same.headers) == (204, False)
    assert news.headers["hx-refresh"] == "true"
    assert "祝您游玩愉快" in done.text
    assert len(printing.texts) == 2
    assert printing.played.read.kicks == 0
    assert await stand.owed() == []
    pdf = await client.get(f"{handout}/tickets.pdf")
    assert pdf.status_code == 404


async def test_without_paper_it_is_owed_and_comes_out_when_there_is_some(
    stand: Stand, client: httpx2.AsyncClient, printing: Printing
) -> None:
    printing.played.has_paper = False
    handout = await buy(stand, client)
    await printing.desk.settled()
    failed = await client.get(handout)
    home = await client.get("/kiosk")

    assert "没有出票" in failed.text or "未能" in failed.text or "已付款" in failed.text
    assert (await stand.kiosk()).faults == {AlarmCode.PAPER}
    assert len(await stand.owed()) == 1
    assert "正在出票" not in home.text

    printing.played.has_paper = True
    await try_at_once(stand.app)
    await printing.desk.settled()
    assert (await stand.kiosk()).faults == frozenset()
    assert len(printing.texts) == 2
    assert await stand.owed() == []


async def test_a_line_cut_midway_calls_the_staff(
    stand: Stand, client: httpx2.AsyncClient, printing: Printing
) -> None:
    printing.played.cuts_line_after = 300
    handout = await buy(stand, client)
    await printing.desk.settled()
    failed = await client.get(handout)

    kiosk = await stand.kiosk()
    assert "工作人员" in failed.text
    assert kiosk.faults == frozenset(), "it prints again; the order is owed all the same"
    assert kiosk.called_at is not None
    assert len(printing.texts) == 1, "the other one came out; the lost one is a person's"
    assert len(await stand.owed()) == 1
