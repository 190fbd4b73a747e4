"""What the bills of payment platforms say of an area's day."""

from domain.reports.closes.bills.reading import Bills, read_bills

__all__ = ["Bills", "read_bills"]
