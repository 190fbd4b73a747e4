"""What waits for somebody's decision, and deciding it with the right to."""

from collections.abc import Set
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut, Keyset
from domain.kernel.errors import Forbidden, NotFound
from domain.operation.approvals import store
from domain.operation.approvals.decisions import decide, effect_of, kinds_for
from domain.operation.approvals.model import ApprovalStatus
from domain.operation.staff.signed_in import EVERYWHERE, SignedIn


class Part(StrEnum):
    """Which list."""

    OPEN = "open"
    MINE = "mine"
    DECIDED = "decided"


async def page(tx: Tx, who: SignedIn, part: Part, cut: Cut) -> list[Any]:
    """What this person may decide, oldest first; what they asked for; what was decided."""
    if part is Part.MINE:
        return await store.MINE.page(tx, cut, requested_by=who.id)
    kinds, areas = kinds_for(who.may), limits_of(who)
    values: dict[str, Any] = {"kinds": kinds}
    if part is Part.OPEN:
        values["status"] = ApprovalStatus.REQUESTED.value
    if areas is None:
        keyset = store.OPEN if part is Part.OPEN else store.DECIDED
    else:
        keyset = store.OPEN_IN_AREAS if part is Part.OPEN else store.DECIDED_IN_AREAS
        values["areas"] = sorted(areas)
    return await _decidable(tx, who, keyset, cut, values)


async def _decidable(
    tx: Tx, who: SignedIn, keyset: Keyset, cut: Cut, values: dict[str, Any]
) -> list[Any]:
    """A page of those whose kind somebody may decide in their area; who has two kinds at two
    places does not see the one at the other's."""
    found: list[Any] = []
    while True:
        rows = await keyset.page(tx, cut, **values)
        found += [row for row in rows if may_decide(who, row)]
        if len(rows) < cut.most or len(found) >= cut.most:
            return found[: cut.most]
        cut = cut._replace(key=(rows[-1].requested_at, rows[-1].id))


def limits_of(who: SignedIn) -> Set[str] | None:
    """The places whose requests somebody may decide at least some of; None: all places."""
    covered: set[str] = set()
    for kind in kinds_for(who.may):
        effect = effect_of(kind)
        if effect is not None:
            covered |= who.reach.get(effect.permission, set())
    return None if EVERYWHERE in covered else covered


def may_decide(who: SignedIn, approval: Any) -> bool:
    """Has the permission of its kind, in its area; one without an area needs it everywhere."""
    effect = effect_of(approval.kind)
    if effect is None:
        return False
    if approval.area_id is None:
        return who.may(effect.permission) and not who.is_limited(effect.permission)
    return who.may(effect.permission, approval.area_id)


async def get(tx: Tx, who: SignedIn, approval_id: str) -> Any:
    """The row, for those who may decide it and for the one who asked. Raises NotFound."""
    row = await tx.one(store.GET_APPROVAL, id=approval_id)
    if row is None or not (may_decide(who, row) or row.requested_by == who.id):
        raise NotFound()
    return row


async def decide_as(
    tx: Tx,
    who: SignedIn,
    approval_id: str,
    to: ApprovalStatus,
    note: str,
    actor: Actor,
    now: datetime,
) -> Any:
    """Decide with the permission of its kind at its place; gives the approval as it was before."""
    approval = await get(tx, who, approval_id)
    if to is not ApprovalStatus.WITHDRAWN and not may_decide(who, approval):
        raise Forbidden(code="SELF_APPROVAL" if approval.requested_by == who.id else None)
    await decide(tx, approval_id, to, actor, now, note=note)
    return approval


async def about(tx: Tx, noun: str, subject_id: str) -> list[Any]:
    """What was asked about one thing."""
    return await tx.rows(store.ABOUT, noun=noun, subject_id=subject_id)


async def count_open(tx: Tx, who: SignedIn) -> int:
    """How many wait for this person, counted no further than 100."""
    rows = await page(tx, who, Part.OPEN, Cut(most=100))
    return len(rows)


async def requested(tx: Tx) -> Any:
    """What waits for anybody: `n`, and since when the `oldest` does."""
    return await tx.one(store.REQUESTED)
