"""What waits for a person, as numbers beside the rail: requests, failures, incidents, devices."""

from domain.reports.waiting.counts import MOST, Waiting, waiting_for

__all__ = ["MOST", "Waiting", "waiting_for"]
