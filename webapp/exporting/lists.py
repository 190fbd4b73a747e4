"""Every list that can be taken away as a file, by the word that its page uses."""

from collections.abc import Mapping

from webapp.exporting import gates, orders, reports
from webapp.exporting.model import ExportList

LISTS: Mapping[str, ExportList] = {
    "orders": orders.LIST,
    "redemptions": gates.SCANS,
    "passages": gates.PASSAGES,
    **reports.LISTS,
}
