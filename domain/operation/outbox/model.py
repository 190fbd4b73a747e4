"""Work that leaves the process: written with its cause, carried out afterwards, never lost."""

from enum import StrEnum


class OutboxStatus(StrEnum):
    DUE = "due"  # waits for `due_at`, or is being carried out while `leased_until` lies ahead
    DONE = "done"
    FAILED = "failed"  # gave up: a person must look
    DROPPED = "dropped"  # a person decided not to
