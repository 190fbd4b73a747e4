"""One's own account: password, one-time codes, sessions, language and light."""

import base64
import binascii
from datetime import datetime
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.kernel.vault import CannotOpen
from domain.operation.staff import SignedIn, credentials, passwords, sessions, totp
from webapp import forms, htmx, i18n, signin, site
from webapp.form_fields import Line, Secret
from webapp.forms import Form, Typed
from webapp.parts import actor_of, address_of, db_of, staff_of, vault_of
from webapp.permissions import Endpoint, Guarded, page
from webapp.printing import qr
from webapp.rendering import render

ENROLMENT = "staff.totp.enrolment"  # what the secret of an open enrolment page is sealed for


class Taste(Form):
    language: Literal["zh", "en"]
    theme: Literal["light", "dark", "system"]


class NewPassword(Form):
    password: Secret
    new_password: Secret
    again: Secret


class Enrolment(Form):
    sealed: Line
    code: Line


class OldPassword(Form):
    password: Secret


class EnrolmentSealed(Form):
    sealed: Line = ""


async def show(request: Request) -> Response:
    return await _page(request, forms.BLANK)


async def update(request: Request) -> Response:
    """Language and light, here and wherever they sign in."""
    wanted = forms.parse(Taste, await forms.read(request))
    staff = staff_of(request)
    await db_of(request).act(credentials.set_taste, staff.id, wanted.language, wanted.theme)
    _forget(request)
    response = htmx.redirect(request, _address(request))
    for name, value in ((i18n.COOKIE, wanted.language), (site.THEME_COOKIE, wanted.theme)):
        response.set_cookie(
            name,
            value,
            max_age=365 * 24 * 3600,
            samesite="lax",
            secure=request.app.state.settings.secure,
            httponly=True,
        )
    return response


async def edit_password(request: Request) -> Response:
    return _password(request, forms.BLANK)


async def update_password(request: Request) -> Response:
    typed, staff = await forms.read(request), staff_of(request)
    keeper, now = signin.doorkeeper_of(request), clock.utc_now()
    try:
        wanted = forms.parse(NewPassword, typed)
        _must_be_good(staff, wanted)
        old = await keeper.own_password(staff, wanted.password, address_of(request), now)
        new = await keeper.hash_of(wanted.new_password)
        token = await db_of(request).act(
            credentials.change_password, staff, actor_of(request), old, new, now
        )
    except InvalidInput as error:
        return _password(request, typed.refused(error), status=422)
    return _renewed(request, token)


async def new_totp(request: Request) -> Response:
    """A fresh secret, as a picture for the phone; nothing is kept until its code comes back."""
    if staff_of(request).has_totp:
        return htmx.redirect(request, _address(request))
    return _totp(request, totp.new_secret(), forms.BLANK)


async def create_totp(request: Request) -> Response:
    typed, staff = await forms.read(request), staff_of(request)
    secret = _unsealed(request, forms.parse(EnrolmentSealed, typed).sealed)
    if secret is None:
        return htmx.redirect(request, request.app.state.addresses.path("totp.new"))
    try:
        wanted = forms.parse(Enrolment, typed)
        if staff.has_totp:
            raise Conflict()
        token = await db_of(request).act(
            credentials.enrol_totp,
            staff,
            actor_of(request),
            vault_of(request),
            secret,
            wanted.code,
            clock.utc_now(),
        )
    except InvalidInput as error:
        return _totp(request, secret, typed.refused(error), status=422)
    return _renewed(request, token)


async def delete_totp(request: Request) -> Response:
    """Without one-time codes again: whoever only found an open screen cannot."""
    typed, staff = await forms.read(request), staff_of(request)
    try:
        wanted = forms.parse(OldPassword, typed)
        keeper = signin.doorkeeper_of(request)
        await keeper.own_password(staff, wanted.password, address_of(request), clock.utc_now())
        await db_of(request).act(
            credentials.drop_totp, actor_of(request), staff.id, clock.utc_now()
        )
    except InvalidInput as error:
        return await _page(request, typed.refused(error), status=422)
    _forget(request)
    return signin.forget(htmx.redirect(request, signin.DOOR))


