"""The kinds of places as the office shows them: words, fields, columns."""

from typing import NamedTuple

from domain.kernel.errors import Message, say
from domain.operation.places import GateDirection, GateStatus, PlaceKind, inputs
from webapp.form_fields import Percent
from webapp.words import choices

Options = tuple[tuple[str, Message], ...]


class Field(NamedTuple):
    """A field of a form; `widget` is a macro of shared/fields.html, `parent` a choice of places."""

    name: str
    label: Message
    widget: str = "text"
    unit: Message | None = None
    help: Message | None = None
    options: Options = ()
    parent: PlaceKind | None = None
    required: bool = False


class Section(NamedTuple):
    heading: Message
    fields: tuple[Field, ...]


class PlacePage(NamedTuple):
    """One kind: its address and route names begin with `slug`."""

    kind: PlaceKind
    slug: str
    plural: Message
    new: Message
    why: Message  # what an empty list says
    form: type[inputs.PlaceInput]
    columns: tuple[Field, ...]
    sections: tuple[Section, ...]


class AreaForm(inputs.AreaInput):
    """Percentages as people write them."""

    yellow_bps: Percent = 8_000
    orange_bps: Percent = 9_000
    red_bps: Percent = 10_000
    stop_sale_bps: Percent = 10_000


PEOPLE, MINUTES, SQUARE_METRES = say("people"), say("minutes"), say("m²")
IDENTITY = (
    Field("code", say("Code"), required=True, help=say("Letters and digits; printed in reports.")),
    Field("name_zh", say("Chinese name"), required=True),
    Field("name_en", say("English name")),
)
INTRODUCTION = Section(
    say("Introduction"),
    (
        Field("introduction_zh", say("In Chinese"), "area"),
        Field("introduction_en", say("In English"), "area"),
    ),
)
AREA = Field("area_id", say("Scenic area"), "select", parent=PlaceKind.AREA, required=True)


def _basics(*more: Field) -> Section:
    return Section(say("Basics"), (*IDENTITY, *more))


