"""What lists of bills' differences are asked, by their page and by their file."""

from typing import Any

from domain.commerce.payments import Tender
from domain.commerce.reconciliation import Finding, ItemStatus, Sought
from domain.kernel.db import Tx
from domain.kernel.ports import BilledKind
from domain.operation.staff import EVERYWHERE, Permission, SignedIn
from webapp.form_fields import Id
from webapp.forms import Form
from webapp.office_orders import areas_for

SEE, SETTLE = Permission.BILLS_SEE, Permission.BILLS_SETTLE


class ItemsForm(Form):
    tender: Tender | None = None
    status: ItemStatus | None = None
    bill_id: Id | None = None


async def sought_of(tx: Tx, staff: SignedIn, wanted: ItemsForm) -> Sought:
    """Within the areas that the reader may see; a stranger's money is for who sees everything."""
    return Sought(
        tuple(await areas_for(tx, staff, SEE)),
        staff.may(SEE, EVERYWHERE),
        wanted.tender.value if wanted.tender else "",
        wanted.status.value if wanted.status else "",
        wanted.bill_id or "",
    )


def finding_of(item: Any) -> Finding:
    return Finding(item.finding)


def status_of(item: Any) -> ItemStatus:
    return ItemStatus(item.status)


def tender_of(row: Any) -> Tender:
    return Tender(row.tender)


def kind_of(item: Any) -> BilledKind:
    return BilledKind(item.kind)
