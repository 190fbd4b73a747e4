"""Promotions: what lowers a price, within limits, above a floor, funded by shares.

Importing it registers them with orders (`orders.discounts`): sales are then priced with them.
"""

from domain.commerce.promotions import coupons, uses, verification
from domain.commerce.promotions.editing import (
    add,
    end,
    get,
    pause,
    resume,
    save,
    set_floor,
    submit,
)
from domain.commerce.promotions.inputs import CHANNELS, FunderInput, PromotionInput
from domain.commerce.promotions.levels import register_levels
from domain.commerce.promotions.looking import (
    Buyer,
    borne,
    costs_of,
    floors,
    funders_of,
    page,
    preview,
    standing,
    takes_codes,
    units,
    uses_of,
)
from domain.commerce.promotions.model import (
    PLATFORM,
    CodeUse,
    CouponStatus,
    FunderKind,
    PromotionKind,
    PromotionStatus,
    Standing,
    UseStatus,
)
from domain.commerce.promotions.rules import Outcome
from domain.commerce.promotions.uses import do_codes_work, minors_of

__all__ = [
    "CHANNELS",
    "PLATFORM",
    "Buyer",
    "CodeUse",
    "CouponStatus",
    "FunderInput",
    "FunderKind",
    "Outcome",
    "PromotionInput",
    "PromotionKind",
    "PromotionStatus",
    "Standing",
    "UseStatus",
    "add",
    "borne",
    "costs_of",
    "coupons",
    "do_codes_work",
    "end",
    "floors",
    "funders_of",
    "get",
    "minors_of",
    "page",
    "pause",
    "preview",
    "register_levels",
    "resume",
    "save",
    "set_floor",
    "standing",
    "submit",
    "takes_codes",
    "units",
    "uses",
    "uses_of",
    "verification",
]
