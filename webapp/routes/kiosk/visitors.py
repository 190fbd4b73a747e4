"""Who comes: one visitor at a time, read from the ID card or typed on the glass."""

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel.errors import Message, say
from webapp import forms
from webapp.baskets import Basket, with_texts
from webapp.forms import Typed
from webapp.kiosk_visits import go, keep, kept_of, shown
from webapp.permissions import kiosk
from webapp.routes.kiosk.sales import basket_of
from webapp.sale_form import Named

MOST_CHARACTERS = 120


async def edit(request: Request) -> Response:
    """The first visitor who has no name or document yet."""
    basket = await basket_of(request, kept_of(request))
    if not basket.missing:
        return go(request, "kiosk.orders.new" if basket.chosen else "kiosk.sales.show")
    return await _page(request, basket, basket.missing[0], Typed())


async def update(request: Request) -> Response:
    """Keep one visitor; a mistake is shown at its field, and nothing wrong is kept."""
    asked, kept = await forms.read(request), kept_of(request)
    before = await basket_of(request, kept)
    if not before.missing:
        return go(request, "kiosk.visitors.edit")
    one = before.missing[0]
    texts = {
        f"{one.prefix}.{field}": asked.text(field).strip()[:MOST_CHARACTERS]
        for field in ("name", "document")
    }
    tried = with_texts(kept, **texts)
    basket = await basket_of(request, tried)
    after = next(each for each in basket.named if each.prefix == one.prefix)
    mistakes = dict(after.mistakes) | empty_fields(asked)
    if mistakes:
        form = Typed(asked.values, errors=mistakes)
        return await _page(request, basket, one, form, status=422)
    await keep(request, tried.values)
    return go(request, "kiosk.visitors.edit")


def empty_fields(asked: Typed) -> dict[str, Message]:
    mistakes: dict[str, Message] = {}
    if not asked.text("name").strip():
        mistakes["name"] = say("Please type the name, or read the ID card.")
    if not asked.text("document").strip():
        mistakes["document"] = say("Please type or read the identity document.")
    return mistakes


async def _page(
    request: Request, basket: Basket, one: Named, form: Typed, status: int = 200
) -> Response:
    prefixes = [each.prefix for each in basket.named]
    context = {
        "basket": basket,
        "one": one,
        "number": prefixes.index(one.prefix) + 1,
        "form": form,
    }
    return await shown(request, "kiosk/visitors/edit.html", context, status=status)


routes = [
    kiosk("/kiosk/visitors", edit, name="kiosk.visitors.edit"),
    kiosk("/kiosk/visitors", update, methods=["POST"], name="kiosk.visitors.update"),
]
