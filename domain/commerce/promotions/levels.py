"""Which level a member has: whoever keeps members says so when imported."""

from collections.abc import Awaitable, Callable

from domain.kernel.db import Tx

LevelOf = Callable[[Tx, str], Awaitable[int | None]]
_keepers: list[LevelOf] = []


def register_levels(level_of: LevelOf) -> None:
    """`level_of(tx, member_id)`: 0 for a member without a level, None for nobody it knows."""
    _keepers[:] = [level_of]


async def level_of(tx: Tx, member_id: str) -> int | None:
    for keeper in _keepers:
        return await keeper(tx, member_id)
    return None
