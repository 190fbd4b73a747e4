"""A face that a gate knows is deleted at once, when the person asks for it at a desk."""

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import faces, tickets
from domain.admission.faces import Owner
from domain.cards import memberships
from domain.kernel import clock
from domain.kernel.errors import say
from domain.operation.staff import Permission
from webapp import htmx, i18n
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page

TICKETS, CARDS = Permission.ORDERS_SEE, Permission.CARDS_SEE


async def forget_ticket(request: Request) -> Response:
    ticket = await db_of(request).ask(tickets.get, request.path_params["ticket_id"])
    staff_of(request).must(TICKETS, ticket.area_id)
    return await _forget(request, Owner.TICKET, ticket.id, "tickets.show", "ticket_id")


async def forget_card(request: Request) -> Response:
    found = await db_of(request).ask(memberships.detail, request.path_params["card_id"])
    staff_of(request).must(CARDS, found.card.area_id)
    return await _forget(request, Owner.CARD, found.card.id, "cards.show", "card_id")


async def _forget(request: Request, owner: Owner, owner_id: str, route: str, name: str) -> Response:
    now = clock.utc_now()
    await db_of(request).act(faces.forget, owner, owner_id, actor_of(request), now)
    back = request.app.state.addresses.path(route, **{name: owner_id})
    return htmx.toast(htmx.redirect(request, back), i18n.here(say("The face is deleted.")))


POST = ["POST"]
routes = [
    page(
        "/office/tickets/{ticket_id}/face/removal",
        forget_ticket,
        name="ticket_faces.delete",
        permission=TICKETS,
        methods=POST,
    ),
    page(
        "/office/cards/{card_id}/face/removal",
        forget_card,
        name="card_faces.delete",
        permission=CARDS,
        methods=POST,
    ),
]