async def delete_session(request: Request) -> Response:
    staff, session_id = staff_of(request), request.path_params["session_id"]
    await db_of(request).act(
        sessions.revoke, actor_of(request), staff.id, session_id, clock.utc_now()
    )
    if session_id == staff.session_id:
        _forget(request)
        return signin.forget(htmx.redirect(request, signin.DOOR))
    return htmx.redirect(request, _address(request))


async def delete_other_sessions(request: Request) -> Response:
    staff = staff_of(request)

    async def act(tx: Tx, now: datetime) -> int:
        return await sessions.revoke_all(tx, actor_of(request), staff.id, now, but=staff.session_id)

    await db_of(request).act(act, clock.utc_now())
    return htmx.redirect(request, _address(request))


def _must_be_good(staff: SignedIn, wanted: NewPassword) -> None:
    if problem := passwords.problem_with_password(wanted.new_password, staff.login):
        raise InvalidInput({"new_password": problem})
    if wanted.new_password != wanted.again:
        raise InvalidInput({"again": say("The two passwords differ.")})
    if wanted.new_password == wanted.password:
        raise InvalidInput({"new_password": say("Choose another password than before.")})


def _renewed(request: Request, token: str) -> Response:
    """The session goes on under a new token."""
    _forget(request)
    secure = request.app.state.settings.secure
    return signin.keep_signed_in(htmx.redirect(request, _address(request)), token, secure=secure)


def _forget(request: Request) -> None:
    signin.doorkeeper_of(request).forget(request.cookies.get(signin.COOKIE, ""))


def _address(request: Request) -> str:
    address: str = request.app.state.addresses.path("account.show")
    return address


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    staff = staff_of(request)
    taste = forms.filled({"language": i18n.current(), "theme": staff.theme or "system"})
    context = {
        "form": form,
        "taste": taste,
        "sessions": await db_of(request).ask(sessions.list_of, staff.id, clock.utc_now()),
    }
    return render(request, "house/account/show.html", context, status=status)


def _password(request: Request, form: Typed, status: int = 200) -> Response:
    return render(
        request, "house/account/password.html", {"form": form}, fragment="form", status=status
    )


def _totp(request: Request, secret: str, form: Typed, status: int = 200) -> Response:
    staff = staff_of(request)
    uri = totp.provisioning_uri(secret, staff.login, site.current().name)
    sealed = vault_of(request).seal(ENROLMENT, secret.encode(), staff.id)
    context = {
        "form": form,
        "secret": secret,
        "picture": qr.drawing(uri),
        "sealed": base64.urlsafe_b64encode(sealed).decode(),
    }
    return render(request, "house/account/totp.html", context, fragment="form", status=status)


def _unsealed(request: Request, sealed: str) -> str | None:
    try:
        raw = base64.urlsafe_b64decode(sealed)
        return vault_of(request).open(ENROLMENT, raw, staff_of(request).id).decode()
    except (CannotOpen, binascii.Error, ValueError):
        return None


def _own(path: str, endpoint: Endpoint, name: str, methods: tuple[str, ...] = ("GET",)) -> Guarded:
    return page(f"/account{path}", endpoint, name=name, methods=methods, signed_in=True)


POST = ("POST",)
routes = [
    _own("", show, "account.show"),
    _own("", update, "account.update", POST),
    _own("/password", edit_password, "password.edit"),
    _own("/password", update_password, "password.update", POST),
    _own("/totp", new_totp, "totp.new"),
    _own("/totp", create_totp, "totp.create", POST),
    _own("/totp/removal", delete_totp, "totp.delete", POST),
    _own("/sessions/revocation", delete_other_sessions, "own_sessions.delete_others", POST),
    _own("/sessions/{session_id}/revocation", delete_session, "own_sessions.delete", POST),
]
