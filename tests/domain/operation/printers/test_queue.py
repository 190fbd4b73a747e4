"""The line before a printer: in order, never twice by itself, and a person for what is unknown."""

from datetime import timedelta
from typing import Any

import pytest

from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput
from domain.operation import audit, printers
from domain.operation.printers import (
    Again,
    Post,
    PostKind,
    PrintedDocument,
    PrinterInput,
    PrinterLanguage,
    PrinterTrouble,
    PrintStatus,
    Sheet,
    working,
    worklist,
)
from tests import places
from tests.staffing import NOON

ME, OTHER = "worker-1", "worker-2"
LEASE = timedelta(seconds=10)
SLIP = PrintedDocument.SHIFT


async def at_window(
    db: Database, house: places.House, kind: PostKind = PostKind.WINDOW, **given: Any
) -> str:
    place = house.window if kind is PostKind.WINDOW else house.sales_site
    wanted = PrinterInput("一号机", Post(kind, place), "192.168.1.50", documents=(SLIP,))
    answer: str = await db.act(
        printers.add_printer, house.area, wanted._replace(**given), SYSTEM, NOON
    )
    return answer


def sheets(many: int) -> list[Sheet]:
    return [Sheet(SLIP, f"subject-{n}", str(n)) for n in range(many)]


async def queued(db: Database, house: places.House, many: int = 1) -> list[str]:
    post = Post(PostKind.WINDOW, house.window)
    assert await db.act(printers.enqueue, post, sheets(many), "cause", SYSTEM, NOON)
    return [row.id for row in await db.ask(printers.jobs_of, "cause")]


async def sent(db: Database, printer_id: str, me: str = ME) -> str:
    """The next job, as it is sent just now."""
    assert await db.act(working.claim, printer_id, me, NOON, NOON + LEASE)
    job = await db.act(working.head, printer_id, NOON)
    assert await db.act(working.begin, job, me, NOON)
    return str(job.id)


async def status_of(db: Database, job_id: str) -> str:
    return str((await db.ask(worklist.get, job_id)).status)


async def test_a_window_prints_on_its_own_printer_before_that_of_its_site(db: Database) -> None:
    house = await places.build(db)
    post = Post(PostKind.WINDOW, house.window)
    assert not await db.act(printers.enqueue, post, sheets(1), "cause", SYSTEM, NOON)
    shared = await at_window(db, house, PostKind.SALES_SITE)
    assert (await db.ask(printers.printer_for, post, SLIP)).id == shared
    own = await at_window(db, house)
    assert (await db.ask(printers.printer_for, post, SLIP)).id == own
    assert await db.ask(printers.printer_for, post, PrintedDocument.RECEIPT) is None
    elsewhere = Post(PostKind.WINDOW, house.other_window)
    assert await db.ask(printers.printer_for, elsewhere, SLIP) is None


async def test_paper_comes_in_the_order_it_was_asked_for(db: Database) -> None:
    house = await places.build(db)
    printer_id = await at_window(db, house)
    wanted = await queued(db, house, 20)
    came = []
    while (await db.ask(working.busy, NOON)) == [printer_id]:
        job_id = await sent(db, printer_id)
        await db.act(working.done, await db.ask(worklist.get, job_id), NOON)
        came.append(job_id)
    assert came == wanted
    assert {await status_of(db, job_id) for job_id in came} == {PrintStatus.DONE}


async def test_nothing_passes_a_page_that_the_printer_cannot_print(db: Database) -> None:
    house = await places.build(db)
    printer_id = await at_window(db, house)
    first, _ = await queued(db, house, 2)
    job = await db.act(working.head, printer_id, NOON)
    await db.act(working.postpone, job, PrinterTrouble.PAPER_OUT, NOON)
    assert await db.act(working.head, printer_id, NOON) is None
    later = NOON + timedelta(seconds=2)
    assert (await db.act(working.head, printer_id, later)).id == first
    assert (await db.ask(worklist.get, first)).trouble == PrinterTrouble.PAPER_OUT


