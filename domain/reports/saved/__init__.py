"""Reports that somebody keeps and has sent.

saved_id = await db.act(saved.keep, Asked("sales", question, "zh"), Kept("Yesterday", ...), zone,
                        actor, now)
"""

from domain.reports.saved.keeping import (
    Asked,
    Kept,
    change,
    deliveries_of,
    get,
    keep,
    remove,
    seen_by,
)
from domain.reports.saved.model import DeliveryStatus, Period, Rhythm, days_of, next_due
from domain.reports.saved.sending import EMAIL_MESSAGE, send_due

__all__ = [
    "EMAIL_MESSAGE",
    "Asked",
    "DeliveryStatus",
    "Kept",
    "Period",
    "Rhythm",
    "change",
    "days_of",
    "deliveries_of",
    "get",
    "keep",
    "next_due",
    "remove",
    "seen_by",
    "send_due",
]
