"""Groups: booked before they come, let in by one code in as many turns as they like, settled when
they have left.

`book`, `amend`, `cancel`, `save_roster` and `close` are acts (in the area's lane, where they move
places or money); `quote`, `get`, `find`, `list_groups`, `of_days`, `of_order` and `members` are
questions.
"""

from domain.admission.groups import moving, verification
from domain.admission.groups.booking import MOST_GUIDES, MOST_HEADS, amend, book, cancel
from domain.admission.groups.closing import Closing, Reckoned, close, quote
from domain.admission.groups.looking import (
    Sought,
    Wanted,
    find,
    get,
    list_groups,
    members,
    of_days,
    of_order,
    sought_for,
    stage,
)
from domain.admission.groups.model import (
    Booking,
    Contract,
    GroupKind,
    GroupStage,
    GroupStatus,
    Reckoning,
    reckon,
)
from domain.admission.groups.rosters import Roster, RowProblem
from domain.admission.groups.rosters import read as read_roster
from domain.admission.groups.rosters import save as save_roster

__all__ = [
    "MOST_GUIDES",
    "MOST_HEADS",
    "Booking",
    "Closing",
    "Contract",
    "GroupKind",
    "GroupStage",
    "GroupStatus",
    "Reckoned",
    "Reckoning",
    "Roster",
    "RowProblem",
    "Sought",
    "Wanted",
    "amend",
    "book",
    "cancel",
    "close",
    "find",
    "get",
    "list_groups",
    "members",
    "moving",
    "of_days",
    "of_order",
    "quote",
    "read_roster",
    "reckon",
    "save_roster",
    "sought_for",
    "stage",
    "verification",
]
