"""Stock documents (单据): written, checked by a second person, posted, reversed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce.stock import holding, posting, serials, store
from domain.commerce.stock.kinds import get_kind
from domain.commerce.stock.model import (
    DOCUMENT_MOVES,
    LETTERS,
    DocumentKind,
    DocumentStatus,
    LineRole,
)
from domain.commerce.stock.serials import Serials
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, Message, NotFound, say
from domain.kernel.states import move
from domain.operation import approvals, settings
from domain.operation.audit import record
from domain.operation.staff import Permission

KIND = "stock_document"
MOST_LINES = 200
ALWAYS_CHECKED = {DocumentKind.STOCKTAKE, DocumentKind.WRITE_OFF}
# which ends a document has: (from, to); a stocktake counts what is `from`
ENDS = {
    DocumentKind.RECEIPT: ((), ("warehouse",)),
    DocumentKind.ISSUE: (("warehouse",), ("window",)),
    DocumentKind.TRANSFER: (("warehouse", "window"), ("warehouse", "window")),
    DocumentKind.RETURN: (("window",), ("warehouse",)),
    DocumentKind.STOCKTAKE: (("warehouse", "window"), ()),
    DocumentKind.WRITE_OFF: (("warehouse", "window"), ()),
}


class Draft(NamedTuple):
    """What somebody writes down: of one kind of blanks, any number of ranges."""

    kind: DocumentKind
    stock_kind_id: str
    lines: Sequence[Serials]
    from_id: str | None = None
    to_id: str | None = None
    received_by: str | None = None
    note: str = ""
    request_id: str | None = None


def own_end(document: Any) -> str:
    """The holder at whose place one needs the right to write a document."""
    kind = DocumentKind(document.kind)
    to_us = kind in (DocumentKind.RECEIPT, DocumentKind.RETURN)
    return str(document.to_id if to_us else document.from_id)


async def get_document(tx: Tx, document_id: str) -> Any:
    """The row. Raises NotFound."""
    row = await tx.one(store.GET_DOCUMENT, id=document_id)
    if row is None:
        raise NotFound()
    return row


async def draft(tx: Tx, given: Draft, actor: Actor, now: datetime) -> str:
    """A new document; gives its id. The same request writes it once. Raises InvalidInput."""
    if given.request_id:
        earlier = await tx.one(store.FIND_REQUEST, request_id=given.request_id)
        if earlier is not None:
            return str(earlier.id)
    area_id = await checked(tx, given)
    document_id, number = ids.new_id(), await next_number(tx, given.kind, area_id, now)
    await tx.run(
        store.ADD_DOCUMENT,
        id=document_id,
        number=number,
        kind=given.kind.value,
        status=DocumentStatus.DRAFT.value,
        area_id=area_id,
        stock_kind_id=given.stock_kind_id,
        from_id=given.from_id,
        to_id=given.to_id,
        received_by=given.received_by,
        pieces=serials.pieces(given.lines),
        note=given.note[:400],
        request_id=given.request_id,
        made_by=actor.id,
        made_at=now,
        version=1,
    )
    add_lines(tx, document_id, LineRole.LISTED, given.lines)
    after = {"number": number, "serials": serials.text_of(given.lines)[:200]}
    record(tx, actor, "stock_document.drafted", document_id, now, after=after)
    return document_id


async def change_draft(
    tx: Tx, document_id: str, given: Draft, actor: Actor, now: datetime, *, version: int
) -> None:
    """Write a draft anew, before anybody is asked. Raises Conflict otherwise."""
    old = await get_document(tx, document_id)
    given = given._replace(kind=DocumentKind(old.kind))
    if await checked(tx, given) != old.area_id:
        raise InvalidInput({"stock_kind_id": say("A document stays in its area.")})
    done = await tx.one(
        store.CHANGE_DRAFT,
        document=document_id,
        seen=version,
        stock_kind=given.stock_kind_id,
        source=given.from_id,
        target=given.to_id,
        receiver=given.received_by,
        many=serials.pieces(given.lines),
        the_note=given.note[:400],
    )
    if done is None:
        raise Conflict(code="VERSION_CONFLICT")
    await tx.run(store.DROP_LINES, document=document_id)
    add_lines(tx, document_id, LineRole.LISTED, given.lines)
    after = {"serials": serials.text_of(given.lines)[:200]}
    record(tx, actor, "stock_document.changed", document_id, now, after=after)


def add_lines(tx: Tx, document_id: str, role: LineRole, lines: Sequence[Serials]) -> None:
    for position, line in enumerate(lines):
        tx.add(
            store.ADD_LINE,
            id=ids.new_id(),
            document_id=document_id,
            position=position,
            role=role.value,
            **serials.columns_of(line),
        )


async def lines_of(tx: Tx, document_id: str) -> dict[LineRole, list[Serials]]:
    found: dict[LineRole, list[Serials]] = {role: [] for role in LineRole}
    for row in await tx.rows(store.LINES, document=document_id):
        found[LineRole(row.role)].append(serials.of_row(row))
    return found


async def checked(tx: Tx, given: Draft) -> str:
    """Does it make sense on paper? Whether the serials are there is seen when it is posted. Gives
    the area; raises InvalidInput."""
    kind = await get_kind(tx, given.stock_kind_id)
    wrong = await ends_wrong(tx, given, kind)
    if kind.retired_at is not None:
        wrong["stock_kind_id"] = say("Choose one that is in use.")
    if given.kind is DocumentKind.WRITE_OFF and not given.note.strip():
        wrong["note"] = say("Please give a reason.")
    if not given.lines and given.kind is not DocumentKind.STOCKTAKE:
        wrong["lines"] = say("Name at least one range of serials.")
    if len(given.lines) > MOST_LINES:
        wrong["lines"] = say("At most {most} ranges in one document.", most=MOST_LINES)
    if wrong:
        raise InvalidInput(wrong)
    serials.must_be_apart(given.lines, "lines")
    return str(kind.area_id)


async def ends_wrong(tx: Tx, given: Draft, kind: Any) -> dict[str, Message]:
    """What is wrong with where it comes from and where it goes."""
    wrong: dict[str, Message] = {}
    ends: list[holding.Holder] = []
    for field, wanted in zip(("from_id", "to_id"), ENDS[given.kind], strict=True):
        place_id = getattr(given, field)
        if not wanted or not place_id:
            if wanted or place_id:
                wrong[field] = say("Choose the place.") if wanted else say("This stays empty.")
            continue
        holder = await holding.get_holder(tx, place_id)
        ends.append(holder)
        if holder.kind not in wanted or holder.retired_at is not None:
            wrong[field] = say("Choose one that is in use.")
        elif holder.area_id != kind.area_id:
            wrong[field] = say("Holder and kind belong to different areas.")
    if len({one.id for one in ends}) < len(ends):
        wrong["to_id"] = say("Choose another place than the first.")
    elif given.kind is DocumentKind.TRANSFER and len({one.kind for one in ends}) > 1:
        wrong["to_id"] = say("Between a warehouse and a window it is an issue or a return.")
    return wrong


async def next_number(tx: Tx, kind: DocumentKind, area_id: str, now: datetime) -> str:
    """CK20260701-003: what it is, the local day, a count of the area."""
    area = await tx.one(store.AREA, area=area_id)
    day = local_day(now, ZoneInfo(area.time_zone))
    counted = await tx.one(store.NEXT_NUMBER, area=area_id, on_day=day)
    own = "" if area.number == 1 else f"A{area.number}-"
    return f"{LETTERS[kind]}{day:%Y%m%d}-{own}{counted.last:03d}"


async def discard(tx: Tx, document_id: str, actor: Actor, now: datetime, *, version: int) -> None:
    """A draft, or what was approved and not posted, comes to nothing."""
    document = await get_document(tx, document_id)
    if document.status == DocumentStatus.DRAFT and document.approval_id:
        raise Conflict(say("It waits for a decision. Withdraw the request first."))
    await change_status(tx, document, DocumentStatus.DISCARDED, version=version)
    record(tx, actor, "stock_document.discarded", document_id, now)


async def submit(
    tx: Tx, document_id: str, actor: Actor, now: datetime, *, version: int
) -> DocumentStatus:
    """Hand a draft in. A write-off, a stocktake that found a difference, and where the area wants
    it every document waits for another person; else it is approved at once."""
    document = await get_document(tx, document_id)
    if document.status != DocumentStatus.DRAFT or document.approval_id:
        raise Conflict()
    kind = DocumentKind(document.kind)
    await holding.lock_kind(tx, document.stock_kind_id)
    if kind is DocumentKind.STOCKTAKE:
        has_difference = await write_differences(tx, document)
        needs_checker = has_difference
    else:
        chosen = await settings.current(tx, document.area_id)
        needs_checker = kind in ALWAYS_CHECKED or chosen.stock_second_person
    if not needs_checker:
        await change_status(
            tx,
            document,
            DocumentStatus.APPROVED,
            version=version,
            approver=actor.id,
            approved=now,
        )
        record(tx, actor, "stock_document.approved", document_id, now)
        return DocumentStatus.APPROVED
    approval_id = approvals.request(
        tx,
        actor,
        KIND,
        ("stock_document", document_id),
        {"number": document.number, "pieces": document.pieces},
        now,
        reason=document.note,
        area_id=document.area_id,
    )
    asked = await tx.one(store.ASK, document=document_id, seen=version, approval=approval_id)
    if asked is None:
        raise Conflict(code="VERSION_CONFLICT")
    record(tx, actor, "stock_document.submitted", document_id, now)
    return DocumentStatus.DRAFT


async def write_differences(tx: Tx, document: Any) -> bool:
    """Put beside a stocktake what the book says otherwise; False when all is as it should be."""
    counted = (await lines_of(tx, document.id))[LineRole.LISTED]
    differences = await posting.differences(tx, document.stock_kind_id, document.from_id, counted)
    await posting.must_not_be_elsewhere(tx, document.stock_kind_id, differences.surplus)
    await tx.run(store.DROP_DIFFERENCES, document=document.id)
    add_lines(tx, document.id, LineRole.MISSING, differences.missing)
    add_lines(tx, document.id, LineRole.SURPLUS, differences.surplus)
    return bool(differences.missing or differences.surplus)


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    document = await get_document(tx, approval.subject_id)
    if document.status != DocumentStatus.DRAFT:
        raise Conflict()
    await change_status(
        tx,
        document,
        DocumentStatus.APPROVED,
        version=document.version,
        approver=actor.id,
        approved=now,
    )
    record(tx, actor, "stock_document.approved", document.id, now, approval=approval.id)


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """The draft can be changed again."""
    document = await get_document(tx, approval.subject_id)
    asked = await tx.one(store.ASK, document=document.id, seen=document.version, approval=None)
    if asked is None:
        raise Conflict()
    record(tx, actor, "stock_document.rejected", document.id, now, approval=approval.id)


approvals.register(
    KIND,
    approvals.Effect(approved, rejected, Permission.STOCK_APPROVE, say("Approve a stock document")),
)


async def post(tx: Tx, document_id: str, actor: Actor, now: datetime, *, version: int) -> None:
    """Carry an approved document out. Refused STOCK_OVERLAP, STOCK_NOT_HELD, STOCK_ELSEWHERE;
    Conflict when what a stocktake found is no longer what was approved."""
    document = await get_document(tx, document_id)
    move(DOCUMENT_MOVES, DocumentStatus(document.status), DocumentStatus.POSTED)
    await holding.lock_kind(tx, document.stock_kind_id)
    lines = await lines_of(tx, document_id)
    await posting.carry_out(tx, document, lines, actor, now)
    await change_status(
        tx, document, DocumentStatus.POSTED, version=version, poster=actor.id, posted=now
    )
    after = {"number": document.number, "pieces": document.pieces}
    record(tx, actor, "stock_document.posted", document_id, now, after=after)


async def has_moved(tx: Tx, receipt: Any) -> bool:
    """Has a piece of a posted receipt left the place where it was received?"""
    listed = (await lines_of(tx, receipt.id))[LineRole.LISTED]
    held = await holding.held(tx, receipt.to_id, receipt.stock_kind_id)
    return bool(serials.minus(listed, held))


async def reverse(
    tx: Tx, document_id: str, reason: str, actor: Actor, now: datetime, *, version: int
) -> None:
    """Move everything back by reversing entries. Not by whoever wrote the document; Refused
    STOCK_MOVED_ON when some of it was used or moved since."""
    document = await get_document(tx, document_id)
    if not reason.strip():
        raise InvalidInput({"reason": say("Please give a reason.")})
    if actor != SYSTEM and actor.id == document.made_by:
        raise Forbidden(say("Somebody else must decide this."), code="SELF_APPROVAL")
    move(DOCUMENT_MOVES, DocumentStatus(document.status), DocumentStatus.REVERSED)
    await holding.lock_kind(tx, document.stock_kind_id)
    await posting.undo(tx, document, reason, actor, now)
    await change_status(
        tx,
        document,
        DocumentStatus.REVERSED,
        version=version,
        reverser=actor.id,
        was_reversed=now,
        why=reason[:400],
    )
    record(tx, actor, "stock_document.reversed", document_id, now, reason=reason)


async def change_status(
    tx: Tx, document: Any, to: DocumentStatus, *, version: int, **values: Any
) -> None:
    """Conflict when somebody was first."""
    move(DOCUMENT_MOVES, DocumentStatus(document.status), to)
    kept = {
        "approval": document.approval_id,
        "approver": document.approved_by,
        "approved": document.approved_at,
        "poster": document.posted_by,
        "posted": document.posted_at,
        "reverser": document.reversed_by,
        "was_reversed": document.reversed_at,
        "why": document.reverse_reason,
    }
    done = await tx.one(
        store.MOVE,
        document=document.id,
        seen=document.status,
        seen_version=version,
        to_status=to.value,
        **kept | values,
    )
    if done is None:
        raise Conflict(code="VERSION_CONFLICT")
