"""What reports do again and again, on one server process at a time."""

from domain.operation import jobs
from domain.reports import days, saved

DAYS_SECONDS = 300
SEND_SECONDS = 30


def register() -> None:
    """Say it once, when the program is put together."""
    jobs.every("days.sum", DAYS_SECONDS, days.add_up)
    jobs.every("reports.send", SEND_SECONDS, saved.send_due)
