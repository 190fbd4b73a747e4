"""What one visitor at a kiosk has typed: on the server, sealed, and gone with the visit.

No page of a kiosk carries it in hidden fields or addresses; going back shows what the server still
knows, which after the end of a visit is nothing.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import kiosks
from domain.admission.kiosks import Kiosk, Visit
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp import htmx
from webapp.forms import Typed
from webapp.kiosk_sessions import kiosk_of
from webapp.parts import db_of, vault_of
from webapp.rendering import render

PURPOSE = "kiosk.visit"
IDLE_SECONDS, WARNING_SECONDS = 60, 15
PAYING_SECONDS = 180  # to find the phone and open the app


def visit_of(request: Request) -> Visit:
    return kiosk_of(request).visit or Visit()


def kept_of(request: Request) -> Typed:
    """What the visitor has typed on the pages before."""
    visit = visit_of(request)
    if visit.kept is None:
        return Typed()
    plain = vault_of(request).open(PURPOSE, visit.kept, kiosk_of(request).device_id)
    values: dict[str, list[str]] = json.loads(plain)
    return Typed(values)


async def keep(
    request: Request, values: Mapping[str, Sequence[str]] | None = None, **changed: Any
) -> None:
    """Keep these values instead of what was kept; other fields of the visit by name."""
    kiosk, visit = kiosk_of(request), visit_of(request)
    if values is not None:
        plain = json.dumps({name: list(texts) for name, texts in values.items()}).encode()
        sealed = vault_of(request).seal(PURPOSE, plain, kiosk.device_id)
        visit = visit._replace(kept=sealed)
    visit = visit._replace(**changed)
    await db_of(request).act(kiosks.visiting.keep, kiosk.device_id, visit, clock.utc_now())
    request.state.kiosk = kiosk._replace(visit=visit)


def go(request: Request, name: str, **parameters: Any) -> Response:
    """On to another page of the kiosk."""
    return htmx.redirect(request, request.app.state.addresses.path(name, **parameters))


async def shown(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    idle_seconds: int = IDLE_SECONDS,
    fragment: str | None = None,
) -> Response:
    """A page of the kiosk, with what every one of them needs."""
    kiosk, now = kiosk_of(request), clock.utc_now()
    if kiosk.visit is not None:
        await db_of(request).act(kiosks.visiting.touch, kiosk.device_id, now)
    around = {
        "kiosk": kiosk,
        "visit": visit_of(request),
        "area": await db_of(request).ask(area_of, kiosk),
        "now": now,
        "idle_seconds": idle_seconds,
        "warning_seconds": WARNING_SECONDS,
    }
    return render(request, template, around | dict(context), status=status, fragment=fragment)


async def area_of(tx: Tx, kiosk: Kiosk) -> Any:
    return await places.get_place(tx, PlaceKind.AREA, kiosk.area_id)


def seconds_until(moment: datetime | None, now: datetime) -> int:
    return 0 if moment is None else max(0, int((moment - now).total_seconds()))
