"""What `shanmen verify` recomputes. Every package that keeps a sum, a count or a chain registers a
check; a check reads, in batches, and gives what differs.

    verification.register("ledger", verify)    # async def verify(tx) -> list[Finding]

All checks run in one read transaction: they see one moment, while the server goes on.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from domain.kernel.db import Tx

MOST_FINDINGS = 1_000  # of one check: more say nothing new


class Finding(NamedTuple):
    """Something that is not as it must be: which check, about what, and what differs."""

    check: str
    subject: str
    problem: str


Check = Callable[[Tx], Awaitable[list[Finding]]]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Say, when a package is imported, what can be recomputed of it."""
    _checks[name] = check


def names() -> list[str]:
    """Every registered check, in the order of their running."""
    return list(_checks)


async def run(tx: Tx, name: str) -> list[Finding]:
    """What one check finds."""
    return (await _checks[name](tx))[:MOST_FINDINGS]


async def run_all(tx: Tx) -> dict[str, list[Finding]]:
    """Every check's findings, by its name."""
    return {name: await run(tx, name) for name in _checks}
