"""What the window's pages about a sold order share: the order of this till's area, its tickets, and
the order's own page, which shows a mistake made on it."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import tickets
from domain.admission.tickets import TicketStatus
from domain.commerce import changes, orders, payments, refunds
from domain.commerce.orders import Order
from domain.commerce.payments import PayoutStatus, Tender
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, say
from domain.operation import approvals, printers
from domain.operation.approvals import ApprovalStatus
from domain.operation.printers import Post, PostKind, PrintedDocument
from domain.operation.staff import Permission
from webapp.forms import BLANK, Typed
from webapp.office_orders import contact_text, lines_text, name_of
from webapp.parts import db_of, staff_of
from webapp.printing.model import Paper
from webapp.rendering import render
from webapp.till import Till, strip_of


async def order_at(tx: Tx, till: Till, order_id: str) -> Order:
    """An order of the till's area; others are not this cashier's to see."""
    order = await orders.get_order(tx, order_id)
    if order.area_id != till.area.id:
        raise NotFound()
    return order


async def chosen_of(tx: Tx, order_id: str, ticket_ids: Sequence[str]) -> list[Any]:
    """The order's tickets that were ticked. InvalidInput for none, NotFound for a foreign one."""
    if not ticket_ids:
        raise InvalidInput({"tickets": say("Choose at least one ticket.")})
    rows = await tickets.shown_of(tx, order_id)
    if set(ticket_ids) - {row.id for row in rows}:
        raise NotFound()
    return [row for row in rows if row.id in ticket_ids]


async def asked_again(tx: Tx, ticket_ids: Sequence[str]) -> set[str]:
    """Those of the tickets whose next print waits for a supervisor."""
    return {
        ticket_id
        for ticket_id in ticket_ids
        for asked in await approvals.worklist.about(tx, "ticket", ticket_id)
        if asked.kind == "reprint" and asked.status == ApprovalStatus.REQUESTED
    }


async def till_context(request: Request, till: Till) -> dict[str, Any]:
    """What every one of these pages needs."""
    return {
        "till": till,
        "strip": await strip_of(request, till),
        "paper": Paper(till.window.printer.get("paper", Paper.ROLL.value)),
        "name_of": name_of,
        "status_of": lambda row: TicketStatus(row.status),
        "lines_text": lines_text,
        "contact_text": contact_text,
    }


async def order_page(
    request: Request,
    till: Till,
    order_id: str,
    *,
    form: Typed = BLANK,
    status: int = 200,
) -> Response:
    """The order with its tickets to tick; `form` says which are ticked and what is wrong."""

    async def looked_up(tx: Tx) -> dict[str, Any]:
        order = await order_at(tx, till, order_id)
        rows = await tickets.shown_of(tx, order_id)
        again = [row.id for row in tickets.living_of(rows) if row.reprints]
        return {
            "order": order,
            "tickets": rows,
            "refunds": await refunds.refunds_of(tx, order_id),
            "payouts": await payments.payouts.payouts_of_order(tx, order_id),
            "changes": await changes.changes_of(tx, order_id),
            "asked": await asked_again(tx, again),
            "has_printer": await printers.printer_for(
                tx, Post(PostKind.WINDOW, till.window.id), PrintedDocument.TICKET
            )
            is not None,
        }

    found = await db_of(request).ask(looked_up)
    living = [row.id for row in tickets.living_of(found["tickets"])]
    ticked = set(form.texts("tickets")) or (set(living) if len(living) == 1 else set())
    staff, window_id = staff_of(request), till.window.id
    context = {
        **await till_context(request, till),
        **found,
        "form": form,
        "lines": {line.id: line for line in found["order"].lines},
        "living": set(living),
        "unprinted": [
            row.id for row in found["tickets"] if row.id in living and row.printed_at is None
        ],
        "ticked": ticked,
        "is_lapsed": found["order"].is_lapsed(till.now),
        "cash_due": cash_due(found["payouts"]),
        "may_refund": staff.may(Permission.SALES_REFUND, window_id),
        "may_change": staff.may(Permission.SALES_CHANGE, window_id),
        "may_reprint": staff.may(Permission.SALES_REPRINT, window_id),
    }
    return render(request, "window/finds/show.html", context, status=status)


def cash_due(payouts: Sequence[payments.Payout]) -> dict[str, int]:
    """Cash that waits to be handed over, by refund."""
    due: dict[str, int] = {}
    for one in payouts:
        if one.refund_id and one.tender is Tender.CASH and one.status is PayoutStatus.DUE:
            due[one.refund_id] = due.get(one.refund_id, 0) + one.amount_minor
    return due
