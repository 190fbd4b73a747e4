"""What reports call things: everything that figures were ever of, also what is retired since."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.kernel.db import Tx
from domain.reports.days.model import Dimension
from domain.reports.naming import store

__all__ = ["named"]


async def named(tx: Tx, area_ids: Sequence[str]) -> dict[Dimension, Mapping[str, Any]]:
    """Rows by dimension and id: name_zh, name_en; of windows also sales_site_id, of gates
    check_site_id. Staff and units are those of the whole house: show only those whose figures the
    reader may see."""
    found: dict[Dimension, Mapping[str, Any]] = {}
    for dimension, statement in store.OF_AREAS.items():
        rows = await tx.rows(statement, areas=list(area_ids))
        found[dimension] = {row.id: row for row in rows}
    for dimension, statement in store.OF_HOUSE.items():
        found[dimension] = {row.id: row for row in await tx.rows(statement)}
    return found
