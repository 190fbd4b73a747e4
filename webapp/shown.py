"""Values as several pages show them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple


class Change(NamedTuple):
    """A field before and after, as text."""

    label: str
    before: str = ""
    after: str = ""


class Happening(NamedTuple):
    """One line of a timeline (shared/timeline.html)."""

    at: datetime
    what: str
    who: str = ""
    more: str = ""
    symbol: str = "edit"  # of icons.svg
    tone: str = ""  # ok, info, warn, bad
    changes: Sequence[Change] = ()
