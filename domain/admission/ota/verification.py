"""Recomputing the port: every order has its tickets and an answer, every yes has its order."""

from domain.admission.ota import store
from domain.kernel.db import Tx
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check(tx: Tx) -> list[Finding]:
    wrong = [
        Finding("ota", f"order {row.number}", f"sold {row.sold}, has {row.made} tickets")
        for row in await tx.rows(store.WRONG_ORDERS, most=MOST_FINDINGS)
    ]
    wrong += [
        Finding("ota", f"order {row.number}", "no stored answer speaks of it")
        for row in await tx.rows(store.UNANSWERED_ORDERS, most=MOST_FINDINGS)
    ]
    return wrong + [
        Finding("ota", f"{row.service} {row.sequence_id}", "was answered yes about nothing")
        for row in await tx.rows(store.ANSWERED_NOTHING, most=MOST_FINDINGS)
    ]


register("ota", check)
