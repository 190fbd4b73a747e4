"""What of which list can be changed together: each noun says so when its package is imported."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Message
from domain.operation.batches.model import Subject, Value
from domain.operation.staff.model import Permission


class FieldGroup(NamedTuple):
    """What can be changed of a list's rows together.

    `write` is the noun's own act for one row: it checks the version, validates and audits, and
    raises Conflict or InvalidInput before it changes anything.
    """

    noun: str
    field: str
    title: Message
    permission: Permission
    checked_by: Permission | None  # None: nobody else needs to agree
    read: Callable[[Tx, Sequence[str]], Awaitable[list[Subject]]]
    values: Callable[[Tx, str], Awaitable[list[Value]]]  # of an area
    write: Callable[[Tx, str, int, str, Actor, datetime], Awaitable[None]]

    @property
    def kind(self) -> str:
        return f"batch.{self.noun}.{self.field}"
