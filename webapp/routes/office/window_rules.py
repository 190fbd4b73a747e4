"""What a window may sell, and which cashiers may stand at it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import catalog
from domain.kernel import clock
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission, people
from webapp import forms, htmx, i18n
from webapp.form_fields import Id, Version
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

EDIT = Permission.PLACES_EDIT
MOST = 500


class Sells(StrEnum):
    EVERYTHING = "everything"
    CHOSEN = "chosen"


class Takes(StrEnum):
    ANYBODY = "anybody"
    CHOSEN = "chosen"


class RulesForm(Form):
    version: Version
    sells: Sells
    takes: Takes
    type_ids: tuple[Id, ...] = ()
    staff_ids: tuple[Id, ...] = ()


async def edit(request: Request) -> Response:
    return await _page(request)


async def update(request: Request) -> Response:
    window_id, typed = request.path_params["place_id"], await forms.read(request)
    staff_of(request).must(EDIT, window_id)
    try:
        wanted = forms.parse(RulesForm, typed)
        await db_of(request).act(_change, window_id, wanted, actor_of(request), clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error))
    address = request.app.state.addresses.path("windows.edit", place_id=window_id)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


async def _change(tx: Tx, window_id: str, wanted: RulesForm, actor: Actor, now: datetime) -> None:
    anybody, chosen = wanted.takes is Takes.ANYBODY, set(wanted.staff_ids)
    known = {row.id for row in await cashiers_for(tx, window_id)}
    if not anybody and not chosen <= known:
        raise InvalidInput({"staff_ids": say("Choose people who may sell at this window.")})
    await places.assign_cashiers(tx, window_id, anybody, chosen, actor, now, version=wanted.version)
    everything = wanted.sells is Sells.EVERYTHING
    types = set() if everything else set(wanted.type_ids)
    window = await places.get_place(tx, PlaceKind.WINDOW, window_id)
    if (window.sells_everything, await catalog.window_types(tx, window_id)) == (everything, types):
        return
    await catalog.set_window_types(tx, window_id, everything, types, actor, now)


async def cashiers_for(tx: Tx, window_id: str) -> list[Any]:
    """Who may sell at the window by their role, and who is named for it already; by login."""
    named = await places.cashiers_of(tx, window_id)
    able = {row.id for row in await people.who_may(tx, Permission.SALES_SELL, {window_id})}
    everybody = await people.search(tx, cut=people.EVERYBODY)
    return [row for row in everybody if row.id in able or row.id in named]


async def _page(request: Request, refused: Typed | None = None) -> Response:
    window_id = request.path_params["place_id"]

    async def looked_up(tx: Tx) -> dict[str, Any]:
        window = await places.get_place(tx, PlaceKind.WINDOW, window_id)
        types = await catalog.list_ticket_types(tx, window.area_id, most=MOST)
        return {
            "window": window,
            "types": [(row.id, name_of(row)) for row in types],
            "cashiers": [
                (row.id, f"{row.name} ({row.login})") for row in await cashiers_for(tx, window_id)
            ],
            "chosen_types": await catalog.window_types(tx, window_id),
            "chosen_cashiers": await places.cashiers_of(tx, window_id),
            "history": await history_of(tx, "window", window_id),
        }

    found = await db_of(request).ask(looked_up)
    window = found["window"]
    stored = {
        "version": window.version,
        "sells": Sells.EVERYTHING if window.sells_everything else Sells.CHOSEN,
        "takes": Takes.ANYBODY if window.any_cashier else Takes.CHOSEN,
        "type_ids": found["chosen_types"],
        "staff_ids": found["chosen_cashiers"],
    }
    context = {**found, "heading": name_of(window), "form": refused or forms.filled(stored)}
    status = 422 if refused else 200
    return render(request, "office/window_rules/edit.html", context, status=status)


ONE = "/office/windows/{place_id}/rules"
routes = [
    page(ONE, edit, name="window_rules.edit", permission=EDIT),
    page(ONE, update, name="window_rules.update", permission=EDIT, methods=["POST"]),
]