async def test_a_page_redirected_while_its_printer_was_called_is_printed_once(
    db: Database,
) -> None:
    """The old printer is given up after the new one has begun: it is not in line again."""
    house = await places.build(db)
    both = {await at_window(db, house), await at_window(db, house)}
    await queued(db, house)
    (row,) = await db.ask(printers.jobs_of, "cause")
    (second,) = both - {row.printer_id}
    job = await db.act(working.head, row.printer_id, NOON)

    await db.act(worklist.redirect, job.id, second, SYSTEM, NOON)
    assert not await db.act(working.begin, job, ME, NOON)
    await sent(db, second, OTHER)
    await db.act(working.postpone, job, PrinterTrouble.OFFLINE, NOON)

    assert await status_of(db, job.id) == PrintStatus.SENDING


async def test_what_a_dead_process_was_sending_is_unknown(db: Database) -> None:
    house = await places.build(db)
    printer_id = await at_window(db, house)
    await queued(db, house)
    job_id = await sent(db, printer_id)
    soon, later = NOON + timedelta(seconds=5), NOON + timedelta(seconds=10)
    assert not await db.act(working.claim, printer_id, OTHER, soon, soon + LEASE)
    assert await status_of(db, job_id) == PrintStatus.SENDING
    assert await db.act(working.claim, printer_id, OTHER, later, later + LEASE)
    assert await status_of(db, job_id) == PrintStatus.UNKNOWN
    assert await db.act(working.head, printer_id, later) is None
    await db.act(working.done, await db.ask(worklist.get, job_id), later)  # it lived after all
    assert await status_of(db, job_id) == PrintStatus.UNKNOWN


async def test_what_its_own_process_lost_sight_of_is_unknown_too(db: Database) -> None:
    house = await places.build(db)
    printer_id = await at_window(db, house)
    await queued(db, house)
    job_id = await sent(db, printer_id)
    assert await db.act(working.renew, printer_id, ME, NOON, NOON + LEASE)
    assert await status_of(db, job_id) == PrintStatus.SENDING
    assert await db.act(working.claim, printer_id, ME, NOON, NOON + LEASE)
    assert await status_of(db, job_id) == PrintStatus.UNKNOWN


async def test_a_cancelled_page_is_not_sent(db: Database) -> None:
    house = await places.build(db)
    printer_id = await at_window(db, house)
    (job_id,) = await queued(db, house)
    job = await db.act(working.head, printer_id, NOON)
    await db.act(worklist.cancel, job_id, SYSTEM, NOON)
    assert not await db.act(working.begin, job, ME, NOON)
    with pytest.raises(Conflict):
        await db.act(worklist.cancel, job_id, SYSTEM, NOON)


async def test_a_page_that_waited_too_long_is_a_persons_and_a_drawer_is_nobodys(
    db: Database,
) -> None:
    house = await places.build(db)
    printer_id = await at_window(db, house, drawer_pin=0)
    (page_id,) = await queued(db, house)
    await db.act(printers.open_drawer, house.window, "till", NOON)
    (drawer,) = await db.ask(printers.jobs_of, "till")
    assert (await db.act(working.head, printer_id, NOON)).id == drawer.id, "the drawer comes first"
    soon, later = NOON + timedelta(seconds=20), NOON + timedelta(minutes=30)
    assert (await db.act(working.head, printer_id, soon)).id == page_id
    assert await status_of(db, drawer.id) == PrintStatus.CANCELLED
    assert await db.act(working.head, printer_id, later) is None
    assert await status_of(db, page_id) == PrintStatus.FAILED
    assert await db.ask(worklist.count, printers.NEEDS_PERSON, [printer_id]) == 1
    await db.act(worklist.retry, page_id, SYSTEM, later)
    assert (await db.act(working.head, printer_id, later)).id == page_id


