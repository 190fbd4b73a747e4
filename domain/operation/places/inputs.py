"""What may be written about each kind of place, and which values make no sense."""

import re
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from domain.kernel.clock import is_zone
from domain.kernel.errors import say
from domain.kernel.inputs import wrong
from domain.operation.places.model import GateDirection, GateStatus

Code = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_upper=True,
        min_length=1,
        max_length=32,
        pattern=r"^[A-Za-z0-9_-]+$",
    ),
]
PlaceName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
OptionalName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)]
Bps = Annotated[int, Field(ge=1, le=10_000)]
_WALL_CLOCK = re.compile(r"^(?:[01]\d|2[0-3]):[0-5]\d$")


def wall_clock(value: str) -> str:
    """HH:MM, twenty-four hours."""
    if not _WALL_CLOCK.match(value):
        raise wrong(say("Please type a time, like 08:30."))
    return value


class PlaceInput(BaseModel):
    """What every place has."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: Code
    name_zh: PlaceName
    name_en: OptionalName = ""


class UnitInput(PlaceInput):
    contact: Line = ""
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""


class AreaInput(PlaceInput):
    unit_id: str
    time_zone: Annotated[str, StringConstraints(max_length=40)] = "Asia/Shanghai"
    opens_at: str = "08:00"
    closes_at: str = "18:00"
    last_entry_at: str = "17:00"
    mean_stay_minutes: Annotated[int, Field(ge=1, le=1440)] = 150
    instant_capacity: Annotated[int, Field(ge=1, le=10_000_000)]
    daily_capacity: Annotated[int, Field(ge=1, le=10_000_000)]
    yellow_bps: Bps = 8_000
    orange_bps: Bps = 9_000
    red_bps: Bps = 10_000
    stop_sale_bps: Bps = 10_000
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    address: Line = ""
    introduction_zh: Paragraph = ""
    introduction_en: Paragraph = ""

    _clock = field_validator("opens_at", "closes_at", "last_entry_at")(wall_clock)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if not is_zone(value):
            raise wrong(say("Please type a time zone, like Asia/Shanghai."))
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.opens_at < self.last_entry_at <= self.closes_at:
            raise wrong(say("Opening, last entry, closing: please keep this order."))
        if not self.yellow_bps <= self.orange_bps <= self.red_bps:
            raise wrong(say("Yellow, orange, red: please keep this order."))
        return self


class SpotInput(PlaceInput):
    area_id: str
    usable_m2: Annotated[int, Field(ge=0, le=100_000_000)] = 0
    m2_per_person: Annotated[int, Field(ge=1, le=10_000)] = 1
    seats: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    runs_per_day: Annotated[int, Field(ge=0, le=100_000)] = 0
    rides_per_visitor: Annotated[int, Field(ge=1, le=100)] = 1
    introduction_zh: Paragraph = ""
    introduction_en: Paragraph = ""


class SalesSiteInput(PlaceInput):
    area_id: str


class WindowInput(PlaceInput):
    sales_site_id: str
    number: Annotated[int, Field(ge=1, le=9_999)]


class WarehouseInput(PlaceInput):
    area_id: str
    sales_site_id: str | None = None  # none: the area's own


class CheckSiteInput(PlaceInput):
    area_id: str


class GateInput(PlaceInput):
    check_site_id: str
    spot_id: str | None = None
    number: Annotated[int, Field(ge=1, le=9_999)]
    direction: GateDirection = GateDirection.IN
    status: GateStatus = GateStatus.OPEN
    has_sensor: bool = True
    open_ms: Annotated[int, Field(ge=500, le=60_000)] = 5_000
    hold_seconds: Annotated[int, Field(ge=1, le=600)] = 15
