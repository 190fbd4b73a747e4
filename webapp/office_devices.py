"""The list of devices: its filters, for the page and for whoever changes many of them."""

from collections.abc import Iterable
from typing import Any

from domain.operation.staff import Permission, SignedIn
from webapp.forms import Typed


def covers(staff: SignedIn, permission: Permission, row: Any) -> bool:
    """A device is where its gate is; one without a gate belongs to the area."""
    return staff.may(permission, row.area_id) or bool(
        row.gate_id and staff.may(permission, row.gate_id)
    )


def filtered(
    rows: Iterable[Any], staff: SignedIn, permission: Permission, typed: Typed
) -> list[Any]:
    asked, words = typed.text("presence"), typed.text("q").strip().lower()
    return [
        row
        for row in rows
        if covers(staff, permission, row)
        and (not asked or row.presence == asked)
        and words in f"{row.name} {row.gate_zh} {row.gate_en} {row.serial}".lower()
    ]
