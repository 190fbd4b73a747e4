"""The tickets of a day against its passages: what became of each, and who passed without one."""

from domain.reports.closes.admissions.reading import Admissions, read_admissions

__all__ = ["Admissions", "read_admissions"]
