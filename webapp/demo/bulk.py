"""Orders by the hundred thousand, for measuring."""

from collections.abc import Callable

from domain.kernel.db import Database
from domain.kernel.vault import Vault


async def add_orders(db: Database, vault: Vault, count: int, tell: Callable[[str], None]) -> None:
    raise NotImplementedError
