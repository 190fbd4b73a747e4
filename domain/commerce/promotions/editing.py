"""Making a promotion: a draft, another's approval, then in force until it is paused or ended.

What is in force is never edited: it is ended, and a copy begins as a draft.
"""

from datetime import datetime
from typing import Any

from domain.commerce.promotions import store
from domain.commerce.promotions.inputs import PromotionInput
from domain.commerce.promotions.model import (
    PLATFORM,
    PROMOTION_MOVES,
    FunderKind,
    PromotionStatus,
)
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import ConstraintBroken, Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.kernel.states import move
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.staff import Permission

KIND = "promotion"


async def get(tx: Tx, promotion_id: str) -> Any:
    """The row with its area's name and zone. Raises NotFound."""
    row = await tx.one(store.GET, id=promotion_id)
    if row is None:
        raise NotFound()
    return row


async def add(tx: Tx, area_id: str, given: PromotionInput, actor: Actor, now: datetime) -> str:
    """A draft; InvalidInput for a code that the area has already."""
    await check_units(tx, given)
    promotion_id = ids.new_id()
    try:
        await tx.run(
            store.ADD,
            id=promotion_id,
            area_id=area_id,
            status=PromotionStatus.DRAFT.value,
            made_by=actor.id,
            created_at=now,
            **columns(given),
        )
    except ConstraintBroken as broken:
        raise taken() from broken
    add_funders(tx, promotion_id, area_id, given)
    after = {"code": given.code}
    record(tx, actor, "promotion.drafted", promotion_id, now, after=after, area_id=area_id)
    return promotion_id


async def save(
    tx: Tx, promotion_id: str, given: PromotionInput, version: int, actor: Actor, now: datetime
) -> None:
    """Write a draft anew. Conflict when it is none any more, or was changed meanwhile."""
    row = await get(tx, promotion_id)
    await check_units(tx, given)
    values = {f"to_{name}": value for name, value in columns(given).items()}
    try:
        saved = await tx.one(store.SAVE, promotion=promotion_id, seen=version, **values)
    except ConstraintBroken as broken:
        raise taken() from broken
    if saved is None:
        raise Conflict(code="VERSION_CONFLICT")
    await tx.run(store.CLEAR_FUNDERS, of_promotion=promotion_id)
    add_funders(tx, promotion_id, row.area_id, given)
    after = {"code": given.code}
    record(tx, actor, "promotion.drafted", promotion_id, now, after=after, area_id=row.area_id)


def columns(given: PromotionInput) -> dict[str, Any]:
    """What a sale finds it by, and all of it."""
    return {
        "code": given.code,
        "name_zh": given.name_zh,
        "name_en": given.name_en,
        "kind": given.kind.value,
        "code_use": given.code_use.value,
        "shared_code": given.shared_code,
        "terms": given.model_dump(mode="json"),
        "priority": given.priority,
        "limit_total": given.limit_total,
        "budget_minor": given.budget_minor,
    }


def taken() -> InvalidInput:
    return InvalidInput({"code": say("This code is taken.")})


async def check_units(tx: Tx, given: PromotionInput) -> None:
    known = {row.id for row in await tx.rows(store.UNITS)}
    wanted = {one.owner_id for one in given.funders if one.kind is FunderKind.UNIT}
    if not wanted <= known:
        raise InvalidInput({"funders": say("Choose the unit that bears a share.")})


def add_funders(tx: Tx, promotion_id: str, area_id: str, given: PromotionInput) -> None:
    owners = {FunderKind.AREA: area_id, FunderKind.PLATFORM: PLATFORM}
    for position, one in enumerate(given.funders):
        tx.add(
            store.ADD_FUNDER,
            promotion_id=promotion_id,
            position=position,
            kind=one.kind.value,
            owner_id=owners.get(one.kind, one.owner_id),
            share_bps=one.share_bps,
        )


async def submit(tx: Tx, promotion_id: str, reason: str, actor: Actor, now: datetime) -> str:
    """Ask another to put it in force; the approval's id."""
    row = await set_status(tx, promotion_id, PromotionStatus.SUBMITTED)
    approval_id = approvals.request(
        tx,
        actor,
        KIND,
        (KIND, promotion_id),
        {"code": row.code, "name": row.name_zh},
        now,
        reason=reason,
        area_id=row.area_id,
        amount_minor=row.budget_minor,
    )
    await tx.run(store.SET_APPROVAL, promotion=promotion_id, approval=approval_id)
    record(tx, actor, "promotion.submitted", promotion_id, now, area_id=row.area_id)
    return approval_id


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """In force from now on, within its days."""
    promotion_id = approval.subject_id
    row = await set_status(tx, promotion_id, PromotionStatus.ACTIVE)
    await tx.run(store.ACTIVATED, promotion=promotion_id, now=now)
    record(tx, actor, "promotion.activated", promotion_id, now, area_id=row.area_id)


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """A draft again."""
    row = await set_status(tx, approval.subject_id, PromotionStatus.DRAFT)
    record(tx, actor, "promotion.rejected", approval.subject_id, now, area_id=row.area_id)


async def pause(tx: Tx, promotion_id: str, reason: str, actor: Actor, now: datetime) -> None:
    """No sale takes it from now on; what is held keeps it."""
    await change(tx, promotion_id, PromotionStatus.PAUSED, "promotion.paused", reason, actor, now)


async def resume(tx: Tx, promotion_id: str, reason: str, actor: Actor, now: datetime) -> None:
    row = await get(tx, promotion_id)
    if row.status != PromotionStatus.PAUSED:
        raise Conflict()
    await change(tx, promotion_id, PromotionStatus.ACTIVE, "promotion.resumed", reason, actor, now)


async def end(tx: Tx, promotion_id: str, reason: str, actor: Actor, now: datetime) -> None:
    """For ever."""
    await change(tx, promotion_id, PromotionStatus.ENDED, "promotion.ended", reason, actor, now)
    await tx.run(store.ENDED, promotion=promotion_id, now=now)


async def change(
    tx: Tx,
    promotion_id: str,
    to: PromotionStatus,
    act: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    row = await set_status(tx, promotion_id, to)
    record(tx, actor, act, promotion_id, now, reason=reason, area_id=row.area_id)


async def set_status(tx: Tx, promotion_id: str, to: PromotionStatus) -> Any:
    """The row as it was. Conflict for a move that there is not, or when somebody was first."""
    row = await get(tx, promotion_id)
    move(PROMOTION_MOVES, PromotionStatus(row.status), to)
    done = await tx.one(
        store.MOVE, promotion=promotion_id, seen_status=row.status, to_status=to.value
    )
    if done is None:
        raise Conflict()
    return row


async def set_floor(
    tx: Tx, area_id: str, ticket_type_id: str, minor: int, actor: Actor, now: datetime
) -> None:
    """What promotions never go below for a ticket type; 0: no floor."""
    values = {"type": ticket_type_id, "minor": minor, "by": actor.id, "now": now}
    await tx.run(store.SET_FLOOR, **values)
    after = {"floor_minor": minor}
    record(tx, actor, "ticket_type.floor_set", ticket_type_id, now, after=after, area_id=area_id)


approvals.register(
    KIND,
    approvals.Effect(approved, rejected, Permission.CATALOG_APPROVE, say("Promotion to approve")),
)
