"""An OTA's codes (PLU) for our tickets: each stands for one ticket type, and a time of the day."""

import re
from datetime import datetime
from typing import Any, NamedTuple

from domain.admission.ota import store
from domain.admission.ota.model import ProductStatus
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, say
from domain.operation.audit import record

PLU = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
SLOT_AT = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class ProductInput(NamedTuple):
    """`slot_at`: 09:00, the start of the slot for products with slots; "" for others."""

    ticket_type_id: str
    slot_at: str = ""
    status: ProductStatus = ProductStatus.ACTIVE


async def add_product(
    tx: Tx, account: Any, plu: str, given: ProductInput, actor: Actor, now: datetime
) -> str:
    """Gives its id. InvalidInput at `plu`, `ticket_type_id`, `slot_at`."""
    mistakes = await problems(tx, account.area_id, given)
    if not PLU.fullmatch(plu):
        mistakes["plu"] = say("Letters, digits, dots, colons and dashes, at most 64.")
    elif await tx.rows(store.BY_PLU, account=account.id, plus=[plu]):
        mistakes["plu"] = say("This code is taken.")
    if mistakes:
        raise InvalidInput(mistakes)
    made = ids.new_id()
    tx.add(
        store.ADD_PRODUCT,
        id=made,
        account_id=account.id,
        plu=plu,
        version=1,
        created_at=now,
        **given._asdict() | {"status": given.status.value},
    )
    after = {"plu": plu, "ticket_type_id": given.ticket_type_id, "slot_at": given.slot_at}
    record(tx, actor, "ota_product.added", made, now, after=after, area_id=account.area_id)
    return made


async def change_product(
    tx: Tx, product_id: str, given: ProductInput, version: int, actor: Actor, now: datetime
) -> None:
    """Orders that stand keep what they were sold. Conflict when somebody changed it first."""
    product = await get_product(tx, product_id)
    if mistakes := await problems(tx, product.area_id, given):
        raise InvalidInput(mistakes)
    if not await tx.one(
        store.CHANGE_PRODUCT,
        product=product_id,
        seen=version,
        to_type=given.ticket_type_id,
        to_slot=given.slot_at,
        to_status=given.status.value,
    ):
        raise Conflict()
    values = given._asdict() | {"status": given.status.value}
    before = {name: getattr(product, name) for name in values}
    changed = [name for name in values if before[name] != values[name]]
    record(
        tx, actor, "ota_product.changed", product_id, now,
        before={name: before[name] for name in changed},
        after={name: values[name] for name in changed},
        area_id=product.area_id,
    )  # fmt: skip


async def problems(tx: Tx, area_id: str, given: ProductInput) -> dict[str, Message]:
    sold = await tx.one(store.SLOTTED, type=given.ticket_type_id)
    if sold is None or sold.area_id != area_id or sold.retired_at is not None:
        return {"ticket_type_id": say("Choose a ticket type of this area.")}
    if sold.group_min:
        return {"ticket_type_id": say("Groups are booked in the office, not by an OTA.")}
    if sold.slotted and not SLOT_AT.fullmatch(given.slot_at):
        return {"slot_at": say("This ticket has slots: say when the slot begins, like 09:00.")}
    if given.slot_at and not sold.slotted:
        return {"slot_at": say("This ticket has no time slots.")}
    return {}


async def get_product(tx: Tx, product_id: str) -> Any:
    """Its row with `area_id`. A question. NotFound."""
    row = await tx.one(store.GET_PRODUCT, id=product_id)
    if row is None:
        raise NotFound()
    return row


async def list_products(tx: Tx, account: str, cut: Cut) -> list[Any]:
    """Newest first, with the ticket type's names. A question."""
    return await store.LIST_PRODUCTS.page(tx, cut, account=account)


async def by_plu(tx: Tx, account: str, plus: list[str]) -> dict[str, Any]:
    """Rows by PLU, retired ones included."""
    rows = await tx.rows(store.BY_PLU, account=account, plus=sorted(set(plus)))
    return {row.plu: row for row in rows}
