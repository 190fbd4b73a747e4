"""Changing tickets to another day or slot: `quote` says what it costs, `change` does it."""

from domain.commerce.changes.changing import (
    Change,
    Request,
    change,
    changes_of,
    get_change,
    when_changed,
)
from domain.commerce.changes.quoting import Quote, Target, quote

__all__ = [
    "Change",
    "Quote",
    "Request",
    "Target",
    "change",
    "changes_of",
    "get_change",
    "quote",
    "when_changed",
]
