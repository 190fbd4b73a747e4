"""Maker and checker: `request` asks, `decide` decides, `register` says what a decision does and
who may make it; `worklist` is what staff see."""

from domain.operation.approvals import worklist
from domain.operation.approvals.decisions import (
    Effect,
    decide,
    effect_of,
    kinds_for,
    register,
    request,
)
from domain.operation.approvals.model import ApprovalStatus

__all__ = [
    "ApprovalStatus",
    "Effect",
    "decide",
    "effect_of",
    "kinds_for",
    "register",
    "request",
    "worklist",
]
