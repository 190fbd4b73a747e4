"""Recomputing stock: what lies where is what the moves add up to, and no serial lies twice."""

from collections import defaultdict

from domain.commerce.stock import serials, store
from domain.commerce.stock.serials import Serials
from domain.kernel.db import Tx
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check(tx: Tx) -> list[Finding]:
    sums = [
        Finding(
            "stock",
            f"holder {row.holder_id}, kind {row.kind_id}",
            f"holds {row.held} pieces, its moves come to {row.moved}",
        )
        for row in await tx.rows(store.WRONG_SUMS, most=MOST_FINDINGS)
    ]
    twice = [
        Finding("stock", f"range {serials.of_row(row).text}", "lies in two places")
        for row in await tx.rows(store.OVERLAPPING, most=MOST_FINDINGS)
    ]
    return sums + twice + await strangers(tx)


async def strangers(tx: Tx) -> list[Finding]:
    """Nothing lies anywhere that was never received."""
    received: dict[str, list[Serials]] = defaultdict(list)
    lying: dict[str, list[Serials]] = defaultdict(list)
    for row in await tx.rows(store.ALL_LOTS):
        received[row.kind_id].append(serials.of_row(row))
    for row in await tx.rows(store.ALL_HOLDINGS):
        lying[row.kind_id].append(serials.of_row(row))
    return [
        Finding("stock", f"kind {kind_id}", f"holds {strange.text}, which was never received")
        for kind_id, held in lying.items()
        for strange in serials.minus(held, received[kind_id])
    ]


register("stock", check)
