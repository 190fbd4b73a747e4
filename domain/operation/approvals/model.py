"""Maker and checker: what one asks for, another decides."""

from collections.abc import Mapping, Set
from enum import StrEnum


class ApprovalStatus(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


APPROVAL_MOVES: Mapping[ApprovalStatus, Set[ApprovalStatus]] = {
    ApprovalStatus.REQUESTED: {
        ApprovalStatus.APPROVED,
        ApprovalStatus.REJECTED,
        ApprovalStatus.WITHDRAWN,
    },
    ApprovalStatus.APPROVED: frozenset(),
    ApprovalStatus.REJECTED: frozenset(),
    ApprovalStatus.WITHDRAWN: frozenset(),
}
