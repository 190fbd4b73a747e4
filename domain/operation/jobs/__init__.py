"""Long work that survives a restart, and work that is done again and again.

`register(kind, step)` says how work of a kind is done, `request` asks for it in the caller's
transaction; `every(kind, seconds, run)` says what is swept how often.
"""

from domain.operation.jobs.model import JobStatus
from domain.operation.jobs.requests import (
    cancel,
    find,
    forget_old,
    get,
    is_open_to,
    list_schedules,
    page,
    request,
    request_alone,
    retry,
)
from domain.operation.jobs.running import Job, Progress, Runner, Step, advance, register
from domain.operation.jobs.schedules import Clockwork, every

__all__ = [
    "Clockwork",
    "Job",
    "JobStatus",
    "Progress",
    "Runner",
    "Step",
    "advance",
    "cancel",
    "every",
    "find",
    "forget_old",
    "get",
    "is_open_to",
    "list_schedules",
    "page",
    "register",
    "request",
    "request_alone",
    "retry",
]
