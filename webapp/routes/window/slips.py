"""Slips on the window's printer: what a card holds, and a shift's report once more."""

from starlette.requests import Request
from starlette.responses import Response

from domain.cards import memberships
from domain.commerce import shifts
from domain.commerce.shifts import Shift, ShiftStatus
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation import printers
from domain.operation.printers import Post, PostKind, PrintedDocument, Sheet
from domain.operation.staff import Permission
from webapp import htmx
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.till import Till, at_till
from webapp.till_cards import card_at


async def print_card(request: Request, till: Till) -> Response:
    """Back to the card; without a printer that does it, to the slip for the browser."""
    card_id, now = request.path_params["card_id"], clock.utc_now()

    async def act(tx: Tx) -> bool:
        found: memberships.Detail = await card_at(tx, till, card_id)
        post = Post(PostKind.WINDOW, till.window.id)
        sheet = Sheet(PrintedDocument.CARD, card_id, found.card.number)
        return await printers.enqueue(tx, post, [sheet], card_id, till.actor, now)

    is_queued = await db_of(request).act(act)
    name = "window.cards.show" if is_queued else "window.card_slips.show"
    return htmx.redirect(request, request.app.state.addresses.path(name, card_id=card_id))


async def print_shift(request: Request) -> Response:
    """One's own closed shift; without a printer that does it, its report for the browser."""
    shift_id, staff, now = request.path_params["shift_id"], staff_of(request), clock.utc_now()
    shift: Shift = await db_of(request).ask(shifts.get_shift, shift_id)
    if shift.staff_id != staff.id or shift.status is not ShiftStatus.CLOSED:
        raise NotFound()
    staff.must(Permission.SHIFTS_OWN, shift.window_id)
    is_queued = await db_of(request).act(shifts.print_slip, shift, actor_of(request), now)
    name = "window.shifts.show" if is_queued else "window.shifts.paper"
    return htmx.redirect(request, request.app.state.addresses.path(name, shift_id=shift_id))


POST = ["POST"]
routes = [
    page(
        "/window/cards/{card_id}/slips",
        at_till(print_card),
        methods=POST,
        name="window.card_slips.create",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/shifts/{shift_id}/slips",
        print_shift,
        methods=POST,
        name="window.shift_slips.create",
        permission=Permission.SHIFTS_OWN,
    ),
]
