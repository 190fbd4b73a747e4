"""What a list must say so that its rows can be changed together."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from domain.kernel.db import Tx
from domain.kernel.errors import Message
from domain.operation.staff import SignedIn
from webapp.forms import Typed

# The ids of all rows that match a list's filters, at most one more than may be changed together.
Match = Callable[[Tx, SignedIn, Typed], Awaitable[list[str]]]


class BatchList(NamedTuple):
    title: Message
    route: str  # of the list's page
    match: Match
