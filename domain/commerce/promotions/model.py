"""Promotions: what they take off, who must show a code, who bears them, and their states."""

from collections.abc import Mapping, Set
from enum import StrEnum

PLATFORM = "platform"  # owner of what is borne by the platform, which is no place


class PromotionKind(StrEnum):
    PERCENT = "percent"  # of what a ticket costs
    AMOUNT = "amount"  # off each ticket
    ORDER_AMOUNT = "order_amount"  # off the order
    FIXED = "fixed"  # a ticket costs so much
    BUY_GET = "buy_get"  # of each buy + get tickets, get are free


class CodeUse(StrEnum):
    """Whether a buyer must show a code."""

    NONE = "none"
    SHARED = "shared"  # one code for everybody
    SINGLE = "single"  # coupons: each code is good once


class PromotionStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"  # another decides
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Standing(StrEnum):
    """What an active promotion comes to, derived from its terms and figures."""

    LATER = "later"  # its sales begin on a later day
    NEARLY = "nearly"  # NEARLY_BPS of its budget or its uses are gone
    USED_UP = "used_up"
    OVER = "over"  # its last day of sales or visits is over


NEARLY_BPS = 8_000
_S = PromotionStatus
PROMOTION_MOVES: Mapping[PromotionStatus, Set[PromotionStatus]] = {
    _S.DRAFT: {_S.SUBMITTED, _S.ENDED},
    _S.SUBMITTED: {_S.ACTIVE, _S.DRAFT},
    _S.ACTIVE: {_S.PAUSED, _S.ENDED},
    _S.PAUSED: {_S.ACTIVE, _S.ENDED},
    _S.ENDED: frozenset(),
}


class FunderKind(StrEnum):
    AREA = "area"
    UNIT = "unit"
    PLATFORM = "platform"


class UseStatus(StrEnum):
    HELD = "held"  # of an order that is not paid yet
    USED = "used"
    RETURNED = "returned"  # not paid, or refunded whole where the promotion says so


class CouponStatus(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    VOID = "void"


class Scope(StrEnum):
    """What uses are counted by, besides all of them."""

    DAY = "day"
    PHONE = "phone"
    DOCUMENT = "document"
    MEMBER = "member"
