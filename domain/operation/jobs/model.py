"""Long work that survives a restart: imports, exports, sweeps, seals, backups."""

from collections.abc import Mapping, Set
from enum import StrEnum


class JobStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


JOB_MOVES: Mapping[JobStatus, Set[JobStatus]] = {
    JobStatus.WAITING: {JobStatus.RUNNING, JobStatus.CANCELLED},
    JobStatus.RUNNING: {
        JobStatus.WAITING,
        JobStatus.DONE,
        JobStatus.FAILED,
        JobStatus.CANCELLED,
    },
    JobStatus.DONE: frozenset(),
    JobStatus.FAILED: {JobStatus.WAITING},
    JobStatus.CANCELLED: frozenset(),
}
