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

__all__ = [
    "CLOSURE",
    "EVERYWHERE",
    "MOST_CHARACTERS",
    "TEMPLATES",
    "Announcement",
    "AnnouncementStatus",
    "Place",
    "Words",
    "draft",
    "get",
    "live",
    "log",
    "release",
    "withdraw",
]
