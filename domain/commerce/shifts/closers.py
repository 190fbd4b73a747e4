"""What must come out besides the cash before a shift closes: its blank tickets and cards, say.

closers.register("stock", StockCloser())
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from domain.commerce.shifts.opening import Shift
from domain.kernel.actors import Actor
from domain.kernel.db import Tx


class Checked(NamedTuple):
    """`is_open`: not counted, or a difference has no word of explanation yet; then nothing closes.
    `needs_approval`: explained, and above what a cashier may explain alone."""

    is_open: bool = False
    needs_approval: bool = False
    summary: Mapping[str, Any] = {}  # what the supervisor is shown


class Closer(Protocol):
    async def check(self, tx: Tx, shift: Shift, now: datetime) -> Checked:
        """As it stands now, in the transaction that wants to close the shift."""

    async def settle(self, tx: Tx, shift: Shift, actor: Actor, now: datetime) -> None:
        """The shift closes: book what was explained."""


_closers: dict[str, Closer] = {}


def register(name: str, closer: Closer) -> None:
    """Say, when a package is imported, what else it wants counted."""
    _closers[name] = closer


async def check_all(tx: Tx, shift: Shift, now: datetime) -> Checked:
    """All of them as one."""
    found = {name: await closer.check(tx, shift, now) for name, closer in _closers.items()}
    return Checked(
        any(one.is_open for one in found.values()),
        any(one.needs_approval for one in found.values()),
        {name: dict(one.summary) for name, one in found.items() if one.summary},
    )


async def settle_all(tx: Tx, shift: Shift, actor: Actor, now: datetime) -> None:
    for closer in _closers.values():
        await closer.settle(tx, shift, actor, now)
