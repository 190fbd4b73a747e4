"""Ranges of an old system are received, once, and go back while nothing of them has moved."""

from collections.abc import Sequence

from domain.commerce import stock
from domain.commerce.stock import DocumentKind
from domain.kernel.db import Database
from domain.operation import approvals, imports, jobs, verification
from domain.operation.approvals import ApprovalStatus
from domain.operation.imports import ImportRowStatus, Sheet, Worker
from domain.operation.jobs.running import lease
from tests.domain.admission.tickets.market import VAULT
from tests.domain.commerce.factories import NOON
from tests.domain.commerce.stock import stocked
from tests.domain.commerce.stock.stocked import Stocked, span

HEADINGS = ("物品", "仓库", "起始号", "终止号", "数量")
R = ImportRowStatus


async def checked(db: Database, made: Stocked, rows: Sequence[Sequence[str]]) -> str:
    sheet = Sheet(HEADINGS, list(enumerate(rows, start=2)), {})
    file = ("库存.csv", "0" * 64, 100)
    kept = imports.sealed(VAULT, made.world.area_id, "stock", "老库", file, sheet)
    import_id = await db.act(imports.receive, kept, made.keeper, NOON)
    row = await db.ask(imports.get, import_id)
    await db.act(imports.check, import_id, row.mapping, made.keeper, NOON)
    await work(db)
    return import_id


async def work(db: Database) -> None:
    worker = Worker(db, VAULT, lambda: NOON)
    for job in await db.act(lease, ["import"], NOON, 1, NOON + jobs.running.LEASE):
        while not (progress := await worker.step(job)).is_finished:
            job = job._replace(cursor=progress.cursor)
        await db.act(jobs.advance, job, progress, NOON + jobs.running.LEASE, NOON)


async def brought_in(db: Database, made: Stocked, rows: Sequence[Sequence[str]]) -> str:
    import_id = await checked(db, made, rows)
    approval = await db.act(imports.ask, import_id, "b", "换系统", True, made.keeper, NOON)
    await db.act(approvals.decide, approval, ApprovalStatus.APPROVED, made.checker, NOON)
    await work(db)
    return import_id


async def findings(db: Database) -> list[object]:
    found = [await db.ask(verification.run, name) for name in ("imports", "stock")]
    return [one for each in found for one in each]


ROWS = (
    ["ROLL", "H1", "10001", "10500", "500"],
    ["80 毫米门票卷", "北门库", "20001", "20100", "100"],
)


async def test_ranges_are_received(db: Database) -> None:
    made = await stocked.add_stock(db)
    import_id = await brought_in(db, made, ROWS)

    assert await db.ask(stock.held, made.house_id, made.kind_id) == [span(10001, 10500)]
    assert await db.ask(stock.held, made.house_2_id, made.kind_id) == [span(20001, 20100)]
    row = await db.ask(imports.get, import_id)
    assert row.after == {"ranges": 2, "pieces": 600}
    assert await db.ask(imports.brought, import_id) == row.figures == row.after
    assert await findings(db) == []
    again = await checked(db, made, ROWS)
    assert await db.ask(imports.counts, again) == {R.KNOWN: 2}


async def test_what_makes_no_sense_is_named(db: Database) -> None:
    made = await stocked.add_stock(db)
    await brought_in(db, made, ROWS)
    import_id = await checked(
        db,
        made,
        [
            ["无", "H1", "1", "2", ""],
            ["ROLL", "W1", "1", "2", ""],
            ["ROLL", "H1", "abc", "", ""],
            ["ROLL", "H1", "5", "2", ""],
            ["ROLL", "H1", "30001", "30010", "11"],
            ["ROLL", "H1", "10400", "10600", "201"],  # a part was received before
        ],
    )
    bad = await db.ask(imports.rows_with, import_id, [R.BAD])
    told = [row.problems[0][0] for row in bad]
    assert told == ["kind", "warehouse", "first", "first", "pieces", "first"]


async def test_overlaps_within_a_file_are_refused_when_their_turn_comes(db: Database) -> None:
    made = await stocked.add_stock(db)
    rows = [["ROLL", "H1", "101", "200", ""], ["ROLL", "H2", "150", "250", ""]]
    import_id = await brought_in(db, made, rows)

    assert await db.ask(imports.counts, import_id) == {R.DONE: 1, R.FAILED: 1}
    assert await findings(db) == []


async def test_taking_back_leaves_what_has_moved(db: Database) -> None:
    made = await stocked.add_stock(db)
    import_id = await brought_in(db, made, ROWS)
    issued = await stocked.write(
        db,
        made,
        DocumentKind.ISSUE,
        span(10001, 10010),
        source=made.house_id,
        target=made.world.window_id,
    )
    await stocked.approve(db, made, issued)
    document = await db.ask(stock.documents.get_document, issued)
    values = {"version": document.version}
    await db.act(lambda tx: stock.documents.post(tx, issued, made.keeper, NOON, **values))

    await db.act(imports.undo, import_id, made.keeper, NOON)
    await work(db)

    assert await db.ask(imports.counts, import_id) == {R.UNDONE: 1, R.KEPT: 1}
    assert await db.ask(stock.held, made.house_2_id, made.kind_id) == []
    assert await findings(db) == []
