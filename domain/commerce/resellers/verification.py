"""Recomputing bookings of resellers: what is confirmed is paid, what is given back went back."""

from domain.commerce.resellers import store
from domain.kernel.db import Tx
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check(tx: Tx) -> list[Finding]:
    return [
        Finding("resellers", f"booking {row.id}", f"its order {row.number} is {row.status}")
        for row in await tx.rows(store.WRONG, most=MOST_FINDINGS)
    ]


register("resellers", check)
