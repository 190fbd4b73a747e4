"""Changing tickets to another day or slot: `quote` says what it costs, `change` does it; `paying`
is for what costs more where there is no window."""

from domain.commerce.changes import paying
from domain.commerce.changes.changing import (
    Change,
    Request,
    change,
    changes_of,
    get_change,
    when_changed,
)
from domain.commerce.changes.model import HoldStatus
from domain.commerce.changes.quoting import Quote, Target, quote

__all__ = [
    "Change",
    "HoldStatus",
    "Quote",
    "Request",
    "Target",
    "change",
    "changes_of",
    "get_change",
    "paying",
    "quote",
    "when_changed",
]
