"""Recomputing refunds: their lines, payouts and postings are what they say."""

from domain.commerce.refunds import store
from domain.kernel.db import Tx
from domain.kernel.money import to_text
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check(tx: Tx) -> list[Finding]:
    return [
        Finding(
            "refunds",
            f"refund {row.number}",
            f"is {row.status}: {to_text(row.amount_minor)} of {to_text(row.paid_minor)}; lines"
            f" {to_text(row.in_lines)}, payouts {to_text(row.in_payouts)}, posted"
            f" {to_text(row.posted)}",
        )
        for row in await tx.rows(store.WRONG_REFUNDS, most=MOST_FINDINGS)
    ]


register("refunds", check)
