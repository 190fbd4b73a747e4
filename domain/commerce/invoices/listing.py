"""The list of invoices to write."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.commerce.invoices import store
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut


class Sought(NamedTuple):
    """What the list is narrowed to."""

    areas: Sequence[str]
    state: str = ""
    words: str = ""
    red_due: bool = False  # only those that a red-letter invoice has to correct


async def list_requests(tx: Tx, sought: Sought, cut: Cut) -> list[Any]:
    """Newest first. A question."""
    return await store.LIST.page(
        tx,
        cut,
        areas=list(sought.areas),
        state=sought.state,
        words=sought.words,
        reds=sought.red_due,
    )
