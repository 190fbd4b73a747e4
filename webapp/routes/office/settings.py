"""The operator's choices, for the house and for an area; the logo."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, say
from domain.operation import files, places, settings
from domain.operation.places import PlaceKind
from domain.operation.settings import HOUSE_ONLY, OperatorSettings
from domain.operation.staff import EVERYWHERE, Permission, SignedIn
from webapp import forms, htmx, signin
from webapp.form_fields import Line, Phone, Yuan
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.routes.office.places import name_of

SEE = Permission.SETTINGS_SEE


class SettingsForm(Form):
    """A blank field goes back to what is inherited: the house's choice, or ours."""

    name_zh: Annotated[Line, Field(max_length=60)] | None = None
    name_en: Annotated[Line, Field(max_length=60)] | None = None
    service_phone: Phone | None = None
    languages: list[Literal["zh", "en"]] = []  # noqa: RUF012  # pydantic copies it
    brand_hue: Annotated[int, Field(ge=0, le=360)] | None = None
    time_zone: Line | None = None
    hold_minutes: Annotated[int, Field(ge=1, le=120)] | None = None
    shop_unpaid_per_address: Annotated[int, Field(ge=0, le=10_000)] | None = None
    wait_offer_minutes: Annotated[int, Field(ge=5, le=240)] | None = None
    slot_grace_minutes: Annotated[int, Field(ge=0, le=240)] | None = None
    refund_limit_minor: Yuan | None = None
    refund_shift_limit_minor: Yuan | None = None
    free_reprints: Annotated[int, Field(ge=0, le=20)] | None = None
    drawer_limit_minor: Yuan | None = None
    shift_difference_limit_minor: Yuan | None = None
    stock_difference_limit: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    stock_second_person: bool | None = None
    faces_at_gates: bool | None = None
    fault_clock_off_ms: Annotated[int, Field(ge=200, le=600_000)] | None = None
    fault_refusals: Annotated[int, Field(ge=2, le=10_000)] | None = None
    fault_refusals_minutes: Annotated[int, Field(ge=1, le=60)] | None = None
    session_hours: Annotated[int, Field(ge=1, le=168)] | None = None
    session_idle_minutes: Annotated[int, Field(ge=5, le=1440)] | None = None
    lockout_failures: Annotated[int, Field(ge=3, le=20)] | None = None
    lockout_address_failures: Annotated[int, Field(ge=3, le=1000)] | None = None
    lockout_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    ticket_footer_zh: Annotated[Line, Field(max_length=200)] | None = None
    ticket_footer_en: Annotated[Line, Field(max_length=200)] | None = None

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        if name is not None and not clock.is_zone(name):
            raise forms.wrong(say("Please type a time zone, like Asia/Shanghai."))
        return name


class About(Form):
    area_id: Line = ""
    edition: Annotated[int, Field(ge=0)]
    remove_logo: bool = False


class Shown(NamedTuple):
    """One setting on the page: what it is called, its control, its unit."""

    name: str
    label: Message
    widget: str = "number"
    unit: Message | None = None
    help: Message | None = None
    words: tuple[Message, Message] = (say("Yes"), say("No"))


MINUTES = say("minutes")
SECTIONS: tuple[tuple[Message, tuple[Shown, ...]], ...] = (
    (
        say("Name and look"),
        (
            Shown("name_zh", say("Chinese name"), "text"),
            Shown("name_en", say("English name"), "text"),
            Shown("service_phone", say("Service phone"), "text"),
            Shown("languages", say("Languages"), "languages"),
            Shown("brand_hue", say("Colour"), "hue"),
            Shown("time_zone", say("Time zone"), "text"),
        ),
    ),
    (
        say("Selling"),
        (
            Shown("hold_minutes", say("Unpaid orders keep their places"), unit=MINUTES),
            Shown("shop_unpaid_per_address", say("Unpaid web orders of one network address")),
            Shown("wait_offer_minutes", say("Offers to the waiting list stand"), unit=MINUTES),
            Shown("slot_grace_minutes", say("Admitted after the slot's end"), unit=MINUTES),
            Shown("refund_limit_minor", say("Refunds without approval up to"), "money"),
            Shown(
                "refund_shift_limit_minor",
                say("Refunds of one person in a shift without approval up to"),
                "money",
            ),
            Shown("free_reprints", say("Reprints without a supervisor"), unit=say("times")),
            Shown("drawer_limit_minor", say("Cash in a drawer at most"), "money"),
            Shown(
                "shift_difference_limit_minor",
                say("Shift difference without approval up to"),
                "money",
            ),
            Shown(
                "stock_difference_limit",
                say("Missing blanks without approval up to"),
                unit=say("blanks"),
            ),
            Shown(
                "stock_second_person",
                say("A second person checks every stock document"),
                "yes_no",
                words=(say("Always"), say("Only for write-offs and differences")),
            ),
            Shown("ticket_footer_zh", say("Words on the ticket, in Chinese"), "text"),
            Shown("ticket_footer_en", say("Words on the ticket, in English"), "text"),
        ),
    ),
    (
        say("Gates"),
        (
            Shown(
                "faces_at_gates",
                say("Visitors who agree are known by face"),
                "yes_no",
                help=say(
                    "Terminals that recognise faces ask first; whoever says no shows the code. A"
                    " face is deleted when its ticket or card ends."
                ),
            ),
        ),
    ),
    (
        say("Device exceptions"),
        (
            Shown("fault_clock_off_ms", say("A clock is wrong by more than"), unit=say("ms")),
            Shown("fault_refusals", say("Too many refusals at one device"), unit=say("times")),
            Shown("fault_refusals_minutes", say("Refusals are counted within"), unit=MINUTES),
        ),
    ),
    (
        say("Signing in"),
        (
            Shown("session_hours", say("Signed in at most"), unit=say("hours")),
            Shown("session_idle_minutes", say("Signed out when idle for"), unit=MINUTES),
            Shown("lockout_failures", say("Wrong tries of one staff number"), unit=say("times")),
            Shown(
                "lockout_address_failures",
                say("Wrong tries from one address"),
                unit=say("times"),
            ),
            Shown("lockout_minutes", say("Locked for"), unit=MINUTES),
        ),
    ),
)


