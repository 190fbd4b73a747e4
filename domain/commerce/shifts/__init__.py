"""One cashier's time at one drawer: opening, dropping cash, counting, closing."""

from domain.commerce.shifts import closers, verification
from domain.commerce.shifts.closing import (
    DENOMINATIONS,
    CloseState,
    Closing,
    Count,
    close,
    print_slip,
    total_of,
)
from domain.commerce.shifts.model import CashMove, ShiftStatus
from domain.commerce.shifts.opening import (
    Drop,
    Shift,
    cash_for,
    current,
    current_of,
    drop,
    for_sale,
    get_shift,
    open_shift,
)
from domain.commerce.shifts.reports import (
    ShiftFilter,
    ShiftReport,
    Taken,
    TypeSold,
    by_type,
    counted,
    expected,
    list_shifts,
    report,
)

__all__ = [
    "DENOMINATIONS",
    "CashMove",
    "CloseState",
    "Closing",
    "Count",
    "Drop",
    "Shift",
    "ShiftFilter",
    "ShiftReport",
    "ShiftStatus",
    "Taken",
    "TypeSold",
    "by_type",
    "cash_for",
    "close",
    "closers",
    "counted",
    "current",
    "current_of",
    "drop",
    "expected",
    "for_sale",
    "get_shift",
    "list_shifts",
    "open_shift",
    "print_slip",
    "report",
    "total_of",
    "verification",
]
