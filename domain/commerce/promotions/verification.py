"""Recomputing promotions: uses, budgets, discounts on lines, and who bore them."""

from domain.commerce.promotions import store
from domain.kernel.db import Tx
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check(tx: Tx) -> list[Finding]:
    """Counts are what the uses say, lines what their uses took off, costs what is in the ledger."""
    counts = await tx.rows(store.WRONG_COUNTS, most=MOST_FINDINGS)
    lines = await tx.rows(store.WRONG_LINES, most=MOST_FINDINGS)
    costs = await tx.rows(store.WRONG_COSTS, most=MOST_FINDINGS)
    return [
        *(
            Finding(
                "promotions",
                f"promotion {row.code}",
                f"counts {row.used} uses and {row.given_minor}; its uses are {row.uses} and"
                f" {row.minor}",
            )
            for row in counts
        ),
        *(
            Finding(
                "promotions",
                f"order line {row.id}",
                f"{row.discount_minor} off, uses took {row.minor}",
            )
            for row in lines
        ),
        *(
            Finding(
                "promotions",
                f"use {row.id}",
                f"cost {row.due}, funders bore {row.moved}, posted {row.ledger}",
            )
            for row in costs
        ),
    ]


register("promotions", check)
