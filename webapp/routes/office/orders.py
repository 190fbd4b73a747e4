"""Orders: the list with its filters, one order with all that happened to it."""

from datetime import datetime
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import tickets
from domain.admission.tickets import TicketStatus
from domain.commerce import capacity, changes, orders, payments, refunds
from domain.commerce.orders import After, Counted, Order, OrderStatus
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, say
from domain.kernel.refusals import Refusal
from domain.operation.staff import Permission, people
from webapp import forms, htmx, i18n, office_orders, order_watch, paging
from webapp.history import history_of
from webapp.office_orders import FilterForm, Named, contact_text, filter_of, lines_text, name_of
from webapp.paging import Direction, Page
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.shown import Happening
from webapp.words import choices

MOST_COUNTED = 1_000
SEE = Permission.ORDERS_SEE


class Listed(NamedTuple):
    rows: list[Order]
    counted: Counted | None
    names: Named


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> Listed:
        names = await office_orders.names_for(tx, staff, SEE)
        if wanted.q:
            found = await orders.find_orders(tx, orders.search_for(vault_of(request), wanted.q))
            return Listed([row for row in found if row.area_id in names.areas], None, names)
        chosen = filter_of(wanted, names, limited=staff.is_limited(SEE), now=clock.utc_now())
        if chosen is None:
            return Listed([], Counted(0, 0), names)
        rows = await orders.list_orders(
            tx,
            chosen,
            after_of(asked),
            paging.SIZE + 1,
            is_newer=asked is not None and asked.direction is Direction.NEWER,
        )
        return Listed(rows, await orders.count_orders(tx, chosen, MOST_COUNTED + 1), names)

    found = await db_of(request).ask(listed)
    shown: Page[Order] = (
        Page(found.rows)
        if wanted.q
        else paging.page_of(found.rows, asked, key=lambda row: (row.placed_at, row.id))
    )
    context = {
        "form": typed,
        "page": shown,
        "counted": found.counted,
        "most_counted": MOST_COUNTED,
        "names": found.names,
        "statuses": choices(OrderStatus),
        "channels": choices(Channel),
        "query": {name: typed.text(name) for name in FilterForm.model_fields if typed.text(name)},
        "lines_text": lines_text,
        "contact_text": contact_text,
    }
    return render(request, "office/orders/index.html", context, fragment="list")


def after_of(asked: paging.Cursor | None) -> After | None:
    """The cursor as the list knows it. A key of another list is a broken link."""
    if asked is None:
        return None
    match asked.key:
        case (datetime() as placed_at, str() as order_id):
            return After(placed_at, order_id)
        case _:
            raise InvalidInput({})


class Detail(NamedTuple):
    """An order and everything around it."""

    order: Order
    tickets: list[Any]
    scans: list[Any]
    refunds: list[refunds.Refund]
    payouts: list[payments.Payout]  # without a refund: what came too late, or for nothing
    stuck: set[str]
    changes: list[Any]
    history: list[Happening]
    names: dict[str, str]
    place: Named


async def show(request: Request) -> Response:
    staff, order_id = staff_of(request), request.path_params["order_id"]

    async def looked_up(tx: Tx) -> Detail:
        order = await orders.get_order(tx, order_id)
        staff.must(SEE, order.area_id)
        given_back = await refunds.refunds_of(tx, order_id)
        history = await history_of(tx, "order", order_id)
        for refund in given_back:
            history += await history_of(tx, "refund", refund.id)
        who = {order.staff_id, *(refund.requested_by for refund in given_back)} - {None}
        every = await payments.payouts.payouts_of_order(tx, order_id)
        by_themselves = [one for one in every if one.refund_id is None]
        return Detail(
            order,
            await tickets.shown_of(tx, order_id),
            await tickets.scans_of(tx, order_id),
            given_back,
            changes=await changes.changes_of(tx, order_id),
            history=sorted(history, key=lambda each: each.at, reverse=True),
            names=await people.names(tx, sorted(str(person) for person in who)),
            place=await office_orders.names_for(tx, staff, SEE),
            **await office_orders.payouts_shown(tx, by_themselves, staff, order.area_id),
        )

    found = await db_of(request).ask(looked_up)
    order = found.order
    context = {
        **found._asdict(),
        "name_of": name_of,
        "lines_text": lines_text,
        "contact_text": contact_text,
        "is_lapsed": order.is_lapsed(clock.utc_now()),
        "status_of": lambda row: TicketStatus(row.status),
        "refusal_of": lambda code: Refusal(code).message,
        "may_refund": order.status in (OrderStatus.PAID, OrderStatus.PART_REFUNDED)
        and staff.may(Permission.SALES_REFUND, order.area_id),
        "may_change": bool(tickets.living_of(found.tickets))
        and staff.may(Permission.SALES_CHANGE, order.area_id),
        "may_cancel": order.status is OrderStatus.HELD
        and staff.may(Permission.SALES_SELL, order.area_id),
    }
    return render(request, "office/orders/show.html", context)


async def cancel(request: Request) -> Response:
    """Give up an order that nobody paid: its places are free, what was paid on it goes back."""
    staff, order_id = staff_of(request), request.path_params["order_id"]
    order = await db_of(request).ask(orders.get_order, order_id)
    if not staff.may(SEE, order.area_id):
        raise NotFound()
    staff.must(Permission.SALES_SELL, order.area_id)
    lane = capacity.lane(order.area_id)
    await db_of(request).act(orders.cancel, order_id, actor_of(request), clock.utc_now(), lane=lane)
    address = request.app.state.addresses.path("orders.show", order_id=order_id)
    done = i18n.here(say("The order is given up; its places are free."))
    return htmx.toast(htmx.redirect(request, address), done)


async def stream(request: Request) -> Response:
    """What happens to the order while its page is open."""
    order = await db_of(request).ask(orders.get_order, request.path_params["order_id"])
    if not staff_of(request).may(SEE, order.area_id):
        raise NotFound()
    return order_watch.stream(request, [order.id])


routes = [
    page("/office/orders", index, name="orders.index", permission=SEE),
    page("/office/orders/{order_id}", show, name="orders.show", permission=SEE),
    page(
        "/office/orders/{order_id}/cancellation",
        cancel,
        methods=["POST"],
        name="orders.cancel",
        permission=Permission.SALES_SELL,
    ),
    page("/office/orders/{order_id}/events", stream, name="orders.stream", permission=SEE),
]
