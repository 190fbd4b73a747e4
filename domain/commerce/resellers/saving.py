"""Writing a booking's row: what was not said stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.commerce.resellers import store
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict

KEPT = {
    "to_order": "order_id",
    "to_availability": "availability_id",
    "to_day": "visit_on",
    "to_cart": "cart_id",
    "to_reference": "reseller_reference",
    "to_notes": "notes",
    "to_contact": "contact_sealed",
    "to_items": "items",
    "to_held": "held_until",
    "to_confirmed": "confirmed_at",
    "to_cancelled": "cancelled_at",
    "to_reason": "cancel_reason",
    "to_given": "given",
}


async def save(tx: Tx, row: Any, changes: Mapping[str, Any], now: datetime) -> None:
    """Conflict when somebody was first."""
    values = {name: getattr(row, column) for name, column in KEPT.items()} | dict(changes)
    values["to_items"] = [
        item if isinstance(item, dict) else item._asdict() for item in values["to_items"]
    ]
    if not await tx.one(store.SAVE, booking=row.id, seen=row.version, now=now, **values):
        raise Conflict()
