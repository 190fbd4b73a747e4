"""Every statement that counts what waits. Each walks a short index and stops at `most`."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.devices.tables import devices
from domain.admission.faults.tables import device_faults
from domain.admission.redemptions.tables import incidents
from domain.kernel.db import among
from domain.operation.printers.tables import print_jobs


class Counted(NamedTuple):
    """The same count everywhere, and in the places that are passed."""

    everywhere: sa.Select[Any]
    at: sa.Select[Any]


def _counted(column: sa.Column[Any], *conditions: sa.ColumnElement[bool]) -> Counted:
    def up_to_most(*more: Any) -> sa.Select[Any]:
        found = sa.select(column.table.c.id).where(*conditions, *more)
        some = found.limit(b("most", type_=sa.Integer)).subquery()
        return sa.select(sa.func.count().label("n")).select_from(some)

    return Counted(up_to_most(), up_to_most(among(column, "places")))


INCIDENTS = _counted(incidents.c.area_id, incidents.c.status == "open")
OFFLINE = _counted(
    devices.c.area_id,
    devices.c.retired_at.is_(None),
    devices.c.presence.in_(["offline", "degraded"]),
)
PRINTS = _counted(print_jobs.c.area_id, print_jobs.c.status.in_(["unknown", "failed"]))
FAULTS = _counted(device_faults.c.area_id, device_faults.c.ended_at.is_(None))
