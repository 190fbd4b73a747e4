"""Batch modification: one field group of many rows, shared out by a principle."""

from domain.operation.batches.principles import MOST_ROWS, Principle, Shares, share_out

__all__ = ["MOST_ROWS", "Principle", "Shares", "share_out"]
