"""People somebody often buys for (常用游客): kept sealed, for who has proved the phone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.commerce.customers import store
from domain.commerce.orders import Visitor, VisitorInput
from domain.commerce.orders.visitors import DOCUMENT
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.kernel.identity import DocumentKind
from domain.kernel.vault import Vault

MOST_TRAVELLERS = 30


async def travellers_of(tx: Tx, customer_id: str) -> list[Any]:
    """Rows: id, name, document_kind, document_sealed, document_mask, born_on. A question."""
    return await tx.rows(store.TRAVELLERS, customer=customer_id)


def input_of(vault: Vault, row: Any) -> VisitorInput:
    """What was typed when the traveller was kept, to be named again on an order."""
    number = vault.open(DOCUMENT, row.document_sealed, row.id).decode()
    return VisitorInput(row.name, number, DocumentKind(row.document_kind), row.born_on)


async def keep_travellers(
    tx: Tx, vault: Vault, customer_id: str, named: Sequence[Visitor], now: datetime
) -> int:
    """Keep these visitors for the next time; who is kept already, or has no document, is left
    out. How many were added."""
    rows = await tx.rows(store.TRAVELLERS, customer=customer_id)
    known = {row.document_hash for row in rows}
    added = 0
    for one in named:
        if one.document_sealed is None or known & set(one.document_hashes):
            continue
        if len(rows) + added >= MOST_TRAVELLERS:
            break
        traveller_id = ids.new_id()
        number = vault.open(DOCUMENT, one.document_sealed, one.id)
        tx.add(
            store.ADD_TRAVELLER,
            id=traveller_id,
            customer_id=customer_id,
            name=one.name,
            document_kind=one.document_kind,
            document_sealed=vault.seal(DOCUMENT, number, traveller_id),
            document_hash=one.document_hashes[0],
            document_mask=one.document_mask,
            born_on=one.born_on,
            created_at=now,
        )
        known.add(one.document_hashes[0])
        added += 1
    return added


async def drop_traveller(tx: Tx, customer_id: str, traveller_id: str, now: datetime) -> None:
    """Forget one of them. Raises NotFound."""
    if not await tx.one(store.DROP_TRAVELLER, traveller=traveller_id, customer=customer_id):
        raise NotFound()
