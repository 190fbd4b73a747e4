"""Making a browser a kiosk: the pairing code that the office made, typed once."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import kiosks
from domain.admission.devices import Paired
from domain.kernel import clock
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, TooOften
from webapp import forms, htmx
from webapp.forms import BLANK, Form, Typed
from webapp.kiosk_sessions import keep_paired
from webapp.parts import address_of, db_of, vault_of
from webapp.permissions import page
from webapp.rendering import render


class PairingForm(Form):
    code: Annotated[str, Field(min_length=1, max_length=64)]


async def new(request: Request) -> Response:
    return _page(request, BLANK)


async def create(request: Request) -> Response:
    """The cookie of this browser is the device's secret from now on."""
    typed, address = await forms.read(request), address_of(request)
    try:
        code = forms.parse(PairingForm, typed).code
        vault, lane = vault_of(request), f"pairing:{address}"
        answer = await db_of(request).act(
            kiosks.pair, code, address, vault, clock.utc_now(), lane=lane
        )
        if not isinstance(answer, Paired):
            raise answer
    except (InvalidInput, Conflict, Forbidden, TooOften) as error:
        return _page(request, Typed().refused(error), status=422)
    await request.app.state.let_devices_in()
    response = htmx.redirect(request, request.app.state.addresses.path("kiosk.home"))
    secure = request.app.state.settings.secure
    return keep_paired(response, answer.secret, secure=secure)


def _page(request: Request, form: Typed, status: int = 200) -> Response:
    return render(request, "kiosk/pairings/new.html", {"form": form}, status=status)


routes = [
    page("/kiosk/pairing", new, name="kiosk.pairings.new", public=True),
    page("/kiosk/pairing", create, methods=["POST"], name="kiosk.pairings.create", public=True),
]
