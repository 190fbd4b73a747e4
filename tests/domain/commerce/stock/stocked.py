"""A small warehouse for tests: a keeper, a checker, a kind of roll, documents in one call."""

from typing import NamedTuple

from domain.commerce import stock
from domain.commerce.stock import DocumentKind, KindInput, Serials, StockForm, documents
from domain.commerce.stock.documents import Draft
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from domain.operation.places import PlaceKind, add_place, inputs
from tests.domain.commerce.factories import NOON, World, add_world, make_staff


class Stocked(NamedTuple):
    world: World
    house_id: str  # the warehouse
    house_2_id: str
    kind_id: str  # 80 mm rolls
    cards_id: str
    keeper: Actor
    checker: Actor


async def add_stock(db: Database) -> Stocked:
    world = await add_world(db)
    return await db.act(make_stock, world)


async def make_stock(tx: Tx, world: World) -> Stocked:
    keeper, checker = [
        Actor(ActorKind.STAFF, await make_staff(tx, login)) for login in ("keeper", "checker")
    ]
    houses = [
        await add_place(
            tx,
            PlaceKind.WAREHOUSE,
            inputs.WarehouseInput(code=code, name_zh=name, area_id=world.area_id),
            keeper,
            NOON,
        )
        for code, name in (("H1", "总库"), ("H2", "北门库"))
    ]
    rolls = KindInput("ROLL", "80 毫米门票卷")
    cards = KindInput("CARD", "空白卡", form=StockForm.CARD)
    kind_id = await stock.add_kind(tx, world.area_id, rolls, keeper, NOON)
    cards_id = await stock.add_kind(tx, world.area_id, cards, keeper, NOON)
    return Stocked(world, houses[0], houses[1], kind_id, cards_id, keeper, checker)


def span(first: int, last: int) -> Serials:
    return stock.between(str(first), str(last))


async def write(
    db: Database,
    made: Stocked,
    kind: DocumentKind,
    *lines: Serials,
    source: str | None = None,
    target: str | None = None,
    stock_kind: str | None = None,
    note: str = "",
) -> str:
    draft = Draft(kind, stock_kind or made.kind_id, lines, source, target, note=note)
    return await db.act(documents.draft, draft, made.keeper, NOON)


async def approve(db: Database, made: Stocked, document_id: str) -> None:
    """Handed in by the keeper, approved by the checker where somebody must."""

    async def hand_in(tx: Tx) -> None:
        seen = await documents.get_document(tx, document_id)
        await documents.submit(tx, document_id, made.keeper, NOON, version=seen.version)

    await db.act(hand_in)
    asked = (await db.ask(documents.get_document, document_id)).approval_id
    if asked:
        await db.act(approvals.decide, asked, ApprovalStatus.APPROVED, made.checker, NOON)


async def post(db: Database, made: Stocked, document_id: str) -> None:
    async def carry_out(tx: Tx) -> None:
        seen = await documents.get_document(tx, document_id)
        await documents.post(tx, document_id, made.keeper, NOON, version=seen.version)

    await db.act(carry_out)


async def reverse(db: Database, made: Stocked, document_id: str, by: Actor | None = None) -> None:
    async def undo(tx: Tx) -> None:
        seen = await documents.get_document(tx, document_id)
        await documents.reverse(
            tx, document_id, "写错了", by or made.checker, NOON, version=seen.version
        )

    await db.act(undo)


async def receive(db: Database, made: Stocked, *lines: Serials, stock_kind: str = "") -> str:
    """All the way into the first warehouse."""
    kind = DocumentKind.RECEIPT
    document_id = await write(
        db, made, kind, *lines, target=made.house_id, stock_kind=stock_kind or None
    )
    await approve(db, made, document_id)
    await post(db, made, document_id)
    return document_id


async def issue(
    db: Database, made: Stocked, *lines: Serials, window: str = "", stock_kind: str = ""
) -> str:
    """From the first warehouse to the first window."""
    document_id = await write(
        db,
        made,
        DocumentKind.ISSUE,
        *lines,
        source=made.house_id,
        target=window or made.world.window_id,
        stock_kind=stock_kind or None,
    )
    await approve(db, made, document_id)
    await post(db, made, document_id)
    return document_id


async def give_back(db: Database, made: Stocked, *lines: Serials) -> str:
    document_id = await write(
        db,
        made,
        DocumentKind.RETURN,
        *lines,
        source=made.world.window_id,
        target=made.house_id,
    )
    await approve(db, made, document_id)
    await post(db, made, document_id)
    return document_id


async def at(db: Database, holder_id: str, kind_id: str) -> list[str]:
    """What a holder has, as text."""
    return [one.text for one in await db.ask(stock.held, holder_id, kind_id)]
