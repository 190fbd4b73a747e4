"""The door: staff sign in and out."""

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.errors import InvalidInput, Refused
from webapp import forms, htmx, signin
from webapp.form_fields import Line, Secret
from webapp.forms import Form, Typed
from webapp.rendering import render
from webapp.signin import Credentials, Doorkeeper


class SignIn(Form):
    login: Line
    password: Secret
    totp: Line = ""


async def new(request: Request) -> Response:
    """The door, or straight through for those who are in already."""
    after = signin.local_path(request.query_params.get("next")) or "/"
    if signin.staff_of(request):
        return htmx.redirect(request, after)
    return _door(request, forms.BLANK, after)


async def create(request: Request) -> Response:
    keeper: Doorkeeper = request.app.state.doorkeeper
    typed = await forms.read(request)
    after = signin.local_path(typed.text("next")) or "/"
    try:
        wanted = forms.parse(SignIn, typed)
        session = await keeper.sign_in(_credentials(request, wanted), clock.utc_now())
    except (InvalidInput, Refused) as error:
        return _door(request, typed.refused(error), after, status=422)
    response = htmx.redirect(request, after)
    secure = request.app.state.settings.secure
    return signin.keep_signed_in(response, session, secure=secure)


async def delete(request: Request) -> Response:
    """Sign out: the session ends on the server, so a copied cookie is worth nothing."""
    keeper: Doorkeeper = request.app.state.doorkeeper
    if token := request.cookies.get(signin.COOKIE):
        await keeper.sign_out(token, clock.utc_now())
    return signin.forget(htmx.redirect(request, signin.DOOR))


def _door(request: Request, form: Typed, after: str, status: int = 200) -> Response:
    context = {"form": form, "next": after, "greeting": None, "note": None}
    return render(request, "house/sessions/new.html", context, fragment="form", status=status)


def _credentials(request: Request, wanted: SignIn) -> Credentials:
    address = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")[:200]
    return Credentials(wanted.login, wanted.password, wanted.totp, address, agent)
