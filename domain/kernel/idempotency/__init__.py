"""Answers that were already given, so that a repeated request changes nothing."""

from domain.kernel.idempotency.answers import earlier_answer, keep_answer, request_hash

__all__ = ["earlier_answer", "keep_answer", "request_hash"]
