"""Coupons: codes that are good once, made in batches and given away outside the house."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.commerce.promotions import store
from domain.commerce.promotions.editing import get
from domain.commerce.promotions.model import CodeUse, CouponStatus, PromotionStatus
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.audit import record

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read for something else
LENGTH = 12  # 59 bits: not to be guessed
MOST_AT_ONCE = 5_000


def new_code() -> str:
    text = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


async def make(tx: Tx, promotion_id: str, number: int, actor: Actor, now: datetime) -> int:
    """So many new codes; which batch they are."""
    row = await get(tx, promotion_id)
    if row.code_use != CodeUse.SINGLE or row.status == PromotionStatus.ENDED:
        raise Conflict(say("This promotion has no coupons."))
    if not 1 <= number <= MOST_AT_ONCE:
        raise InvalidInput({"number": say("From 1 to {most} at once.", most=MOST_AT_ONCE)})
    batch = int((await tx.one(store.LAST_BATCH, promotion=promotion_id)).last) + 1
    for _ in range(number):
        tx.add(
            store.ADD_COUPON,
            id=ids.new_id(),
            promotion_id=promotion_id,
            batch=batch,
            code=new_code(),
            status=CouponStatus.OPEN.value,
            made_at=now,
        )
    after = {"batch": batch, "number": number}
    record(tx, actor, "promotion.coupons_made", promotion_id, now, after=after, area_id=row.area_id)
    return batch


async def void(tx: Tx, promotion_id: str, batch: int, actor: Actor, now: datetime) -> int:
    """Codes of a batch that nobody has used are good no more; how many."""
    row = await get(tx, promotion_id)
    gone = await tx.rows(store.VOID_BATCH, promotion=promotion_id, of_batch=batch)
    after = {"batch": batch, "number": len(gone)}
    record(
        tx, actor, "promotion.coupons_voided", promotion_id, now, after=after, area_id=row.area_id
    )
    return len(gone)


async def batches(tx: Tx, promotion_id: str) -> Sequence[Any]:
    """Rows: batch, made_at, made, taken, void; the newest first."""
    return await tx.rows(store.BATCHES, promotion=promotion_id)


async def page(tx: Tx, promotion_id: str, batch: int, cut: Cut) -> list[Any]:
    """Codes of a batch, for the file that is taken away."""
    return await store.COUPONS.page(tx, cut, promotion=promotion_id, of_batch=batch)
