"""Words of promotions."""

from collections.abc import Mapping
from enum import StrEnum

from domain.commerce.promotions.model import (
    CodeUse,
    CouponStatus,
    FunderKind,
    PromotionKind,
    PromotionStatus,
    Scope,
    Standing,
    UseStatus,
)
from domain.kernel.errors import Message, say

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]] = {
    PromotionKind: {
        PromotionKind.PERCENT: say("Percent off"),
        PromotionKind.AMOUNT: say("Amount off each ticket"),
        PromotionKind.ORDER_AMOUNT: say("Amount off the order"),
        PromotionKind.FIXED: say("Fixed price"),
        PromotionKind.BUY_GET: say("Buy some, get some free"),
    },
    CodeUse: {
        CodeUse.NONE: say("No code"),
        CodeUse.SHARED: say("One code for everybody"),
        CodeUse.SINGLE: say("Coupons, each good once"),
    },
    PromotionStatus: {
        PromotionStatus.DRAFT: say("Draft"),
        PromotionStatus.SUBMITTED: (say("Waits for approval"), "warn"),
        PromotionStatus.ACTIVE: (say("Taking effect"), "ok"),
        PromotionStatus.PAUSED: (say("On hold"), "warn"),
        PromotionStatus.ENDED: say("Ended"),
    },
    Standing: {
        Standing.LATER: (say("Begins later"), "info"),
        Standing.NEARLY: (say("Nearly used up"), "warn"),
        Standing.USED_UP: (say("All used up"), "warn"),
        Standing.OVER: (say("Its days are over"), ""),
    },
    FunderKind: {
        FunderKind.AREA: say("The area"),
        FunderKind.UNIT: say("An operating unit"),
        FunderKind.PLATFORM: say("The platform"),
    },
    UseStatus: {
        UseStatus.HELD: (say("Waits for payment"), "warn"),
        UseStatus.USED: (say("Used"), "info"),
        UseStatus.RETURNED: say("Given back"),
    },
    CouponStatus: {
        CouponStatus.OPEN: (say("Good"), "ok"),
        CouponStatus.TAKEN: (say("Used"), "info"),
        CouponStatus.VOID: say("Voided"),
    },
    Scope: {
        Scope.DAY: say("A day"),
        Scope.PHONE: say("A phone number"),
        Scope.DOCUMENT: say("A document"),
        Scope.MEMBER: say("A member"),
    },
}
