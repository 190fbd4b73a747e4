"""What the office's pages about printers share: which ones somebody sees, and whom they serve."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from domain.admission import devices
from domain.admission.devices import DeviceKind
from domain.kernel.db import Tx
from domain.operation import places, printers
from domain.operation.places import PlaceKind
from domain.operation.printers import PostKind
from domain.operation.staff import Permission, SignedIn
from webapp.office_orders import areas_for, name_of

SEE, EDIT, WORK = Permission.PRINTERS_SEE, Permission.PRINTERS_EDIT, Permission.PRINTERS_WORK


class Served(NamedTuple):
    """A window, sales site or kiosk that a printer may serve."""

    kind: PostKind
    id: str
    area_id: str
    name: str

    @property
    def value(self) -> str:
        return f"{self.kind.value}:{self.id}"


async def served_in(tx: Tx, areas: Mapping[str, str]) -> list[Served]:
    """Every living post of these areas, windows first. A question."""
    windows = await places.list_places(tx, PlaceKind.WINDOW)
    sites = await places.list_places(tx, PlaceKind.SALES_SITE)
    kiosks = [row for row in await devices.health(tx) if row.kind == DeviceKind.KIOSK]
    found = [Served(PostKind.WINDOW, row.id, row.area_id, name_of(row)) for row in windows]
    found += [Served(PostKind.SALES_SITE, row.id, row.area_id, name_of(row)) for row in sites]
    found += [Served(PostKind.KIOSK, row.id, row.area_id, row.name) for row in kiosks]
    return [one for one in found if one.area_id in areas]


async def printers_for(tx: Tx, staff: SignedIn, permission: Permission = SEE) -> list[Any]:
    """The printers of areas in which somebody has a permission. A question."""
    return await printers.list_printers(tx, list(await areas_for(tx, staff, permission)))
