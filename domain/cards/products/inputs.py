"""What may be written about a card product, and what makes no sense."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.cards.products.model import WITH_BALANCE, CardKind
from domain.commerce.catalog.inputs import Bps, Code, Minor, Name, OptionalName, Paragraph
from domain.kernel.channels import Channel
from domain.kernel.errors import say
from domain.kernel.inputs import wrong

Points = Annotated[int, Field(ge=0, le=1_000_000_000)]
MOST_TIERS, MOST_LEVELS = 20, 12


class Input(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TopUpTier(Input):
    """Who pays in this much gets so much on top: 3,000 + 1,000."""

    amount_minor: Annotated[int, Field(gt=0, le=100_000_000)]
    bonus_minor: Minor = 0


class LevelInput(Input):
    points: Points
    name_zh: Name
    name_en: OptionalName = ""
    discount_bps: Bps = 0


class CardProductInput(Input):
    """`uses` are paid, `free_uses` come with them. `entry_price_minor` is the list price of one
    entry: what a used entry counts when a card is given back, and what an entry costs when
    `pays_entry` lets the balance pay at the gate. No term: valid without end."""

    code: Code
    kind: CardKind
    name_zh: Name
    name_en: OptionalName = ""
    description_zh: Paragraph = ""
    description_en: Paragraph = ""
    channels: list[Channel] = [Channel.WINDOW]
    price_minor: Minor = 0
    renewal_minor: Minor | None = None
    deposit_minor: Minor = 0
    replacement_fee_minor: Minor = 2_000
    top_ups: Annotated[list[TopUpTier], Field(max_length=MOST_TIERS)] = []
    top_up_least_minor: Minor = 100
    top_up_most_minor: Minor = 500_000
    uses: Annotated[int, Field(ge=0, le=10_000)] = 0
    free_uses: Annotated[int, Field(ge=0, le=10_000)] = 0
    term_months: Annotated[int, Field(ge=0, le=240)] = 0
    term_days: Annotated[int, Field(ge=0, le=7_300)] = 0
    entry_price_minor: Minor = 0
    pays_entry: bool = False
    opens_area: bool = True
    spots: list[str] = []
    daily_entries: Annotated[int, Field(ge=0, le=1_000)] = 0
    passback_minutes: Annotated[int, Field(ge=0, le=1_440)] = 10
    discount_bps: Bps = 0
    discount_floor_minor: Minor = 0
    points_per_yuan: Annotated[int, Field(ge=0, le=1_000)] = 0
    levels: Annotated[list[LevelInput], Field(max_length=MOST_LEVELS)] = []
    is_named: bool = True
    needs_photo: bool = False

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind is CardKind.COUNT and self.uses == 0:
            raise wrong(say("A card for entries needs their number."))
        if self.kind is not CardKind.COUNT and self.uses + self.free_uses:
            raise wrong(say("Only a card for entries has a number of them."))
        if self.kind is CardKind.TERM and not (self.term_months or self.term_days):
            raise wrong(say("A card for a term needs its length."))
        if self.pays_entry and (self.kind not in WITH_BALANCE or not self.entry_price_minor):
            raise wrong(say("Paying at the gate needs a balance and the price of an entry."))
        return self

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.top_up_least_minor > self.top_up_most_minor:
            raise wrong(say("The least top-up is more than the most."))
        if len({tier.amount_minor for tier in self.top_ups}) < len(self.top_ups):
            raise wrong(say("Two top-ups of the same amount."))
        if len({level.points for level in self.levels}) < len(self.levels):
            raise wrong(say("Two levels from the same points."))
        if self.needs_photo and not self.is_named:
            raise wrong(say("A card with a photo has a named holder."))
        return self
