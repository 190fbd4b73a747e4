"""Work that leaves the process: `enqueue` writes it in the caller's transaction."""

from domain.operation.outbox.messages import enqueue

__all__ = ["enqueue"]
