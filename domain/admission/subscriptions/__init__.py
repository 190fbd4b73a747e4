"""What programs of resellers are told by themselves (OCTO notifications, docs/octo.md): they say
where and about what, and get keys to look up what changed, never the thing itself."""

from domain.admission.subscriptions.model import MOST, NoticeType, Subscription, SubscriptionInput
from domain.admission.subscriptions.saving import add, change, get, of_agent, remove
from domain.admission.subscriptions.sending import KIND, Send, carriers
from domain.admission.subscriptions.telling import (
    BOOKING_SECONDS,
    CATALOGUE_SECONDS,
    look_at_bookings,
    look_at_catalogue,
)

__all__ = [
    "BOOKING_SECONDS",
    "CATALOGUE_SECONDS",
    "KIND",
    "MOST",
    "NoticeType",
    "Send",
    "Subscription",
    "SubscriptionInput",
    "add",
    "carriers",
    "change",
    "get",
    "look_at_bookings",
    "look_at_catalogue",
    "of_agent",
    "remove",
]
