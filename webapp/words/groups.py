"""Words of groups: who comes, and how far they are; and of what is announced."""

from collections.abc import Mapping
from enum import StrEnum

from domain.admission.announcements import AnnouncementStatus, Place
from domain.admission.groups import GroupKind, GroupStage, GroupStatus
from domain.kernel.errors import Message, say

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]] = {
    GroupKind: {
        GroupKind.AGENCY: say("Travel agency"),
        GroupKind.SCHOOL: say("School"),
        GroupKind.COMPANY: say("Company"),
        GroupKind.OTHER: say("Other"),
    },
    GroupStatus: {
        GroupStatus.OPEN: (say("Booked"), "info"),
        GroupStatus.CLOSED: say("Group closed"),
        GroupStatus.CANCELLED: (say("Given up"), "warn"),
    },
    GroupStage: {
        GroupStage.BOOKED: (say("Not paid"), "warn"),
        GroupStage.DEPOSIT: (say("Deposit paid"), "info"),
        GroupStage.PAID: (say("Paid, not here yet"), "info"),
        GroupStage.ARRIVING: (say("Coming in"), "warn"),
        GroupStage.COMPLETE: (say("All here"), "ok"),
        GroupStage.CLOSED: say("Group closed"),
        GroupStage.LAPSED: (say("Not paid in time"), "bad"),
        GroupStage.REFUNDED: (say("Refunded"), "warn"),
        GroupStage.CANCELLED: (say("Given up"), "warn"),
    },
    AnnouncementStatus: {
        AnnouncementStatus.DRAFT: (say("Draft"), "warn"),
        AnnouncementStatus.RELEASED: (say("Released"), "ok"),
        AnnouncementStatus.WITHDRAWN: say("Withdrawn"),
    },
    Place: {
        Place.WINDOW: say("Windows"),
        Place.KIOSK: say("Kiosks"),
        Place.GATE: say("Gates"),
        Place.DASHBOARD: say("Dashboard"),
        Place.SHOP: say("Web shop"),
    },
}
