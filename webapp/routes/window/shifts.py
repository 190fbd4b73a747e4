"""Opening a shift at a window."""

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import shifts
from domain.kernel import clock
from domain.kernel.errors import Forbidden, InvalidInput, Refused
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, htmx
from webapp.form_fields import Yuan
from webapp.forms import Form, Typed
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render


class FloatForm(Form):
    float_minor: Yuan


async def new(request: Request) -> Response:
    if staff_of(request).window_id is None:
        return htmx.redirect(request, request.app.state.addresses.path("window.choose"))
    return await _page(request, forms.BLANK)


async def create(request: Request) -> Response:
    staff, typed = staff_of(request), await forms.read(request)
    if staff.window_id is None:
        return htmx.redirect(request, request.app.state.addresses.path("window.choose"))
    staff.must(Permission.SHIFTS_OWN, staff.window_id)
    try:
        wanted = forms.parse(FloatForm, typed)
        await db_of(request).act(
            shifts.open_shift,
            staff.window_id,
            wanted.float_minor,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Refused, Forbidden) as error:
        return await _page(request, typed.refused(error), status=422)
    return htmx.redirect(request, request.app.state.addresses.path("window.sales.new"))


async def _page(request: Request, form: Typed, *, status: int = 200) -> Response:
    window_id = staff_of(request).window_id or ""
    db = db_of(request)
    context = {
        "form": form,
        "window": await db.ask(places.get_place, PlaceKind.WINDOW, window_id),
        "open_shift": await db.ask(shifts.current, window_id),
        "own_shift": await db.ask(shifts.current_of, staff_of(request).id),
    }
    return render(request, "window/shifts/new.html", context, fragment="form", status=status)


routes = [
    page("/window/shifts/new", new, name="window.shifts.new", permission=Permission.SHIFTS_OWN),
    page(
        "/window/shifts",
        create,
        methods=["POST"],
        name="window.shifts.create",
        permission=Permission.SHIFTS_OWN,
    ),
]
