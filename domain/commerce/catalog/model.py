"""What is on sale: products (day ticket, cable car) and their ticket types (adult, child ...)."""

from collections.abc import Mapping, Set
from enum import StrEnum


class TicketKind(StrEnum):
    """Whom a ticket type is for; OCTO's unit types."""

    ADULT = "adult"
    YOUTH = "youth"
    CHILD = "child"
    INFANT = "infant"
    STUDENT = "student"
    SENIOR = "senior"
    FAMILY = "family"
    MILITARY = "military"
    GROUP = "group"
    OTHER = "other"


class GateMode(StrEnum):
    """How a ticket goes through gates (domain.md, 5)."""

    ONE_ONE = "one_one"  # 一票一人
    ONE_MANY = "one_many"  # 一票多人: one code, n passes
    MULTI_ENTRY = "multi_entry"  # 多次
    RE_ENTRY = "re_entry"  # 二次入园: out and in again on the same day
    MULTI_SPOT = "multi_spot"  # 联票: each spot of the scope once


class Validity(StrEnum):
    """How long a ticket is good."""

    VISIT_DAY = "visit_day"  # the day, or its slot and 30 minutes more
    DAYS_FROM_VISIT = "days_from_visit"  # `valid_days` from the visit day
    DAYS_FROM_SALE = "days_from_sale"
    FIXED = "fixed"  # `valid_from_on` to `valid_until_on`, both included


class TicketTypeStatus(StrEnum):
    DRAFT = "draft"  # never published yet
    ON_SALE = "on_sale"
    PAUSED = "paused"
    RETIRED = "retired"


_S = TicketTypeStatus
TICKET_TYPE_MOVES: Mapping[TicketTypeStatus, Set[TicketTypeStatus]] = {
    _S.DRAFT: {_S.ON_SALE, _S.RETIRED},  # on sale by an approval only
    _S.ON_SALE: {_S.PAUSED, _S.RETIRED},
    _S.PAUSED: {_S.ON_SALE, _S.RETIRED},
    _S.RETIRED: frozenset(),
}