async def edit(request: Request) -> Response:
    """The house's choices for whoever sees settings everywhere; else the first area's."""
    return await _page(request, forms.read_query(request).text("area"))


async def update(request: Request) -> Response:
    """All choices of the page at once; the logo beside them."""
    typed = await forms.read(request)
    area_id = typed.text("area_id")
    try:
        about, wanted = forms.parse(About, typed), forms.parse(SettingsForm, typed)
        area_id = about.area_id
        staff_of(request).must(Permission.SETTINGS_EDIT, area_id or EVERYWHERE)
        values = _values(wanted, area_id)
        logo = await _logo(typed) if not area_id else b""
        now = clock.utc_now()
        await db_of(request).act(_change, request, values, logo, about, now)
    except (InvalidInput, Conflict) as error:
        return await _page(request, area_id, form=typed.refused(error), status=422)
    signin.doorkeeper_of(request).forget_site()
    query = {"area": area_id}
    return htmx.redirect(request, request.app.state.addresses.path("settings.edit", query=query))


async def _change(
    tx: Tx, request: Request, values: dict[str, Any], logo: bytes, about: About, now: datetime
) -> None:
    actor = actor_of(request)
    if about.area_id:
        await places.get_place(tx, PlaceKind.AREA, about.area_id)
    elif logo:
        values["logo_file_id"] = await files.add_picture(tx, actor, "logo", logo, now, field="logo")
    elif about.remove_logo:
        values["logo_file_id"] = None
    await settings.change(tx, actor, values, now, area_id=about.area_id, edition=about.edition)


def _values(wanted: SettingsForm, area_id: str) -> dict[str, Any]:
    values = wanted.model_dump()
    same = set(values["languages"]) == set(OperatorSettings().languages)
    values["languages"] = None if same else values["languages"] or None
    if area_id:
        return {name: value for name, value in values.items() if name not in HOUSE_ONLY}
    return values


async def _logo(typed: Typed) -> bytes:
    """What was uploaded, cut beyond what is allowed so that it is refused."""
    for upload in typed.files.get("logo", []):
        if upload.filename:
            return await upload.read(files.MOST_BYTES + 1)
    return b""


async def _page(
    request: Request, area_id: str, *, form: Typed | None = None, status: int = 200
) -> Response:
    staff = staff_of(request)
    areas = await db_of(request).ask(_areas, staff)
    if not area_id and staff.is_limited(SEE) and areas:
        area_id = str(areas[0].id)
    if not staff.may(SEE, area_id or EVERYWHERE):
        raise NotFound()

    async def looked_up(tx: Tx) -> dict[str, Any]:
        if area_id:
            await places.get_place(tx, PlaceKind.AREA, area_id)
        own = await settings.own(tx, area_id)
        house = await settings.current(tx)
        return {
            "own": own,
            "house": house,
            "areas": areas,
            "history": await history_of(tx, "settings", area_id or "house"),
        }

    context = await db_of(request).ask(looked_up)
    inherited = context["house"] if area_id else OperatorSettings()
    context |= {
        "area_id": area_id,
        "form": form or forms.filled(_spoken(context["own"].values)),
        "inherited": forms.filled(inherited.model_dump()),
        "sections": _sections(area_id),
        "name_of": name_of,
        "has_house": not staff.is_limited(SEE),
        "may_edit": staff.may(Permission.SETTINGS_EDIT, area_id or EVERYWHERE),
    }
    return render(request, "office/settings/edit.html", context, fragment="form", status=status)


def _spoken(values: Mapping[str, Any]) -> dict[str, Any]:
    """A no that was chosen is not the same as nothing chosen."""
    return {
        name: ("on" if value else "off") if isinstance(value, bool) else value
        for name, value in values.items()
    }


async def _areas(tx: Tx, staff: SignedIn) -> list[Any]:
    """Those whose settings somebody may see."""
    return [row for row in await places.list_places(tx, PlaceKind.AREA) if staff.may(SEE, row.id)]


def _sections(area_id: str) -> Mapping[Message, list[Shown]]:
    """What may be chosen here."""
    hidden = HOUSE_ONLY if area_id else frozenset()
    found = {
        heading: [shown for shown in fields if shown.name not in hidden]
        for heading, fields in SECTIONS
    }
    return {heading: fields for heading, fields in found.items() if fields}


routes = [
    page("/office/settings", edit, name="settings.edit", permission=Permission.SETTINGS_SEE),
    page(
        "/office/settings",
        update,
        methods=["POST"],
        name="settings.update",
        permission=Permission.SETTINGS_EDIT,
    ),
]
