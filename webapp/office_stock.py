"""What the pages about stock share: which holders and kinds somebody sees, and their names."""

from typing import Any, NamedTuple

from domain.commerce import stock
from domain.commerce.stock import Holder
from domain.kernel.db import Tx
from domain.operation.staff import Permission, SignedIn
from webapp.office_orders import areas_for, name_of

SEE, EDIT, APPROVE = Permission.STOCK_SEE, Permission.STOCK_EDIT, Permission.STOCK_APPROVE


class Stores(NamedTuple):
    """Those in whose places the reader may see stock, living ones first asked for by code."""

    holders: dict[str, Holder]
    kinds: dict[str, Any]
    areas: dict[str, str]

    def holder_name(self, holder_id: str | None) -> str:
        return name_of(self.holders[holder_id]) if holder_id in self.holders else "—"

    def kind_name(self, kind_id: str) -> str:
        return name_of(self.kinds[kind_id]) if kind_id in self.kinds else "—"

    def living(self, *kinds: str) -> list[tuple[str, str]]:
        """Warehouses, windows or both as options of a select field."""
        return [
            (one.id, f"{name_of(one)} · {one.code}")
            for one in self.holders.values()
            if one.retired_at is None and one.kind in kinds
        ]

    def living_kinds(self) -> list[tuple[str, str]]:
        return [
            (row.id, f"{name_of(row)} · {row.code}")
            for row in self.kinds.values()
            if row.retired_at is None
        ]


async def stores_for(tx: Tx, staff: SignedIn) -> Stores:
    """A question."""
    holders = [one for one in await stock.list_holders(tx) if staff.may(SEE, one.id)]
    near = {one.area_id for one in holders}
    areas = await areas_for(tx, staff, SEE)
    kinds = [row for row in await stock.list_kinds(tx) if row.area_id in near | set(areas)]
    return Stores({one.id: one for one in holders}, {row.id: row for row in kinds}, areas)