async def test_only_a_person_has_an_unknown_page_printed_again(db: Database) -> None:
    house = await places.build(db)
    printer_id = await at_window(db, house)
    await queued(db, house)
    job_id = await sent(db, printer_id)
    await db.act(working.lose, await db.ask(worklist.get, job_id), None, NOON)
    for act in (worklist.retry, worklist.cancel):
        with pytest.raises(Conflict):
            await db.act(act, job_id, SYSTEM, NOON)
    job = await db.ask(worklist.get, job_id)
    with pytest.raises(InvalidInput):
        await db.act(worklist.print_again, Again(job, " "), SYSTEM, NOON)
    new_id = await db.act(worklist.print_again, Again(job, "卡纸"), SYSTEM, NOON)
    with pytest.raises(Conflict):
        await db.act(worklist.print_again, Again(job, "卡纸"), SYSTEM, NOON)
    new = await db.ask(worklist.get, new_id)
    assert (new.again_of, new.status) == (job_id, PrintStatus.QUEUED)
    assert await status_of(db, job_id) == PrintStatus.CANCELLED
    trail = await db.ask(audit.history, "print_job", job_id)
    assert [row.act for row in trail] == ["print_job.printed_again", "print_job.lost"]


async def test_a_page_goes_to_another_printer_of_its_area_only(db: Database) -> None:
    house = await places.build(db)
    await at_window(db, house)
    other = await at_window(db, house, PostKind.SALES_SITE)
    band = PrinterInput(
        "腕带", Post(PostKind.WINDOW, house.window), "10.0.0.9", language=PrinterLanguage.ZPL
    )
    labels = await db.act(printers.add_printer, house.area, band, SYSTEM, NOON)
    afar = await db.act(printers.add_printer, house.other_area, band, SYSTEM, NOON)
    (job_id,) = await queued(db, house)
    for wrong in (labels, afar):
        with pytest.raises(InvalidInput):
            await db.act(worklist.redirect, job_id, wrong, SYSTEM, NOON)
    await db.act(worklist.redirect, job_id, other, SYSTEM, NOON)
    assert (await db.act(working.head, other, NOON)).id == job_id


async def test_a_printer_with_a_line_before_it_stays_in_use(db: Database) -> None:
    house = await places.build(db)
    printer_id = await at_window(db, house)
    (job_id,) = await queued(db, house)
    with pytest.raises(Conflict):
        await db.act(printers.retire_printer, printer_id, SYSTEM, NOON, 1)
    await db.act(worklist.cancel, job_id, SYSTEM, NOON)
    await db.act(printers.retire_printer, printer_id, SYSTEM, NOON, 1)
    post = Post(PostKind.WINDOW, house.window)
    assert not await db.act(printers.enqueue, post, sheets(1), "cause", SYSTEM, NOON)
    with pytest.raises(Conflict):
        await db.act(worklist.print_test, printer_id, SYSTEM, NOON)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", " "),
        ("host", "a host"),
        ("host", "x\ny"),
        ("port", 25),
        ("width_mm", 70),
        ("drawer_pin", 2),
        ("documents", (PrintedDocument.LABEL,)),
    ],
)
async def test_a_printer_that_makes_no_sense(db: Database, field: str, wrong: Any) -> None:
    house = await places.build(db)
    with pytest.raises(InvalidInput) as refused:
        await at_window(db, house, **{field: wrong})
    assert set(refused.value.fields) == {field}


async def test_a_listener_hears_of_changes_only(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await places.build(db)
    printer_id = await at_window(db, house)
    heard = []

    async def hear(tx: Tx, printer: object, trouble: PrinterTrouble | None, now: object) -> None:
        heard.append(trouble)

    monkeypatch.setattr(working, "_when_seen", [hear])
    for trouble in (None, PrinterTrouble.PAPER_OUT, PrinterTrouble.PAPER_OUT, None):
        await db.act(working.see, printer_id, trouble, NOON)
    assert heard == [None, PrinterTrouble.PAPER_OUT, None]
    assert (await db.ask(printers.get_printer, printer_id)).seen_at == NOON
