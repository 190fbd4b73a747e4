"""SendVoucher: the vouchers of an order once more.

CreateOrder answers that the OTA sends vouchers (`voucherSender` 1), so they go to the OTA, which
knows its customer. What cannot be sent is refused: nobody is told of a voucher that went nowhere.
"""

from datetime import datetime
from typing import Any

from domain.admission.ota import telling
from domain.admission.ota.altering import find
from domain.admission.ota.bodies import SendVoucher
from domain.admission.ota.calls import Call
from domain.admission.ota.codes import Told
from domain.admission.ota.model import Answer, Code, Notice, OrderState
from domain.admission.ota.showing import Shown, items_of
from domain.admission.tickets import LIVING
from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.kernel.vault import Vault

WHY_NONE = {
    OrderState.CANCEL_WAITING: Code.REJECTED,
    OrderState.CANCELLED: Code.QUANTITY,
    OrderState.EXPIRED: Code.EXPIRED,
}


async def resend(tx: Tx, vault: Vault, call: Call, now: datetime) -> Answer:
    """Pushed by OrderTravelNotice, once for a sequence. Told why there is nothing to push."""
    body = call.body
    assert isinstance(body, SendVoucher)
    row = await find(tx, call, body.otaOrderId, body.supplierOrderId)
    if not call.account.notice_url:
        raise Told(Code.OTHER, say("No address for notices is set, so no voucher can be sent."))
    shown = await items_of(tx, row.order_id)
    if not any(is_good(one, now) for each in shown for one in each.tickets):
        raise Told(why_none(shown, now), say("No ticket of this order can be used any more."))
    await telling.enqueue(tx, row.order_id, Notice.TRAVEL, {}, now)
    return Answer(Code.OK, "", None, row.order_id)


def is_good(ticket: Any, now: datetime) -> bool:
    """It still opens a gate."""
    return bool(ticket.status in LIVING and ticket.valid_until > now)


def why_none(shown: list[Shown], now: datetime) -> Code:
    return next(
        (WHY_NONE[state] for one in shown if (state := one.state(now)) in WHY_NONE), Code.USED
    )
