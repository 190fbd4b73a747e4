"""Blanks that an old system says are in the warehouses: a row is a range that is received."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce.stock import documents, serials, store
from domain.commerce.stock.documents import Draft
from domain.commerce.stock.holding import Holder, list_holders
from domain.commerce.stock.kinds import list_kinds
from domain.commerce.stock.model import DocumentKind, DocumentStatus
from domain.commerce.stock.serials import Serials
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Message, say
from domain.kernel.vault import Vault
from domain.operation import imports
from domain.operation.imports import Checked, Field, Figure

FIELDS = (
    Field(
        "external_id",
        say("Number in the old system"),
        say("The same number comes in once only. Empty: article and first number."),
        "RK-0815",
        aliases=("单号", "入库单号", "编号", "ID"),
    ),
    Field(
        "kind",
        say("Article"),
        say("Code or Chinese name of the kind of blanks."),
        "T80",
        True,
        ("物品", "品种", "票种", "票据", "物品编码", "article"),
    ),
    Field(
        "warehouse",
        say("Warehouse"),
        say("Its code or its Chinese name."),
        "CK1",
        True,
        ("仓库", "库房", "仓库编码"),
    ),
    Field(
        "first",
        say("First serial"),
        say("As it is printed, letters included."),
        "A0010001",
        True,
        ("起始号", "起号", "开始号", "票号起"),
    ),
    Field(
        "last",
        say("Last serial"),
        say("Empty: one piece."),
        "A0010500",
        aliases=("终止号", "止号", "结束号", "票号止"),
    ),
    Field(
        "pieces",
        say("Pieces"),
        say("Only compared with the serials."),
        "500",
        aliases=("数量", "张数", "枚数"),
    ),
)
FIGURES = (Figure("ranges", say("Ranges")), Figure("pieces", say("Pieces")))


class Around(NamedTuple):
    """What rows are checked against, by code and by name."""

    kinds: Mapping[str, Any]
    warehouses: Mapping[str, Holder]


class Row(NamedTuple):
    kind_id: str
    warehouse_id: str
    serials: Serials


async def surroundings(tx: Tx, area_id: str, now: datetime) -> Around:
    kinds: dict[str, Any] = {}
    for row in await list_kinds(tx):
        if row.area_id == area_id and row.retired_at is None:
            kinds |= {row.name_zh.casefold(): row, row.code.casefold(): row}
    holders: dict[str, Holder] = {}
    for one in await list_holders(tx):
        if one.area_id == area_id and one.retired_at is None and not one.is_window:
            holders |= {one.name_zh.casefold(): one, one.code.casefold(): one}
    return Around(kinds, holders)


def check(around: Around, vault: Vault, values: Mapping[str, str], key: str) -> Checked:
    """Raises InvalidInput with what is wrong with each cell."""
    wrong: dict[str, Message] = {}
    kind = around.kinds.get(values.get("kind", "").casefold())
    if kind is None:
        wrong["kind"] = say("There is no such kind of blanks. Use its code or name.")
    warehouse = around.warehouses.get(values.get("warehouse", "").casefold())
    if warehouse is None:
        wrong["warehouse"] = say("There is no such warehouse. Use its code or name.")
    found = None
    try:
        found = serials.between(values.get("first", ""), values.get("last", ""), "first")
    except InvalidInput as error:
        wrong |= error.fields
    pieces = values.get("pieces", "").replace(",", "")
    if found and pieces and pieces.removesuffix(".0") != str(found.pieces):
        wrong["pieces"] = say("The serials are {pieces} pieces.", pieces=found.pieces)
    if wrong or kind is None or warehouse is None or found is None:
        raise InvalidInput(wrong)
    external_id = values.get("external_id") or f"{kind.code}:{found.first_text}"
    if len(external_id) > imports.MOST_OF_AN_ID:
        raise InvalidInput({"external_id": say("At most {most} characters.", most=64)})
    marks = (f"first:{found.text}|{kind.id}|{found.first_text}|{found.last_text}",)
    figures = {"ranges": 1, "pieces": found.pieces}
    return Checked(external_id, Row(kind.id, warehouse.id, found), figures, marks)


async def taken(tx: Tx, marks: Sequence[str]) -> Set[str]:
    """The ranges among these of which a serial was received before."""
    found = set()
    for mark in marks:
        _, kind_id, first, last = mark.split("|")
        one = serials.between(first, last)
        met = await tx.rows(
            store.LOTS_MEETING,
            kind=kind_id,
            letters=one.prefix,
            digits=one.width,
            first=one.first,
            last=one.last,
        )
        if met:
            found.add(mark)
    return found


async def bring(tx: Tx, batch: Any, checked: Checked, actor: Actor, now: datetime) -> str:
    """A receipt, approved with the import and posted."""
    row: Row = checked.value
    given = Draft(
        DocumentKind.RECEIPT,
        row.kind_id,
        [row.serials],
        to_id=row.warehouse_id,
        note=batch.file_name,
    )
    document_id = await documents.draft(tx, given, actor, now)
    document = await documents.get_document(tx, document_id)
    await documents.change_status(
        tx,
        document,
        DocumentStatus.APPROVED,
        version=document.version,
        approval=batch.approval_id,
        approved=now,
    )
    document = await documents.get_document(tx, document_id)
    await documents.post(tx, document_id, actor, now, version=document.version)
    return document_id


async def take_back(tx: Tx, batch: Any, document_id: str, now: datetime) -> bool:
    """The receipt is reversed; False when a piece of it has moved since."""
    document = await documents.get_document(tx, document_id)
    if document.status != DocumentStatus.POSTED:
        return False
    if await documents.has_moved(tx, document):
        return False
    await documents.reverse(tx, document_id, batch.file_name, SYSTEM, now, version=document.version)
    return True


async def totals(tx: Tx, area_id: str) -> dict[str, int]:
    row = await tx.one(store.IN_WAREHOUSES, area=area_id)
    return {"ranges": int(row.ranges), "pieces": int(row.pieces or 0)}


async def brought(tx: Tx, import_id: str) -> dict[str, int]:
    row = await tx.one(store.BROUGHT_BY, import_id=import_id)
    return {"ranges": int(row.ranges), "pieces": int(row.pieces or 0)}


imports.register(
    imports.Kind(
        "stock",
        say("Blanks in warehouses"),
        FIELDS,
        FIGURES,
        surroundings,
        check,
        taken,
        bring,
        take_back,
        totals,
        brought,
    )
)
