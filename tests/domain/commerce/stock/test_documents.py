"""Stock documents: every state, what moves, what comes back."""

import pytest

from domain.commerce import stock
from domain.commerce.stock import DocumentKind, DocumentStatus, LineRole, Serials, documents
from domain.commerce.stock.documents import Draft
from domain.commerce.stock.looking import Wanted, low, trace
from domain.commerce.stock.looking import documents as list_documents
from domain.kernel.db import Database, Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, Refused
from domain.kernel.refusals import Refusal
from domain.operation import approvals, settings
from domain.operation.approvals import ApprovalStatus
from tests.domain.commerce.factories import NOON
from tests.domain.commerce.stock.stocked import (
    Stocked,
    add_stock,
    approve,
    at,
    give_back,
    issue,
    post,
    receive,
    reverse,
    span,
    write,
)


async def status_of(db: Database, document_id: str) -> DocumentStatus:
    return DocumentStatus((await db.ask(documents.get_document, document_id)).status)


async def sound(db: Database) -> bool:
    return await db.ask(stock.verification.check) == []


async def test_a_receipt_goes_through_every_state(db: Database) -> None:
    made = await add_stock(db)
    wanted = span(101, 200)
    document_id = await write(db, made, DocumentKind.RECEIPT, wanted, target=made.house_id)
    assert await status_of(db, document_id) is DocumentStatus.DRAFT
    with pytest.raises(Conflict):
        await post(db, made, document_id)

    await approve(db, made, document_id)
    assert await status_of(db, document_id) is DocumentStatus.APPROVED
    assert await at(db, made.house_id, made.kind_id) == []
    await post(db, made, document_id)
    assert await status_of(db, document_id) is DocumentStatus.POSTED
    assert await at(db, made.house_id, made.kind_id) == ["101–200"]
    with pytest.raises(Conflict):
        await post(db, made, document_id)

    await reverse(db, made, document_id)
    assert await status_of(db, document_id) is DocumentStatus.REVERSED
    assert await at(db, made.house_id, made.kind_id) == []
    with pytest.raises(Conflict):
        await reverse(db, made, document_id)
    assert await sound(db)
    await receive(db, made, wanted)  # its numbers are free again


async def test_the_writer_does_not_approve(db: Database) -> None:
    made = await add_stock(db)
    document_id = await write(db, made, DocumentKind.RECEIPT, span(1, 9), target=made.house_id)
    await db.act(documents_submit, document_id, made)
    asked = (await db.ask(documents.get_document, document_id)).approval_id

    with pytest.raises(Forbidden) as refused:
        await db.act(approvals.decide, asked, ApprovalStatus.APPROVED, made.keeper, NOON)
    assert refused.value.code == "SELF_APPROVAL"
    await db.act(approvals.decide, asked, ApprovalStatus.REJECTED, made.checker, NOON)
    row = await db.ask(documents.get_document, document_id)
    assert (row.status, row.approval_id) == ("draft", None)


async def documents_submit(tx: Tx, document_id: str, made: Stocked) -> DocumentStatus:
    row = await documents.get_document(tx, document_id)
    return await documents.submit(tx, document_id, made.keeper, NOON, version=row.version)


async def test_where_one_person_is_enough_a_write_off_still_needs_two(db: Database) -> None:
    made = await add_stock(db)
    alone = {"stock_second_person": False}
    await db.act(change_settings, made, alone)
    receipt = await write(db, made, DocumentKind.RECEIPT, span(1, 9), target=made.house_id)
    assert await db.act(documents_submit, receipt, made) is DocumentStatus.APPROVED
    await post(db, made, receipt)

    torn = await write(
        db, made, DocumentKind.WRITE_OFF, span(1, 2), source=made.house_id, note="受潮"
    )
    assert await db.act(documents_submit, torn, made) is DocumentStatus.DRAFT
    await approve_asked(db, made, torn)
    await post(db, made, torn)
    assert await at(db, made.house_id, made.kind_id) == ["3–9"]
    await reverse(db, made, torn)
    assert await at(db, made.house_id, made.kind_id) == ["1–9"]
    assert await sound(db)


async def change_settings(tx: Tx, made: Stocked, wanted: dict[str, bool]) -> None:
    await settings.change(tx, made.keeper, wanted, NOON, edition=0)


