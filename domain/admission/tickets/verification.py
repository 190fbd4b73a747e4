"""Recomputing what tickets have left from what gates have seen."""

from domain.admission.tickets import store
from domain.kernel.db import Tx
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check_uses(tx: Tx) -> list[Finding]:
    """What is used of a ticket is what passed, less what was reported as passed beyond it."""
    wrong = [
        Finding("tickets", row.number, f"used {row.entries_used}, gates saw {row.passed}")
        for row in await tx.rows(store.WRONG_USES, most=MOST_FINDINGS)
    ]
    wrong += [
        Finding("tickets", row.number, f"is {row.status}, its use says {row.as_used}")
        for row in await tx.rows(store.WRONG_STATUSES, most=MOST_FINDINGS)
    ]
    wrong += [
        Finding("tickets", row.number, "is changed without a successor, or has one and is not")
        for row in await tx.rows(store.WRONG_SUCCESSORS, most=MOST_FINDINGS)
    ]
    return wrong[:MOST_FINDINGS]


async def check_media(tx: Tx) -> list[Finding]:
    """Each ticket has one print that counts, and no older one opens a gate."""
    return [
        Finding(
            "media", row.number, f"{row.live} prints of its serial, {row.older} older ones live"
        )
        for row in await tx.rows(store.WRONG_MEDIA, most=MOST_FINDINGS)
    ]


async def check_seats(tx: Tx) -> list[Finding]:
    """A seat is of a ticket for its slot that is still good, and stands on it."""
    return [
        Finding("seats", row.number, f"seat {row.seat}, ticket is {row.status}")
        for row in await tx.rows(store.WRONG_SEATS, most=MOST_FINDINGS)
    ]


register("tickets", check_uses)
register("seats", check_seats)
register("media", check_media)
