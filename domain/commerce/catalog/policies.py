"""Refund policies: one proposes, another approves. What was sold keeps the terms of its sale."""

from datetime import datetime
from typing import Any

from domain.commerce.catalog import store
from domain.commerce.catalog.inputs import RefundPolicyInput
from domain.commerce.catalog.products import code_taken
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import ConstraintBroken, Tx
from domain.kernel.errors import Conflict, NotFound, say
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.staff import Permission

KIND = "refund_policy"


async def get_policy(tx: Tx, policy_id: str) -> Any:
    row = await tx.one(store.GET_POLICY, id=policy_id)
    if row is None:
        raise NotFound()
    return row


async def list_policies(tx: Tx, retired: bool = False) -> list[Any]:
    """All of them by code: there are few."""
    return await tx.rows(store.LIST_POLICIES, retired=retired)


async def propose_policy(
    tx: Tx,
    policy_id: str | None,
    given: RefundPolicyInput,
    actor: Actor,
    now: datetime,
    reason: str,
) -> str:
    """Ask for a new policy (no id) or for a change of one; gives the approval's id."""
    version = 0 if policy_id is None else (await get_policy(tx, policy_id)).version
    payload = {"document": given.model_dump(mode="json"), "version": version}
    subject = (KIND, policy_id or ids.new_id())
    return approvals.request(tx, actor, KIND, subject, payload, now, reason=reason)


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Put the policy into force for the next sale."""
    given = RefundPolicyInput.model_validate(approval.payload["document"])
    values = given.model_dump(mode="json")
    version = approval.payload["version"]
    try:
        if version == 0:
            await tx.run(
                store.ADD_POLICY, id=approval.subject_id, version=1, created_at=now, **values
            )
        elif not await tx.one(
            store.CHANGE_POLICY,
            policy=approval.subject_id,
            seen=version,
            **{f"to_{name}": value for name, value in values.items()},
        ):
            raise Conflict(code="VERSION_CONFLICT")
    except ConstraintBroken as broken:
        raise code_taken() from broken
    record(tx, actor, "refund_policy.published", approval.subject_id, now, after=values)


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Nothing was touched by the proposal."""


async def retire_policy(tx: Tx, policy_id: str, actor: Actor, now: datetime, version: int) -> None:
    await get_policy(tx, policy_id)
    if not await tx.one(store.RETIRE_POLICY, policy=policy_id, seen=version, now=now):
        raise Conflict(say("Ticket types still use it, or it was changed: look again."))
    record(tx, actor, "refund_policy.retired", policy_id, now)


approvals.register(
    KIND, approvals.Effect(approved, rejected, Permission.CATALOG_APPROVE, say("New refund rules"))
)
