"""Deny by default: every route says who may use it."""

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount

from webapp.permissions import Guarded, page
from webapp.routes import ROUTES

OPEN = {  # everything that anyone may open, on purpose
    "home",
    "preferences.update",
    "sessions.new",
    "sessions.create",
    "sessions.delete",
    "files.show",
    "agents.visits.create",
    "agents.visits.new",
    "octo.documents.show",  # behind an address that nobody can guess
    "holder_cards.ask",
    "holder_cards.enter",
    "holder_cards.leave",
    "holder_cards.lose",
    "holder_faces.delete",
    "holder_cards.new",
    "holder_cards.show",
    "holder_cards.update",
    "hooks.payments.create",
    "setup.new",
    "shop.home.show",
    "shop.areas.show",
    "shop.bookings.edit",
    "shop.bookings.visitors",
    "shop.bookings.create",
    "shop.payments.show",
    "shop.card_payments.ask",
    "shop.card_payments.create",
    "shop.payments.create",
    "shop.payments.look",
    "shop.payments.back",
    "shop.payments.inside",
    "shop.payments.stop",
    "shop.payments.delete",
    "shop.orders.show",
    "shop.orders.paper",
    "shop.orders.calendar",
    "shop.orders.stream",
    "shop.tickets.show",
    "shop.faces.delete",
    "shop.tickets.code",
    "shop.changes.new",
    "shop.changes.create",
    "shop.change_payments.show",
    "shop.change_payments.create",
    "shop.change_payments.look",
    "shop.change_payments.back",
    "shop.change_payments.inside",
    "shop.change_payments.stop",
    "shop.change_payments.delete",
    "shop.refunds.new",
    "shop.refunds.create",
    "shop.refunds.show",
    "shop.invoices.show",
    "shop.invoices.create",
    "shop.accounts.show",
    "shop.accounts.ask",
    "shop.accounts.enter",
    "shop.accounts.leave",
    "shop.travellers.delete",
    "shop.waits.new",
    "shop.waits.create",
    "shop.waits.show",
    "shop.waits.delete",
    "setup.create",
    "brand",
    "healthz",
    "kiosk.pairings.new",
    "kiosk.pairings.create",
    "readyz",
    "metrics",
}


def test_every_route_says_who_may_use_it() -> None:
    silent = [route for route in ROUTES if not isinstance(route, Guarded | Mount)]
    assert not silent


def test_only_the_known_few_are_open_to_all() -> None:
    public = {route.name for route in ROUTES if isinstance(route, Guarded) and route.access.public}
    assert public == OPEN


def test_a_route_that_says_nothing_cannot_be_made() -> None:
    async def endpoint(request: Request) -> Response:
        return PlainTextResponse("hello")

    with pytest.raises(TypeError):
        page("/x", endpoint, name="x")
    with pytest.raises(TypeError):
        page("/x", endpoint, name="x", public=True, signed_in=True)
