"""Card products: one proposes, another approves (maker and checker); then it is on sale."""

from datetime import datetime
from typing import Any

from domain.cards.products import store
from domain.cards.products.inputs import CardProductInput
from domain.cards.products.model import PRODUCT_MOVES, CardProductStatus
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.db import ConstraintBroken, Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.kernel.states import move
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.staff import Permission

KIND = "card_product"


async def get_product(tx: Tx, product_id: str) -> Any:
    """The row, also when it is retired. Raises NotFound."""
    row = await tx.one(store.GET_PRODUCT, id=product_id)
    if row is None:
        raise NotFound()
    return row


async def list_products(tx: Tx, area_id: str, retired: bool = False) -> list[Any]:
    """All of an area by code: there are few."""
    return await tx.rows(store.LIST_PRODUCTS, area=area_id, retired=retired)


async def on_sale(tx: Tx, area_id: str, channel: Channel) -> list[Any]:
    """What a channel sells."""
    found = await tx.rows(store.ON_SALE, area=area_id)
    return [row for row in found if channel.value in row.channels]


def document_of(product: Any) -> CardProductInput:
    """What an editor starts from."""
    values = {name: getattr(product, name) for name in CardProductInput.model_fields}
    return CardProductInput.model_validate(values)


async def add_product(
    tx: Tx, area_id: str, given: CardProductInput, actor: Actor, now: datetime
) -> str:
    """A new product as a draft: `propose` it, and it is sold once another has approved it."""
    product_id = ids.new_id()
    try:
        await tx.run(
            store.ADD_PRODUCT,
            id=product_id,
            area_id=area_id,
            status=CardProductStatus.DRAFT.value,
            created_at=now,
            **await columns_of(tx, area_id, given),
        )
    except ConstraintBroken as broken:
        raise code_taken() from broken
    record(tx, actor, "card_product.added", product_id, now, after={"code": given.code})
    return product_id


async def columns_of(tx: Tx, area_id: str, given: CardProductInput) -> dict[str, Any]:
    return {**given.model_dump(mode="json"), "scope_bits": await scope_of(tx, area_id, given)}


async def scope_of(tx: Tx, area_id: str, given: CardProductInput) -> int:
    """The bits of what a card opens: bit 0 the area's own entrances, others its spots."""
    known = {row.id: row.scope_bit for row in await tx.rows(store.SPOTS_OF_AREA, area=area_id)}
    if unknown := set(given.spots) - set(known):
        raise InvalidInput(
            {"spots": say("{count} spots are not of this area.", count=len(unknown))}
        )
    bits = int(given.opens_area)
    for spot_id in given.spots:
        bits |= 1 << known[spot_id]
    return bits


async def propose(
    tx: Tx, product_id: str, given: CardProductInput, actor: Actor, now: datetime, reason: str
) -> str:
    """Ask for a draft to be sold, or for a change of what is; gives the approval's id. What was
    sold keeps its terms."""
    product = await get_product(tx, product_id)
    if product.status == CardProductStatus.RETIRED:
        raise Conflict()
    if product.version and given.kind != product.kind:
        raise InvalidInput({"kind": say("Cards of this product were sold as another kind.")})
    await scope_of(tx, product.area_id, given)
    payload = {"document": given.model_dump(mode="json"), "version": product.version}
    return approvals.request(
        tx,
        actor,
        KIND,
        (KIND, product_id),
        payload,
        now,
        reason=reason,
        area_id=product.area_id,
    )


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """In force for the next card."""
    product = await get_product(tx, approval.subject_id)
    given = CardProductInput.model_validate(approval.payload["document"])
    values = await columns_of(tx, product.area_id, given)
    try:
        changed = await tx.one(
            store.CHANGE_PRODUCT,
            product=product.id,
            seen=approval.payload["version"],
            **{f"to_{name}": value for name, value in values.items()},
        )
    except ConstraintBroken as broken:
        raise code_taken() from broken
    if changed is None:
        raise Conflict(code="VERSION_CONFLICT")
    record(tx, actor, "card_product.published", product.id, now, after={"code": given.code})


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Nothing was touched by the proposal."""


async def set_status(
    tx: Tx, product_id: str, to: CardProductStatus, actor: Actor, now: datetime
) -> None:
    """Pause, sell again, retire. A draft is put on sale only by an approval."""
    product = await get_product(tx, product_id)
    seen = CardProductStatus(product.status)
    if seen is CardProductStatus.DRAFT and to is CardProductStatus.ON_SALE:
        raise Conflict(say("It must be approved first."))
    move(PRODUCT_MOVES, seen, to)
    if not await tx.one(store.SET_STATUS, product=product_id, seen=seen.value, to_status=to.value):
        raise Conflict()
    before, after = {"status": seen.value}, {"status": to.value}
    record(tx, actor, "card_product.status_set", product_id, now, before=before, after=after)


def code_taken() -> InvalidInput:
    return InvalidInput({"code": say("This code is used already.")})


approvals.register(
    KIND, approvals.Effect(approved, rejected, Permission.CATALOG_APPROVE, say("Card on sale"))
)
