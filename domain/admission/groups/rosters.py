"""Who is in a group: rows that were typed or read from a sheet, checked one by one and sealed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from domain.admission.groups import store
from domain.admission.groups.looking import get
from domain.admission.groups.model import GroupStatus
from domain.commerce import orders
from domain.commerce.orders import Visitor, VisitorInput
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, say
from domain.kernel.vault import Vault
from domain.operation.audit import record

MOST_ROWS = 2_000
HEADINGS = {
    "name": {"姓名", "名字", "name", "full name", "visitor"},
    "document": {
        "证件号",
        "证件号码",
        "身份证",
        "身份证号",
        "身份证号码",
        "document",
        "id",
        "id number",
    },
}


class RowProblem(NamedTuple):
    """What is wrong with a row, counted as the sheet counts."""

    row: int
    problem: Message


class Roster(NamedTuple):
    """What was read: the members of the rows that are right, and what is wrong with the others."""

    members: tuple[Visitor, ...]
    problems: tuple[RowProblem, ...]


def read(vault: Vault, rows: Sequence[Sequence[str]], today: date) -> Roster:
    """Rows of a sheet or of pasted text. The first may name its columns; else the name comes first
    and the document second. A document may be missing, not be wrong, and not come twice."""
    columns, first = columns_of(rows)
    members: list[Visitor] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[first:], first + 1):
        name, document = (cell(row, columns[key]) for key in ("name", "document"))
        if not name and not document:
            continue
        try:
            visitor = orders.named(vault, VisitorInput(name, document), today)
        except InvalidInput as error:
            problems.append(RowProblem(number, error.fields["document_number"]))
            continue
        if not name:
            problems.append(RowProblem(number, say("The name is missing.")))
        elif visitor.document_hash and (earlier := seen.get(visitor.document_hash)):
            problems.append(
                RowProblem(number, say("The same document as in row {row}.", row=earlier))
            )
        else:
            seen |= {visitor.document_hash: number} if visitor.document_hash else {}
            members.append(visitor)
    if len(members) + len(problems) > MOST_ROWS:
        raise InvalidInput({"rows": say("At most {most} rows.", most=MOST_ROWS)})
    return Roster(tuple(members), tuple(problems))


def columns_of(rows: Sequence[Sequence[str]]) -> tuple[dict[str, int], int]:
    """Which column is what, and which row is the first of a person."""
    if not rows:
        return {"name": 0, "document": 1}, 0
    heads = [text.strip().lower() for text in rows[0]]
    found = {
        key: next((number for number, text in enumerate(heads) if text in words), -1)
        for key, words in HEADINGS.items()
    }
    if found["name"] < 0:
        return {"name": 0, "document": 1}, 0
    return found, 1


def cell(row: Sequence[str], column: int) -> str:
    return " ".join(row[column].split()) if 0 <= column < len(row) else ""


async def save(
    tx: Tx, group_id: str, members: Sequence[Visitor], actor: Actor, now: datetime
) -> int:
    """The group's roster, instead of the one before; how many. InvalidInput when it names more
    people than will come."""
    group = await get(tx, group_id)
    if group.status != GroupStatus.OPEN:
        raise Conflict(say("This group is closed already."))
    if len(members) > group.planned + group.guides:
        most = group.planned + group.guides
        raise InvalidInput({"rows": say("The group has {most} places.", most=most)})
    await tx.run(store.DROP_MEMBERS, group=group_id)
    for position, one in enumerate(members, 1):
        tx.add(
            store.ADD_MEMBER,
            id=one.id,
            group_id=group_id,
            position=position,
            name=one.name,
            document_kind=one.document_kind,
            document_sealed=one.document_sealed,
            document_hash=one.document_hash,
            document_mask=one.document_mask,
        )
    after = {"members": len(members)}
    record(tx, actor, "group.roster_saved", group_id, now, after=after, area_id=group.area_id)
    return len(members)
