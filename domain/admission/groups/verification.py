"""Recomputing groups: a paid group's ticket lets in as many as the contract says."""

from domain.admission.groups import store
from domain.kernel.db import Tx
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check(tx: Tx) -> list[Finding]:
    return [
        Finding(
            "groups",
            f"group {row.number}",
            f"planned {row.planned} and {row.guides} guides; ticket {row.ticket} has {row.heads}",
        )
        for row in await tx.rows(store.WRONG_HEADS, most=MOST_FINDINGS)
    ]


register("groups", check)