async def approve_asked(db: Database, made: Stocked, document_id: str) -> None:
    asked = (await db.ask(documents.get_document, document_id)).approval_id
    await db.act(approvals.decide, asked, ApprovalStatus.APPROVED, made.checker, NOON)


async def test_serials_are_received_once(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(100, 199))
    again = await write(db, made, DocumentKind.RECEIPT, span(150, 250), target=made.house_id)
    await approve(db, made, again)

    with pytest.raises(Refused) as refused:
        await post(db, made, again)

    assert refused.value.refusal is Refusal.STOCK_OVERLAP
    assert "150–199" in refused.value.message.in_english()
    assert await at(db, made.house_id, made.kind_id) == ["100–199"]


async def test_the_same_number_with_more_zeros_is_another(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, stock.between("0100", "0199"))
    await receive(db, made, stock.between("100", "199"))
    await receive(db, made, stock.between("A100", "A199"))

    held = await at(db, made.house_id, made.kind_id)
    assert held == ["100–199", "0100–0199", "A100–A199"]


async def test_a_partial_issue_splits_a_range_and_its_return_mends_it(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(10_001, 20_000))
    await issue(db, made, span(12_001, 12_500))
    window = made.world.window_id
    assert await at(db, made.house_id, made.kind_id) == ["10001–12000", "12501–20000"]
    assert await at(db, window, made.kind_id) == ["12001–12500"]

    await give_back(db, made, span(12_001, 12_500))

    assert await at(db, made.house_id, made.kind_id) == ["10001–20000"]
    assert await at(db, window, made.kind_id) == []
    assert await sound(db)


async def test_what_has_moved_on_is_not_reversed(db: Database) -> None:
    made = await add_stock(db)
    receipt = await receive(db, made, span(1_001, 2_000))
    issued = await issue(db, made, span(1_001, 1_100))

    with pytest.raises(Refused) as refused:
        await reverse(db, made, receipt)
    assert refused.value.refusal is Refusal.STOCK_MOVED_ON
    with pytest.raises(Forbidden):
        await reverse(db, made, issued, by=made.keeper)
    await reverse(db, made, issued)
    await reverse(db, made, receipt)

    assert await at(db, made.house_id, made.kind_id) == []
    assert await sound(db)


async def test_a_transfer_moves_between_warehouses(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(1_001, 2_000))
    ends = {"source": made.house_id, "target": made.house_2_id}
    moved = await write(db, made, DocumentKind.TRANSFER, span(1_501, 2_000), **ends)
    await approve(db, made, moved)
    await post(db, made, moved)

    assert await at(db, made.house_2_id, made.kind_id) == ["1501–2000"]
    where = await db.ask(trace, "1600")
    assert [row.act for row in where.moves] == ["received", "transferred", "transferred"]
    assert where.holdings[0].holder_id == made.house_2_id


async def stocktake(db: Database, made: Stocked, *found: Serials) -> str:
    document_id = await write(db, made, DocumentKind.STOCKTAKE, *found, source=made.house_id)
    await approve(db, made, document_id)
    return document_id


async def test_a_stocktake_makes_the_book_what_was_found(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(1_001, 2_000))
    counted = await stocktake(db, made, span(1_001, 1_500), span(1_503, 2_000), span(5_001, 5_010))
    lines = await db.ask(documents.lines_of, counted)
    assert lines[LineRole.MISSING] == [span(1_501, 1_502)]
    assert lines[LineRole.SURPLUS] == [span(5_001, 5_010)]
    assert (await db.ask(documents.get_document, counted)).approval_id

    await post(db, made, counted)
    book = ["1001–1500", "1503–2000", "5001–5010"]
    assert await at(db, made.house_id, made.kind_id) == book
    assert await sound(db)

    await reverse(db, made, counted)
    assert await at(db, made.house_id, made.kind_id) == ["1001–2000"]
    assert await sound(db)


async def test_a_stocktake_that_finds_everything_needs_nobody(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(1_001, 2_000))
    counted = await stocktake(db, made, span(1_001, 2_000))

    row = await db.ask(documents.get_document, counted)
    assert (row.status, row.approval_id) == ("approved", None)
    await post(db, made, counted)


async def test_a_count_that_was_overtaken_is_made_again(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(1_001, 2_000))
    counted = await stocktake(db, made, span(1_001, 1_999))
    await issue(db, made, span(1_001, 1_010))

    with pytest.raises(Conflict):
        await post(db, made, counted)
    assert await at(db, made.house_id, made.kind_id) == ["1011–2000"]