PAGES: tuple[PlacePage, ...] = (
    PlacePage(
        PlaceKind.UNIT,
        "units",
        say("Operating units"),
        say("New operating unit"),
        say("The company that runs the areas. Areas belong to it."),
        inputs.UnitInput,
        (Field("contact", say("Contact")), Field("phone", say("Phone"))),
        (_basics(Field("contact", say("Contact")), Field("phone", say("Phone"))),),
    ),
    PlacePage(
        PlaceKind.AREA,
        "areas",
        say("Scenic areas"),
        say("New scenic area"),
        say("What visitors come for. Spots, windows and gates belong to it."),
        AreaForm,
        (
            Field("unit_id", say("Operating unit"), parent=PlaceKind.UNIT),
            Field("opens_at", say("Opens")),
            Field("closes_at", say("Closes")),
            Field("instant_capacity", say("At once"), "number"),
            Field("daily_capacity", say("In a day"), "number"),
        ),
        (
            _basics(
                Field(
                    "unit_id",
                    say("Operating unit"),
                    "select",
                    parent=PlaceKind.UNIT,
                    required=True,
                ),
                Field("phone", say("Phone")),
                Field("address", say("Address")),
            ),
            Section(
                say("Opening hours"),
                (
                    Field("opens_at", say("Opens"), "time", required=True),
                    Field("last_entry_at", say("Last entry"), "time", required=True),
                    Field("closes_at", say("Closes"), "time", required=True),
                    Field("time_zone", say("Time zone"), required=True),
                ),
            ),
            Section(
                say("Capacity"),
                (
                    Field("instant_capacity", say("At once"), "number", PEOPLE, required=True),
                    Field("daily_capacity", say("In a day"), "number", PEOPLE, required=True),
                    Field("mean_stay_minutes", say("Mean stay"), "number", MINUTES),
                    Field("yellow_bps", say("Yellow from"), "percent"),
                    Field("orange_bps", say("Orange from"), "percent"),
                    Field("red_bps", say("Red from"), "percent"),
                    Field(
                        "stop_sale_bps",
                        say("Stop selling at"),
                        "percent",
                        help=say("Of the approved capacity, of the day or at once."),
                    ),
                ),
            ),
            INTRODUCTION,
        ),
    ),
    PlacePage(
        PlaceKind.SPOT,
        "spots",
        say("Spots"),
        say("New spot"),
        say("A place inside an area that a ticket can open: a cable car, a cave, a boat."),
        inputs.SpotInput,
        (
            Field("area_id", say("Scenic area"), parent=PlaceKind.AREA),
            Field("usable_m2", say("Usable area"), "number", SQUARE_METRES),
            Field("seats", say("Seats"), "number"),
        ),
        (
            _basics(AREA),
            Section(
                say("For the capacity (LB/T 034)"),
                (
                    Field("usable_m2", say("Usable area"), "number", SQUARE_METRES),
                    Field("m2_per_person", say("Area a person"), "number", SQUARE_METRES),
                    Field("seats", say("Seats"), "number", help=say("Of a cable car or a boat.")),
                    Field("runs_per_day", say("Runs a day"), "number"),
                    Field("rides_per_visitor", say("Rides a visitor"), "number"),
                ),
            ),
            INTRODUCTION,
        ),
    ),
    PlacePage(
        PlaceKind.SALES_SITE,
        "sales_sites",
        say("Sales sites"),
        say("New sales site"),
        say("Where windows stand together: a visitor centre, a gatehouse."),
        inputs.SalesSiteInput,
        (Field("area_id", say("Scenic area"), parent=PlaceKind.AREA),),
        (_basics(AREA),),
    ),
    PlacePage(
        PlaceKind.WINDOW,
        "windows",
        say("Windows"),
        say("New window"),
        say("Where a cashier sells. One shift at a time is open at each."),
        inputs.WindowInput,
        (
            Field("sales_site_id", say("Sales site"), parent=PlaceKind.SALES_SITE),
            Field("number", say("Number"), "number"),
            Field("sells_everything", say("Sells every ticket type"), "check"),
            Field("any_cashier", say("Any cashier may sell here"), "check"),
        ),
        (
            _basics(
                Field(
                    "sales_site_id",
                    say("Sales site"),
                    "select",
                    parent=PlaceKind.SALES_SITE,
                    required=True,
                ),
                Field("number", say("Number"), "number", required=True),
            ),
        ),
    ),
    PlacePage(
        PlaceKind.WAREHOUSE,
        "warehouses",
        say("Warehouses"),
        say("New warehouse"),
        say("Where blank tickets and cards lie before windows get them."),
        inputs.WarehouseInput,
        (
            Field("area_id", say("Scenic area"), parent=PlaceKind.AREA),
            Field("sales_site_id", say("Sales site"), parent=PlaceKind.SALES_SITE),
        ),
        (
            _basics(
                AREA,
                Field(
                    "sales_site_id",
                    say("Sales site"),
                    "select",
                    parent=PlaceKind.SALES_SITE,
                    help=say("Empty: it serves the whole area."),
                ),
            ),
        ),
    ),
    PlacePage(
        PlaceKind.CHECK_SITE,
        "check_sites",
        say("Check sites"),
        say("New check site"),
        say("Where gates stand together: the north gate, the lower station."),
        inputs.CheckSiteInput,
        (Field("area_id", say("Scenic area"), parent=PlaceKind.AREA),),
        (_basics(AREA),),
    ),
    PlacePage(
        PlaceKind.GATE,
        "gates",
        say("Gates"),
        say("New gate"),
        say("One lane where people are let in or out."),
        inputs.GateInput,
        (
            Field("check_site_id", say("Check site"), parent=PlaceKind.CHECK_SITE),
            Field("number", say("Number"), "number"),
            Field("direction", say("Direction"), options=tuple(choices(GateDirection))),
            Field("status", say("State"), options=tuple(choices(GateStatus))),
        ),
        (
            _basics(
                Field(
                    "check_site_id",
                    say("Check site"),
                    "select",
                    parent=PlaceKind.CHECK_SITE,
                    required=True,
                ),
                Field(
                    "spot_id",
                    say("Leads to"),
                    "select",
                    parent=PlaceKind.SPOT,
                    help=say("Empty: it is an entrance of the area itself."),
                ),
                Field("number", say("Number"), "number", required=True),
            ),
            Section(
                say("How it works"),
                (
                    Field(
                        "direction",
                        say("Direction"),
                        "choice",
                        options=tuple(choices(GateDirection)),
                    ),
                    Field("status", say("State"), "choice", options=tuple(choices(GateStatus))),
                    Field(
                        "has_sensor",
                        say("It tells when somebody has passed"),
                        "check",
                        help=say("Without a sensor a ticket counts as used when the gate opens."),
                    ),
                    Field("open_ms", say("Stays open"), "number", say("milliseconds")),
                    Field(
                        "hold_seconds",
                        say("Free again without a passage after"),
                        "number",
                        say("seconds"),
                    ),
                ),
            ),
        ),
    ),
)
