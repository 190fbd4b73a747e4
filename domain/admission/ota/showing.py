"""What an OTA is shown of an order: vouchers, and what of each item is used or given back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.admission import tickets
from domain.admission.ota import store
from domain.admission.ota.model import OrderState
from domain.admission.tickets import LIVING, TicketStatus, signing_keys
from domain.admission.tickets.code import sign
from domain.kernel.db import Tx
from domain.kernel.vault import Vault

TEXT_CODE = 1  # voucherType: the OTA draws it as a QR
GONE = {TicketStatus.CHANGED}


class Shown(NamedTuple):
    """An item with its tickets as they are now, those that were changed left out."""

    item: Any
    tickets: Sequence[Any]

    @property
    def used(self) -> int:
        return sum(1 for one in self.tickets if one.entries_used)

    @property
    def cancelled(self) -> int:
        return sum(1 for one in self.tickets if one.status == TicketStatus.REFUNDED)

    def state(self, now: datetime) -> OrderState:
        many, used, gone = len(self.tickets), self.used, self.cancelled
        if any(one.status == TicketStatus.REFUND_PENDING for one in self.tickets):
            return OrderState.CANCEL_WAITING
        if gone == many:
            return OrderState.CANCELLED
        if used:
            return OrderState.USED if used >= many - gone else OrderState.PART_USED
        left = [one for one in self.tickets if one.status != TicketStatus.REFUNDED]
        if all(one.valid_until <= now for one in left):
            return OrderState.EXPIRED
        return OrderState.PART_CANCELLED if gone else OrderState.CONFIRMED


async def items_of(tx: Tx, order_id: str) -> list[Shown]:
    """An order's items in their order. A question."""
    rows = await tx.rows(store.TICKETS_OF, order=order_id)
    living = [row for row in rows if row.status not in GONE]
    return [
        Shown(item, [row for row in living if row.item_id == item.id])
        for item in await tx.rows(store.ITEMS_OF, order=order_id)
    ]


async def vouchers(tx: Tx, vault: Vault, order_id: str) -> list[dict[str, Any]]:
    """The code of every ticket that still opens a gate: the same digits as on its paper."""
    found: list[dict[str, Any]] = []
    shown = await items_of(tx, order_id)
    item_of = {
        one.id: each.item.item_id for each in shown for one in each.tickets if one.status in LIVING
    }
    for printable in await tickets.printed(tx, list(item_of)) if item_of else []:
        private = await signing_keys.get_private(tx, vault, printable.body.key_number)
        found.append(
            {
                "itemId": item_of[printable.row.id],
                "voucherId": printable.row.number,
                "voucherType": TEXT_CODE,
                "voucherCode": sign(printable.body, private),
                "voucherData": "",
            }
        )
    return found
