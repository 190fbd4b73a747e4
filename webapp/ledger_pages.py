"""Which accounts somebody may look at, and what a posting is called."""

from collections.abc import Collection
from typing import Any

from domain.commerce.ledger import AccountKind
from domain.kernel.errors import NotFound
from domain.operation.staff import Permission, SignedIn
from webapp.words import acts

SEE = Permission.LEDGER_SEE
OF_AREAS = (
    AccountKind.SALES,
    AccountKind.REFUND_FEES,
    AccountKind.SAFE,
    AccountKind.CARD_CLEARING,
    AccountKind.SCAN_CLEARING,
    AccountKind.WECHAT_CLEARING,
    AccountKind.ALIPAY_CLEARING,
    AccountKind.CASH_DIFFERENCES,
    AccountKind.BILL_DIFFERENCES,
    AccountKind.PROMOTED_SALES,
)


def must_see(staff: SignedIn, areas: Collection[str], kind: AccountKind, owner_id: str) -> None:
    """An area's accounts are for whoever sees the area; those of shifts, orders and cards for
    whoever sees the ledger everywhere. Raises NotFound and Forbidden."""
    if kind in OF_AREAS and owner_id not in areas:
        raise NotFound()
    if kind not in OF_AREAS:
        staff.must(SEE, "everywhere")


def said(text: str) -> Any:
    """`order.paid` in words, as the audit trail says it."""
    verb = acts.VERBS.get(text.partition(".")[2])
    return verb.label if verb else text
