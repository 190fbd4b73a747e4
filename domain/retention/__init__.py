"""How long identities are kept, what is removed when, and what a dispute still needs.

The one package that takes identities out of others' rows; a test compares its list with every
column that holds one.
"""

from domain.retention.holds import Wanted, list_holds, place, release
from domain.retention.model import HoldNoun, IdentityKind, days_of
from domain.retention.removing import (
    COUNTED,
    Due,
    end,
    get_run,
    list_runs,
    preview,
    remove_some,
    request,
    request_if_due,
)
from domain.retention.sweeps import register

__all__ = [
    "COUNTED",
    "Due",
    "HoldNoun",
    "IdentityKind",
    "Wanted",
    "days_of",
    "end",
    "get_run",
    "list_holds",
    "list_runs",
    "place",
    "preview",
    "register",
    "release",
    "remove_some",
    "request",
    "request_if_due",
]
