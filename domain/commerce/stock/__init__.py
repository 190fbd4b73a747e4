"""The warehouse (仓库): blank tickets and cards as serial ranges, who holds them, how they move.

Importing it registers what a shift must count before it closes. `consume` uses blanks up,
`feeds.print_on` those in a window's printer; `documents` moves them between holders; what is read
stands in `looking` and `counting.report`.
"""

from domain.commerce.stock import counting, documents, feeds, importing, looking, verification
from domain.commerce.stock.holding import Holder, get_holder, held, list_holders
from domain.commerce.stock.kinds import (
    KindInput,
    add_kind,
    change_kind,
    get_kind,
    list_kinds,
    retire_kind,
    set_threshold,
)
from domain.commerce.stock.model import (
    DifferenceCause,
    DocumentKind,
    DocumentStatus,
    LineRole,
    StockAct,
    StockForm,
)
from domain.commerce.stock.serials import Serial, Serials, between, parse
from domain.commerce.stock.using import BlankCard, Use, consume, use_card

__all__ = [
    "BlankCard",
    "DifferenceCause",
    "DocumentKind",
    "DocumentStatus",
    "Holder",
    "KindInput",
    "LineRole",
    "Serial",
    "Serials",
    "StockAct",
    "StockForm",
    "Use",
    "add_kind",
    "between",
    "change_kind",
    "consume",
    "counting",
    "documents",
    "feeds",
    "get_holder",
    "get_kind",
    "held",
    "importing",
    "list_holders",
    "list_kinds",
    "looking",
    "parse",
    "retire_kind",
    "set_threshold",
    "use_card",
    "verification",
]
