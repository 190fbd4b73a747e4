"""Asking for an invoice, and answering."""

import re
from datetime import datetime
from typing import Any, NamedTuple

from stdnum.cn import uscc

from domain.commerce.invoices import store
from domain.commerce.invoices.model import InvoiceStatus, TitleKind
from domain.commerce.orders import altering, get_order
from domain.commerce.orders.model import OrderStatus
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation.audit import record

NOUN = "invoice"
OLD_TAX_NO = re.compile(r"[0-9]{15}|[0-9A-Z]{20}")  # from before the unified code of 2015
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,120}\.[^@\s.]{2,24}")
PAID = {OrderStatus.PAID, OrderStatus.PART_REFUNDED}


class InvoiceInput(NamedTuple):
    """What the buyer gives. A company needs its unified social credit code (GB 32100)."""

    kind: TitleKind
    title: str
    tax_no: str = ""
    email: str = ""


def problem_with_tax_no(number: str) -> Message | None:
    """Eighteen characters with their check digit; fifteen or twenty of an older register."""
    if len(number) != 18:
        if OLD_TAX_NO.fullmatch(number):
            return None
        return say("A tax number has 18 characters; this one has {length}.", length=len(number))
    try:
        uscc.validate(number)
    except uscc.InvalidChecksum:
        expected = uscc.calc_check_digit(number[:-1])
        return say("The last character does not fit: {expected} is expected.", expected=expected)
    except uscc.ValidationError:
        return say("This is not the number of a company that can exist.")
    return None


async def ask(tx: Tx, order_id: str, given: InvoiceInput, actor: Actor, now: datetime) -> str:
    """Ask for an invoice over what was paid and not given back. The same again is the same
    request; Conflict when another one is waiting or was issued, Refused when nothing was paid."""
    cleaned = checked(given)
    order = await get_order(tx, order_id)
    earlier = await tx.one(store.OF_ORDER, order_id=order_id)
    if earlier is not None and earlier.status != InvoiceStatus.REJECTED:
        if (earlier.title, earlier.tax_no) == (cleaned.title, cleaned.tax_no):
            return str(earlier.id)
        raise Conflict(say("An invoice for this order was asked for already."))
    amount = order.total_minor - order.refunded_minor
    if order.status not in PAID or amount <= 0:
        raise Refused(Refusal.UNPAID, say("There is nothing to write an invoice for."))
    request_id = ids.new_id()
    tx.add(
        store.ADD,
        id=request_id,
        order_id=order_id,
        area_id=order.area_id,
        kind=cleaned.kind.value,
        title=cleaned.title,
        tax_no=cleaned.tax_no,
        email=cleaned.email,
        amount_minor=amount,
        status=InvoiceStatus.REQUESTED.value,
        number="",
        reason="",
        requested_at=now,
        answered_at=None,
        answered_by=None,
        version=1,
    )
    after = {"order": order.number, "amount_minor": amount}  # a person's name must not stay here
    record(tx, actor, "invoice.requested", request_id, now, after=after, area_id=order.area_id)
    return request_id


def checked(given: InvoiceInput) -> InvoiceInput:
    """Raises InvalidInput at `title`, `tax_no`, `email`."""
    mistakes: dict[str, Message] = {}
    title, number = " ".join(given.title.split()), "".join(given.tax_no.split()).upper()
    if not 1 <= len(title) <= 120:
        mistakes["title"] = say("Please type the title of the invoice.")
    if given.kind is TitleKind.PERSON:
        number = ""
    elif problem := problem_with_tax_no(number):
        mistakes["tax_no"] = problem
    if given.email and not EMAIL.fullmatch(given.email):
        mistakes["email"] = say("This is no email address.")
    if mistakes:
        raise InvalidInput(mistakes)
    return given._replace(title=title, tax_no=number)


async def of_order(tx: Tx, order_id: str) -> Any | None:
    """An order's newest request, or None. A question."""
    return await tx.one(store.OF_ORDER, order_id=order_id)


async def get(tx: Tx, request_id: str) -> Any:
    row = await tx.one(store.GET, id=request_id)
    if row is None:
        raise NotFound()
    return row


async def answer(
    tx: Tx, request_id: str, number: str, reason: str, version: int, actor: Actor, now: datetime
) -> None:
    """Issued under a number, or turned down for a reason: exactly one of both. Conflict when it
    was answered already, or the order's money is not what it was when it was asked for."""
    number, reason = number.strip(), reason.strip()
    if bool(number) == bool(reason):
        raise InvalidInput({"number": say("Type the invoice's number, or why there is none.")})
    if len(number) > 40 or len(reason) > 200:
        raise InvalidInput({"reason": say("At most 200 characters.")})
    row = await get(tx, request_id)
    status = InvoiceStatus.ISSUED if number else InvoiceStatus.REJECTED
    if number:
        await _must_be_the_amount(tx, row)
    if not await tx.one(
        store.ANSWER,
        request=request_id,
        seen=version,
        to_status=status.value,
        given_number=number,
        why=reason,
        now=now,
        who=actor.id,
    ):
        raise Conflict()
    record(
        tx,
        actor,
        f"invoice.{status.value}",
        request_id,
        now,
        before={"status": row.status},
        after={"number": number} if number else {},
        reason=reason or None,
        area_id=row.area_id,
    )


async def _must_be_the_amount(tx: Tx, row: Any) -> None:
    await altering.lock(tx, row.order_id)
    order = await get_order(tx, row.order_id)
    if order.total_minor - order.refunded_minor != row.amount_minor:
        raise Conflict(
            say("The order's amount has changed since. Turn it down, so that it is asked for anew.")
        )
