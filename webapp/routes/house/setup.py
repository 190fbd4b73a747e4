"""The first start: one page, once, for whoever can read the server's console."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.errors import InvalidInput, NotFound, say
from domain.operation import setup
from domain.operation.staff import passwords, sessions
from domain.operation.staff.sessions import Browser
from webapp import forms, htmx, i18n, signin
from webapp.form_fields import Line, Secret
from webapp.forms import Form, Typed
from webapp.parts import address_of, db_of, vault_of
from webapp.rendering import render

Capacity = Annotated[int, Field(ge=1, le=1_000_000)]


class SetUp(Form):
    code: Line
    unit_name: Line
    area_name: Line
    area_name_en: Line = ""
    instant_capacity: Capacity
    daily_capacity: Capacity
    login: Line
    name: Line
    password: Secret
    again: Secret


async def new(request: Request) -> Response:
    """The page, as long as nobody is here."""
    await _must_be_waiting(request)
    return _page(request, forms.BLANK)


async def create(request: Request) -> Response:
    """Make the house and sign its first administrator in."""
    await _must_be_waiting(request)
    typed = await forms.read(request)
    keeper, now = signin.doorkeeper_of(request), clock.utc_now()
    try:
        wanted = forms.parse(SetUp, typed)
        _must_make_sense(request, wanted)
        beginning = setup.Beginning(
            **wanted.model_dump(include=set(setup.Beginning._fields)), language=i18n.current()
        )
        hashed = await keeper.hash_of(wanted.password)
        staff_id = await db_of(request).act(setup.set_up, beginning, hashed, now)
    except InvalidInput as error:
        return _page(request, typed.refused(error), status=422)
    keeper.has_set_up()
    keeper.forget_site()
    browser = Browser(address_of(request), request.headers.get("user-agent", ""))
    token = await db_of(request).act(sessions.open_session, staff_id, browser, now)
    secure = request.app.state.settings.secure
    return signin.keep_signed_in(htmx.redirect(request, "/"), token, secure=secure)


async def _must_be_waiting(request: Request) -> None:
    if await signin.doorkeeper_of(request).is_set_up():
        raise NotFound()


def _must_make_sense(request: Request, wanted: SetUp) -> None:
    errors = {}
    if not setup.is_code(vault_of(request), wanted.code):
        errors["code"] = say("This is not the code on the server's console.")
    if problem := passwords.problem_with_password(wanted.password, wanted.login):
        errors["password"] = problem
    elif wanted.password != wanted.again:
        errors["again"] = say("The two passwords differ.")
    if wanted.instant_capacity > wanted.daily_capacity:
        errors["daily_capacity"] = say("More people come in a day than are there at once.")
    if errors:
        raise InvalidInput(errors)


def _page(request: Request, form: Typed, status: int = 200) -> Response:
    return render(request, "house/setup/new.html", {"form": form}, fragment="form", status=status)
