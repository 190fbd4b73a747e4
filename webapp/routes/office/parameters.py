"""Every parameter on one page: what it is, would be, who changed it; the machine's settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock, money
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound, say
from domain.operation import places, settings
from domain.operation.places import PlaceKind
from domain.operation.settings import OperatorSettings
from domain.operation.staff import EVERYWHERE, Permission, people
from webapp import forms, htmx, i18n, signin
from webapp.form_fields import Code
from webapp.forms import Form
from webapp.history import label_for
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.settings import Settings

MASK = "••••••"
PAGES = (("backup_", "backups.index"), ("retention_", "retention.index"))


class Parameter(NamedTuple):
    """One choice of the operator, as it is shown."""

    key: str
    label: str
    usual: str
    now: str
    is_chosen: bool
    changed_by: str
    changed_at: datetime | None
    areas: tuple[str, ...]  # that chose otherwise
    page: str


class ResetForm(Form):
    key: Code
    edition: Annotated[int, Field(ge=0)]


async def index(request: Request) -> Response:
    if not staff_of(request).may(Permission.SETTINGS_SEE, EVERYWHERE):
        raise NotFound()
    wanted = forms.read_query(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        chosen = await settings.chosen(tx)
        who = sorted({row.changed_by for row in chosen if row.changed_by})
        names = await people.names(tx, who)
        areas = {row.id: name_of(row) for row in await places.list_places(tx, PlaceKind.AREA)}
        every = parameters(chosen, names, areas)
        own = await settings.own(tx)
        return {"rows": matching(every, wanted.text("q")), "edition": own.edition}

    context = await db_of(request).ask(looked_up)
    context |= {
        "form": wanted,
        "machine": machine_settings(request.app.state.settings),
        "may_edit": staff_of(request).may(Permission.SETTINGS_EDIT, EVERYWHERE),
    }
    return render(request, "office/parameters/index.html", context, fragment="list")


def parameters(
    chosen: list[Any], names: Mapping[str, str], areas: Mapping[str, str]
) -> list[Parameter]:
    """Every field of the operator's settings, in their order."""
    house = {row.key: row for row in chosen if not row.area_id}
    elsewhere = [row for row in chosen if row.area_id in areas]
    usual = OperatorSettings().model_dump()
    return [
        Parameter(
            key,
            str(label_for(key)),
            shown(key, value),
            shown(key, house[key].value if key in house else value),
            key in house,
            names.get(house[key].changed_by or "", "—") if key in house else "",
            house[key].changed_at if key in house else None,
            tuple(
                f"{areas[row.area_id]}: {shown(key, row.value)}"
                for row in elsewhere
                if row.key == key
            ),
            next((route for begin, route in PAGES if key.startswith(begin)), "settings.edit"),
        )
        for key, value in usual.items()
    ]


def matching(every: list[Parameter], typed: str) -> list[Parameter]:
    """Those whose name or value has what was typed."""
    sought = typed.strip().lower()
    return [
        one for one in every if sought in f"{one.key} {one.label} {one.now} {one.usual}".lower()
    ]


def shown(key: str, value: Any) -> str:
    """A value in a few characters."""
    if isinstance(value, bool):
        return i18n.here(say("Yes") if value else say("No"))
    if value is None or value == "":
        return "—"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"¥{money.to_text(value)}" if key.endswith("_minor") else str(value)


def machine_settings(machine: Settings) -> list[tuple[str, str, bool]]:
    """What the environment or shanmen.toml says: name, value with its secrets masked, whether it
    was set there."""
    return [
        (
            f"SHANMEN_{name.upper()}",
            masked(getattr(machine, name)),
            name in machine.model_fields_set,
        )
        for name in Settings.model_fields
    ]


def masked(value: Any) -> str:
    """Passwords in addresses, and what is a secret by its kind, are not shown."""
    if isinstance(value, SecretStr):
        return MASK
    text = "—" if value is None or value in ("", []) else str(value)
    parts = urlsplit(text) if "://" in text else None
    if parts is None or "@" not in parts.netloc:
        return text
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{MASK}@{host}", query="").geturl()


async def reset(request: Request) -> Response:
    """Back to what it would be."""
    staff_of(request).must(Permission.SETTINGS_EDIT, EVERYWHERE)
    wanted = forms.parse(ResetForm, await forms.read(request))
    now = clock.utc_now()

    async def act(tx: Tx) -> None:
        given = {wanted.key: None}
        await settings.change(tx, actor_of(request), given, now, edition=wanted.edition)

    await db_of(request).act(act)
    signin.doorkeeper_of(request).forget_site()
    return htmx.redirect(request, request.app.state.addresses.path("parameters.index"))


routes = [
    page(
        "/office/parameters",
        index,
        name="parameters.index",
        permission=Permission.SETTINGS_SEE,
    ),
    page(
        "/office/parameters/reset",
        reset,
        methods=["POST"],
        name="parameter_resets.create",
        permission=Permission.SETTINGS_EDIT,
    ),
]
