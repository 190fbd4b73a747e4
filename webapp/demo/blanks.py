"""The warehouse of the demo: rolls and cards received, issued to windows, one count that waits."""

from datetime import datetime, timedelta
from typing import NamedTuple

from domain.commerce import stock
from domain.commerce.stock import DocumentKind, KindInput, StockForm, documents
from domain.commerce.stock.documents import Draft
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.operation import approvals, places
from domain.operation.approvals import ApprovalStatus
from domain.operation.places import PlaceKind
from domain.operation.places.inputs import WarehouseInput
from webapp.demo.places import Area

WAREHOUSES = (("MAIN-STORE", "总库", "Main store"), ("NORTH-STORE", "北门库", "North store"))
KINDS = (
    KindInput("ROLL80", "80 毫米门票卷", "80 mm ticket roll"),
    KindInput("SHEET-A4", "A4 票纸", "A4 ticket paper", paper="a4"),
    KindInput("CARD-VIP", "贵宾卡坯", "VIP card blank", form=StockForm.CARD),
)
RECEIVED = (
    (0, "YL0010001", "YL0040000"),
    (1, "A400001", "A402000"),
    (2, "VIP000001", "VIP000500"),
)
ISSUED = (
    ("W1", 0, "YL0010001", "YL0010500"),
    ("W2", 0, "YL0010501", "YL0011000"),
    ("W3", 0, "YL0011001", "YL0011050"),
    ("W1", 2, "VIP000001", "VIP000050"),
)
LEAST = (("MAIN-STORE", 0, 5_000), ("W3", 0, 100), ("W1", 0, 100))


class Hands(NamedTuple):
    keeper: Actor
    checker: Actor


async def build(tx: Tx, area: Area, hands: Hands, now: datetime) -> None:
    """Everything by the documents that people write, two days ago and this morning."""
    received, issued = now - timedelta(days=2), now - timedelta(minutes=40)
    stores = {}
    for code, zh, en in WAREHOUSES:
        given = WarehouseInput(code=code, name_zh=zh, name_en=en, area_id=area.id)
        kind = PlaceKind.WAREHOUSE
        stores[code] = await places.add_place(tx, kind, given, hands.keeper, received)
    kinds = [await stock.add_kind(tx, area.id, one, hands.keeper, received) for one in KINDS]
    main = stores["MAIN-STORE"]
    for number, first, last in RECEIVED:
        lines = [stock.between(first, last)]
        note = "印刷厂到货"
        wanted = Draft(DocumentKind.RECEIPT, kinds[number], lines, to_id=main, note=note)
        await carry_out(tx, wanted, hands, received)
    moved = [stock.between("YL0030001", "YL0035000")]
    wanted = Draft(DocumentKind.TRANSFER, kinds[0], moved, main, stores["NORTH-STORE"])
    await carry_out(tx, wanted, hands, received + timedelta(hours=3))
    for code, number, first, last in ISSUED:
        lines = [stock.between(first, last)]
        window_id = area.windows[code]
        wanted = Draft(DocumentKind.ISSUE, kinds[number], lines, main, window_id)
        await carry_out(tx, wanted, hands, issued)
    await count_north(tx, stores["NORTH-STORE"], kinds[0], hands, now)
    for code, number, least in LEAST:
        holder = stores.get(code) or area.windows[code]
        await stock.set_threshold(tx, holder, kinds[number], least, hands.keeper, received)


async def carry_out(tx: Tx, wanted: Draft, hands: Hands, at: datetime) -> None:
    document_id = await hand_in(tx, wanted, hands, at)
    asked = (await documents.get_document(tx, document_id)).approval_id
    if asked:
        await approvals.decide(tx, asked, ApprovalStatus.APPROVED, hands.checker, at)
    seen = await documents.get_document(tx, document_id)
    await documents.post(tx, document_id, hands.keeper, at, version=seen.version)


async def hand_in(tx: Tx, wanted: Draft, hands: Hands, at: datetime) -> str:
    document_id = await documents.draft(tx, wanted, hands.keeper, at)
    await documents.submit(tx, document_id, hands.keeper, at, version=1)
    return document_id


async def count_north(tx: Tx, holder_id: str, kind_id: str, hands: Hands, now: datetime) -> None:
    """Two pieces are missing: the checker has not looked yet."""
    found = [stock.between("YL0030001", "YL0032499"), stock.between("YL0032502", "YL0035000")]
    note = "月末盘点，少两张"
    wanted = Draft(DocumentKind.STOCKTAKE, kind_id, found, holder_id, note=note)
    await hand_in(tx, wanted, hands, now)
