"""Reading what the operator chose."""

from domain.kernel.db import Tx
from domain.operation.settings import store
from domain.operation.settings.model import OperatorSettings


async def current(tx: Tx, area_id: str = "") -> OperatorSettings:
    """The settings in force for an area: its own, else the installation's, else the default."""
    rows = await tx.rows(store.LIST_SETTINGS, area_id=area_id)
    chosen = {row.key: row.value for row in sorted(rows, key=lambda row: row.area_id)}
    return OperatorSettings.model_validate(chosen)
