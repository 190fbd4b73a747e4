"""What reports do again and again, on one server process at a time."""

from domain.operation import jobs
from domain.reports import days

DAYS_SECONDS = 300


def register() -> None:
    """Say it once, when the program is put together."""
    jobs.every("days.sum", DAYS_SECONDS, days.add_up)
