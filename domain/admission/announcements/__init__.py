"""What visitors are told at windows, kiosks and gates. Importing it lets every level of capacity
draft its announcement, which somebody releases."""

from domain.admission.announcements.model import (
    CLOSURE,
    EVERYWHERE,
    MOST_CHARACTERS,
    TEMPLATES,
    Announcement,
    AnnouncementStatus,
    Place,
    Words,
)
from domain.admission.announcements.saying import draft, get, live, log, release, withdraw
from domain.admission.announcements.telling import audience, carriers, tell, told_days

__all__ = [
    "CLOSURE",
    "EVERYWHERE",
    "MOST_CHARACTERS",
    "TEMPLATES",
    "Announcement",
    "AnnouncementStatus",
    "Place",
    "Words",
    "audience",
    "carriers",
    "draft",
    "get",
    "live",
    "log",
    "release",
    "tell",
    "told_days",
    "withdraw",
]
