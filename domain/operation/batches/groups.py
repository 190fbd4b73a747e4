"""What of which list can be changed together: each noun says so when its package is imported."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Message, NotFound
from domain.operation import approvals
from domain.operation.batches.model import Change, Subject, Value, ValueKind
from domain.operation.staff.model import Permission
from domain.operation.staff.signed_in import SignedIn

# Why somebody may not give a row this value; None when they may.
Judge = Callable[[Tx, SignedIn, Subject, str], Awaitable[Message | None]]


class FieldGroup(NamedTuple):
    """What can be changed of a list's rows together.

    `write` is the noun's own act for one row: it validates and audits, and raises Conflict or
    InvalidInput before it changes anything. That the row is still as it was previewed (`version`
    and value of its Subject) was looked at just before, in the same transaction.
    """

    noun: str
    field: str
    label: Message
    title: Message  # what an approval of it is called
    permission: Permission
    checked_by: Permission | None  # None: nobody else needs to agree
    read: Callable[[Tx, Sequence[str]], Awaitable[list[Subject]]]
    values: Callable[[Tx, str], Awaitable[list[Value]]]  # of an area; of typed kinds none
    write: Callable[[Tx, Change, Actor, datetime], Awaitable[None]]
    kind: ValueKind = ValueKind.CHOICE
    words: type[StrEnum] | None = None  # values that are words of the product
    attribute: Message | None = None  # what BY_ATTRIBUTE looks at
    attribute_words: type[StrEnum] | None = None
    judge: Judge | None = None

    @property
    def approval_kind(self) -> str:
        return f"batch.{self.noun}.{self.field}"


_groups: dict[tuple[str, str], FieldGroup] = {}


def group_of(noun: str, field: str) -> FieldGroup:
    """Raises NotFound."""
    try:
        return _groups[noun, field]
    except KeyError:
        raise NotFound() from None


def groups_of(noun: str) -> list[FieldGroup]:
    """All that can be changed together of a list's rows, in the order of their registration."""
    return [group for group in _groups.values() if group.noun == noun]


def all_groups() -> list[FieldGroup]:
    return list(_groups.values())


def keep(group: FieldGroup, effect: approvals.Effect | None) -> None:
    _groups[group.noun, group.field] = group
    if effect is not None:
        approvals.register(group.approval_kind, effect)


async def no_values(tx: Tx, area_id: str) -> list[Value]:
    """For groups whose values are typed."""
    return []
