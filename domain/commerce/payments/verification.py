"""Recomputing payments: what is marked as refunded is what its payouts say."""

from domain.commerce.payments import store
from domain.kernel.db import Tx
from domain.kernel.money import to_text
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check(tx: Tx) -> list[Finding]:
    return [
        Finding(
            "payments",
            f"payment {row.id}",
            f"says {to_text(row.refunded_minor)} refunded, its payouts {to_text(row.minor)}",
        )
        for row in await tx.rows(store.WRONG_REFUNDED, most=MOST_FINDINGS)
    ]


register("payments", check)
