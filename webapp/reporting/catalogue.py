"""Every report there is, by its word."""

from collections.abc import Mapping

from webapp.reporting import afterwards, holdings, otas, promoted, sales
from webapp.reporting.model import Report

REPORTS: Mapping[str, Report] = {
    report.word: report
    for report in (
        *sales.REPORTS,
        *promoted.REPORTS,
        *otas.REPORTS,
        *afterwards.REPORTS,
        *holdings.REPORTS,
    )
}
