"""What may be written about a promotion, and what makes no sense."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from domain.commerce.catalog.inputs import Code, Input, Minor, Name, OptionalName
from domain.commerce.promotions.model import CodeUse, FunderKind, PromotionKind
from domain.kernel.channels import Channel
from domain.kernel.errors import say
from domain.kernel.inputs import wrong

# agents have net prices and OTAs sell at their own: neither takes our promotions
CHANNELS = (Channel.WINDOW, Channel.KIOSK, Channel.SHOP)
WHOLE = 10_000
MOST_FUNDERS = 6

Clock = Annotated[str, StringConstraints(pattern=r"^((?:[01]\d|2[0-3]):[0-5]\d|24:00)$")]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Limit = Annotated[int, Field(ge=1, le=10_000_000)]
SharedCode = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_upper=True, max_length=32, pattern=r"^([A-Z0-9-]{4,32})?$"
    ),
]


class FunderInput(Input):
    """`owner_id` is a unit's; an area and the platform need none."""

    kind: FunderKind
    owner_id: Annotated[str, Field(max_length=36)] = ""
    share_bps: Annotated[int, Field(ge=1, le=WHOLE)]


class PromotionInput(Input):
    """Days are the area's. Limits count orders; `most_quantity` is how many tickets of an order are
    reduced (0: all). `stack_group`: of one group only one promotion lowers a ticket."""

    code: Code
    name_zh: Name
    name_en: OptionalName = ""
    kind: PromotionKind
    bps: Annotated[int, Field(ge=0, le=WHOLE)] = 0
    amount_minor: Minor = 0
    buy: Annotated[int, Field(ge=0, le=100)] = 0
    get: Annotated[int, Field(ge=0, le=100)] = 0
    most_quantity: Count = 0
    code_use: CodeUse = CodeUse.NONE
    shared_code: SharedCode = ""
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=3)] = CHANNELS
    ticket_type_ids: Annotated[tuple[str, ...], Field(max_length=200)] = ()  # none: all
    on_reduced: bool = False  # also concessions, members' and groups' prices
    sale_from: date | None = None
    sale_until: date | None = None  # included
    visit_from: date | None = None
    visit_until: date | None = None
    weekdays: Annotated[int, Field(ge=1, le=127)] = 127  # of the visit; bit 0 is Monday
    days_ahead: Annotated[int, Field(ge=0, le=730)] = 0  # bought so long before the visit
    slot_from: Clock | None = None  # slots that start at or after
    slot_until: Clock | None = None  # and before
    clock_from: Clock | None = None  # sold at or after
    clock_until: Clock | None = None  # and before
    least_quantity: Count = 0
    least_minor: Minor = 0
    least_member_level: Annotated[int, Field(ge=0, le=20)] | None = None  # 0: any member
    new_phone: bool = False  # nobody with this phone has bought before
    limit_total: Limit | None = None
    limit_day: Limit | None = None
    limit_phone: Limit | None = None
    limit_document: Limit | None = None
    limit_member: Limit | None = None
    budget_minor: Annotated[int, Field(ge=1, le=10**12)] | None = None
    priority: Annotated[int, Field(ge=-1_000, le=1_000)] = 0
    exclusive: bool = True
    stack_group: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""
    returns_on_refund: bool = True
    funders: Annotated[list[FunderInput], Field(min_length=1, max_length=MOST_FUNDERS)]

    @model_validator(mode="after")
    def _takes_something_off(self) -> Self:
        kind = self.kind
        if kind is PromotionKind.PERCENT and not self.bps:
            raise wrong(say("Say how many percent."))
        if kind in {PromotionKind.AMOUNT, PromotionKind.ORDER_AMOUNT} and not self.amount_minor:
            raise wrong(say("Say how much is taken off."))
        if kind is PromotionKind.BUY_GET and not (self.buy and self.get):
            raise wrong(say("Say how many are bought, and how many of them are free."))
        return self

    @model_validator(mode="after")
    def _codes(self) -> Self:
        if (self.code_use is CodeUse.SHARED) is not bool(self.shared_code):
            raise wrong(say("A shared code is needed where one code is for everybody."))
        if not set(self.channels) <= set(CHANNELS):
            raise wrong(say("Agents and OTAs take no promotions."))
        return self

    @model_validator(mode="after")
    def _times(self) -> Self:
        spans = (
            (self.sale_from, self.sale_until),
            (self.visit_from, self.visit_until),
        )
        if any(first and last and last < first for first, last in spans):
            raise wrong(say("The end is before the beginning."))
        clocks = ((self.slot_from, self.slot_until), (self.clock_from, self.clock_until))
        if any(first and last and last <= first for first, last in clocks):
            raise wrong(say("The end is before the beginning."))
        return self

    @model_validator(mode="after")
    def _funded(self) -> Self:
        if sum(one.share_bps for one in self.funders) != WHOLE:
            raise wrong(say("The shares of who bears it must add up to 100%."))
        if any((one.kind is FunderKind.UNIT) is not bool(one.owner_id) for one in self.funders):
            raise wrong(say("Choose the unit that bears a share."))
        if len({(one.kind, one.owner_id) for one in self.funders}) < len(self.funders):
            raise wrong(say("One stands here twice."))
        return self
