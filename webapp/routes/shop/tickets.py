"""The e-ticket: a code that renews itself, so that a picture of it is soon worth nothing."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import faces, tickets
from domain.admission.faces import Owner
from domain.admission.tickets import Printable, TicketStatus
from domain.admission.tickets.code import STEP_SECONDS, make_dynamic, ticket_key
from domain.admission.tickets.signing_keys import KeyRing, day_key
from domain.commerce import refunds
from domain.commerce.orders import Order
from domain.commerce.refunds import RefundCause
from domain.kernel.clock import utc_now
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound, Refused
from webapp import htmx, rendering
from webapp.office_orders import name_of
from webapp.parts import db_of, vault_of
from webapp.permissions import page
from webapp.printing.qr import picture
from webapp.shop_visits import actor_of, area_of, go, own_order, shown


async def show(request: Request) -> Response:
    order, ticket_id = await own_order(request), request.path_params["ticket_id"]
    here = await area_of(request, order.area_id)
    found: dict[str, Any] = await db_of(request).ask(_looked_up, order, ticket_id, here.now)
    code = await _code(request, found["one"]) if found["is_good"] else None
    context = {
        **found,
        "order": order,
        "code": code,
        "seconds": seconds_left(here.now.timestamp()),
        "name_of": name_of,
        "status_of": lambda row: TicketStatus(row.status),
    }
    return shown(request, "shop/tickets/show.html", here, context)


async def _looked_up(tx: Tx, order: Order, ticket_id: str, now: Any) -> dict[str, Any]:
    rows = await tickets.shown_of(tx, order.id)
    row = next((one for one in rows if one.id == ticket_id), None)
    if row is None:
        raise NotFound()
    (one,) = await tickets.printed(tx, [ticket_id])
    try:
        quote = await refunds.quote(tx, order.id, [ticket_id], RefundCause.VISITOR, now)
    except Refused:
        quote = None
    return {
        "one": one,
        "row": row,
        "is_good": TicketStatus(row.status) in tickets.LIVING and row.entries_left != 0,
        "together": tickets.living_of(rows),
        "back_minor": quote.amount_minor if quote else None,
        "is_all": bool(quote and quote.fee_minor == 0),
        "face": await faces.of(tx, Owner.TICKET, ticket_id),
        "line": next(line for line in order.lines if line.id == row.order_line_id),
    }


async def code(request: Request) -> Response:
    """The code of this moment: the page asks when the old one runs out."""
    order, ticket_id = await own_order(request), request.path_params["ticket_id"]
    here = await area_of(request, order.area_id)
    found = await db_of(request).ask(_looked_up, order, ticket_id, here.now)
    if not found["is_good"]:
        return htmx.refresh()
    context = {
        "here": here,
        "order": order,
        "row": found["row"],
        "code": await _code(request, found["one"]),
        "seconds": seconds_left(here.now.timestamp()),
    }
    body = rendering.text_of(request, "shop/tickets/show.html", context, "code")
    return Response(body, media_type="text/html", headers={"Cache-Control": "no-store"})


async def _code(request: Request, one: Printable) -> str:
    """A picture of the code of this moment, as a data: URI."""
    vault, now = vault_of(request), utc_now()
    signed = await KeyRing(db_of(request), vault).sign(one.body)
    key = ticket_key(day_key(vault, now.date()), one.body.ticket_number)
    return picture(make_dynamic(signed, key, now))


async def forget_face(request: Request) -> Response:
    """The gates are to know this visitor's face no longer."""
    order, ticket_id = await own_order(request), request.path_params["ticket_id"]
    await db_of(request).ask(_looked_up, order, ticket_id, utc_now())
    actor = actor_of(request)
    await db_of(request).act(faces.forget, Owner.TICKET, ticket_id, actor, utc_now())
    return go(request, "shop.tickets.show", order_id=order.id, ticket_id=ticket_id)


def seconds_left(moment: float) -> int:
    """Until the next code."""
    return STEP_SECONDS - int(moment) % STEP_SECONDS


ONE = "/orders/{order_id}/tickets/{ticket_id}"
routes = [
    page(ONE, show, name="shop.tickets.show", public=True),
    page(f"{ONE}/code", code, name="shop.tickets.code", public=True),
    page(f"{ONE}/face", forget_face, name="shop.faces.delete", methods=["POST"], public=True),
]
