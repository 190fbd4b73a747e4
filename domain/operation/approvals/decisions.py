"""Asking for a decision, and making it: the checker is never the maker."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, Message, NotFound, say
from domain.operation.approvals import store
from domain.operation.approvals.model import APPROVAL_MOVES, ApprovalStatus
from domain.operation.audit import record
from domain.operation.staff.model import Permission


class Effect(NamedTuple):
    """What an approval does: acts that run in the deciding transaction.

    Both get (tx, approval row, actor, now); `rejected` undoes what the request had locked.
    """

    approved: Callable[[Tx, Any, Actor, datetime], Awaitable[None]]
    rejected: Callable[[Tx, Any, Actor, datetime], Awaitable[None]]
    permission: Permission  # whoever has it, in the request's area, may decide
    title: Message  # what is asked for, as the worklist says it


_effects: dict[str, Effect] = {}


def register(kind: str, effect: Effect) -> None:
    """Say, when a package is imported, what approving its `kind` does."""
    _effects[kind] = effect


def effect_of(kind: str) -> Effect | None:
    """What deciding a kind does; None when this release knows nothing of it."""
    return _effects.get(kind)


def kinds_for(may: Callable[[Permission], bool]) -> list[str]:
    """The kinds that somebody may decide."""
    return [kind for kind, effect in _effects.items() if may(effect.permission)]


def request(
    tx: Tx,
    actor: Actor,
    kind: str,
    subject: tuple[str, str],
    payload: Mapping[str, Any],
    now: datetime,
    *,
    reason: str,
    area_id: str | None = None,
    amount_minor: int | None = None,
) -> str:
    """Ask for a decision on `subject` (noun, id). One open request of a kind for one subject."""
    approval_id = ids.new_id()
    noun, subject_id = subject
    tx.add(
        store.ADD_APPROVAL,
        id=approval_id,
        kind=kind,
        noun=noun,
        subject_id=subject_id,
        area_id=area_id,
        amount_minor=amount_minor,
        payload=dict(payload),
        reason=reason,
        requested_by=actor.id,
        requested_at=now,
    )
    record(
        tx,
        actor,
        "approval.requested",
        approval_id,
        now,
        kind=kind,
        subject=subject_id,
        area_id=area_id,
    )
    return approval_id


async def decide(
    tx: Tx, approval_id: str, to: ApprovalStatus, actor: Actor, now: datetime, *, note: str = ""
) -> None:
    """Approve, reject or withdraw. Raises Forbidden SELF_APPROVAL, Conflict when already decided.

    Whether the actor may decide this kind at all is the caller's permission check.
    """
    approval = await tx.one(store.GET_APPROVAL, id=approval_id)
    if approval is None:
        raise NotFound()
    own = approval.requested_by == actor.id
    if own and to is not ApprovalStatus.WITHDRAWN:
        raise Forbidden(say("Somebody else must decide this."), code="SELF_APPROVAL")
    if not own and to is ApprovalStatus.WITHDRAWN:
        raise Forbidden()
    if to not in APPROVAL_MOVES[ApprovalStatus(approval.status)]:
        raise Conflict()
    decided = await tx.one(
        store.DECIDE,
        approval_id=approval_id,
        to_status=to.value,
        by=actor.id,
        at=now,
        the_note=note,
    )
    if decided is None:
        raise Conflict()
    effect = _effects[approval.kind]
    act = effect.approved if to is ApprovalStatus.APPROVED else effect.rejected
    await act(tx, approval, actor, now)
    record(
        tx,
        actor,
        f"approval.{to.value}",
        approval_id,
        now,
        kind=approval.kind,
        note=note,
        area_id=approval.area_id,
    )
