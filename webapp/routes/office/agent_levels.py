"""Levels of agents: how much below the list price, and where a ticket type has its own rate."""

from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import agents, catalog
from domain.commerce.agents import LevelInput
from domain.commerce.orders.members import Rate
from domain.kernel import clock, money
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp import forms, htmx, i18n
from webapp.agent_pages import EDIT, SEE
from webapp.form_fields import Id, Line, Percent, Version
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.office_orders import areas_for, name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

MOST_TYPES = 200


class LevelForm(Form):
    name_zh: Line
    name_en: Line = ""
    off_bps: Percent = 0


class AreaForm(Form):
    area_id: Id


class Versioned(Form):
    version: Version


class Row(NamedTuple):
    """A ticket type in the level's form: what is typed, and what an agent pays by what is kept."""

    type: Any
    off: str
    floor: str
    net_minor: int | None


async def index(request: Request) -> Response:
    staff = staff_of(request)

    async def listed(tx: Tx) -> list[tuple[Any, int, str]]:
        areas = await areas_for(tx, staff, SEE)
        return [
            (level, len(await agents.prices_of(tx, level.id)), areas[area_id])
            for area_id in areas
            for level in await agents.levels_of(tx, area_id)
        ]

    context = {
        "rows": await db_of(request).ask(listed),
        "name_of": name_of,
        "may_edit": staff.may(EDIT),
    }
    return render(request, "office/agent_levels/index.html", context)


async def new(request: Request) -> Response:
    return await form_page(request, forms.read_query(request))


async def create(request: Request) -> Response:
    typed, db = await forms.read(request), db_of(request)
    try:
        area_id = forms.parse(AreaForm, typed).area_id
        staff_of(request).must(EDIT, area_id)
        await db.ask(places.get_place, PlaceKind.AREA, area_id)
        level_id = await db.act(_save, area_id, None, typed, 1, actor_of(request))
    except (InvalidInput, Conflict) as error:
        return await form_page(request, typed.refused(error), status=422)
    return _saved(request, level_id)


async def edit(request: Request) -> Response:
    return await form_page(request, BLANK, await _level(request))


async def update(request: Request) -> Response:
    typed, level = await forms.read(request), await _level(request)
    staff_of(request).must(EDIT, level.area_id)
    try:
        version = forms.parse(Versioned, typed).version
        await db_of(request).act(_save, level.area_id, level.id, typed, version, actor_of(request))
    except (InvalidInput, Conflict) as error:
        return await form_page(request, typed.refused(error), level, status=422)
    return _saved(request, level.id)


async def _save(
    tx: Tx, area_id: str, level_id: str | None, typed: Typed, version: int, actor: Any
) -> str:
    """Rates of ticket types that are not of this area are left out."""
    wanted = forms.parse(LevelForm, typed)
    known = {row.id for row in await _types(tx, area_id)}
    prices = {key: one for key, one in own_prices(typed).items() if key in known}
    given = LevelInput(wanted.name_zh, wanted.name_en, wanted.off_bps, prices)
    return await agents.save_level(tx, area_id, level_id, given, version, actor, clock.utc_now())


def own_prices(typed: Typed) -> dict[str, tuple[int, int]]:
    """Rows of the form with a rate or a floor: basis points and fen. A floor alone keeps the
    level's rate. InvalidInput at `prices`."""
    columns = (typed.texts(name) for name in ("type_id", "type_off", "type_floor"))
    found: dict[str, tuple[int, int]] = {}
    try:
        for type_id, off, floor in zip(*columns, strict=False):
            if off.strip() or floor.strip():
                rate = money.from_text((off.strip() or typed.text("off_bps") or "0").rstrip("%％"))
                found[type_id] = (rate, money.from_text(floor) if floor.strip() else 0)
    except ValueError:
        sentence = say("A rate is a percentage like 12.5, a floor an amount in yuan.")
        raise InvalidInput({"prices": sentence}) from None
    if any(floor < 0 for _, floor in found.values()):
        raise InvalidInput({"prices": say("The amount cannot be negative.")})
    return found


async def _types(tx: Tx, area_id: str) -> list[Any]:
    return await catalog.list_ticket_types(tx, area_id, most=MOST_TYPES)


async def _level(request: Request) -> Any:
    level = await db_of(request).ask(agents.get_level, request.path_params["level_id"])
    staff_of(request).must(SEE, level.area_id)
    return level


def _saved(request: Request, level_id: str) -> Response:
    address = request.app.state.addresses.path("agent_levels.edit", level_id=level_id)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


async def form_page(
    request: Request, form: Typed, level: Any = None, *, status: int = 200
) -> Response:
    staff = staff_of(request)

    async def around(tx: Tx) -> dict[str, Any]:
        areas = await areas_for(tx, staff, SEE if level else EDIT)
        chosen = form.text("area_id") if form.text("area_id") in areas else next(iter(areas), "")
        area_id = level.area_id if level else chosen
        return {
            "areas": areas,
            "area_id": area_id,
            "types": await _types(tx, area_id) if area_id else [],
            "own": await agents.prices_of(tx, level.id) if level else {},
            "history": await history_of(tx, "agent_level", level.id) if level else [],
        }

    found = await db_of(request).ask(around)
    shown = form if form.values or level is None else forms.filled(level._asdict())
    context = {
        **found,
        "form": shown,
        "level": level,
        "rows": _rows(form, level, found["types"], found["own"]),
        "name_of": name_of,
        "may_edit": staff.may(EDIT, found["area_id"]),
    }
    return render(request, "office/agent_levels/edit.html", context, status=status)


def _rows(form: Typed, level: Any, types: list[Any], own: dict[str, tuple[int, int]]) -> list[Row]:
    columns = (form.texts(name) for name in ("type_id", "type_off", "type_floor"))
    typed = {key: (off, floor) for key, off, floor in zip(*columns, strict=False)}
    rate = Rate("", "", level.off_bps, by_type=own) if level else None
    rows = []
    for one in types:
        off, floor = own.get(one.id, (None, 0))
        kept = ("" if off is None else f"{off / 100:g}", f"{floor / 100:.2f}" if floor else "")
        shown = typed.get(one.id, kept)
        net = rate.of(one.id).price(one.list_price_minor) if rate else None
        rows.append(Row(one, *shown, net))
    return rows


ALL, ONE, POST = "/office/agent-levels", "/office/agent-levels/{level_id}", ["POST"]
routes = [
    page(ALL, index, name="agent_levels.index", permission=SEE),
    page(ALL, create, name="agent_levels.create", permission=EDIT, methods=POST),
    page(f"{ALL}/new", new, name="agent_levels.new", permission=EDIT),
    page(ONE, edit, name="agent_levels.edit", permission=SEE),
    page(ONE, update, name="agent_levels.update", permission=EDIT, methods=POST),
]
