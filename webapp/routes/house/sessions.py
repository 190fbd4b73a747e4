"""The door: staff sign in and out."""

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.errors import InvalidInput
from domain.operation.staff.sessions import Browser
from webapp import forms, htmx, signin
from webapp.doorkeeper import Credentials
from webapp.form_fields import Line, Secret
from webapp.forms import Form, Typed
from webapp.parts import address_of
from webapp.rendering import render


class SignIn(Form):
    login: Line
    password: Secret
    totp: Line = ""


async def new(request: Request) -> Response:
    """The door, or straight through for those who are in already."""
    after = signin.local_path(request.query_params.get("next")) or "/"
    if signin.staff_or_nobody(request):
        return htmx.redirect(request, after)
    return _door(request, forms.BLANK, after)


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    after = signin.local_path(typed.text("next")) or "/"
    browser = Browser(address_of(request), request.headers.get("user-agent", ""))
    try:
        wanted = Credentials(**forms.parse(SignIn, typed).model_dump())
        keeper = signin.doorkeeper_of(request)
        token = await keeper.sign_in(wanted, browser, clock.utc_now())
    except InvalidInput as error:
        return _door(request, typed.refused(error), after, status=422)
    secure = request.app.state.settings.secure
    return signin.keep_signed_in(htmx.redirect(request, after), token, secure=secure)


async def delete(request: Request) -> Response:
    """Sign out here and on the server."""
    staff, token = signin.staff_or_nobody(request), request.cookies.get(signin.COOKIE)
    if staff and token:
        await signin.doorkeeper_of(request).sign_out(staff, token, clock.utc_now())
    return signin.forget(htmx.redirect(request, signin.DOOR))


def _door(request: Request, form: Typed, after: str, status: int = 200) -> Response:
    context = {"form": form, "next": after, "greeting": None, "note": None}
    return render(request, "house/sessions/new.html", context, fragment="form", status=status)
