"""Red-letter invoices (红字发票): what goes back after an invoice was issued is corrected by one.

A refund, whole or in part, notes what is to be corrected in its own transaction; who writes the red
invoice in the tax bureau's system notes its number here.
"""

from datetime import datetime
from typing import Any

from domain.commerce.invoices import store
from domain.commerce.invoices.model import InvoiceStatus, RedStatus
from domain.commerce.orders import Order
from domain.commerce.refunds import Refund, deciding
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record

MOST_OF_A_NUMBER = 40


async def note_refund(tx: Tx, refund: Refund, order: Order, actor: Actor, now: datetime) -> None:
    """Nothing for an order without an issued invoice: it is answered by what is paid then."""
    invoice = await tx.one(store.OF_ORDER, order_id=order.id)
    if invoice is None or invoice.status != InvoiceStatus.ISSUED or refund.amount_minor <= 0:
        return
    tx.add(
        store.ADD_RED,
        id=ids.new_id(),
        invoice_id=invoice.id,
        refund_id=refund.id,
        amount_minor=refund.amount_minor,
        status=RedStatus.DUE.value,
        number="",
        due_at=now,
        written_at=None,
        written_by=None,
        version=1,
    )
    after = {"number": refund.number, "amount_minor": refund.amount_minor}
    where = order.area_id
    record(tx, actor, "invoice.red_due", invoice.id, now, after=after, area_id=where)


async def reds_of(tx: Tx, invoice_id: str) -> list[Any]:
    """What was and is to be corrected of an invoice, oldest first, with the refund's number and who
    wrote it. A question."""
    return await tx.rows(store.REDS_OF, invoice_id=invoice_id)


async def write_red(
    tx: Tx, invoice_id: str, red_id: str, number: str, version: int, actor: Actor, now: datetime
) -> None:
    """The red invoice was made under this number. Conflict when somebody noted it already."""
    number = number.strip()
    if not 1 <= len(number) <= MOST_OF_A_NUMBER:
        raise InvalidInput({"number": say("Please type the red-letter invoice's number.")})
    invoice = await tx.one(store.GET, id=invoice_id)
    found = [one for one in await reds_of(tx, invoice_id) if one.id == red_id]
    if invoice is None or not found:
        raise NotFound()
    if not await tx.one(
        store.WRITE_RED, red=red_id, seen=version, given_number=number, now=now, who=actor.id
    ):
        raise Conflict()
    after = {"number": number, "amount_minor": found[0].amount_minor}
    where = invoice.area_id
    record(tx, actor, "invoice.red_written", invoice_id, now, after=after, area_id=where)


deciding.when_given_back(note_refund)
