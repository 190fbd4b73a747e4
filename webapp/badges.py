"""The numbers beside the rail's items, so that what waits is seen from every page of the office.

One question for a person, whose answer may be some seconds old; whoever has just done something
sees the new numbers at once.
"""

import time
from collections.abc import Mapping

from starlette.requests import Request

from domain.kernel.errors import Unavailable
from domain.operation.staff import SignedIn
from domain.reports import waiting
from domain.reports.waiting import Waiting
from webapp.parts import db_of

PAGES = "/office"
KEPT_SECONDS = 5.0
MOST_KEPT = 1_000
SAFE = ("GET", "HEAD")
ITEMS: Mapping[str, str] = {  # which number stands beside which route of the rail
    "approvals.index": "approvals",
    "outbox.index": "failed",
    "incidents.index": "incidents",
    "devices.index": "devices",
    "device_faults.index": "faults",
    "printers.index": "prints",
}


class Badges:
    """One for an app."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, Waiting]] = {}

    async def of(self, request: Request, staff: SignedIn) -> Waiting:
        """What waits for this person; nothing while the database has too much to do."""
        at, known = self._kept.get(staff.session_id, (0.0, Waiting()))
        if time.monotonic() - at < KEPT_SECONDS:
            return known
        try:
            known = await db_of(request).ask(waiting.waiting_for, staff)
        except Unavailable:
            return known
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[staff.session_id] = (time.monotonic(), known)
        return known

    def forget(self, staff: SignedIn) -> None:
        """This person has just done something."""
        self._kept.pop(staff.session_id, None)


def badges_of(request: Request) -> Badges:
    badges: Badges = request.app.state.badges
    return badges


async def note(request: Request, staff: SignedIn) -> None:
    """Have the numbers ready for the pages of the office."""
    if request.url.path.startswith(PAGES):
        request.state.waiting = await badges_of(request).of(request, staff)


def counts(request: Request) -> dict[str, str]:
    """The numbers by route, as they are shown; without those that are nought."""
    known = getattr(request.state, "waiting", Waiting())
    numbers = {route: getattr(known, field) for route, field in ITEMS.items()}
    return {
        route: f"{waiting.MOST - 1}+" if number >= waiting.MOST else str(number)
        for route, number in numbers.items()
        if number
    }
