"""Closing a day (日结): money counted, tickets sold and passages, each difference explained.

close_id = await closes.draw_up(db, area_id, day, actor, now, stated={"card": 120_000})
await db.act(closes.explain, line_id, "Note", actor, now)
await closes.sign(db, area_id, day, actor, now)  # then approvals.decide by somebody else
"""

from domain.reports.closes import verification
from domain.reports.closes.closing import (
    KIND,
    Close,
    KeptLine,
    close_of_line,
    draw_up,
    explain,
    get_close,
    lines_of,
    sign,
)
from domain.reports.closes.looking import FROM_NEWEST, DayRow, days_to_close, page
from domain.reports.closes.model import (
    OF_MONEY,
    USE_ROWS,
    Cause,
    CloseStatus,
    Figures,
    Line,
    Read,
    UseFigures,
    money_rest,
    unexplained_minor,
    uses_rest,
)
from domain.reports.closes.reading import STATED, read_day

__all__ = [
    "FROM_NEWEST",
    "KIND",
    "OF_MONEY",
    "STATED",
    "USE_ROWS",
    "Cause",
    "Close",
    "CloseStatus",
    "DayRow",
    "Figures",
    "KeptLine",
    "Line",
    "Read",
    "UseFigures",
    "close_of_line",
    "days_to_close",
    "draw_up",
    "explain",
    "get_close",
    "lines_of",
    "money_rest",
    "page",
    "read_day",
    "sign",
    "unexplained_minor",
    "uses_rest",
    "verification",
]
