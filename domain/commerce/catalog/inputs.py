"""What may be written about products, ticket types and refund policies, and what makes no sense."""

import re
from datetime import date
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from domain.commerce.catalog.model import GateMode, TicketKind, Validity
from domain.kernel.channels import Channel
from domain.kernel.errors import say
from domain.kernel.inputs import wrong

Code = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_upper=True, min_length=1, max_length=32, pattern=r"^[A-Z0-9_-]+$"
    ),
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
OptionalName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Hint = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)]
Minor = Annotated[int, Field(ge=0, le=100_000_000)]
Bps = Annotated[int, Field(ge=0, le=10_000)]
WALL_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")


class Input(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProductInput(Input):
    """`spots` maps the spots that the product opens to their share of the price, in basis points:
    what an unused one of a combined ticket is worth. All zero: equal shares."""

    code: Code
    name_zh: Name
    name_en: OptionalName = ""
    description_zh: Paragraph = ""
    description_en: Paragraph = ""
    opens_area: bool = True
    counts_capacity: bool = True
    slotted: bool = False
    seated: bool = False
    daily_quota: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    book_days_ahead: Annotated[int, Field(ge=0, le=730)] = 7
    spots: dict[str, Bps] = {}

    @model_validator(mode="after")
    def _opens_something(self) -> Self:
        if not self.opens_area and not self.spots:
            raise wrong(say("A product opens the area or at least one spot."))
        if self.seated and not self.slotted:
            raise wrong(say("Only a product that is sold by time slot has numbered seats."))
        if any(self.spots.values()) and sum(self.spots.values()) != 10_000:
            raise wrong(say("The shares of the spots must add up to 100%."))
        return self


class TierInput(Input):
    bps: Bps
    hours_before: Annotated[int, Field(ge=0, le=8_760)] | None = None
    while_valid: bool = False


class RefundPolicyInput(Input):
    code: Code
    name_zh: Name
    name_en: OptionalName = ""
    tiers: Annotated[list[TierInput], Field(max_length=12)]
    changes_allowed: Annotated[int, Field(ge=0, le=10)] = 1


class ConcessionInput(Input):
    """See concessions.py: at least one condition, each that is set must be met."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=32)]
    name_zh: Name
    name_en: OptionalName = ""
    bps: Bps
    from_age: Annotated[int, Field(ge=0, le=150)] | None = None
    until_age: Annotated[int, Field(ge=0, le=150)] | None = None
    until_cm: Annotated[int, Field(ge=30, le=250)] | None = None
    proof_kind: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]*$", max_length=32)] = ""
    needs_adult: bool = False
    companions: Annotated[int, Field(ge=0, le=5)] = 0

    @model_validator(mode="after")
    def _has_a_condition(self) -> Self:
        ages = self.from_age is not None or self.until_age is not None
        if not (ages or self.until_cm is not None or self.proof_kind):
            raise wrong(say("A concession needs a condition: an age, a height or a certificate."))
        return self


class PriceRuleInput(Input):
    """`price_minor` none: not on sale on these days."""

    id: Annotated[str, Field(max_length=36)] = ""  # set when it is saved
    label_zh: Label = ""
    label_en: Label = ""
    from_on: date
    until_on: date
    weekdays: Annotated[int, Field(ge=1, le=127)] = 127
    slot_from: str | None = None
    slot_until: str | None = None
    channel: Channel | None = None
    price_minor: Minor | None = None
    priority: Annotated[int, Field(ge=-1_000, le=1_000)] = 0

    @field_validator("slot_from", "slot_until")
    @classmethod
    def _clock(cls, value: str | None) -> str | None:
        if value is not None and not WALL_CLOCK.fullmatch(value):
            raise wrong(say("Please type a time, like 08:30."))
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_on > self.until_on:
            raise wrong(say("The last day is before the first."))
        return self


class TicketTypeInput(Input):
    """All that a version of a ticket type says."""

    code: Code
    name_zh: Name
    name_en: OptionalName = ""
    hint_zh: Hint = ""
    hint_en: Hint = ""
    kind: TicketKind = TicketKind.ADULT
    list_price_minor: Minor
    gate_mode: GateMode = GateMode.ONE_ONE
    entries: Annotated[int, Field(ge=0, le=10_000)] = 1
    persons: Annotated[int, Field(ge=1, le=1_000)] = 1
    passback_minutes: Annotated[int, Field(ge=0, le=1_440)] = 10
    validity: Validity = Validity.VISIT_DAY
    valid_days: Annotated[int, Field(ge=1, le=3_660)] = 1
    valid_from_on: date | None = None
    valid_until_on: date | None = None
    real_name: bool = False
    most_per_order: Annotated[int, Field(ge=0, le=10_000)] = 0
    least_per_order: Annotated[int, Field(ge=1, le=10_000)] = 1
    group_min: Annotated[int, Field(ge=0, le=10_000)] = 0
    group_free_every: Annotated[int, Field(ge=0, le=10_000)] = 0
    concessions: Annotated[list[ConcessionInput], Field(max_length=40)] = []
    concession_only: bool = False
    refund_policy_id: Annotated[str, Field(min_length=1, max_length=36)]
    channels: Annotated[list[Channel], Field(max_length=5)] = list(Channel)
    medium: Annotated[str, StringConstraints(pattern=r"^(paper|phone)$")] = "paper"
    hotkey: Annotated[str, StringConstraints(to_upper=True, pattern=r"^[0-9A-Za-z]?$")] = ""
    position: Annotated[int, Field(ge=0, le=10_000)] = 0
    prices: Annotated[list[PriceRuleInput], Field(max_length=500)] = []

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.validity is Validity.FIXED:
            first, last = self.valid_from_on, self.valid_until_on
            if first is None or last is None or first > last:
                raise wrong(say("Say the first and the last day on which it is valid."))
        if 0 < self.most_per_order < self.least_per_order:
            raise wrong(say("The most of an order is less than the least."))
        if self.concession_only and not self.concessions:
            raise wrong(say("Choose who may buy it: at least one concession."))
        if self.gate_mode is GateMode.ONE_MANY and not self.group_min and self.persons < 2:
            raise wrong(say("A ticket for many needs more than one person, or a smallest group."))
        return self