async def test_what_is_on_another_book_is_no_surplus(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(1_001, 2_000))
    await issue(db, made, span(1_001, 1_010))

    with pytest.raises(Refused) as refused:
        await stocktake(db, made, span(1_001, 2_000))
    assert refused.value.refusal is Refusal.STOCK_ELSEWHERE


async def test_a_draft_is_changed_or_comes_to_nothing(db: Database) -> None:
    made = await add_stock(db)
    kind = DocumentKind.RECEIPT
    document_id = await write(db, made, kind, span(1, 9), target=made.house_id)
    wanted = Draft(kind, made.kind_id, [span(1, 5)], to_id=made.house_2_id)
    await db.act(change, document_id, wanted, made, 1)
    with pytest.raises(Conflict):
        await db.act(change, document_id, wanted, made, 1)

    await db.act(discard, document_id, made)

    assert await status_of(db, document_id) is DocumentStatus.DISCARDED
    with pytest.raises(Conflict):
        await db.act(documents_submit, document_id, made)


async def change(tx: Tx, document_id: str, wanted: Draft, made: Stocked, version: int) -> None:
    await documents.change_draft(tx, document_id, wanted, made.keeper, NOON, version=version)


async def discard(tx: Tx, document_id: str, made: Stocked) -> None:
    row = await documents.get_document(tx, document_id)
    await documents.discard(tx, document_id, made.keeper, NOON, version=row.version)


async def test_the_same_request_writes_one_document(db: Database) -> None:
    made = await add_stock(db)
    wanted = Draft(
        DocumentKind.RECEIPT, made.kind_id, [span(1, 9)], to_id=made.house_id, request_id="r1"
    )
    first = await db.act(documents.draft, wanted, made.keeper, NOON)
    assert await db.act(documents.draft, wanted, made.keeper, NOON) == first


async def test_documents_that_make_no_sense_are_not_written(sqlite_db: Database) -> None:
    made = await add_stock(sqlite_db)
    receipt, issued = DocumentKind.RECEIPT, DocumentKind.ISSUE
    house, window = made.house_id, made.world.window_id
    wrong = [
        (Draft(receipt, made.kind_id, [span(1, 9)]), "to_id"),
        (Draft(receipt, made.kind_id, [span(1, 9)], to_id=window), "to_id"),
        (Draft(receipt, made.kind_id, [span(1, 9)], from_id=house, to_id=house), "from_id"),
        (Draft(issued, made.kind_id, [span(1, 9)], house, house), "to_id"),
        (Draft(issued, made.kind_id, [], house, window), "lines"),
        (Draft(issued, made.kind_id, [span(1, 9), span(5, 6)], house, window), "lines"),
        (Draft(DocumentKind.TRANSFER, made.kind_id, [span(1, 9)], house, house), "to_id"),
        (Draft(DocumentKind.TRANSFER, made.kind_id, [span(1, 9)], house, window), "to_id"),
        (Draft(DocumentKind.WRITE_OFF, made.kind_id, [span(1, 9)], house), "note"),
    ]
    for draft, field in wrong:
        with pytest.raises(InvalidInput) as refused:
            await sqlite_db.act(documents.draft, draft, made.keeper, NOON)
        assert field in refused.value.fields, draft


async def test_documents_are_listed_and_levels_watched(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(1_001, 1_100))
    await issue(db, made, span(1_001, 1_060))
    wanted = Wanted([made.world.area_id], holder=made.world.window_id)
    (row,) = await db.ask(list_documents, wanted, Cut())
    assert (row.kind, row.pieces) == ("issue", 60)
    assert await db.ask(low, made.world.area_id) == []

    await db.act(stock.set_threshold, made.house_id, made.kind_id, 50, made.keeper, NOON)

    (short,) = await db.ask(low, made.world.area_id)
    assert (short.holder.id, short.pieces, short.least) == (made.house_id, 40, 50)


async def test_a_kind_that_somebody_holds_stays_in_use(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(1, 5))

    async def retire(tx: Tx, kind_id: str) -> None:
        await stock.retire_kind(tx, kind_id, made.keeper, NOON, version=1)

    with pytest.raises(Conflict):
        await db.act(retire, made.kind_id)
    await db.act(retire, made.cards_id)
    with pytest.raises(InvalidInput):
        await receive(db, made, span(1, 5), stock_kind=made.cards_id)
