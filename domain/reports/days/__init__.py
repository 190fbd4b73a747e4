"""Days in figures: sales and entries by day, added up once a day is over, live before.

await sales(tx, Asked([area_id], first, last), Dimension.TYPE)
await entries(tx, Asked([area_id], first, last), Dimension.GATE)
"""

from domain.reports.days import verification
from domain.reports.days.asking import (
    MOST_DAYS,
    Asked,
    entries,
    regroup,
    sales,
    sales_by,
    unsummed,
)
from domain.reports.days.building import Day, add_up, forget_all, read_day, read_entries, read_sales
from domain.reports.days.model import (
    Came,
    Dimension,
    Key,
    Side,
    Sold,
    share_bps,
    total_came,
    total_sold,
)

__all__ = [
    "MOST_DAYS",
    "Asked",
    "Came",
    "Day",
    "Dimension",
    "Key",
    "Side",
    "Sold",
    "add_up",
    "entries",
    "forget_all",
    "read_day",
    "read_entries",
    "read_sales",
    "regroup",
    "sales",
    "sales_by",
    "share_bps",
    "total_came",
    "total_sold",
    "unsummed",
    "verification",
]
