"""Who did what: `record` writes an entry in the caller's transaction."""

from domain.operation.audit.entries import record

__all__ = ["record"]
