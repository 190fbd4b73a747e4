"""A coupon at a kiosk: typed or scanned before paying, kept with the cart, taken off again. Wrong
guesses are counted, with those of who collects."""

from starlette.requests import Request
from starlette.responses import Response

from domain.admission.collections import guessing
from domain.kernel.errors import InvalidInput, TooOften, say
from webapp import forms
from webapp.baskets import with_texts
from webapp.forms import BLANK, Typed
from webapp.given_away import LONGEST
from webapp.kiosk_visits import go, keep, kept_of, shown, visit_of
from webapp.parts import db_of
from webapp.permissions import kiosk
from webapp.routes.kiosk.collections import take_guess
from webapp.routes.kiosk.sales import basket_of


async def new(request: Request) -> Response:
    if visit_of(request).order_id is not None:
        return go(request, "kiosk.payments.show")
    return await _page(request, BLANK)


async def create(request: Request) -> Response:
    """Keep a code that lowers what is in the cart; any other is said to be wrong."""
    if visit_of(request).order_id is not None:
        return go(request, "kiosk.payments.show")
    code = (await forms.read(request)).text("coupon").strip()[:LONGEST]
    try:
        if not code:
            raise InvalidInput({"coupon": say("Please type the coupon's code.")})
        guess_id = await take_guess(request)
        tried = with_texts(kept_of(request), coupon=code)
        basket = await basket_of(request, tried)
        if problem := basket.problem or basket.coupon_problem:
            raise InvalidInput({"coupon": problem})
    except (InvalidInput, TooOften) as error:
        return await _page(request, Typed({"coupon": [code]}).refused(error), status=422)
    await db_of(request).act(guessing.forgive, guess_id)
    await keep(request, tried.values)
    return go(request, "kiosk.orders.new")


async def delete(request: Request) -> Response:
    """Pay without it."""
    await keep(request, with_texts(kept_of(request), coupon="").values)
    return go(request, "kiosk.orders.new")


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    return await shown(request, "kiosk/coupons/new.html", {"form": form}, status=status)


POST = ["POST"]
routes = [
    kiosk("/kiosk/coupon", new, name="kiosk.coupons.new"),
    kiosk("/kiosk/coupon", create, methods=POST, name="kiosk.coupons.create"),
    kiosk("/kiosk/coupon/end", delete, methods=POST, name="kiosk.coupons.delete"),
]
