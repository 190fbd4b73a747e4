"""What was bought: its tickets, what can still be done with them, paper and calendar."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import collections, tickets
from domain.admission.tickets import TicketStatus
from domain.commerce import invoices, payments, refunds
from domain.commerce.changes import paying
from domain.commerce.changes.paying import Held
from domain.commerce.orders import Line, Order, OrderStatus
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from webapp import order_watch
from webapp.calendar_files import Event, calendar
from webapp.office_orders import name_of
from webapp.parts import db_of
from webapp.permissions import page
from webapp.prints import living_paper
from webapp.shop_visits import Here, area_of, go, own_order, shown

PAID = {OrderStatus.PAID, OrderStatus.PART_REFUNDED, OrderStatus.REFUNDED}


class Bought(NamedTuple):
    """An order's tickets and what happened to its money."""

    tickets: Sequence[Any]
    code: str | None  # to collect paper with
    refunds: Sequence[Any]
    payouts: Sequence[Any]
    invoice: Any | None
    change: Held | None  # the newest that was to be paid for


async def bought(tx: Tx, order: Order) -> Bought:
    return Bought(
        await tickets.shown_of(tx, order.id),
        await collections.code_of(tx, order.id),
        await refunds.refunds_of(tx, order.id),
        await payments.payouts.payouts_of_order(tx, order.id),
        await invoices.of_order(tx, order.id),
        await paying.newest_hold(tx, order.id),
    )


async def show(request: Request) -> Response:
    order = await own_order(request)
    here = await area_of(request, order.area_id)
    if order.status is OrderStatus.HELD and not order.is_lapsed(here.now):
        return go(request, "shop.payments.show", order_id=order.id)
    found = await db_of(request).ask(bought, order)
    living = tickets.living_of(found.tickets)
    context = {
        **found._asdict(),
        "order": order,
        "living": living,
        "lines": {line.id: line for line in order.lines},
        "name_of": name_of,
        "status_of": lambda row: TicketStatus(row.status),
        "is_lapsed": order.is_lapsed(here.now) or order.status is OrderStatus.CANCELLED,
    }
    return shown(request, "shop/orders/show.html", here, context)


async def paper(request: Request) -> Response:
    """The tickets that are good, as A4 pages."""
    order = await own_order(request)
    return await living_paper(request, order)


async def calendar_file(request: Request) -> Response:
    """Each day and time of the order once."""
    order = await own_order(request)
    if order.status not in PAID:
        raise NotFound()
    here = await area_of(request, order.area_id)
    by_time = {(line.visit_on, line.slot_id): line for line in order.lines if line.product_id}
    events = [event_of(request, here, order, line) for line in by_time.values()]
    headers = {
        "Content-Disposition": f'attachment; filename="{order.number}.ics"',
        "Cache-Control": "no-store",
    }
    body = calendar(events, here.now)
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


def event_of(request: Request, here: Here, order: Order, line: Line) -> Event:
    address = request.app.state.addresses.path("shop.orders.show", order_id=order.id)
    return Event(
        f"{line.id}@{order.area_id}",
        line.moment("starts_at"),
        line.moment("ends_at"),
        f"{name_of(here.area)} {name_of(line)}",
        here.area.address or name_of(here.area),
        f"{order.number}\n{request.app.state.settings.base_url}{address}",
        order.version,
    )


async def stream(request: Request) -> Response:
    """Changes made at a window, a gate or in the office reach the open page."""
    order = await own_order(request)
    return order_watch.stream(request, [order.id])


ONE = "/orders/{order_id}"
routes = [
    page(ONE, show, name="shop.orders.show", public=True),
    page(f"{ONE}/tickets.pdf", paper, name="shop.orders.paper", public=True),
    page(f"{ONE}/visit.ics", calendar_file, name="shop.orders.calendar", public=True),
    page(f"{ONE}/stream", stream, name="shop.orders.stream", public=True),
]
