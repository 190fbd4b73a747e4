"""What every page of a ticket window needs: the window, the open shift, and the strip on top.

    page("/window/sales/new", at_till(sales.new), name="window.sales.new", permission=...)

`at_till` leads a cashier without a window to the choice of one, without a shift to opening it, and
with a shift that waits for a supervisor to that shift.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import occupancy
from domain.admission.occupancy import Occupancy
from domain.commerce import orders, shifts
from domain.commerce.orders import Order
from domain.commerce.shifts import Shift, ShiftStatus
from domain.commerce.stock import feeds
from domain.kernel import clock
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation import places, printers, settings
from domain.operation.places import PlaceKind
from domain.operation.printers import Post, PostKind, PrintedDocument, PrinterTrouble, worklist
from domain.operation.settings import OperatorSettings
from webapp import htmx
from webapp.parts import actor_of, db_of, staff_of


class Till(NamedTuple):
    """A cashier at a window with an open shift."""

    window: Any
    area: Any
    shift: Shift
    settings: OperatorSettings
    actor: Actor
    now: datetime  # when the page was asked for

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.area.time_zone)


class PrinterState(NamedTuple):
    """A window's printer, in a word."""

    name: str
    trouble: PrinterTrouble | None
    is_known: bool
    waiting: int
    documents: frozenset[str]


class Strip(NamedTuple):
    """The line on top of every page of the window."""

    tickets: int
    full: Occupancy
    next_serial: str = ""  # of the roll in the printer, where blanks are counted
    printer: PrinterState | None = None  # of the server's, where one serves the window


AtTill = Callable[[Request, Till], Awaitable[Response]]


def at_till(endpoint: AtTill) -> Callable[[Request], Awaitable[Response]]:
    """Give the endpoint its till, or lead to where one gets it."""

    async def at(request: Request) -> Response:
        staff = staff_of(request)
        if staff.window_id is None:
            return _go(request, "window.choose")
        till = await db_of(request).ask(read_till, staff.window_id, actor_of(request))
        if till is None:
            return _go(request, "window.shifts.new")
        if till.shift.status is ShiftStatus.CLOSING:
            return _go(request, "window.shifts.show", shift_id=till.shift.id)
        request.state.till = till
        return await endpoint(request, till)

    return at


async def read_till(tx: Tx, window_id: str, actor: Actor) -> Till | None:
    """The till of this cashier at this window; None without a shift of theirs."""
    shift = await shifts.current(tx, window_id)
    if shift is None or shift.staff_id != actor.id:
        return None
    return await till_of(tx, shift, actor)


async def till_of(tx: Tx, shift: Shift, actor: Actor) -> Till:
    """The till of a shift, also of one that is closed."""
    window = await places.get_place(tx, PlaceKind.WINDOW, shift.window_id)
    area = await places.get_place(tx, PlaceKind.AREA, window.area_id)
    chosen = await settings.current(tx, area.id)
    return Till(window, area, shift, chosen, actor, clock.utc_now())


async def order_at(request: Request, till: Till) -> Order:
    """The address's order. Of another area it is not this cashier's to see: NotFound."""
    order: Order = await db_of(request).ask(orders.get_order, request.path_params["order_id"])
    if order.area_id != till.area.id:
        raise NotFound()
    return order


def is_of_shift(order: Order, till: Till) -> bool:
    """Did this shift sell it, or take money for it?"""
    return till.shift.id in {order.shift_id, *(one.shift_id for one in order.payments)}


async def strip_of(request: Request, till: Till) -> Strip:
    """Tickets of the shift, and how full the area is."""
    return await db_of(request).ask(_read_strip, till, clock.utc_now())


async def _read_strip(tx: Tx, till: Till, now: datetime) -> Strip:
    sold = await shifts.report(tx, till.shift.id)
    feed = await feeds.find_feed(tx, till.window.id, till.window.printer.get("paper", "80mm"))
    upcoming = feed.next.text if feed and feed.is_on and feed.next else "—" if feed else ""
    full = await occupancy.occupancy_of(tx, till.area.id, now)
    return Strip(sold.tickets, full, upcoming, await printer_state(tx, till.window.id))


async def printer_state(tx: Tx, window_id: str) -> PrinterState | None:
    """The printer that prints a window's tickets, or whatever else it has. A question."""
    found = await printers.serving(tx, Post(PostKind.WINDOW, window_id))
    if not found:
        return None
    first = next((one for one in found if PrintedDocument.TICKET.value in one.documents), found[0])
    lines = await worklist.lines(tx)
    waiting = lines[first.id].waiting if first.id in lines else 0
    able = frozenset(document for one in found for document in one.documents)
    return PrinterState(first.name, trouble_of(first), first.seen_at is not None, waiting, able)


def trouble_of(printer: Any) -> PrinterTrouble | None:
    return PrinterTrouble(printer.trouble) if printer.trouble else None


def _go(request: Request, name: str, **parameters: str) -> Response:
    return htmx.redirect(request, request.app.state.addresses.path(name, **parameters))
