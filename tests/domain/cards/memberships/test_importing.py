"""Cards of an old system: what comes in is what the file said, once, and can be taken back."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cards import memberships
from domain.cards.memberships import CardMediumStatus, MembershipStatus, importing, store
from domain.commerce.ledger import AccountKind
from domain.kernel.db import Database
from domain.kernel.errors import Conflict, InvalidInput
from domain.operation import approvals, imports, jobs, verification
from domain.operation.approvals import ApprovalStatus
from domain.operation.imports import ImportRowStatus, ImportStatus, Sheet, Worker
from domain.operation.jobs import Job, Progress
from domain.operation.jobs.running import lease
from tests.domain.admission.tickets.market import VAULT
from tests.domain.cards.desk import COUNT, STORED, TERM, UID, Desk
from tests.domain.commerce.factories import NOON

HEADINGS = ("卡号", "卡种", "姓名", "手机号", "身份证号", "芯片号", "状态", "本金", "赠送", "积分")
R = ImportRowStatus


def line(at: int, **values: str) -> list[str]:
    given = {
        "number": f"OLD{at:05}",
        "product": "OLDK",
        "name": f"会员{at}",
        "phone": f"138{at:08}",
        "document": "",
        "chip": f"04{at:012X}",
        "state": "正常",
        "principal": "500.00",
        "bonus": "80",
        "points": "120",
    } | values
    return list(given.values())


async def received(
    cards: Desk, rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS
) -> str:
    sheet = Sheet(headings, [(at, row) for at, row in enumerate(rows, start=2)], {})
    file = ("会员.xlsx", "0" * 64, 1_000)
    kept = imports.sealed(VAULT, cards.world.area_id, "members", "老系统", file, sheet)
    return await cards.db.act(imports.receive, kept, cards.world.cashier_2, NOON)


async def work(db: Database, most: int = 1_000) -> None:
    """What the background does, a step at a time; a kill is to stop after some."""
    worker = Worker(db, VAULT, lambda: NOON)
    for job in await db.act(lease, ["import"], NOON, 1, NOON + jobs.running.LEASE):
        for _ in range(most):
            progress: Progress = await worker.step(job)
            await db.act(jobs.advance, job, progress, NOON + jobs.running.LEASE, NOON)
            if progress.is_finished:
                break
            job = job._replace(cursor=progress.cursor)


async def checked(cards: Desk, rows: Sequence[Sequence[str]], **named: Any) -> str:
    import_id = await received(cards, rows, **named)
    row = await cards.db.ask(imports.get, import_id)
    await cards.db.act(imports.check, import_id, row.mapping, cards.world.cashier_2, NOON)
    await work(cards.db)
    return import_id


async def approve(cards: Desk, import_id: str, is_partial: bool = False) -> None:
    maker, given = cards.world.cashier_2, ("2026.backup", "换系统", is_partial)
    approval = await cards.db.act(imports.ask, import_id, *given, maker, NOON)
    decision = (ApprovalStatus.APPROVED, cards.world.supervisor, NOON)
    await cards.db.act(approvals.decide, approval, *decision)


async def fates(db: Database, import_id: str) -> Mapping[str, int]:
    return await db.ask(imports.counts, import_id)


async def sound(cards: Desk) -> None:
    assert await cards.findings() == []
    assert await cards.db.ask(verification.run, "imports") == []


async def test_cards_come_in_as_they_stood(cards: Desk) -> None:
    await cards.product(**STORED, code="OLDK")
    rows = [line(1), line(2, state="挂失", chip=UID), line(3, principal="0", bonus="", points="")]
    import_id = await checked(cards, rows)
    await approve(cards, import_id)
    await work(cards.db)

    row = await cards.db.ask(imports.get, import_id)
    assert (row.status, row.good_rows) == (ImportStatus.DONE, 3)
    figures = {"cards": 3, "principal": 100_000, "bonus": 16_000, "deposit": 0, "uses": 0}
    assert row.figures == figures | {"points": 240}
    assert await cards.db.ask(imports.brought, import_id) == row.figures
    assert {k: row.after[k] - row.before[k] for k in row.after} == row.figures
    found = await cards.db.ask(memberships.find, memberships.search_for(VAULT, "OLD00001"))
    assert (found[0].principal_minor, found[0].bonus_minor) == (50_000, 8_000)
    assert await cards.balance(AccountKind.OPENING, cards.world.area_id) == 116_000
    assert (await cards.scan()).refusal == "LOST"
    media = await cards.db.ask(lambda tx: tx.rows(store.MEDIA_OF, card=_id(found)))
    assert media[0].status == CardMediumStatus.ACTIVE
    await sound(cards)


def _id(found: Sequence[Any]) -> str:
    return str(found[0].id)


async def test_a_brought_in_card_pays_and_opens_gates(cards: Desk) -> None:
    await cards.product(**STORED | {"pays_entry": True, "entry_price_minor": 8_000}, code="OLDK")
    await approve(cards, await checked(cards, [line(1, chip=UID)]))
    await work(cards.db)

    assert (await cards.enter()).allowed
    found = await cards.db.ask(memberships.find, memberships.search_for(VAULT, "OLD00001"))
    order = await cards.pay(found[0].id, await cards.tickets())
    assert order.status == "paid"
    await sound(cards)


async def test_the_same_file_again_brings_nothing(cards: Desk) -> None:
    await cards.product(**STORED, code="OLDK")
    rows = [line(n) for n in range(1, 4)]
    await approve(cards, await checked(cards, rows))
    await work(cards.db)

    again = await checked(cards, rows)

    assert await fates(cards.db, again) == {R.KNOWN: 3}
    with pytest.raises(InvalidInput):
        await approve(cards, again)


async def test_a_kill_in_the_middle_brings_each_row_once(cards: Desk) -> None:
    await cards.product(**STORED, code="OLDK")
    import_id = await checked(cards, [line(n) for n in range(1, 231)])
    await approve(cards, import_id)
    await work(cards.db, most=1)  # one part of two is in; the job's lease runs out
    halfway = await fates(cards.db, import_id)
    assert 0 < halfway[R.DONE] < 230

    await again_from_the_start(cards.db, import_id)

    assert await fates(cards.db, import_id) == {R.DONE: 230}
    totals = await cards.db.ask(imports.brought, import_id)
    assert (totals["cards"], totals["principal"]) == (230, 230 * 50_000)
    await sound(cards)


async def again_from_the_start(db: Database, import_id: str) -> None:
    """As after a kill between doing and noting: the cursor says less than what was done."""
    row = await db.ask(imports.get, import_id)
    worker = Worker(db, VAULT, lambda: NOON)
    job = Job(row.job_id, "import", {"import_id": import_id}, None, 0, None, 0, None, 1)
    while not (progress := await worker.step(job)).is_finished:
        job = job._replace(cursor=progress.cursor)


async def test_mistakes_are_named_row_by_row(cards: Desk) -> None:
    await cards.product(**STORED, code="OLDK")
    taken = await cards.open(await cards.product(**STORED), uid=UID)
    wrong = {
        "number": line(1, number="卡 1!"),
        "product": line(2, product="无"),
        "document": line(3, document="110105194912310021"),
        "chip": line(4, chip=UID),
        "state": line(5, state="?"),
        "principal": line(6, principal="-1"),
        "points": line(7, points="1.5"),
        "name": line(8, name="=HYPERLINK(1)"),
        "phone": line(9, phone="123"),
    }
    rows = [*wrong.values(), line(10), line(10, chip=""), line(11, number=taken.number)]
    import_id = await checked(cards, rows)

    bad = await cards.db.ask(imports.rows_with, import_id, [R.BAD])
    assert [row.problems[0][0] for row in bad] == [*wrong, "external_id", "number"]
    assert await fates(cards.db, import_id) == {R.GOOD: 1, R.BAD: 11}
    with pytest.raises(InvalidInput):  # it must be said that the others are left out
        await approve(cards, import_id)
    await approve(cards, import_id, is_partial=True)
    await work(cards.db)
    assert (await fates(cards.db, import_id))[R.DONE] == 1


async def test_all_or_nothing_turns_back(cards: Desk) -> None:
    product = await cards.product(**STORED, code="OLDK")
    import_id = await checked(cards, [line(1), line(2, chip=UID), line(3)])
    await approve(cards, import_id)
    await cards.open(product, uid=UID)  # somebody sells a card with that chip in between
    await work(cards.db)

    assert (await cards.db.ask(imports.get, import_id)).status == ImportStatus.UNDONE
    assert await fates(cards.db, import_id) == {R.UNDONE: 2, R.FAILED: 1}
    assert (await cards.db.ask(imports.brought, import_id))["principal"] == 0
    await sound(cards)


async def test_taking_back_leaves_what_was_used(cards: Desk) -> None:
    await cards.product(**STORED, code="OLDK")
    rows = [line(1, chip=UID), line(2)]
    import_id = await checked(cards, rows)
    await approve(cards, import_id)
    await work(cards.db)
    await cards.enter()

    await cards.db.act(imports.undo, import_id, cards.world.cashier_2, NOON)
    await work(cards.db)

    assert await fates(cards.db, import_id) == {R.UNDONE: 1, R.KEPT: 1}
    await sound(cards)
    again = await checked(cards, rows)  # what was taken back may come again
    assert await fates(cards.db, again) == {R.KNOWN: 1, R.GOOD: 1}


async def test_nothing_comes_in_behind_somebody_who_takes_it_back(cards: Desk) -> None:
    """Two jobs run at once: one was about to write its rows when the other had taken all back."""
    await cards.product(**STORED, code="OLDK")
    import_id = await checked(cards, [line(n) for n in range(1, 4)])
    await approve(cards, import_id)
    worker, row = Worker(cards.db, VAULT, lambda: NOON), await cards.db.ask(imports.get, import_id)
    around = await cards.db.ask(importing.surroundings, row.area_id, NOON)
    late = await worker._looked(row, 0, around)
    job = Job(row.job_id, "import", {"import_id": import_id}, None, 0, None, 0, None, 1)

    await cards.db.act(imports.undo, import_id, cards.world.cashier_2, NOON)
    await work(cards.db)
    await worker._bring_some(job, row, late)

    assert (await cards.db.ask(imports.get, import_id)).status == ImportStatus.UNDONE
    assert await fates(cards.db, import_id) == {R.GOOD: 3}
    await sound(cards)


async def test_the_file_is_sealed_and_goes(cards: Desk) -> None:
    await cards.product(**STORED, code="OLDK")
    import_id = await checked(cards, [line(1, name="欧阳无忌")])
    kept = await cards.db.ask(imports.part, import_id, 0)
    assert "欧阳无忌".encode() not in kept
    await approve(cards, import_id)
    await work(cards.db)

    row = await cards.db.ask(imports.get, import_id)
    assert row.wiped_at == NOON
    with pytest.raises(Exception, match="no such thing"):
        await cards.db.ask(imports.part, import_id, 0)


async def test_nobody_approves_their_own(cards: Desk) -> None:
    await cards.product(**STORED, code="OLDK")
    import_id = await checked(cards, [line(1)])
    maker = cards.world.cashier_2
    approval = await cards.db.act(imports.ask, import_id, "b", "r", False, maker, NOON)
    with pytest.raises(Exception, match="Somebody else"):
        await cards.db.act(approvals.decide, approval, ApprovalStatus.APPROVED, maker, NOON)
    with pytest.raises(Conflict):  # it waits, so it cannot be thrown away
        await cards.db.act(imports.discard, import_id, maker, NOON)
    reject = (approval, ApprovalStatus.REJECTED, cards.world.supervisor, NOON)
    await cards.db.act(approvals.decide, *reject)
    await cards.db.act(imports.discard, import_id, maker, NOON)
    assert (await cards.db.ask(imports.get, import_id)).status == ImportStatus.DISCARDED


async def test_cards_for_a_term_and_for_entries(cards: Desk) -> None:
    await cards.product(**TERM, code="YEAR")
    await cards.product(**COUNT, code="TEN")
    headings = ("卡号", "卡种", "姓名", "剩余次数", "总次数", "实付", "生效日期", "有效期至")
    rows = [
        ["Y1", "YEAR", "张伟", "", "", "365", "2026-01-01", "2099-12-31"],
        ["T1", "TEN", "李娜", "4", "10", "1000", "", ""],
        ["T2", "TEN", "李娜", "11", "10", "", "", ""],
        ["Y2", "YEAR", "张伟", "", "", "", "", ""],
    ]
    import_id = await checked(cards, rows, headings=headings)
    bad = await cards.db.ask(imports.rows_with, import_id, [R.BAD])
    assert [row.problems[0][0] for row in bad] == ["uses_left", "valid_until"]
    await approve(cards, import_id, is_partial=True)
    await work(cards.db)

    assert (await cards.db.ask(imports.brought, import_id))["uses"] == 4
    found = await cards.db.ask(memberships.find, memberships.search_for(VAULT, "T1"))
    assert await cards.status(found[0].id) == MembershipStatus.ACTIVE
    await sound(cards)


@settings(max_examples=60)
@given(st.integers(0, 100_000_000))
def test_an_amount_is_read_as_it_is_written(minor: int) -> None:
    plain = f"{minor // 100}.{minor % 100:02}"
    grouped = f"¥{minor // 100:,}.{minor % 100:02}"
    assert importing.amount(plain) == importing.amount(grouped) == minor


@settings(max_examples=100)
@given(st.text(max_size=20))
def test_no_cell_breaks_the_readers(text: str) -> None:
    readers = (importing.amount, importing.day, lambda cell: importing.whole(cell, 10))
    for read in readers:
        try:
            found = read(text)
        except ValueError:
            continue
        assert found is None or not isinstance(found, int) or found >= 0


@settings(max_examples=50)
@given(st.lists(st.sampled_from([*HEADINGS, "", "别的", "Card No."]), max_size=12, unique=True))
def test_a_guess_names_each_column_once(headings: list[str]) -> None:
    kind = imports.kind_of("members")
    found = imports.guessed(kind, headings, {})
    assert len(set(found.values())) == len(found)
    assert all(headings[at] not in ("", "别的") for at in found.values())
