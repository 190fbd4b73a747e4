"""Maker and checker: `request` asks, `decide` decides, `register` says what a decision does."""

from domain.operation.approvals.decisions import Effect, decide, register, request
from domain.operation.approvals.model import ApprovalStatus

__all__ = ["ApprovalStatus", "Effect", "decide", "register", "request"]
