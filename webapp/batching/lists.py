"""Every list whose rows can be changed together, by the noun of its field groups."""

from collections.abc import Mapping

from domain.admission import devices
from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.operation.staff import Permission, SignedIn
from webapp import office_devices
from webapp.batching.model import BatchList
from webapp.forms import Typed


async def every_device(tx: Tx, staff: SignedIn, typed: Typed) -> list[str]:
    rows = office_devices.filtered(await devices.health(tx), staff, Permission.DEVICES_SEE, typed)
    return [row.id for row in rows]


LISTS: Mapping[str, BatchList] = {
    "device": BatchList(say("Devices"), "devices.index", every_device),
}
